#!/usr/bin/env bash
# Caches in GitHub's cache service: asked for, imported, exported and stamped through the real
# BuildKit, by the token's rights; and never in the way where there is no token, or no service.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-gha-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/stores.bash
. "$suite_dir/../support/stores.bash"
trap 'gha_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

write_configuration() {
  printf 'version: 1\ncache: {store: gha}\ntargets:\n  app: {}\n' >"$repo/.buildcache.yml"
  project_commit "$repo" 'Keep caches at GitHub'
}

push_main() {
  ci_push "$repo" main
  gha_grant refs/heads/main
}

cold_build_publishes() {
  push_main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  ci_summary_says 'cold'
  gha_written >"$suite_work/written"
  holds "$suite_work/written" 'app--b-main'
  holds "$suite_work/written" "app--c-$(project_head "$repo")"
}

warm_on_an_emptied_builder() {
  engine reset
  push_main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 4
  ci_summary_says 'warm'
  same "$(ci_solves)" 1
}

stamps_are_read_back() {
  push_main
  ci_buildcache "$repo" plan --format json
  python3 - "$ci_run/document" <<'PY'
import json, sys
found = [c for c in json.load(open(sys.argv[1]))["targets"][0]["candidates"] if c["verdict"] == "found"]
assert found and found[0]["rule"] == "commit", found
PY
  lacks "$ci_run/log" 'no stamp of ours'
}

# The token of a pull request reads main's caches and writes its own.
pull_request_hits_its_base() {
  git -C "$repo" checkout -q -b feature
  project_change "$repo" src/main.c 'int main() { return 1; }'
  engine reset
  ci_pull_request "$repo" 7 feature "$(project_head "$repo")" main
  gha_grant refs/pull/7/merge refs/heads/main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  gha_written | grep -x 'app--p-7'
  git -C "$repo" checkout -q main
}

read_mode_writes_nothing() {
  local before
  before=$(grep -c CreateCacheEntry "$gha_folder/keys")
  engine reset
  project_change "$repo" src/main.c 'int main() { return 2; }'
  push_main
  ci_env+=(ACTIONS_CACHE_MODE=read)
  ci_buildcache "$repo" run
  same "$(ci_cached)" 2
  same "$(grep -c CreateCacheEntry "$gha_folder/keys")" "$before"
  ci_summary_says 'ACTIONS_CACHE_MODE=read'
}

fault_does_not_matter() {
  engine reset
  push_main
  echo "$1" >"$gha_folder/fault"
  ci_buildcache "$repo" run
  rm "$gha_folder/fault"
  same "$(ci_cached)" 0
  ci_summary_says "$2"
}

lost_layers_do_not_matter() {
  engine reset
  push_main
  : >"$gha_folder/lose-layers"
  ci_buildcache "$repo" run
  rm "$gha_folder/lose-layers"
}

token_is_nowhere() {
  push_main
  ci_buildcache "$repo" run --verbose
  for file in "$ci_run/record"/*.argv "$ci_run/output" "$ci_run/summary" "$ci_run/document"; do
    lacks "$file" "$gha_token"
  done
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  lacks "$ci_run/shown" "$gha_token"
  if grep -E 'sig=[^*]' "$ci_run/shown"; then return 1; fi
}

no_token_is_told_and_does_not_matter() {
  ci_push "$repo" main
  ci_buildcache "$repo" run
  ci_summary_says 'ACTIONS_RUNTIME_TOKEN is not set'
  ci_summary_says 'composite'
  if cat "$ci_run/record"/*.argv | tr '\0' '\n' | grep type=gha; then return 1; fi
  same "$(ci_solves)" 1
}

no_configuration_uses_the_service() {
  git -C "$repo" rm -q .buildcache.yml
  project_commit "$repo" 'No configuration'
  push_main
  ci_buildcache "$repo" run
  gha_written | grep -x 'shop--b-main'
}

mount_says() {
  grep -F '    mount /m: ' "$ci_run/log" | tail -n 1 >"$ci_run/mount"
  holds "$ci_run/mount" "$1"
}

# Builds a new commit whose step adds a word to its mount and prints all that are there.
adds_to_mount() {
  echo "$1" >"$repo/mounts/word"
  project_commit "$repo" "Say $1"
  engine reset
  if [ "$1" = change ]; then
    ci_pull_request "$repo" 9 change "$(project_head "$repo")" main
    gha_grant refs/pull/9/merge refs/heads/main
  else
    push_main
  fi
  ci_buildcache "$repo" run
  mount_says 'saved: '
}

# A change finds what its base has saved, and what it saves is its own.
keeps_cache_mounts() {
  mkdir -p "$repo/mounts"
  cat >"$repo/mounts/Dockerfile" <<DOCKERFILE
FROM $BUILDCACHE_TEST_REGISTRY/base:1
COPY word /word
RUN --mount=type=cache,target=/m cat /word >>/m/words; echo "words: \$(tr '\\n' ' ' </m/words)" && head -c 100000 /dev/urandom >/m/noise
DOCKERFILE
  printf 'version: 1\ncache: {store: gha}\ntargets:\n  app: {context: mounts, mounts: auto}\n' >"$repo/.buildcache.yml"
  adds_to_mount first
  mount_says 'nothing is stored yet'
  git -C "$repo" checkout -q -b change
  adds_to_mount change
  mount_says 'restored: '
  holds "$ci_run/log" 'words: first change'
  git -C "$repo" checkout -q main
  adds_to_mount second
  holds "$ci_run/log" 'words: first second'
  push_main
  ci_buildcache "$repo" mounts verify
  holds "$ci_run/document" ': whole: '
  ci_buildcache "$repo" mounts clear
  holds "$ci_run/document" ': removed'
  ci_buildcache "$repo" mounts list
  holds "$ci_run/document" 'nothing is stored yet'
  write_configuration
}

nothing_unknown_was_asked() { [ ! -e "$gha_folder/violations" ] || { cat "$gha_folder/violations"; return 1; }; }

# Docker 26 knows only the first version of the service, which GitHub has turned off.
unable_builder_is_told() {
  push_main
  ci_buildcache "$repo" run
  ci_summary_says 'the builder cannot use a gha store'
  ci_summary_says 'Docker 28'
  if cat "$ci_run/record"/*.argv | tr '\0' '\n' | grep type=gha; then return 1; fi
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - gha store ($cell): the engine starts"
  exit 1
}
gha_begin
project_make "$repo"
write_configuration
if [ "$cell" = floor ]; then
  check "gha store ($cell): a builder that cannot use it is told of, with the remedy" unable_builder_is_told
else
  check "gha store ($cell): a cold build publishes under commit and branch" cold_build_publishes
  check "gha store ($cell): the same commit on an emptied builder is all cached" warm_on_an_emptied_builder
  check "gha store ($cell): stamps are read back" stamps_are_read_back
  check "gha store ($cell): a pull request hits its base and writes its own" pull_request_hits_its_base
  check "gha store ($cell): a run that may only read writes nothing" read_mode_writes_nothing
  check "gha store ($cell): a service that denies does not matter" fault_does_not_matter 403 'denies access (403)'
  check "gha store ($cell): a service that is down does not matter" fault_does_not_matter 503 'could not be reached'
  check "gha store ($cell): layers that were evicted do not matter" lost_layers_do_not_matter
  check "gha store ($cell): cache mounts are kept, a change's own apart" keeps_cache_mounts
  check "gha store ($cell): the token is in no argv, log or report" token_is_nowhere
fi
check "gha store ($cell): without a token the build goes on, with the remedy" no_token_is_told_and_does_not_matter
[ "$cell" = floor ] ||
  check "gha store ($cell): with a token and no configuration it is the store" no_configuration_uses_the_service
check "gha store ($cell): the service was asked nothing it does not know" nothing_unknown_was_asked
exit "$suite_failed"
