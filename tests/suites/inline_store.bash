#!/usr/bin/env bash
# Caches inside images: pushed for their sake, found, imported and stamped; and images of others that
# have one, named in the fallback list.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-inline-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

write_configuration() {
  printf 'version: 1\ncache: {%s, repository: %s/acme/cache}\ntargets:\n  app: {}\n' \
    "$1" "$BUILDCACHE_TEST_REGISTRY" >"$repo/.buildcache.yml"
  project_commit "$repo" 'Say where caches live'
}

cold_build_publishes_images() {
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  ci_summary_says 'commit, branch in'
  registry_snapshot main >"$suite_work/tags"
  holds "$suite_work/tags" "acme/cache:app--c-$(project_head "$repo") "
  docker buildx imagetools inspect --raw "$BUILDCACHE_TEST_REGISTRY/acme/cache:app--b-main" >"$suite_work/manifest"
  holds "$suite_work/manifest" 'buildcache.trust'
  lacks "$suite_work/manifest" 'cacheconfig'
}

# Nothing of the product is pushed: the target asks for none.
only_the_cache_is_pushed() {
  registry_snapshot main >"$suite_work/tags"
  lacks "$suite_work/tags" 'acme/app:'
}

the_result_layers_are_cached() {
  engine reset
  project_change "$repo" src/main.c 'int main() { return 1; }'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  ci_summary_says 'warm'
}

the_same_commit_again_exports_nothing() {
  engine reset
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 4
  same "$(ci_solves)" 1
}

image_of_others_is_imported() {
  local image=$BUILDCACHE_TEST_REGISTRY/acme/others:1
  docker buildx build -q --cache-to type=inline --output "type=image,push=true,name=$image" "$repo" >/dev/null
  engine reset
  write_configuration "store: registry, fallback: ['$image']"
  ci_push "$repo" main
  ci_buildcache "$repo" run --no-cache-export
  same "$(ci_cached)" 4
}

image_without_a_cache_is_unusable() {
  write_configuration "store: registry, fallback: ['$BUILDCACHE_TEST_REGISTRY/base:1']"
  ci_push "$repo" main
  ci_buildcache "$repo" plan
  holds "$ci_run/document" 'it is an image without an inline cache'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - inline store ($cell): the engine starts"
  exit 1
}
project_make "$repo"
write_configuration 'store: inline'
check "inline store ($cell): a cold build publishes images with a stamp" cold_build_publishes_images
check "inline store ($cell): the product goes nowhere it was not sent" only_the_cache_is_pushed
check "inline store ($cell): on an emptied builder the result's layers are cached" the_result_layers_are_cached
check "inline store ($cell): the same commit again exports nothing" the_same_commit_again_exports_nothing
check "inline store ($cell): an image of others that has a cache is imported" image_of_others_is_imported
check "inline store ($cell): an image without one is unusable" image_without_a_cache_is_unusable
exit "$suite_failed"
