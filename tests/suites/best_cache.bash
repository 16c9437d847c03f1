#!/usr/bin/env bash
# Builds of every kind, each a depth-1 checkout, against caches in a real registry: first builds of
# branches, forced pushes, tags on old commits, merge queues and what follows them.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-best-cache-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

buildcache=${BUILDCACHE_BINARY:-$suite_dir/../../build/release/buildcache}
buildcache=$(realpath "$buildcache")

# Only the registry takes part: the oldest engine's turn is enough.
if [ "$cell" != floor ]; then
  exit 0
fi

best_cache() {
  python3 "$suite_dir/../support/best_cache.py" "$buildcache" "$BUILDCACHE_TEST_REGISTRY" "$suite_work/forge" \
    "$suite_work/scratch"
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - best cache ($cell): the registry starts"
  exit 1
}
mkdir "$suite_work/scratch"
check "best cache ($cell): every kind of build is given the caches that fit, the best first" best_cache
exit "$suite_failed"
