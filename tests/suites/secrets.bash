#!/usr/bin/env bash
# A registry password and build secrets reach those who need them, and nobody else.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-secrets-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
password='pass-of-the-registry-0123456789'
env_secret='secret-by-environment-0123456789'
file_secret='secret-by-file-0123456789'
# What each looks like where somebody encoded it.
forms=("$password" "$env_secret" "$file_secret" "$(printf 'ci:%s' "$password" | base64 -w 0)")

write_project() {
  printf '%s\n' "$file_secret" >"$suite_work/token"
  cat >"$repo/Dockerfile" <<DOCKER
FROM $BUILDCACHE_TEST_REGISTRY/base:1
COPY deps.txt /deps.txt
RUN --mount=type=secret,id=env --mount=type=secret,id=file \
  grep -q '^secret-by-environment' /run/secrets/env && grep -q '^secret-by-file' /run/secrets/file
DOCKER
  mkdir -p "$repo/plain"
  printf 'FROM %s/base:1\nCOPY app.txt /app.txt\n' "$BUILDCACHE_TEST_REGISTRY" >"$repo/plain/Dockerfile"
  echo app >"$repo/plain/app.txt"
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
registries:
  - {host: "$guarded", username: ci, password: "\${REGISTRY_PASSWORD}"}
cache:
  repository: $guarded/acme/cache
targets:
  app:
    secrets: [{id: env, env: BUILD_TOKEN}, {id: file, file: $suite_work/token}]
    tags: ["$guarded/acme/app:{short-sha}"]
    push: true
  plain:
    context: plain
    tags: ["$guarded/acme/plain:{short-sha}"]
    push: true
YAML
  project_commit "$repo" 'Use secrets'
}

# Runs buildcache with all secrets at hand and watches every process and file of the run.
watched_run() {
  local status=0 run watch
  ci_push "$repo" main
  mkdir -p "$ci_run/tmp"
  ci_env+=("${source_env[@]-REGISTRY_PASSWORD=$password}" "BUILD_TOKEN=$env_secret" RECORD_CALLS=1
    "TMPDIR=$ci_run/tmp")
  # shellcheck disable=SC2016
  ci_wrapper=(sh -c 'echo $$ >"$RECORD_DIR/pid"; until [ -e "$RECORD_DIR/watched" ]; do :; done; exec "$@"' sh)
  ci_buildcache "$repo" "$@" >/dev/null &
  run=$!
  until [ -s "$ci_run/record/pid" ]; do sleep 0.01; done
  python3 "$project_support/process_watch.py" "$(<"$ci_run/record/pid")" "$ci_run/seen" "$ci_run/tmp" &
  watch=$!
  until [ -s "$ci_run/seen" ]; do sleep 0.01; done
  : >"$ci_run/record/watched"
  wait "$run" || status=$?
  wait "$watch"
  cat "$ci_run/log"
  return "$status"
}

# Fails when file $1 holds a secret in any of its forms.
holds_no_secret() {
  local form
  for form in "${forms[@]}"; do
    if grep -aqF -- "$form" "$1"; then echo "a secret (${form:0:12}...) is in $1"; return 1; fi
  done
}

# Workflow commands that mask are the one place secrets may stand; they come first.
log_without_masks() { grep -av '^::add-mask::' "$ci_run/log" >"$ci_run/log.rest" || true; }

run_shows_no_secret() {
  local file
  watched_run run -v
  log_without_masks
  for file in "$ci_run/log.rest" "$ci_run/document" "$ci_run/output" "$ci_run/summary"; do
    holds_no_secret "$file"
  done
  same "$(registry_snapshot guarded | grep -c 'acme/app:')" 1
}

masks_come_before_first_use() {
  local secret line first
  for secret in "$password" "$env_secret" "$file_secret"; do
    line=$(grep -m1 -anFx -- "::add-mask::$secret" "$ci_run/log" | cut -d: -f1) || true
    [ -n "$line" ] || { echo "no mask for ${secret:0:12}..."; return 1; }
    first=$(grep -m1 -anv "^::" "$ci_run/log" | cut -d: -f1)
    [ "$line" -lt "$first" ] || { echo "mask in line $line, other lines from $first"; return 1; }
  done
}

no_argv_holds_a_secret() {
  local call
  for call in "$ci_run"/record/*.call "$ci_run"/record/*.argv; do holds_no_secret "$call"; done
  python3 - "$ci_run/seen" "${forms[@]}" <<'PY'
import json, sys
seen = [json.loads(line) for line in open(sys.argv[1])]
argvs = [one["argv"] for one in seen if "argv" in one]
assert any("run" in argv and "buildcache" in argv[0] for argv in argvs), argvs
assert any("buildx" in argv and "build" in argv for argv in argvs), argvs
for argv in argvs:
    assert not any(form in word for form in sys.argv[2:] for word in argv), argv
PY
}

# docker sees no password, and a target's build secret only where that target is built.
children_get_what_they_need() {
  python3 - "$ci_run/record" "$password" "$env_secret" <<'PY'
import glob, sys
directory, password, secret = sys.argv[1:]
builds = 0
for path in sorted(glob.glob(directory + "/*.environ")):
    environ = open(path, "rb").read().decode()
    argv = open(path[:-len("environ")] + "call", "rb").read().decode().split("\0")
    assert password not in environ, ("the password", argv)
    needs = any(word.startswith("id=env,") for word in argv)
    builds += needs
    assert (secret in environ) == needs, ("the build secret", needs, argv)
assert builds >= 2, builds
PY
}

login_is_private_and_gone() {
  python3 - "$ci_run/seen" "$ci_run/tmp" <<'PY'
import json, sys
files = [one for line in open(sys.argv[1]) if "path" in (one := json.loads(line))]
configs = [one for one in files if one["path"].endswith("/config.json")]
assert configs and all(one["mode"] == "600" for one in configs), files
tops = [one for one in files if one["path"].count("/") == sys.argv[2].count("/") + 1]
assert tops and all(one["mode"] == "700" for one in tops), files
PY
  same "$(ls -A "$ci_run/tmp")" ''
}

user_config_is_untouched() {
  local before
  mkdir -p "$suite_work/docker"
  cp -a "$DOCKER_CONFIG/." "$suite_work/docker/"
  printf '{"auths":{"other.example":{"auth":"b3RoZXI6b3RoZXI="}},"currentContext":"default"}' \
    >"$suite_work/docker/config.json"
  before=$(cd "$suite_work/docker" && find . -not -path './buildx*' -printf '%p %m %T@ %s\n' | sort)
  DOCKER_CONFIG=$suite_work/docker watched_run run
  same "$(cd "$suite_work/docker" && find . -not -path './buildx*' -printf '%p %m %T@ %s\n' | sort)" "$before"
  same "$(ls -A "$ci_run/tmp")" ''
}

plan_shows_no_secret() {
  local format
  for format in json text args; do
    watched_run plan -v --target app --format "$format"
    holds_no_secret "$ci_run/document"
    log_without_masks
    holds_no_secret "$ci_run/log.rest"
  done
  no_words_of_login
}

no_words_of_login() { lacks "$ci_run/document" 'auths'; }

dry_run_shows_no_secret() {
  watched_run run --dry-run -v
  log_without_masks
  holds_no_secret "$ci_run/log.rest"
  holds_no_secret "$ci_run/document"
}

# A wrong password: the registry's words, without it.
refused_login_shows_no_secret() {
  local right=$password
  password=wrong-$password forms+=("wrong-$right")
  exits 1 watched_run run -v --target plain
  log_without_masks
  holds_no_secret "$ci_run/log.rest"
  holds_no_secret "$ci_run/summary"
  holds "$ci_run/log" '401'
}

# A docker configuration as a job has one, with JSON $1 as its config.json; prints its folder.
docker_folder() {
  local folder
  folder=$(mktemp -d "$suite_work/docker.XXXXXX")
  cp -a "$DOCKER_CONFIG/." "$folder/"
  printf '%s\n' "$1" >"$folder/config.json"
  printf '%s' "$folder"
}

# The registry's password does not come from the configuration, but from source $1 ($suite_work/keep
# holds it for a credential helper).
password_from() {
  local auths folder file
  auths=$(printf '{"auths": {"%s": {"auth": "%s"}}}' "$guarded" "${forms[3]}")
  cp "$repo/.buildcache.yml" "$suite_work/before.yml"
  sed -i '/^registries:/,/^  - /d' "$repo/.buildcache.yml"
  project_change "$repo" deps.txt "$1"
  case $1 in
    auths) source_env=("DOCKER_CONFIG=$(docker_folder "$auths")") ;;
    helper)
      mkdir -p "$suite_work/helpers"
      printf '{"Username": "ci", "Secret": "%s"}' "$password" >"$suite_work/keep"
      printf '#!/bin/sh\ncat "%s"\n' "$suite_work/keep" >"$suite_work/helpers/docker-credential-keep"
      chmod +x "$suite_work/helpers/docker-credential-keep"
      PATH=$suite_work/helpers:$PATH
      source_env=("DOCKER_CONFIG=$(docker_folder '{"credsStore": "keep"}')")
      ;;
    variable) source_env=("DOCKER_AUTH_CONFIG=$auths") ;;
    podman)
      printf '%s\n' "$auths" >"$suite_work/auth.json"
      source_env=("REGISTRY_AUTH_FILE=$suite_work/auth.json")
      ;;
    scoped)
      folder=$(docker_folder '{}')
      mkdir -p "$folder/buildx/config/$guarded/acme/cache"
      printf '%s\n' "$auths" >"$folder/buildx/config/$guarded/acme/cache/config.json"
      source_env=("DOCKER_CONFIG=$folder" "BUILDX_CONFIG=$folder/buildx")
      ;;
  esac
  if [ "$1" = scoped ]; then
    # buildx reads these files from 0.31 on, so nothing is pushed with them here.
    watched_run plan -v
    holds "$ci_run/document" found
  else
    watched_run run -v
    registry_snapshot guarded | grep -c "acme/cache:app--c-$(project_head "$repo") "
    no_argv_holds_a_secret
    # Neither the words themselves nor what docker would make of them.
    if grep -alF -e "$password" -e "${forms[3]}" "$ci_run"/record/*.environ; then return 1; fi
  fi
  log_without_masks
  for file in "$ci_run/log.rest" "$ci_run/document" "$ci_run/output" "$ci_run/summary"; do
    holds_no_secret "$file"
  done
  same "$(ls -A "$ci_run/tmp")" ''
  cp "$suite_work/before.yml" "$repo/.buildcache.yml"
  project_commit "$repo" 'Name the login again'
}

# Logging in for other steps shows the password to nobody.
login_command() {
  local folder
  folder=$(docker_folder '{}')
  source_env=("DOCKER_CONFIG=$folder" "REGISTRY_PASSWORD=$password")
  watched_run login "$guarded" --username ci --password-env REGISTRY_PASSWORD -v
  log_without_masks
  holds_no_secret "$ci_run/log.rest"
  holds_no_secret "$ci_run/document"
  same "$(stat -c %a "$folder/config.json")" 600
  python3 - "$ci_run/seen" "${forms[@]}" <<'PY'
import json, sys
seen = [json.loads(line) for line in open(sys.argv[1])]
argvs = [one["argv"] for one in seen if "argv" in one]
assert any("login" in argv for argv in argvs), argvs
assert not any(form in word for form in sys.argv[2:] for argv in argvs for word in argv), argvs
PY
}

signal_undoes_the_login() {
  sed -i '$a RUN sleep 61' "$repo/Dockerfile"
  project_commit "$repo" 'Sleep'
  ci_push "$repo" main
  mkdir -p "$ci_run/tmp"
  ci_env+=("REGISTRY_PASSWORD=$password" "BUILD_TOKEN=$env_secret" "TMPDIR=$ci_run/tmp")
  # shellcheck disable=SC2016
  ci_wrapper=(sh -c 'echo $$ >"$RECORD_DIR/pid"; exec "$@"' sh)
  ci_buildcache "$repo" run --target app >/dev/null &
  until grep -qsF 'sleep 61' "$ci_run"/record/*.err; do kill -0 "$!"; sleep 0.02; done
  find "$ci_run/tmp" -name config.json | grep .
  kill -TERM "$(<"$ci_run/record/pid")"
  exits 143 wait "$!"
  same "$(ls -A "$ci_run/tmp")" ''
  log_without_masks
  holds_no_secret "$ci_run/log.rest"
  holds_no_secret "$ci_run/summary"
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - secrets ($cell): the engine starts"
  exit 1
}
printf '%s' "$password" >"$suite_work/password"
guarded=$(engine registry start guarded --user ci --password-file "$suite_work/password")
project_make "$repo"
write_project
check "secrets ($cell): no log, output or summary holds one" run_shows_no_secret
ci_run=$(cd "$suite_work" && ls -td run.* | head -1) ci_run=$suite_work/$ci_run
check "secrets ($cell): masks come before anything else" masks_come_before_first_use
check "secrets ($cell): no process has one among its arguments" no_argv_holds_a_secret
check "secrets ($cell): children's environments hold what they need" children_get_what_they_need
check "secrets ($cell): the login's files are private, and gone afterwards" login_is_private_and_gone
check "secrets ($cell): the user's docker configuration is untouched" user_config_is_untouched
check "secrets ($cell): no plan holds one" plan_shows_no_secret
check "secrets ($cell): no dry run holds one" dry_run_shows_no_secret
check "secrets ($cell): a refused login is told without the password" refused_login_shows_no_secret
for source in auths helper variable podman scoped; do
  check "secrets ($cell): none shows where the password comes from elsewhere ($source)" password_from "$source"
done
check "secrets ($cell): login shows none" login_command
check "secrets ($cell): SIGTERM undoes the login" signal_undoes_the_login
exit "$suite_failed"
