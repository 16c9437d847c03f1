#!/usr/bin/env bash
# Several targets of one repository (examples/shop): order, choice, failures, and what switches do.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-targets-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

make_shop() {
  cp -r "$project_root/examples/shop" "$repo"
  git -c init.defaultBranch=main init -q "$repo"
  git -C "$repo" config user.name Developer
  git -C "$repo" config user.email developer@example.com
  project_commit "$repo" 'Start'
}

shop() {
  ci_push "$repo" main
  ci_env+=("BASE=$BUILDCACHE_TEST_REGISTRY/base:1" "IMAGES=$BUILDCACHE_TEST_REGISTRY/shop"
    "CACHE_REPOSITORY=$BUILDCACHE_TEST_REGISTRY/shop/cache")
  ci_buildcache "$repo" "$@"
}

# Prints the names of the targets whose product was solved, sorted, one line.
solved() {
  local file
  for file in "$ci_run"/record/*.argv; do
    [ -e "$file" ] || continue
    if grep -qzx -- --cache-to "$file"; then continue; fi
    tr '\0' '\n' <"$file" | sed -n 's|.*/\([a-z]*\)-product\.json$|\1|p'
  done | LC_ALL=C sort | tr '\n' ' '
}

four_targets_are_built() {
  shop run
  same "$(solved)" 'api schema web worker '
  for target in api web worker; do
    registry_snapshot main | grep -c "^shop/$target:"
  done
  for target in api schema web worker; do
    registry_snapshot main | grep -c "^shop/cache:$target--b-main "
    registry_snapshot main | grep -c "^shop/cache:$target--c-$(project_head "$repo") "
    ci_summary_says "$target"
  done
  # Several targets: the single-target outputs are empty, metadata is keyed by target.
  same "$(ci_output digest)$(ci_output imageid)$(ci_output cache-from)$(ci_output cache-to)" ''
  ci_output metadata | python3 -c 'import json, sys
data = json.load(sys.stdin)
assert sorted(data) == ["api", "schema", "web", "worker"], data
assert all(data[name]["containerimage.digest"].startswith("sha256:") for name in ("api", "web", "worker"))'
}

# From the log: a target starts after what it needs has ended, and beside what it does not need.
order_is_kept() {
  python3 - "$ci_run/log" <<'PY'
import re, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
def at(target, what):
    found = [i for i, line in enumerate(lines) if line.startswith(f"[{target}] ") and re.search(what, line)]
    assert found, (target, what)
    return found[0]
started = {t: at(t, "building$") for t in ("schema", "api", "web", "worker")}
ended = {t: at(t, r"steps cached") for t in started}
assert ended["schema"] < started["api"] and ended["schema"] < started["web"], (started, ended)
assert started["worker"] < ended["schema"], "worker waits for what it does not need"
assert max(started["api"], started["web"]) < min(ended["api"], ended["web"]), "api and web in turn"
PY
}

each_target_has_its_cache() {
  engine reset
  shop run
  ci_summary >"$ci_run/text"
  grep -E '^### .*warm: 11 of 11 steps cached, 4 targets' "$ci_run/text"
}

selection_brings_needs() {
  shop run --target web
  same "$(solved)" 'schema web '
  shop run --target worker --target schema
  same "$(solved)" 'schema worker '
  exits 2 shop run --target wbe
  holds "$ci_run/log" 'web'
  same "$(solved)" ''
}

failure_skips_dependents_only() {
  sed -i '$a RUN echo boom >\&2; exit 9' "$repo/schema/Dockerfile"
  exits 1 shop run
  same "$(solved)" 'schema worker '
  ci_summary_says 'skipped'
  ci_summary_says '1 of 4 targets built'
  holds "$ci_run/log" 'not built: schema, api, web'
  registry_snapshot main | grep -c '^shop/worker:'
  git -C "$repo" checkout -q .
  sed -i '$a RUN exit 9' "$repo/web/Dockerfile"
  exits 1 shop run
  same "$(solved)" 'api schema web worker '
  ci_summary_says '3 of 4 targets built'
  ci_summary_says 'exit code: 9'
  git -C "$repo" checkout -q .
}

one_ref_is_written_once() {
  sed -i 's|/web:{short-sha}|/api:{short-sha}|' "$repo/.buildcache.yml"
  exits 3 shop run
  holds "$ci_run/log" 'shop/api:'
  same "$(solved)" ''
  git -C "$repo" checkout -q .
}

# Runs with arguments "$@" and fails when the registry changed.
writes_nothing() {
  local before
  before=$(registry_snapshot main)
  shop "$@"
  same "$(registry_snapshot main)" "$before"
}

dry_run_builds_nothing() {
  project_change "$repo" api/requirements.txt 'dry'
  writes_nothing run --dry-run
  same "$(ci_solves)" 0
  holds "$ci_run/log" 'docker buildx build'
  same "$(cat "$ci_run/document")" ''
}

no_push_pushes_nothing() {
  local before
  before=$(registry_snapshot main | grep -v '^shop/cache:')
  shop run --no-push
  same "$(registry_snapshot main | grep -v '^shop/cache:')" "$before"
  registry_snapshot main | grep -c "^shop/cache:api--c-$(project_head "$repo") "
  holds "$ci_run/log" '--no-push'
}

no_cache_export_writes_no_cache() {
  local before
  project_change "$repo" api/requirements.txt 'no export'
  before=$(registry_snapshot main | grep '^shop/cache:')
  shop run --no-cache-export
  same "$(registry_snapshot main | grep '^shop/cache:')" "$before"
  same "$(ci_solves)" 4
  registry_snapshot main | grep -c "^shop/api:$(git -C "$repo" rev-parse --short=7 HEAD)"
}

no_cache_runs_every_step() {
  local file
  shop run --no-cache
  same "$(ci_solves)" 8
  ci_summary >"$ci_run/text"
  grep -E '^### .*cold: 0 of 11 steps cached' "$ci_run/text"
  for file in "$ci_run"/record/*.argv; do
    if grep -qzx -- --cache-from "$file"; then echo "imports: $file"; return 1; fi
  done
  registry_snapshot main | grep -c "^shop/cache:api--c-$(project_head "$repo") "
}

nothing_at_all() { writes_nothing run --no-push --no-cache-export; }

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - targets ($cell): the engine starts"
  exit 1
}
make_shop
check "targets ($cell): four targets are built, pushed and cached" four_targets_are_built
ci_run=$suite_work/$(cd "$suite_work" && ls -td run.* | head -1)
check "targets ($cell): needs come first, the rest side by side" order_is_kept
check "targets ($cell): on an emptied builder each finds its own cache" each_target_has_its_cache
check "targets ($cell): --target builds it and what it needs" selection_brings_needs
check "targets ($cell): a failure skips its dependents and nothing else" failure_skips_dependents_only
check "targets ($cell): two targets may not push one reference" one_ref_is_written_once
check "targets ($cell): --dry-run builds and writes nothing" dry_run_builds_nothing
check "targets ($cell): --no-push pushes no image" no_push_pushes_nothing
check "targets ($cell): --no-cache-export writes no cache" no_cache_export_writes_no_cache
check "targets ($cell): --no-cache runs every step and still exports" no_cache_runs_every_step
check "targets ($cell): --no-push --no-cache-export writes nothing" nothing_at_all
exit "$suite_failed"
