#!/usr/bin/env bash
# Caches in a directory: cold, warm on an emptied builder, stamped, and never in the way.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-local-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
store=$suite_work/caches

write_configuration() {
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  store: local
  path: ${1:-$store}
targets:
  app: {}
YAML
  project_commit "$repo" 'Keep caches in a directory'
}

runs() {
  ci_push "$repo" "${1:-main}"
  ci_buildcache "$repo" run
}

cold_build_publishes() {
  runs
  same "$(ci_cached)" 0
  ci_summary_says 'cold'
  ci_summary >"$ci_run/text"
  grep -E '^\| app .* commit, branch in ' "$ci_run/text"
  [ -d "$store" ]
}

stamps_are_in_the_index() {
  python3 - "$store" "$(project_head "$repo")" <<'PY'
import json, os, sys
root, head = sys.argv[1:]
stamped = {}
for folder, _, files in os.walk(root):
    if "index.json" in files:
        for entry in json.load(open(os.path.join(folder, "index.json")))["manifests"]:
            annotations = dict(entry.get("annotations", {}))
            digest = entry["digest"].split(":")[1]
            manifest = json.load(open(os.path.join(folder, "blobs", "sha256", digest)))
            annotations.update(manifest.get("annotations", {}))
            stamped[os.path.relpath(folder, root)] = annotations
assert len(stamped) >= 2, stamped
for place, annotations in stamped.items():
    assert annotations.get("org.opencontainers.image.revision") == head, (place, annotations)
    assert annotations.get("buildcache.trust") == "protected", (place, annotations)
    assert "org.opencontainers.image.created" in annotations, (place, annotations)
PY
}

nothing_else_is_left_there() {
  if find "$store" -name '*x-*' | grep .; then echo 'a staging cache is left'; return 1; fi
}

warm_on_an_emptied_builder() {
  engine reset
  runs
  same "$(ci_cached)" 4
  ci_summary_says 'warm'
  same "$(ci_solves)" 1
}

branch_hits_its_base() {
  git -C "$repo" checkout -q -b feature
  project_change "$repo" src/main.c 'int main() { return 1; }'
  engine reset
  runs feature
  same "$(ci_cached)" 2
  git -C "$repo" checkout -q main
}

broken_blob_does_not_matter() {
  local layer
  layer=$(find "$store" -path '*/blobs/sha256/*' -type f -size +50k | head -1)
  find "$store" -name "${layer##*/}" -delete
  engine reset
  runs
  ci_summary_says 'is missing'
}

nonsense_does_not_matter() {
  local index
  while IFS= read -r index; do echo '{"manifests": 7' >"$index"; done < <(find "$store" -name index.json)
  engine reset
  runs
  ci_summary_says 'cannot be imported'
}

unwritable_store_does_not_matter() {
  echo file >"$suite_work/file"
  write_configuration "$suite_work/file/caches"
  runs
  ci_summary_says 'not'
  ci_commands | grep '"warning"'
}

no_configuration_keeps_caches_at_home() {
  git -C "$repo" rm -q .buildcache.yml
  project_commit "$repo" 'No configuration'
  ci_push "$repo" main
  ci_env+=("HOME=$suite_work/home" "XDG_CACHE_HOME=$suite_work/home/cache")
  ci_buildcache "$repo" run
  find "$suite_work/home/cache/buildcache" -name index.json | grep .
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - local store ($cell): the engine starts"
  exit 1
}
project_make "$repo"
write_configuration
check "local store ($cell): a cold build publishes" cold_build_publishes
check "local store ($cell): every cache carries its stamp" stamps_are_in_the_index
check "local store ($cell): no staging cache is left" nothing_else_is_left_there
check "local store ($cell): the same commit on an emptied builder is all cached" warm_on_an_emptied_builder
check "local store ($cell): a branch hits the cache of the commit it starts from" branch_hits_its_base
check "local store ($cell): a blob that is gone does not matter" broken_blob_does_not_matter
check "local store ($cell): an index that is nonsense does not matter" nonsense_does_not_matter
check "local store ($cell): a directory that cannot be does not matter" unwritable_store_does_not_matter
check "local store ($cell): without a configuration caches are kept at home" no_configuration_keeps_caches_at_home
exit "$suite_failed"
