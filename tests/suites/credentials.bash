#!/usr/bin/env bash
# Where a registry's password may come from: what buildcache asks with is what docker pushes with.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-credentials-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
password='pass-of-the-registry-0123456789'
auth=$(printf 'ci:%s' "$password" | base64 -w 0)

# Installs docker-credential-suite, which knows the password of the guarded registry alone, or
# fails when its file says so.
install_helper() {
  mkdir -p "$suite_work/helpers"
  printf '%s' "$password" >"$suite_work/helper.secret"
  cat >"$suite_work/helpers/docker-credential-suite" <<HELPER
#!/bin/sh
if [ "\$1" = store ]; then cat >"$suite_work/helper.stored"; exit; fi
read -r server
if [ "\$1" = erase ]; then echo "\$server" >"$suite_work/helper.erased"; exit; fi
[ "\$1" = get ] || exit 3
echo "asked for \$server" >>"$suite_work/helper.log"
[ ! -e "$suite_work/helper.broken" ] || { echo 'the keychain is locked' >&2; exit 1; }
if [ "\$server" = "$guarded" ]; then
  printf '{"ServerURL":"%s","Username":"ci","Secret":"%s"}\n' "\$server" "\$(cat "$suite_work/helper.secret")"
else
  echo 'credentials not found in native keychain'
  exit 1
fi
HELPER
  chmod +x "$suite_work/helpers/docker-credential-suite"
}

# A run of main whose docker configuration is the JSON $1; $2...: further variables of its own.
runs_with() {
  local config=$1 status=0
  shift
  ci_push "$repo" main
  mkdir -p "$ci_run/docker"
  cp -r "$DOCKER_CONFIG/." "$ci_run/docker/"
  printf '%s\n' "$config" >"$ci_run/docker/config.json"
  ci_env+=("DOCKER_CONFIG=$ci_run/docker" "$@")
  ci_buildcache "$repo" run || status=$?
  # Masks name what GitHub is to hide; nothing else may.
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  for file in shown output summary document; do
    lacks "$ci_run/$file" "$password"
    lacks "$ci_run/$file" "$auth"
  done
  return "$status"
}

# The plan found the cache, the product was pushed, the cache was written.
all_went_well() {
  holds "$ci_run/log" 'use branch      found'
  [[ $(ci_output digest) == sha256:* ]]
  registry_snapshot guarded | grep -c "acme/cache:app--c-$(project_head "$repo") "
}

changed() { project_change "$repo" src/main.c "int main() { return $RANDOM; }"; }

stored_auths() {
  runs_with "{\"auths\": {\"$guarded\": {\"auth\": \"$auth\"}}}"
  [[ $(ci_output digest) == sha256:* ]]
}

store_helper() {
  changed
  rm -f "$suite_work/helper.log"
  runs_with '{"credsStore": "suite"}'
  all_went_well
  grep -q "asked for $guarded" "$suite_work/helper.log"
}

host_helper() {
  changed
  runs_with "{\"credHelpers\": {\"$guarded\": \"suite\"}}"
  all_went_well
}

auth_variable() {
  changed
  runs_with '{}' "DOCKER_AUTH_CONFIG={\"auths\": {\"$guarded\": {\"auth\": \"$auth\"}}}"
  all_went_well
}

# buildx knows nothing of Podman's files.
podman_file() {
  changed
  printf '{"auths": {"%s": {"auth": "%s"}}}\n' "$guarded" "$auth" >"$suite_work/auth.json"
  runs_with '{}' "REGISTRY_AUTH_FILE=$suite_work/auth.json"
  all_went_well
}

# buildx reads these from 0.31 on; here only buildcache does.
scoped_file() {
  ci_push "$repo" main
  mkdir -p "$ci_run/docker/buildx/config/$guarded/acme/cache@pull"
  printf '{"auths": {"%s": {"auth": "%s"}}}\n' "$guarded" "$auth" \
    >"$ci_run/docker/buildx/config/$guarded/acme/cache@pull/config.json"
  ci_env+=("DOCKER_CONFIG=$ci_run/docker" "BUILDX_CONFIG=$ci_run/docker/buildx")
  ci_buildcache "$repo" plan
  holds "$ci_run/document" "found"
  lacks "$ci_run/document" unauthorized
  lacks "$ci_run/log" "$password"
}

# Caches are passed over with the helper's words; the product's push fails with docker's.
broken_helper() {
  changed
  touch "$suite_work/helper.broken"
  exits 1 runs_with '{"credsStore": "suite"}'
  rm "$suite_work/helper.broken"
  holds "$ci_run/log" 'unauthorized'
  holds "$ci_run/log" 'docker-credential-suite failed: the keychain is locked'
}

# A docker configuration of its own, as a job starts with one, and a place beside the log.
login_folder() {
  login=$(mktemp -d "$suite_work/login.XXXXXX")
  cp -r "$DOCKER_CONFIG/." "$login/"
  printf '%s\n' "${1:-{\}}" >"$login/config.json"
}

buildcache_in() { env "DOCKER_CONFIG=$login" "$@" 2>"$login/log"; }

# Pushes with what docker and buildx find in the login's folder alone.
buildx_pushes() {
  env "DOCKER_CONFIG=$login" docker buildx build --quiet --push --tag "$guarded/acme/login:$1" \
    --file - "$repo" <<<"FROM $BUILDCACHE_TEST_REGISTRY/base:1"
}

login_then_buildx_pushes() {
  login_folder '{"detachKeys": "ctrl-p"}'
  exits 1 buildx_pushes before
  printf '%s\n' "$password" |
    buildcache_in "$buildcache" login "$guarded" --username ci --password-stdin
  buildx_pushes after
  holds "$login/config.json" '"detachKeys": "ctrl-p"'
  same "$(stat -c %a "$login/config.json")" 600
  lacks "$login/log" "$password"
  registry_snapshot guarded | grep -c '^acme/login:after '
  buildcache_in "$buildcache" logout "$guarded"
  exits 1 buildx_pushes gone
  lacks "$login/config.json" "$guarded"
}

login_by_variable_through_a_link() {
  login_folder
  mkdir "$login/real"
  mv "$login/config.json" "$login/real/config.json"
  ln -s real/config.json "$login/config.json"
  buildcache_in env "THE_PASSWORD=$password" \
    "$buildcache" login "$guarded" -u ci --password-env THE_PASSWORD
  [ -L "$login/config.json" ]
  buildx_pushes link
}

login_with_a_helper() {
  login_folder '{"credsStore": "suite"}'
  printf '%s' "$password" | buildcache_in "$buildcache" login "$guarded" -u ci --password-stdin
  same "$(jq_of "$suite_work/helper.stored" Secret)" "$password"
  lacks "$login/config.json" "$auth"
  buildx_pushes helper
  buildcache_in "$buildcache" logout "$guarded"
  same "$(<"$suite_work/helper.erased")" "$guarded"
}

jq_of() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }

refused_login() {
  login_folder
  exits 1 buildcache_in env WRONG=no-such-password-here \
    "$buildcache" login "$guarded" -u ci --password-env WRONG
  holds "$login/log" "answered 401: UNAUTHORIZED: authentication required"
  lacks "$login/log" no-such-password-here
  same "$(<"$login/config.json")" '{}'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - credentials ($cell): the engine starts"
  exit 1
}
printf '%s' "$password" >"$suite_work/password"
guarded=$(engine registry start guarded --user ci --password-file "$suite_work/password")
install_helper
PATH=$suite_work/helpers:$PATH
project_make "$repo" "$guarded"
check "credentials ($cell): the auths of docker's config.json" stored_auths
check "credentials ($cell): a helper for all hosts" store_helper
check "credentials ($cell): a helper for one host" host_helper
check "credentials ($cell): DOCKER_AUTH_CONFIG, which older dockers do not read" auth_variable
check "credentials ($cell): Podman's file, which docker does not read" podman_file
check "credentials ($cell): a file of buildx for one repository and action" scoped_file
check "credentials ($cell): a helper that fails is quoted, and only the push fails" broken_helper
check "credentials ($cell): after buildcache login docker buildx pushes, after logout no more" login_then_buildx_pushes
check "credentials ($cell): login with a password from the environment, through a symlink" login_by_variable_through_a_link
check "credentials ($cell): login into a credential helper, and out of it" login_with_a_helper
check "credentials ($cell): a refused login says why and stores nothing" refused_login
exit "$suite_failed"
