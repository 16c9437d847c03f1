#!/usr/bin/env bash
# The main job on a real engine and registry: which build finds which cache on an emptied builder.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-main-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
cache() { printf '%s/acme/cache:%s' "$BUILDCACHE_TEST_REGISTRY" "$1"; }
published() { registry_snapshot main | grep -c "acme/cache:$1 " || true; }

# Checks out a test merge of branch $1 into main, as GitHub does, and prints the change's head.
test_merge() {
  local head
  head=$(git -C "$repo" rev-parse "$1")
  git -C "$repo" checkout -q --detach main
  git -C "$repo" merge -q --no-ff -m 'Merge' "$head"
  printf '%s' "$head"
}

main_is_cold_and_exports() {
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  same "$(ci_solves)" 2
  same "$(published "app--c-$(project_head "$repo")")" 1
  same "$(published app--b-main)" 1
  holds "$ci_run/summary" 'cold'
  [[ $(ci_output digest) == sha256:* ]]
}

same_commit_is_all_cached() {
  engine reset
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 4
  # No step ran and every scope carries this commit's stamp: nothing is exported again.
  same "$(ci_solves)" 1
  holds "$ci_run/summary" 'no step ran'
}

branch_reuses_its_base() {
  local base
  base=$(project_head "$repo")
  git -C "$repo" checkout -q -b feature
  project_change "$repo" src/main.c 'int main() { return 1; }'
  engine reset
  ci_push "$repo" feature
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  ci_output cache-from | grep -F "$(cache "app--c-$base")"
  same "$(published app--b-feature)" 1
  same "$(published "app--c-$(project_head "$repo")")" 0
}

moved_base_does_not_matter() {
  local base
  base=$(git -C "$repo" rev-parse main)
  git -C "$repo" checkout -q main
  project_change "$repo" deps.txt 'three'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  # A branch from before the change of dependencies.
  git -C "$repo" checkout -q -b late "$base"
  project_change "$repo" src/main.c 'int main() { return 2; }'
  engine reset
  ci_push "$repo" late
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  ci_output cache-from | grep -F "$(cache "app--c-$base")"
  # What a tool that knows only the base branch's tip gets.
  engine reset
  docker buildx build --progress=rawjson --output type=cacheonly "$repo" \
    --cache-from "type=registry,ref=$(cache app--b-main)" 2>"$ci_run/tip"
  same "$(cached_steps "$ci_run/tip")" 0
}

pull_request_then_its_second_push() {
  local base head
  base=$(git -C "$repo" rev-parse main)
  git -C "$repo" checkout -q -b change main
  project_change "$repo" src/main.c 'int main() { return 3; }'
  head=$(test_merge change)
  engine reset
  ci_pull_request "$repo" 17 change "$head" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  ci_output cache-from | grep -F "$(cache "app--c-$base")"
  same "$(published app--p-17)" 1
  same "$(published "app--c-$(project_head "$repo")")" 0
  # Only a file is added: all of the first push's steps fit but the last two.
  git -C "$repo" checkout -q change
  project_change "$repo" src/more.c 'int more;'
  head=$(test_merge change)
  engine reset
  ci_pull_request "$repo" 17 change "$head" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  ci_output cache-from | sed -n 1p | grep -F "$(cache app--p-17)"
}

shallow_test_merge_knows_its_base() {
  local clone=$suite_work/shallow merge head
  head=$(git -C "$repo" rev-parse change)
  merge=$(project_head "$repo")
  git -C "$repo" update-ref refs/pull/17/merge "$merge"
  git init -q "$clone"
  git -C "$clone" fetch -q --depth=1 "file://$repo" refs/pull/17/merge
  git -C "$clone" checkout -q --detach FETCH_HEAD
  ci_pull_request "$clone" 17 change "$head" main
  ci_buildcache "$clone" plan --format json
  python3 - "$ci_run/document" "$(git -C "$repo" rev-parse main)" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
assert plan["git"]["tree_base"]["commit"] == sys.argv[2], plan["git"]
assert plan["targets"][0]["cache_from"], plan["targets"][0]
PY
}

fork_reads_and_writes_nothing() {
  local head before
  git -C "$repo" checkout -q -b theirs main
  project_change "$repo" src/main.c 'int main() { return 4; }'
  head=$(test_merge theirs)
  before=$(registry_snapshot main)
  engine reset
  ci_pull_request "$repo" 18 main "$head" main stranger/shop
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  same "$(registry_snapshot main)" "$before"
  holds "$ci_run/log" 'no push'
  same "$(ci_output cache-to)" ''
}

nothing_is_left_behind() {
  ci_push "$repo" main
  mkdir -p "$suite_work/tmp"
  ci_env+=("TMPDIR=$suite_work/tmp")
  ci_buildcache "$repo" run
  same "$(ls -A "$suite_work/tmp")" ''
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - main job ($cell): the engine starts"
  exit 1
}
project_make "$repo"
check "main job ($cell): main builds cold and publishes its commit's and its branch's cache" main_is_cold_and_exports
check "main job ($cell): the same commit on an emptied builder is all cached" same_commit_is_all_cached
check "main job ($cell): a branch hits the cache of the commit it starts from" branch_reuses_its_base
check "main job ($cell): a branch whose base moved on hits its tree base's cache" moved_base_does_not_matter
check "main job ($cell): a pull request hits its base, its second push its first" pull_request_then_its_second_push
check "main job ($cell): a depth-1 test merge finds its base" shallow_test_merge_knows_its_base
check "main job ($cell): a fork reads, builds, skips the push and writes nothing" fork_reads_and_writes_nothing
check "main job ($cell): a run leaves no file behind" nothing_is_left_behind
exit "$suite_failed"
