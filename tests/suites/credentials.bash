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
[ "\$1" = get ] || exit 3
read -r server
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
  registry_snapshot guarded | grep -q "acme/cache:app--c-$(project_head "$repo") "
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

# Caches are passed over with the helper's words; the product's push fails with docker's.
broken_helper() {
  changed
  touch "$suite_work/helper.broken"
  exits 1 runs_with '{"credsStore": "suite"}'
  rm "$suite_work/helper.broken"
  holds "$ci_run/log" 'unauthorized'
  holds "$ci_run/log" 'docker-credential-suite failed: the keychain is locked'
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
check "credentials ($cell): a helper that fails is quoted, and only the push fails" broken_helper
exit "$suite_failed"
