#!/usr/bin/env bash
# Every way CI checks out, times every event of GitHub, GitLab and Jenkins, through the binary: the bases
# it names are those of the whole history, or it says that it knows less. The clone stays as it was.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
trap 'rm -rf "$suite_work"' EXIT

buildcache=${BUILDCACHE_BINARY:-$suite_dir/../../build/release/buildcache}
buildcache=$(realpath "$buildcache")

# No engine takes part: the oldest one's turn is enough.
if [ "$cell" != floor ]; then
  exit 0
fi

lineage() { python3 "$suite_dir/../support/lineage.py" "$buildcache" "$suite_work/forge" "$suite_work/scratch" "$1"; }

mkdir "$suite_work/scratch"
while IFS= read -r checkout; do
  checkout_seen=1
  check "lineage ($cell): $checkout" lineage "$checkout"
done < <(lineage list)
[ -n "${checkout_seen:-}" ] || { echo "not ok - lineage ($cell): there are checkouts"; exit 1; }
exit "$suite_failed"
