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
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

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
  registry_snapshot main | grep -q "acme/cache:app--c-$(project_head "$repo") "
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
check "remote builder ($cell): nobody at the address is an engine error" no_answer_is_an_engine_error
check "remote builder ($cell): a named builder is used and kept" named_builder_is_used_and_kept
check "remote builder ($cell): an unknown name is an engine error" unknown_name_is_an_engine_error
check "remote builder ($cell): the docker driver by name" docker_driver_is_used
check "remote builder ($cell): no engine is an engine error, and a plan all the same" no_engine_is_an_engine_error
exit "$suite_failed"
