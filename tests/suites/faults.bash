#!/usr/bin/env bash
# Caches and registries that fail: the build goes on and the summary says why; a product that
# cannot be pushed fails with the registry's own words.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-faults-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/faults.bash
. "$suite_dir/../support/faults.bash"
trap 'faulty_stop; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
bound=60 # seconds any of these runs may take

# Points the repository's caches at registry address $1 and its images at $2 (default: main's).
caches_at() {
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  repository: $1/acme/cache
  timeout: {probe: 3s, import: 5s, export: 8s}
targets:
  app:
    tags: ["${2:-$BUILDCACHE_TEST_REGISTRY}/acme/app:{short-sha}"]
    push: true
YAML
}

# Runs the build of main on the repository, which must end well within the bound.
builds() {
  local start=$SECONDS
  ci_push "$repo" main
  ci_wrapper=(timeout -k 5 "$bound")
  exits 0 ci_buildcache "$repo" run
  [ $((SECONDS - start)) -lt "$bound" ]
  [[ $(ci_output digest) == sha256:* ]]
}

# Fills the cache registry with main's cache, through the address it is later asked at.
fill() {
  caches_at "$1"
  builds
}

stopped_registry() {
  fill "$caches"
  engine registry stop caches
  engine reset
  builds
  ci_summary_says "$caches"
  ci_summary_says 'cannot connect'
}

# Fault $1 for buildcache and BuildKit alike; the summary shows $2.
answers_with() {
  faulty_start "$caches" "$1"
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says "$2"
}

# Fault $1 of manifests; the summary shows $2.
broken_manifests() {
  faulty_start "$caches" --on '^GET .*/manifests/' "$1"
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says "$faulty_address/acme/cache"
  ci_summary_says "$2"
}

broken_configs() {
  faulty_start "$caches" --for tool --on '^GET .*/blobs/' "$1"
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says "$2"
}

hanging_registry() {
  registry_freeze caches
  caches_at "$caches"
  builds
  registry_thaw caches
  ci_summary_says 'did not answer in time'
}

# buildcache is answered, BuildKit is not. While an import hangs, BuildKit builds nothing, whoever
# asks; so the connections break at last, as those of real networks do.
hanging_import() {
  faulty_start "$caches" --for engine --on '^(GET|HEAD) .*/(manifests|blobs)/' hang:15
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says 'built again without'
  ci_summary_says "$faulty_address/acme/cache:app--c-$(project_head "$repo")"
}

# The manifest is served, its layers never come.
hanging_layers() {
  faulty_start "$caches" --for engine --on '^GET .*/blobs/' hang:15
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says 'built again without'
}

vanished_layer() {
  local manifest layer
  manifest=$(registry_manifest caches "acme/cache" "app--c-$(project_head "$repo")")
  # The last layer of the dependencies' step is one of ours; the first is the base image's.
  layer=$(python3 -c 'import json, sys
print([layer["digest"] for layer in json.load(sys.stdin)["layers"]][-1])' <<<"$manifest")
  registry_drop_blob caches "$layer"
  caches_at "$caches"
  engine reset
  builds
  ci_summary_says 'built again without'
  ci_summary_says "${layer:0:19}"
  same "$(find "$ci_run/record" -name '*.argv' | wc -l)" 3
}

too_large_cache() {
  local tag
  tag=app--c-$(project_head "$repo")
  registry_put_large_cache "$caches" acme/cache "$tag"
  registry_put_large_cache "$caches" acme/cache app--b-main
  caches_at "$caches"
  builds
  ci_summary_says "$caches/acme/cache:$tag"
  ci_summary_says 'BuildKit imports at most 1 MiB'
}

failing_export() {
  project_change "$repo" src/main.c 'int main() { return 5; }'
  faulty_start "$caches" --on '^(POST|PUT|PATCH) ' 405
  caches_at "$faulty_address"
  builds
  faulty_stop
  ci_summary_says '405'
  ci_commands | grep '"warning"' | grep -E 'cache was not written'
}

# Pushes the product to registry address $1, which must fail with the words $2.
push_fails() {
  caches_at "$caches" "$1"
  ci_push "$repo" main
  ci_wrapper=(timeout -k 5 "$bound")
  exits 1 ci_buildcache "$repo" run
  holds "$ci_run/log" "$2"
  ci_summary_says "$2"
  same "$(ci_output digest)" ''
}

read_only_push() { push_fails "$(engine registry start fixed --read-only)" '405 Method Not Allowed'; }

unauthorized_push() {
  printf 'right' >"$suite_work/password"
  push_fails "$(engine registry start guarded --user ci --password-file "$suite_work/password")" \
    '401 Unauthorized'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - faults ($cell): the engine starts"
  exit 1
}
project_make "$repo"
# The configuration changes with every test, the commit does not.
git -C "$repo" rm -q --cached .buildcache.yml
echo .buildcache.yml >>"$repo/.git/info/exclude"
git -C "$repo" commit -q -m 'Ignore the configuration'
caches=$(engine registry start caches)
check "faults ($cell): a registry that is stopped" stopped_registry
engine registry start caches >/dev/null
fill "$caches" >/dev/null
for fault in '401 (401)' '403 (403)' '500 could not be reached' '429:1 429' 'truncated could not be reached' \
  'nonsense cannot be imported'; do
  check "faults ($cell): a registry that answers ${fault%% *}" answers_with "${fault%% *}" "${fault#* }"
done
check "faults ($cell): a registry without the repository is a cold build" answers_with 404 'none found'
check "faults ($cell): truncated manifests" broken_manifests truncated 'could not be reached'
check "faults ($cell): manifests that are other JSON" broken_manifests nonsense 'cannot be imported'
check "faults ($cell): truncated cache configs" broken_configs truncated 'could not be reached'
check "faults ($cell): cache configs that are other JSON" broken_configs nonsense 'cannot be imported'
check "faults ($cell): a registry that accepts and never answers" hanging_registry
check "faults ($cell): an import that hangs" hanging_import
check "faults ($cell): a layer of a cached step that never comes" hanging_layers
check "faults ($cell): a cached layer that vanished after the probe" vanished_layer
check "faults ($cell): a cache over the import limit" too_large_cache
check "faults ($cell): a cache export that is refused" failing_export
check "faults ($cell): a product that may not be pushed fails with the registry's words" read_only_push
check "faults ($cell): a push without a login fails with the registry's words" unauthorized_push
exit "$suite_failed"
