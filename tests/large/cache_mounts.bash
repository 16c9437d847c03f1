#!/usr/bin/env bash
# Cache mounts of 100,000 small files and of one file of 5 GiB: exact, and within bounds of memory and
# disk. Takes minutes and some 25 GB of disk, so that it is no part of every check.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=large-mounts-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
memory_bound=256 # MiB, of our binary inside the builder
scratch_bound=64 # MiB, of the client's files: the binary, the index

# A project whose step fills its mount called $1 by the command $2, unless it is full.
begin_project() {
  rm -rf "$repo"
  mkdir -p "$repo"
  git -c init.defaultBranch=main init -q "$repo"
  git -C "$repo" config user.name Developer
  git -C "$repo" config user.email developer@example.com
  cat >"$repo/Dockerfile" <<EOF
FROM $BUILDCACHE_TEST_REGISTRY/base:1
COPY code /code
RUN --mount=type=cache,id=$1,target=/m [ -e /m/full ] || { cd /m && $2 && touch full; }
EOF
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  repository: $BUILDCACHE_TEST_REGISTRY/acme/$1
targets:
  app:
    mounts: auto
    network: host
    outputs: ["type=cacheonly"]
YAML
}

# A build of a new commit while memory and disk are watched; what is said of the mount $1 is kept.
builds() {
  local watch
  echo "$RANDOM$RANDOM" >"$repo/code"
  project_commit "$repo" 'Change the code'
  ci_push "$repo" main
  mkdir -p "$ci_run/tmp"
  ci_env+=("TMPDIR=$ci_run/tmp")
  python3 -B "$suite_dir/../support/mount_peaks.py" "$ci_run/tmp" "$ci_run/peaks" &
  watch=$!
  ci_buildcache "$repo" run
  kill -TERM "$watch"
  wait "$watch"
  grep -F "    mount $1: " "$ci_run/log" | tail -n 1 >"$ci_run/mount"
  within_bounds
}

within_bounds() {
  local memory scratch
  read -r memory scratch <"$ci_run/peaks"
  echo "peaks: $memory MiB of memory, $scratch MiB of scratch"
  [ "$memory" -gt 0 ]
  [ "$memory" -le "$memory_bound" ]
  [ "$scratch" -le "$scratch_bound" ]
}

# Lists the mount as it stands on this machine.
listing() {
  local marker
  marker=$(find "$(engine_directory)" -name full -path '*snapshots*' -o -name full -path '*/overlay2/*' | head -n 1)
  python3 "$suite_dir/../support/mount_attributes.py" list "$(dirname "$marker")"
}

round_trip() {
  local id=$1 fill=$2 entries=$3
  begin_project "$id" "$fill"
  builds "$id"
  cat "$ci_run/mount"
  holds "$ci_run/mount" 'saved: '
  holds "$ci_run/mount" "in $entries entries"
  listing >"$suite_work/before"
  engine reset
  builds "$id"
  cat "$ci_run/mount"
  holds "$ci_run/mount" 'restored: '
  holds "$ci_run/mount" ' moved directly'
  holds "$ci_run/mount" 'unchanged: '
  listing >"$suite_work/after"
  diff "$suite_work/before" "$suite_work/after"
  engine reset
}

small_files() {
  round_trip small 'for d in $(seq 100); do mkdir $d; for f in $(seq 1000); do echo $d/$f >$d/$f; done; done' 100102
}

large_file() { round_trip large 'head -c 5368709120 /dev/urandom >large' 3; }

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - large cache mounts ($cell): the engine starts"
  exit 1
}
check "large cache mounts ($cell): 100,000 small files" small_files
check "large cache mounts ($cell): one file of 5 GiB" large_file
exit "$suite_failed"
