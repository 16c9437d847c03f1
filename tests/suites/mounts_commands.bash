#!/usr/bin/env bash
# `buildcache mounts`: restored, saved, verified and cleared without a build.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-mounts-commands-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/faults.bash
. "$suite_dir/../support/faults.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

# Writes the configuration with the store $1, and further lines, $2.
configure() {
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  $1
targets:
  app:
    mounts: auto
    outputs: ["type=local,dest=$suite_work/out"]
${2:-}
YAML
}

# A project whose step shows what it finds in its mount, and then has 300,000 bytes of its own in it.
begin_project() {
  mkdir -p "$repo"
  git -c init.defaultBranch=main init -q "$repo"
  git -C "$repo" config user.name Developer
  git -C "$repo" config user.email developer@example.com
  cat >"$repo/Dockerfile" <<EOF
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS work
COPY code /code
RUN --mount=type=cache,target=/m mkdir /seen && if [ -e /m/number ]; then cp /m/number /seen; fi && \\
  cp /code /m/number && head -c 300000 /dev/urandom >/m/content
FROM scratch
COPY --from=work /seen /
EOF
}

# A build of a new commit whose number is $1.
builds() {
  rm -rf "$suite_work/out"
  echo "$1" >"$repo/code"
  project_commit "$repo" "Number $1"
  ci_push "$repo" main
  ci_buildcache "$repo" run
}

mounts() { mounts_of main "$@"; }

# As branch $1.
mounts_of() {
  ci_push "$repo" "$1"
  ci_buildcache "$repo" mounts "${@:2}"
}

restored_without_a_build() {
  builds 1
  engine reset
  mounts restore
  holds "$ci_run/document" '  /m: restored: '
  mounts restore
  holds "$ci_run/document" '  /m: kept'
  builds 2
  same "$(cat "$suite_work/out/number")" 1
}

saved_without_a_build() {
  echo 3 >"$repo/code"
  docker buildx build --quiet --output type=cacheonly "$repo"
  mounts save
  holds "$ci_run/document" '  /m: saved: '
  mounts save
  holds "$ci_run/document" '  /m: unchanged: '
  engine reset
  builds 4
  same "$(cat "$suite_work/out/number")" 3
}

# Prints where the mount stands on this machine.
mount_directory() {
  local found
  found=$(find "$(engine_directory)" -name content -size 300000c)
  same "$(wc -l <<<"$found")" 1 >&2
  dirname "$found"
}

attributes() { python3 "$suite_dir/../support/mount_attributes.py" "$1" "$(mount_directory)"; }

unusual_attributes_come_back() {
  builds 20
  attributes set
  attributes list >"$suite_work/before"
  grep -c 'user.of-a-directory' "$suite_work/before"
  grep -c -e '-1234567890123456790' "$suite_work/before"
  mounts save
  engine reset
  mounts restore
  attributes list >"$suite_work/after"
  diff "$suite_work/before" "$suite_work/after"
}

two_generations_stand_side_by_side() {
  git -C "$repo" checkout -q -b topic
  engine reset
  mounts_of topic restore
  rm -r "$(mount_directory)/folder"
  cp -r "$suite_dir/../support" "$(mount_directory)/folder"
  attributes list >"$suite_work/topic"
  mounts_of topic save
  holds "$ci_run/document" '  /m: saved: '
  engine reset
  mounts_of main restore
  attributes list | diff "$suite_work/before" -
  engine reset
  mounts_of topic restore
  attributes list | diff "$suite_work/topic" -
  git -C "$repo" checkout -q main
}

# Prints the digest of the pack of the mount's generation.
pack_of_mount() {
  local tag
  tag=$(registry_snapshot main | grep -o 'cache:[^ ]*--m-[^ ]*')
  registry_manifest main acme/cache "${tag#*:}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][1]["digest"])'
}

broken_generation_is_named() {
  local pack
  mounts verify
  holds "$ci_run/document" ': whole: 29'
  pack=$(pack_of_mount)
  registry_drop_blob main "$pack"
  exits 1 mounts verify
  holds "$ci_run/document" "$pack"
  holds "$ci_run/log" '1 of the stored generations cannot be restored'
  builds 5
  mounts verify
}

cleared_once() {
  mounts clear
  holds "$ci_run/document" ': removed'
  mounts list
  holds "$ci_run/document" 'nothing is stored yet'
  mounts clear
  holds "$ci_run/document" ': nothing is stored'
}

# The registry's own clean-up takes what no manifest names any more.
registry_loses_old_generations() {
  local first second
  builds 6
  first=$(registry_snapshot main | sed -n 's/.*--m-.* //p')
  builds 7
  second=$(registry_snapshot main | sed -n 's/.*--m-.* //p')
  builds 8
  same "$(registry_status "$first") $(registry_status "$second")" '404 200'
}

# Prints the status of the manifest with the digest $1.
registry_status() {
  python3 - "$BUILDCACHE_TEST_REGISTRY" "$1" <<'PY'
import sys, urllib.error, urllib.request
url = "http://%s/v2/acme/cache/manifests/%s" % tuple(sys.argv[1:])
request = urllib.request.Request(url, headers={"Accept": "application/vnd.oci.image.manifest.v1+json"})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print(error.code)
PY
}

local_store_does_not_grow() {
  local number blobs=$suite_work/caches/blobs/sha256
  configure "store: local
  path: $suite_work/caches"
  for number in 10 11 12 13; do
    echo "$number" >"$repo/code"
    docker buildx build --quiet --output type=cacheonly "$repo"
    mounts save
    holds "$ci_run/document" '  /m: saved: '
  done
  # One pack each, of bytes that cannot be made smaller.
  same "$(find "$blobs" -size +280k | wc -l)" 2
  mounts verify
  mounts clear
  same "$(find "$blobs" -size +280k | wc -l)" 0
}

passing_builder_is_refused() {
  configure "repository: $BUILDCACHE_TEST_REGISTRY/acme/cache" 'builder: {driver: docker-container}'
  exits 2 mounts restore
  holds "$ci_run/log" 'the builder is made for each run alone'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - mounts commands ($cell): the engine starts"
  exit 1
}
begin_project
configure "repository: $BUILDCACHE_TEST_REGISTRY/acme/cache"
check "mounts commands ($cell): restore fills an emptied builder" restored_without_a_build
check "mounts commands ($cell): save stores what another build left" saved_without_a_build
check "mounts commands ($cell): verify names what is broken, and the next build mends it" broken_generation_is_named
check "mounts commands ($cell): clear removes what this branch stored" cleared_once
check "mounts commands ($cell): a registry keeps two generations" registry_loses_old_generations
check "mounts commands ($cell): the local store keeps two generations" local_store_does_not_grow
configure "repository: $BUILDCACHE_TEST_REGISTRY/acme/cache"
check "mounts commands ($cell): extended attributes and times before 1970 are there again" unusual_attributes_come_back
check "mounts commands ($cell): two generations stand side by side" two_generations_stand_side_by_side
check "mounts commands ($cell): a builder that will be gone is refused" passing_builder_is_refused
exit "$suite_failed"
