#!/usr/bin/env bash
# A registry behind a token service: asking, building, pushing and importing with bearer tokens.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-tokens-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/tokens.bash
. "$suite_dir/../support/tokens.bash"
trap 'tokens_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
password='pass-of-the-token-service-0123456789'
identity='identity-token-of-ci-0123456789'
reader='pass-of-the-reader-0123456789'
users='{"ci": {"password": "'$password'", "identity": "'$identity'", "actions": ["pull", "push"]},
  "reader": {"password": "'$reader'", "actions": ["pull"]}}'

# A run of main with the docker configuration in folder $1 and further words for `run`.
runs_in() {
  local docker=$1 status=0
  shift
  tokens_forget
  ci_push "$repo" main
  ci_env+=("DOCKER_CONFIG=$docker")
  ci_buildcache "$repo" run "$@" || status=$?
  # Masks name what GitHub is to hide; nothing else may.
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  for file in shown output summary document; do
    for secret in "$password" "$identity" "$reader" eyJ; do
      lacks "$ci_run/$file" "$secret"
    done
  done
  [ ! -e "$tokens/unexpected" ] || { cat "$tokens/unexpected"; return 1; }
  return "$status"
}

# Prints a new folder like the engine's docker configuration whose config.json is $1.
docker_folder() {
  local folder
  folder=$(mktemp -d "$suite_work/docker.XXXXXX")
  cp -r "$DOCKER_CONFIG/." "$folder/"
  printf '%s\n' "$1" >"$folder/config.json"
  printf '%s' "$folder"
}

auths_of() { printf '{"auths": {"%s": {"auth": "%s"}}}' "$guarded" "$(printf '%s:%s' "$1" "$2" | base64 -w 0)"; }

user_and_password() {
  local folder
  folder=$(docker_folder "$(auths_of ci "$password")")
  runs_in "$folder"
  same "$(ci_cached)" 0
  registry_snapshot guarded | grep -c "acme/cache:app--c-$(project_head "$repo") "
  engine reset
  runs_in "$folder"
  same "$(ci_cached)" 4
  # One token for all that is asked with the same scope, however many candidates there are.
  same "$(tokens_given '^GET ci buildcache repository:acme/cache:pull$')" 1
  same "$(tokens_given '^POST ci buildcache')" 0
}

login_gives_an_identity_token() {
  folder=$(docker_folder '{}')
  printf '%s' "$password" | env "DOCKER_CONFIG=$folder" "$buildcache" login "$guarded" -u ci --password-stdin
  holds "$folder/config.json" "\"identitytoken\": \"$identity\""
  lacks "$folder/config.json" "$password"
  printf '%s' "$folder" >"$suite_work/identity.folder"
}

identity_token() {
  local folder
  folder=$(<"$suite_work/identity.folder")
  # From here on nobody can come with the password.
  sed -i 's/"password": "[^"]*of-the-token[^"]*", //' "$tokens/users.json"
  project_change "$repo" src/main.c 'int main() { return 1; }'
  engine reset
  runs_in "$folder"
  same "$(ci_cached)" 2
  registry_snapshot guarded | grep -c "acme/cache:app--c-$(project_head "$repo") "
  same "$(tokens_given '^POST ci buildcache repository:acme/cache:pull$')" 1
  [ "$(tokens_given '^POST ci buildkit-client repository:acme/app:.*push')" -gt 0 ]
  same "$(tokens_given '^GET')" 0
}

# Announced to live for minutes, ended after seconds: the registry's 401 is answered with a new one.
tokens_end_early() {
  echo 2 >"$tokens/hasty"
  project_change "$repo" src/main.c 'int main() { return 2; }'
  sed -i 's/^RUN cat/RUN sleep 3; cat/' "$repo/Dockerfile"
  project_commit "$repo" 'Take longer'
  runs_in "$(<"$suite_work/identity.folder")"
  rm "$tokens/hasty"
  registry_snapshot guarded | grep -c "acme/cache:app--c-$(project_head "$repo") "
  [ "$(tokens_given '^POST ci buildcache repository:acme/cache:pull')" -gt 2 ]
}

# Tokens with fewer rights than asked for show at the next request only.
reading_alone() {
  local before
  before=$(registry_snapshot guarded)
  project_change "$repo" src/main.c 'int main() { return 3; }'
  engine reset
  runs_in "$(docker_folder "$(auths_of reader "$reader")")" --no-push
  same "$(ci_cached)" 2
  same "$(registry_snapshot guarded)" "$before"
  holds "$ci_run/log" 'see whether these credentials may push to the cache repository'
}

wrong_password() {
  exits 1 runs_in "$(docker_folder "$(auths_of ci wrong)")"
  holds "$ci_run/log" 'incorrect username or password'
}

# The realm is on another loopback address: nothing may be sent there.
foreign_realm() {
  local foreign
  foreign=$(tokens_registry foreign "http://127.0.0.2:$(<"$tokens/port")/token")
  tokens_forget
  project_make "$suite_work/foreign" "$foreign"
  ci_push "$suite_work/foreign" main
  ci_env+=("DOCKER_CONFIG=$(docker_folder "${auths//$guarded/$foreign}")")
  ci_buildcache "$suite_work/foreign" plan
  holds "$ci_run/document" 'names the token service http://127.0.0.2'
  holds "$ci_run/document" 'unauthorized'
  [ ! -e "$tokens/log" ]
}

if ! { engine_begin "$cell" && tokens_begin "$users"; } >"$suite_work/begin" 2>&1; then
  cat "$suite_work/begin"
  echo "not ok - token server ($cell): engine and token service start"
  exit 1
fi
auths=$(auths_of ci "$password")
project_make "$repo" "$guarded"
check "token server ($cell): user and password ask, build, push and import" user_and_password
check "token server ($cell): login keeps the identity token instead of the password" login_gives_an_identity_token
check "token server ($cell): an identity token asks, builds, pushes and imports" identity_token
check "token server ($cell): tokens that end early are renewed" tokens_end_early
check "token server ($cell): who may only read builds with the cache and writes none" reading_alone
check "token server ($cell): a refused password is told in the service's words" wrong_password
check "token server ($cell): nobody is followed to a token service elsewhere" foreign_realm
exit "$suite_failed"
