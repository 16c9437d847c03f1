#!/usr/bin/env bash
# Builders other than buildx's current one: a BuildKit at an address, and one that is named.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-remote-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'tls_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

with_builder() {
  sed -i '/^builder:/d' "$repo/.buildcache.yml"
  echo "builder: $1" >>"$repo/.buildcache.yml"
  project_commit "$repo" 'Choose a builder' || true
}

builders() { docker buildx ls | awk '/^[^ ]/ { print $1 }' | LC_ALL=C sort; }

remote_builds_and_exports() {
  local before
  before=$(builders)
  with_builder "{driver: remote, endpoint: '$endpoint'}"
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  [[ $(ci_output digest) == sha256:* ]]
  registry_snapshot main | grep -c "acme/cache:app--c-$(project_head "$repo") "
  ci_argv 0 | grep -A1 -x -- --builder | grep '^buildcache-'
  same "$(builders)" "$before"
}

remote_finds_the_cache() {
  engine reset
  endpoint=$(engine remote start)
  remote_again
  same "$(ci_cached)" 4
}

remote_again() {
  with_builder "{driver: remote, endpoint: '$endpoint'}"
  ci_push "$repo" main
  ci_buildcache "$repo" run
}

# The builder is gone, too, when the build fails.
failed_build_leaves_no_builder() {
  local before
  before=$(builders)
  sed -i '$a RUN exit 3' "$repo/Dockerfile"
  ci_push "$repo" main
  exits 1 ci_buildcache "$repo" run
  same "$(builders)" "$before"
  git -C "$repo" checkout -q Dockerfile
}

no_answer_is_an_engine_error() {
  local before
  before=$(builders)
  with_builder "{driver: remote, endpoint: 'unix://$suite_work/nobody.sock'}"
  ci_push "$repo" main
  ci_wrapper=(timeout -k 5 90)
  exits 5 ci_buildcache "$repo" run
  holds "$ci_run/log" "$suite_work/nobody.sock"
  same "$(builders)" "$before"
}

named_builder_is_used_and_kept() {
  docker buildx create --name suite-named --driver remote "$endpoint" >/dev/null
  with_builder '{use: suite-named}'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  ci_argv 0 | grep -A1 -x -- --builder | grep -x suite-named
  builders | grep -x 'suite-named\*\?'
  docker buildx rm suite-named
}

unknown_name_is_an_engine_error() {
  with_builder '{use: no-such-builder}'
  ci_push "$repo" main
  exits 5 ci_buildcache "$repo" run
  holds "$ci_run/log" 'no-such-builder'
}

docker_driver_is_used() {
  with_builder '{driver: docker}'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  [[ $(ci_output digest) == sha256:* ]]
}

no_engine_is_an_engine_error() {
  with_builder '{driver: docker}'
  ci_push "$repo" main
  ci_env+=("DOCKER_HOST=unix://$suite_work/nobody.sock")
  exits 5 ci_buildcache "$repo" run
  ci_buildcache "$repo" plan
  holds "$ci_run/document" 'assumed'
}

container_builds() {
  local before
  before=$(builders)
  with_builder '{driver: docker-container, driver-opts: {network: host}}'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  registry_snapshot main | grep -c "acme/cache:app--c-$(project_head "$repo") "
  ci_argv 0 | grep -A1 -x -- --builder | grep '^buildcache-'
  same "$(builders)" "$before"
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 4
}

# --- TLS ----------------------------------------------------------------------------------------

# Makes a certificate $1 for the name $2, signed by the authority $3, which is made when missing.
certificate() {
  local name=$1 subject=$2 authority=$3
  [ -f "$authority.key" ] || engine tool openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
    -nodes -days 2 -subj "/CN=$(basename "$authority")" -keyout "$authority.key" -out "$authority.pem"
  engine tool openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$subject" \
    -addext "subjectAltName=DNS:$subject" -keyout "$name.key" -out "$name.csr"
  engine tool openssl x509 -req -in "$name.csr" -CA "$authority.pem" -CAkey "$authority.key" \
    -CAcreateserial -days 2 -copy_extensions copy -out "$name.pem"
}

# Puts TLS with client certificates in front of the BuildKit at $endpoint; sets tls_endpoint.
tls_begin() {
  local tls=$repo/tls
  mkdir -p "$tls"
  (cd "$tls" && certificate server buildkit.test "$PWD/authority" &&
    certificate client client "$PWD/authority" && certificate stranger client "$PWD/others") \
    >"$suite_work/tls.log" 2>&1
  echo /tls >>"$repo/.git/info/exclude"
  python3 "$project_support/tls_proxy.py" "${endpoint#unix://}" "$suite_work/tls.port" \
    "$tls/authority.pem" "$tls/server.pem" "$tls/server.key" >>"$suite_work/tls.log" 2>&1 &
  echo $! >"$suite_work/tls.pid"
  until [ -s "$suite_work/tls.port" ]; do
    kill -0 "$(<"$suite_work/tls.pid")" || { cat "$suite_work/tls.log"; return 1; }
    sleep 0.02
  done
}

tls_end() { [ ! -s "$suite_work/tls.pid" ] || kill "$(<"$suite_work/tls.pid")" 2>/dev/null || true; }

# A builder over TLS with the options $1.
with_tls() { with_builder "{driver: remote, endpoint: 'tcp://127.0.0.1:$(<"$suite_work/tls.port")', driver-opts: {$1}}"; }

tls_builds() {
  tls_begin
  with_tls 'cacert: tls/authority.pem, cert: tls/client.pem, key: tls/client.key, servername: buildkit.test'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  [[ $(ci_output digest) == sha256:* ]]
  registry_snapshot main | grep -c "acme/cache:app--c-$(project_head "$repo") "
}

# Options $1 must end in an engine error that holds $2.
tls_refused() {
  local before
  before=$(builders)
  with_tls "$1"
  ci_push "$repo" main
  ci_wrapper=(timeout -k 5 90)
  exits 5 ci_buildcache "$repo" run
  holds "$ci_run/log" "$2"
  same "$(builders)" "$before"
}

tls_wrong_authority() {
  tls_refused 'cacert: tls/others.pem, cert: tls/client.pem, key: tls/client.key, servername: buildkit.test' \
    'servername'
}

tls_stranger() {
  tls_refused 'cacert: tls/authority.pem, cert: tls/stranger.pem, key: tls/stranger.key, servername: buildkit.test' \
    'servername'
}

tls_file_missing() {
  with_tls 'cacert: tls/no-such.pem'
  ci_push "$repo" main
  exits 3 ci_buildcache "$repo" run
  holds "$ci_run/log" "builder.driver-opts.cacert: there is no file $repo/tls/no-such.pem"
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - remote builder ($cell): the engine starts"
  exit 1
}
project_make "$repo"
endpoint=$(engine remote start)
check "remote builder ($cell): a BuildKit at an address builds, pushes and exports" remote_builds_and_exports
check "remote builder ($cell): on an emptied builder the cache is found" remote_finds_the_cache
endpoint=$(engine remote start)
check "remote builder ($cell): a failed build leaves no builder" failed_build_leaves_no_builder
check "remote builder ($cell): TLS with a client certificate" tls_builds
check "remote builder ($cell): an authority that is not trusted is an engine error" tls_wrong_authority
check "remote builder ($cell): a client that is not trusted is an engine error" tls_stranger
check "remote builder ($cell): a certificate that is not there is a configuration error" tls_file_missing
check "remote builder ($cell): nobody at the address is an engine error" no_answer_is_an_engine_error
check "remote builder ($cell): a named builder is used and kept" named_builder_is_used_and_kept
check "remote builder ($cell): an unknown name is an engine error" unknown_name_is_an_engine_error
check "remote builder ($cell): the docker driver by name" docker_driver_is_used
check "remote builder ($cell): no engine is an engine error, and a plan all the same" no_engine_is_an_engine_error
container='a docker-container builder builds, exports and is removed'
if timeout 120 docker pull -q moby/buildkit:buildx-stable-1 >"$suite_work/pull" 2>&1; then
  check "remote builder ($cell): $container" container_builds
else
  skip "remote builder ($cell): $container" "moby/buildkit, its image, cannot be pulled here"
fi
exit "$suite_failed"
