#!/usr/bin/env bash
# scripts/engine: starts, empties and stops a real engine, and leaves nothing behind.
# Prints one "ok" or "not ok" line per test; exit 1 when one failed.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ENGINE_NAME='suite-engine'
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
work=$suite_work
trap 'engine down 2>/dev/null; ENGINE_NAME=suite-second engine down 2>/dev/null; rm -rf "$work"' EXIT

# Succeeds when command "$2..." fails and prints something that matches $1.
fails_with() {
  local pattern=$1
  shift
  if "$@" >"$work/failure" 2>&1; then echo "it succeeded: $*"; return 1; fi
  cat "$work/failure"
  grep -q -- "$pattern" "$work/failure"
}

context() {
  mkdir -p "$work/context"
  printf 'FROM %s/base:1\nRUN echo one >/one\nCOPY input /input\nRUN cat /one /input >/two\n' \
    "$BUILDCACHE_TEST_REGISTRY" >"$work/context/Dockerfile"
  echo hello >"$work/context/input"
}

answers() {
  [ "$(docker version --format '{{.Server.Version}}')" != '' ]
  docker info --format '{{.DriverStatus}}' | grep -c 'io.containerd.snapshotter'
}

second_up_is_idle() {
  local before
  before=$(docker info --format '{{.ID}}')
  engine up --private 2>&1 | grep 'is up already'
  [ "$(docker info --format '{{.ID}}')" = "$before" ]
}

cache_survives_reset() {
  context
  local ref=$BUILDCACHE_TEST_REGISTRY/suite/cache:1
  docker buildx build --progress=rawjson --output type=cacheonly "$work/context" \
    --cache-to "type=registry,ref=$ref,mode=max,image-manifest=true,compression=zstd" 2>"$work/cold"
  [ "$(cached_steps "$work/cold")" = 0 ]
  engine reset
  [ -z "$(docker buildx du | sed -n 's/^[a-z0-9]\{20,\}.*/&/p')" ]
  docker buildx build --progress=rawjson --output type=cacheonly "$work/context" \
    --cache-from "type=registry,ref=$ref" 2>"$work/warm"
  [ "$(cached_steps "$work/warm")" = 3 ]
}

base_is_reproducible() {
  local first root=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}
  first=$(engine base)
  mkdir -p "$work/again/images"
  cp -r "$root/images/base.debs" "$work/again/images/"
  (
    for part in say packages images; do
      # shellcheck source=/dev/null
      . "$engine_repository/scripts/lib/engine/$part.bash"
    done
    # shellcheck disable=SC2030
    engine_dir=$work/again
    image_make base
  )
  [ "${first#*@sha256:}" = "$(sha256sum "$work/again/images/base/manifest.json" | cut -d ' ' -f 1)" ]
}

registry_reset_empties() {
  registry_snapshot main | grep '^base:1 sha256:'
  engine reset --registry
  [ -z "$(registry_snapshot main)" ]
  engine base
}

engines_coexist() {
  local first
  first=$(docker info --format '{{.ID}}')
  ENGINE_NAME=suite-second engine up --private
  eval "$(ENGINE_NAME=suite-second engine env)"
  [ "$(docker info --format '{{.ID}}')" != "$first" ]
  ENGINE_NAME=suite-second engine base
  context
  docker buildx build "$work/context"
  ENGINE_NAME=suite-second engine down
  eval "$(engine env)"
  [ "$(docker info --format '{{.ID}}')" = "$first" ]
}

registry_asks_for_a_password() {
  local address
  printf 'pass word' >"$work/password"
  address=$(engine registry start guarded --user tester --password-file "$work/password")
  printf '{"auths":{"%s":{"auth":"%s"}}}' "$address" "$(printf 'tester:pass word' | base64)" \
    >"$work/config.json"
  context
  fails_with '401 Unauthorized' \
    docker buildx build --provenance=false --push -t "$address/guarded:1" "$work/context"
  mkdir -p "$work/docker"
  mv "$work/config.json" "$work/docker/"
  ln -s "$DOCKER_CONFIG/cli-plugins" "$work/docker/cli-plugins"
  DOCKER_CONFIG=$work/docker \
    docker buildx build --provenance=false --push -t "$address/guarded:1" "$work/context"
  registry_requests guarded | grep '^PUT /v2/guarded/manifests/1 201$'
}

read_only_registry_refuses() {
  local address
  address=$(engine registry start fixed --read-only)
  context
  fails_with '405 Method Not Allowed' \
    docker buildx build --provenance=false --push -t "$address/fixed:1" "$work/context"
}

tls_registry_shows_its_certificate() {
  local address root=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}
  address=$(engine registry start secure --tls)
  engine tool openssl s_client -connect "$address" -verify_return_error -verify_ip 127.0.0.1 \
    -CAfile "$root/instances/$ENGINE_NAME/registries/secure/ca.crt" </dev/null
}

stopped_registry_comes_back_on_its_port() {
  local address
  address=$(engine registry address main)
  engine registry stop main
  fails_with 'does not run' engine registry pid main
  engine registry start main
  [ "$(engine registry address main)" = "$address" ]
  registry_snapshot main | grep '^base:1 '
}

remote_driver_builds() {
  local endpoint
  endpoint=$(engine remote start)
  context
  docker buildx create --name suite-remote --driver remote "$endpoint"
  docker buildx build --builder suite-remote --output type=cacheonly "$work/context"
  docker buildx rm suite-remote
  engine remote stop
  [ ! -e "${endpoint#unix://}" ]
}

other_processes_are_left_alone() {
  local root=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine} other
  sleep 60 &
  other=$!
  mkdir -p "$root/instances/$ENGINE_NAME/registries/reused"
  printf '%s 1\n' "$other" >"$root/instances/$ENGINE_NAME/registries/reused/process"
  engine registry stop reused
  kill "$other"
}

down_leaves_nothing() {
  local root=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine} mark
  mark=$root/instances/$ENGINE_NAME
  engine down
  [ ! -e "$mark" ]
  if compgen -G "/run/buildcache-engine/$ENGINE_NAME-*"; then return 1; fi
  if grep -lzF "$mark/" /proc/[0-9]*/cmdline 2>/dev/null; then return 1; fi
  if grep -F "$mark/" /proc/self/mountinfo; then return 1; fi
}

hidden() {
  # Runs "$2..." where the mount points of $1 are hidden from it.
  local what=$1
  shift
  unshare -m bash -c 'mount --make-rprivate / && eval "$1" && shift && "$@"' hidden "$what" "$@"
}

no_root_is_said() {
  fails_with 'needs root' setpriv --reuid=65534 --regid=65534 --clear-groups \
    env BUILDCACHE_ENGINE_DIR="$work/nobody" "$engine_repository/scripts/engine" up --private
}

no_cgroups_is_said() {
  fails_with 'no cgroups' hidden 'umount -R -l /sys/fs/cgroup' \
    env BUILDCACHE_ENGINE_DIR="$work/none" "$engine_repository/scripts/engine" up --private
}

no_mirror_is_said() {
  fails_with 'no mirror' hidden 'mount -t tmpfs none /etc/apt' \
    env BUILDCACHE_ENGINE_DIR="$work/none" "$engine_repository/scripts/engine" up --private
}

mirrors_are_read_from_both_formats() {
  # shellcheck source=scripts/lib/engine/packages.bash
  . "$engine_repository/scripts/lib/engine/packages.bash"
  mkdir -p "$work/apt1/sources.list.d" "$work/apt2/sources.list.d"
  printf '%s\n' '# deb http://comment.test/debian bookworm main' \
    'deb http://security.test/debian bookworm-security main' \
    'deb [arch=amd64 signed-by=/k.gpg] https://list.test/debian bookworm main' >"$work/apt1/sources.list"
  printf '%s\n' 'Types: deb' 'Enabled: no' 'URIs: http://off.test/debian' 'Suites: bookworm' '' \
    'Types: deb' '# a comment' 'URIs: http://sources.test/debian' 'Suites: bookworm-updates' \
    ' bookworm' 'Components: main' >"$work/apt2/sources.list.d/debian.sources"
  [ "$(package_mirror bookworm "$work/apt1")" = https://list.test/debian ]
  [ "$(package_mirror bookworm "$work/apt2")" = http://sources.test/debian ]
  [ "$(package_mirror trixie "$work/apt2")" = '' ]
}

last_words_are_shown() {
  local cell=$work/broken/floor/root real
  real=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}/floor/root
  mkdir -p "$cell/usr/sbin"
  ln -s "$real/usr/bin" "$real/usr/lib" "$real/usr/libexec" "$cell/usr/"
  printf '#!/bin/sh\necho no room for another daemon; exit 1\n' >"$cell/usr/sbin/dockerd"
  chmod +x "$cell/usr/sbin/dockerd"
  BUILDCACHE_ENGINE_DIR=$work/broken fails_with 'no room for another daemon' engine up --private
  grep 'dockerd has ended at its start' "$work/failure"
  [ ! -e "$work/broken/instances/$ENGINE_NAME" ]
  if grep -lzF "$work/broken/" /proc/[0-9]*/cmdline; then return 1; fi
}

usage_is_exit_2() {
  local status=0
  engine up --suite old || status=$?
  [ "$status" = 2 ]
}

# A docker that answers what the machine's own Docker is asked for, and nothing else.
machine_docker_is_used() {
  local root=${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}
  mkdir -p "$work/bin" "$work/machine"
  ln -sfn "$root/floor" "$work/machine/floor"
  cat >"$work/bin/docker" <<'FAKE'
#!/usr/bin/env bash
echo "$*" >>"$FAKE_LOG"
case "$*" in
  'buildx version' | 'version --format {{.Server.Version}}') echo 1 ;;
  'context inspect --format {{.Endpoints.docker.Host}}') echo unix:///machine.sock ;;
  'buildx create --name buildcache-suite-engine --driver docker-container --driver-opt network=host --bootstrap') ;;
  'buildx rm --force buildcache-suite-engine') ;;
  *) echo "unexpected: $*" >&2; exit 99 ;;
esac
FAKE
  chmod +x "$work/bin/docker"
  export FAKE_LOG=$work/fake.log BUILDCACHE_ENGINE_DIR=$work/machine PATH=$work/bin:$PATH
  unset DOCKER_HOST
  engine up
  engine env | grep '^export DOCKER_HOST=unix:///machine.sock$'
  engine env | grep '^export BUILDX_BUILDER=buildcache-suite-engine$'
  engine reset
  engine down
  [ "$(grep -c 'buildx create' "$FAKE_LOG")" = 2 ]
  [ "$(grep -c 'buildx rm' "$FAKE_LOG")" = 2 ]
}

engine_begin "${1:-floor}" 2>"$work/begin" || { cat "$work/begin"; echo 'not ok - engine: up starts it'; exit 1; }
check 'engine: up starts an engine with the containerd image store' answers
check 'engine: a second up starts nothing' second_up_is_idle
check 'engine: a cache in the registry survives reset, the builder does not' cache_survives_reset
check 'engine: the base image has the same digest when made again' base_is_reproducible
check 'engine: reset --registry empties the registry' registry_reset_empties
check 'engine: two engines run side by side' engines_coexist
check 'engine: a registry with a password lets only that in' registry_asks_for_a_password
check 'engine: a read-only registry refuses a push' read_only_registry_refuses
check 'engine: a TLS registry is verified with its test authority' tls_registry_shows_its_certificate
check 'engine: a stopped registry comes back with its port and content' stopped_registry_comes_back_on_its_port
check 'engine: the remote driver builds through the bridge' remote_driver_builds
check 'engine: a reused process number is not stopped' other_processes_are_left_alone
check 'engine: down leaves no process, mount or state' down_leaves_nothing
check 'engine: without root it says so' no_root_is_said
check 'engine: a daemon that ends at its start is quoted and cleaned up after' last_words_are_shown
if awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo; then
  check 'engine: without cgroups it says so' no_cgroups_is_said
  check 'engine: without a mirror it says so' no_mirror_is_said
else
  skip 'engine: without cgroups it says so' 'nothing can be hidden in a plain chroot'
  skip 'engine: without a mirror it says so' 'nothing can be hidden in a plain chroot'
fi
check "engine: the mirror is read from both of apt's formats" mirrors_are_read_from_both_formats
check 'engine: a wrong suite is a usage error' usage_is_exit_2
check "engine: the machine's own Docker is used through a builder of ours" machine_docker_is_used
exit "$suite_failed"
