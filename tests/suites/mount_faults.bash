#!/usr/bin/env bash
# Cache mounts when something breaks: what is stored and what the builder holds stays whole, and the
# build goes on.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-mount-faults-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/faults.bash
. "$suite_dir/../support/faults.bash"
# shellcheck source=tests/support/broken_mounts.bash
. "$suite_dir/../support/broken_mounts.bash"
trap 'faulty_stop; disk_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

some_files='mkdir -p /m/d && head -c 300000 /dev/urandom >/m/d/some && echo some >/m/some'
more_files='head -c 300000 /dev/urandom >/m/d/more && echo more >/m/more'

# The second of the mount's two packs never comes, so that half of it is there where the step
# fetches them itself.
run_stops_in_its_restore() {
  local packs
  mapfile -t packs < <(packs_of m)
  same "${#packs[@]}" 2
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/${packs[1]}" hang:60
  caches_at "$faulty_address" "$1"
  forget_mounts
  starts_build true
  wait_for_fault hang
  if [ -n "$1" ]; then until [ -e "$(mount_directory)/d/some" ]; do sleep 0.02; done; fi
}

two_packs() {
  begin_case "$1" m
  builds "$some_files"
  builds "$more_files"
  keep m
}

killed_in_its_restore() {
  two_packs killed
  run_stops_in_its_restore "$directly"
  kill_run
  [ -e "$(mount_directory)/$marker" ]
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  builds true
  mount_says m 'restored: '
  found_whole m
}

killed_in_its_save() {
  starts_build 'echo lost >/m/lost'
  hold_agent save
  kill_run
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

# Killed while packs are on their way, it leaves a builder that takes them for stored.
killed_in_its_upload() {
  local route
  for route in '' "$directly"; do
    faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on '^PUT .*/blobs/uploads/' hang:60
    caches_at "$faulty_address" "$route"
    starts_build 'head -c 100000 /dev/urandom >/m/d/late'
    wait_for_fault hang
    kill_run
    faulty_stop
    caches_at "$BUILDCACHE_TEST_REGISTRY"
    builds 'echo next >/m/next'
    mount_says m 'kept'
    mount_says m 'saved: '
    keep m
    forget_mounts
    builds true
    mount_says m 'restored: '
    found_whole m
  done
}

engine_killed_in_a_restore() {
  two_packs engine
  run_stops_in_its_restore "$directly"
  kill_engine
  wait "$run" || true
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  engine up --private --suite "$cell"
  builds true
  mount_says m 'restored: '
  found_whole m
}

engine_killed_in_a_save() {
  starts_build 'echo lost >/m/lost; mv /m/some /m/d'
  hold_agent save
  cp "$suite_work/out/m.after" "$suite_work/unsaved.good"
  kill_engine
  wait "$run" || true
  engine up --private --suite "$cell"
  builds true
  found_whole m || found_whole unsaved m
  keep m
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

full_in_a_restore() {
  begin_case full m
  builds 'head -c 3000000 /dev/urandom >/m/large && echo small >/m/small'
  keep m
  forget_mounts
  starts_build true
  hold_agent restore
  disk_fill 1M
  let_go
  disk_free
  ends_build
  warns m restored 'No space left'
  found_empty m
}

full_in_a_save() {
  starts_build 'head -c 3000000 /dev/urandom >/m/other'
  hold_agent save
  disk_fill 0
  let_go
  disk_free
  ends_build
  warns m saved ''
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

gone_in_a_restore() {
  two_packs "gone$1"
  run_stops_in_its_restore "${2:-}"
  faulty_stop
  ends_build
  warns m restored 'annot connect'
  warns m saved 'annot connect'
  found_empty m
}

gone_in_a_save() {
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on '^PUT .*/blobs/uploads/' hang:60
  caches_at "$faulty_address" "${2:-}"
  starts_build 'head -c 100000 /dev/urandom >/m/late'
  wait_for_fault hang
  faulty_stop
  ends_build
  warns m saved 'annot connect'
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - mount faults ($cell): the engine starts"
  exit 1
}
check "mount faults ($cell): a run killed in its restore leaves nothing half for the next" killed_in_its_restore
check "mount faults ($cell): a run killed in its save leaves what was stored before" killed_in_its_save
check "mount faults ($cell): a run killed in its upload leaves a builder that saves again" killed_in_its_upload
check "mount faults ($cell): an engine killed in a restore leaves nothing half for the next" engine_killed_in_a_restore
check "mount faults ($cell): an engine killed in a save keeps one generation or the other" engine_killed_in_a_save
for way in '' "$directly"; do
  check "mount faults ($cell): a registry that goes in a restore${way:+ (direct)} leaves the mount empty" \
    gone_in_a_restore "${way:+-direct}" "$way"
  check "mount faults ($cell): a registry that goes in a save${way:+ (direct)} keeps what is stored" \
    gone_in_a_save "${way:+-direct}" "$way"
done
disk_begin
check "mount faults ($cell): a disk that is full in a restore leaves the mount empty" full_in_a_restore
check "mount faults ($cell): a disk that is full in a save leaves what was stored before" full_in_a_save
disk_end
exit "$suite_failed"
