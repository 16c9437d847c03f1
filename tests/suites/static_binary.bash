#!/usr/bin/env bash
# The release binary alone in a root directory or an image: it starts, plans, resolves names and
# verifies TLS.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-static-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'stop_name_server; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
root=$suite_work/root
name_server_address=127.0.0.77
chroot=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)

is_static() {
  local headers
  headers=$(readelf -W -l -d "$buildcache")
  if grep -E 'INTERP|NEEDED' <<<"$headers"; then return 1; fi
}

is_stripped() {
  if readelf -W -S "$buildcache" | grep -E '\.symtab|\.debug_'; then return 1; fi
}

# A root directory with the binary, and $1's configuration for the repository at /shop.
make_root() {
  rm -rf "$root"
  mkdir -p "$root"
  cp "$buildcache" "$root/buildcache"
  cp -r "$repo" "$root/shop"
  [ -z "${1:-}" ] || sed -i "s|repository: .*|repository: $1/acme/cache|" "$root/shop/.buildcache.yml"
}

# Runs the binary in that root directory with an empty environment but "NAME=VALUE..." words first.
alone() {
  local variables=()
  while [[ ${1:-} == *=* ]]; do
    variables+=("$1")
    shift
  done
  env -i "${variables[@]}" "$chroot" "$root" /buildcache "$@" >"$suite_work/out" 2>"$suite_work/err" || {
    local status=$?
    cat "$suite_work/out" "$suite_work/err"
    return "$status"
  }
  cat "$suite_work/out" "$suite_work/err"
}

starts() {
  make_root
  same "$(cd "$root" && ls -A)" $'buildcache\nshop'
  alone version
  grep -E '^buildcache [0-9]+\.' "$suite_work/out"
  alone validate /shop/.buildcache.yml
  alone schema | python3 -c 'import json, sys; json.loads(sys.stdin.read())'
}

# Fails unless the plan in $suite_work/out found HEAD's cache.
found_the_cache() {
  python3 - "$suite_work/out" "$(project_head "$repo")" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
assert plan["git"]["head"] == sys.argv[2], plan["git"]
verdicts = {one["ref"].rsplit(":", 1)[1]: (one["verdict"], one["reason"])
            for one in plan["targets"][0]["candidates"]}
assert verdicts["app--c-" + sys.argv[2]][0] == "found", verdicts
PY
}

# The arguments of a plan that looks for HEAD's cache.
plan_words=(plan -C /shop --format json --event push --branch main --default-branch main)

plans_offline() {
  make_root
  alone "${plan_words[@]}" --offline
  python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["git"]["branch"] == "main"' \
    "$suite_work/out"
}

resolves_localhost() {
  make_root "localhost:${BUILDCACHE_TEST_REGISTRY##*:}"
  alone "${plan_words[@]}"
  found_the_cache
}

verifies_with_a_named_file() {
  make_root "$secure"
  mkdir -p "$root/etc"
  echo '127.0.0.1 registry.test' >"$root/etc/hosts"
  cp "$authority" "$root/ca.crt"
  alone SSL_CERT_FILE=/ca.crt "${plan_words[@]}"
  found_the_cache
}

verifies_with_certs_d() {
  make_root "$secure"
  mkdir -p "$root/etc/docker/certs.d/$secure"
  echo '127.0.0.1 registry.test' >"$root/etc/hosts"
  cp "$authority" "$root/etc/docker/certs.d/$secure/ca.crt"
  alone "${plan_words[@]}"
  found_the_cache
}

verifies_with_a_distributions_bundle() {
  local place
  for place in etc/ssl/certs/ca-certificates.crt etc/pki/tls/certs/ca-bundle.crt etc/ssl/cert.pem; do
    make_root "$secure"
    mkdir -p "$root/etc" "$root/${place%/*}"
    echo '127.0.0.1 registry.test' >"$root/etc/hosts"
    cp "$authority" "$root/$place"
    alone "${plan_words[@]}"
    found_the_cache
  done
}

without_authorities_says_what_to_do() {
  make_root "$secure"
  mkdir -p "$root/etc"
  echo '127.0.0.1 registry.test' >"$root/etc/hosts"
  alone "${plan_words[@]}"
  says_unreachable 'SSL_CERT_FILE'
}

with_a_foreign_authority_says_what_to_do() {
  make_root "$secure"
  mkdir -p "$root/etc"
  echo '127.0.0.1 registry.test' >"$root/etc/hosts"
  engine registry start other --tls >/dev/null
  cp "$(authority_of other)" "$root/ca.crt"
  alone SSL_CERT_FILE=/ca.crt "${plan_words[@]}"
  says_unreachable 'cannot trust registry.test'
  says_unreachable 'SSL_CERT_FILE'
}

# Fails unless the plan says that HEAD's cache could not be asked for, and why: $1.
says_unreachable() {
  python3 - "$suite_work/out" "$1" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
candidate = plan["targets"][0]["candidates"][0]
assert candidate["verdict"] == "unreachable" and sys.argv[2] in candidate["reason"], candidate
PY
}

resolves_through_a_name_server() {
  make_root "$secure"
  mkdir -p "$root/etc"
  echo "nameserver $name_server_address" >"$root/etc/resolv.conf"
  cp "$authority" "$root/ca.crt"
  start_name_server || return 1
  alone SSL_CERT_FILE=/ca.crt "${plan_words[@]}"
  stop_name_server
  found_the_cache
}

start_name_server() {
  python3 "$project_support/name_server.py" "$name_server_address" registry.test >"$suite_work/names" 2>&1 &
  echo "$!" >"$suite_work/names.pid"
  until grep -q ready "$suite_work/names"; do
    kill -0 "$!" || { cat "$suite_work/names"; return 1; }
    sleep 0.02
  done
}

stop_name_server() {
  [ -s "$suite_work/names.pid" ] || return 0
  kill "$(<"$suite_work/names.pid")" 2>/dev/null || true
  rm -f "$suite_work/names.pid"
}

unknown_name_is_said() {
  make_root "registry.invalid:1"
  cp "$authority" "$root/ca.crt"
  alone SSL_CERT_FILE=/ca.crt "${plan_words[@]}"
  says_unreachable 'cannot resolve the name registry.invalid'
  says_unreachable '/etc/resolv.conf'
}

# An image of nothing but the binary, the repository and the authority.
runs_in_an_empty_image() {
  make_root "$secure"
  cp "$authority" "$root/ca.crt"
  printf 'FROM scratch\nCOPY . /\nENV SSL_CERT_FILE=/ca.crt\nENTRYPOINT ["/buildcache"]\n' \
    >"$suite_work/Dockerfile"
  docker buildx build -q -f "$suite_work/Dockerfile" -t suite-static --load "$root"
  docker run --rm --network host suite-static version
  docker run --rm --network host --add-host registry.test:127.0.0.1 suite-static "${plan_words[@]}" \
    >"$suite_work/out" 2>"$suite_work/err" || { cat "$suite_work/err"; return 1; }
  found_the_cache
}

authority_of() {
  printf '%s/registries/%s/ca.crt' \
    "${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}/instances/$ENGINE_NAME" "$1"
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - static binary ($cell): the engine starts"
  exit 1
}
project_make "$repo"
secure=$(engine registry start secure --tls --content-of main)
secure=registry.test:${secure##*:}
authority=$(authority_of secure)
ci_push "$repo" main
ci_buildcache "$repo" run >"$suite_work/first" 2>&1 || cat "$suite_work/first"
check "static binary ($cell): it needs no interpreter and no library" is_static
check "static binary ($cell): it is stripped" is_stripped
check "static binary ($cell): it starts where nothing else is" starts
check "static binary ($cell): it plans offline there" plans_offline
check "static binary ($cell): it knows localhost without any file" resolves_localhost
check "static binary ($cell): it trusts the authority in SSL_CERT_FILE" verifies_with_a_named_file
check "static binary ($cell): it trusts the authority in certs.d" verifies_with_certs_d
check "static binary ($cell): it trusts the distributions' bundles" verifies_with_a_distributions_bundle
check "static binary ($cell): without authorities it says what to do" without_authorities_says_what_to_do
check "static binary ($cell): with a foreign authority it says what to do" with_a_foreign_authority_says_what_to_do
check "static binary ($cell): it says which name it cannot resolve" unknown_name_is_said
if [ "$(id -u)" = 0 ]; then
  check "static binary ($cell): it resolves through resolv.conf's name server" resolves_through_a_name_server
else
  skip "static binary ($cell): it resolves through resolv.conf's name server" 'port 53 needs root'
fi
check "static binary ($cell): it runs in an image with nothing else" runs_in_an_empty_image
exit "$suite_failed"
