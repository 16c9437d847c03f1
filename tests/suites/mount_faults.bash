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
# shellcheck source=tests/support/tokens.bash
. "$suite_dir/../support/tokens.bash"
# shellcheck source=tests/support/broken_mounts.bash
. "$suite_dir/../support/broken_mounts.bash"
trap 'faulty_stop; tokens_end; disk_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

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
  starts_build 'echo late >/m/late'
  wait_for_fault hang
  [ -z "$1" ] || until_true is_half_restored some
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
  is_half_restored some
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
  faulty_stop
  wait "$run" || true
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
  caches_at "$BUILDCACHE_TEST_REGISTRY" "$directly"
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
  caches_at "$BUILDCACHE_TEST_REGISTRY"
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

# Prints the number of requests of the faulty registry's that were met with $1.
met() { grep -cF -- "$1" "$suite_work/faulty.log" || true; }

temporary_faults() {
  begin_case busy m
  builds "$some_files"
  keep m
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/$(packs_of m)" '1*500' \
    --also '^HEAD .*/blobs/' '1*503' --also '^POST ' '1*429:1' --also '^PUT .*/blobs/' '1*429' \
    --also '^PUT .*/manifests/' '1*502'
  caches_at "$faulty_address" "$1"
  forget_mounts
  builds "$more_files"
  mount_says m 'restored: '
  mount_says m 'saved: '
  found_whole m
  keep m
  same "$(met 500) $(met 503) $(met 429:1) $(met '429 ') $(met 502)" '1 1 1 1 1'
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  forget_mounts
  builds true
  found_whole m
}

lasting_faults() {
  local mount
  begin_case lasting broken busy unheard unwritten
  builds 'for m in broken busy unheard unwritten; do seq 5000 | sed "s/^/$m/" >/$m/content; done'
  for mount in broken busy unheard unwritten; do keep "$mount"; done
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/$(packs_of broken)" 500 \
    --also "^GET .*/blobs/$(packs_of busy)" 429 --also "^GET .*/blobs/$(packs_of unheard)" 429:600 \
    --also "^PUT .*/manifests/$(tag_of unwritten)" 503
  caches_at "$faulty_address" "$1"
  forget_mounts
  builds 'for m in broken busy unheard unwritten; do echo new >/$m/new; done'
  warns broken restored 'answered 500'
  warns busy restored 'answered 429'
  warns unheard restored 'answered 429'
  for mount in broken busy unheard; do found_empty "$mount"; mount_says "$mount" 'saved: '; done
  found_whole unwritten
  warns unwritten saved 'answered 503'
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on '^POST .*/blobs/uploads/' 500
  caches_at "$faulty_address" "$1"
  builds 'for m in broken busy unheard unwritten; do echo newer >/$m/newer; done'
  for mount in broken busy unheard unwritten; do warns "$mount" saved 'answered 500'; done
  faulty_stop
}

login_ends_in_an_upload() {
  local users='{"ci": {"password": "of-the-token-service", "actions": ["pull", "push"]}}'
  tokens_begin "$users"
  faulty_start "$guarded" --for tool --on '^PUT .*/blobs/uploads/' '1*late:4'
  docker_folder=$suite_work/docker
  cp -r "$DOCKER_CONFIG" "$docker_folder"
  printf '{"auths": {"%s": {"auth": "%s"}}}\n' "$faulty_address" \
    "$(printf 'ci:of-the-token-service' | base64 -w 0)" >"$docker_folder/config.json"
  begin_case login m
  caches_at "$faulty_address" "$1"
  echo 3 >"$tokens/hasty"
  starts_build "$some_files"
  wait_for_fault late
  rm "$tokens/hasty"
  ends_build
  mount_says m 'saved: '
  registry_requests guarded | grep '^PUT .*/blobs/uploads/.* 401$'
  keep m
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

# Alters the bytes of packs as a bad disk or a careless copy would.
tamper() {
  local cut flipped one other long
  cut=$(blob_file "$(packs_of cut)")
  flipped=$(blob_file "$(packs_of flipped)")
  one=$(blob_file "$(packs_of one)")
  other=$(blob_file "$(packs_of other)")
  long=$(blob_file "$(packs_of long)")
  truncate -s -7 "$cut"
  python3 -c 'import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(100)
    byte = file.read(1)[0]
    file.seek(100)
    file.write(bytes([byte ^ 4]))' "$flipped"
  cp "$one" "$suite_work/pack"
  cp "$other" "$one"
  cp "$suite_work/pack" "$other"
  head -c 40000000 /dev/zero >>"$long"
}

damaged_packs() {
  local mount all=(cut flipped one other long whole)
  local script='for m in cut flipped one other long whole; do [ -e /$m/content ] ||
    seq 5000 | sed "s/^/$m/" >/$m/content; done'
  begin_case damaged "${all[@]}"
  builds "$script"
  keep whole
  tamper
  forget_mounts
  builds "$script"
  found_whole whole
  for mount in cut flipped one other long; do
    warns "$mount" restored ''
    found_empty "$mount"
    mount_says "$mount" 'saved: '
    keep "$mount"
  done
  forget_mounts
  builds "$script"
  for mount in "${all[@]}"; do
    mount_says "$mount" 'restored: '
    found_whole "$mount"
  done
}

# Puts the manifest of mount $1's generation under the tag of mount $2's.
retag() {
  local tags
  tags=$(registry_content main)/repositories/acme/$(<"$suite_work/case")/_manifests/tags
  cp "$tags/$(tag_of "$1")/current/link" "$tags/$(tag_of "$2")/current/link"
}

index_of_another_mount() {
  begin_case foreign mine theirs
  builds 'echo mine >/mine/it; echo theirs >/theirs/it'
  retag theirs mine
  forget_mounts
  builds '[ -e /mine/it ] || echo mine >/mine/it'
  warns mine restored 'under another tag'
  found_empty mine
  mount_says mine 'saved: '
  keep mine
  forget_mounts
  builds true
  found_whole mine
}

# Changes the mount to $1 without us and starts a save of it, which waits at the gate.
changes_and_saves() {
  commits "echo $1 >/m/who; head -c 200000 /dev/urandom >/m/$1"
  docker buildx build --quiet --output "type=local,dest=$suite_work/out" "$repo"
  cp "$suite_work/out/m.after" "$suite_work/$1.good"
  ci_push "$repo" main
  starts mounts save
  until_true has_met "$1" meet:2
}

has_met() { [ "$(met "$2")" -ge "$1" ]; }

two_savers() {
  local first
  begin_case savers m
  builds "$some_files"
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --on '^PUT .*/manifests/.*--m-' meet:2
  caches_at "$faulty_address"
  changes_and_saves 1
  first=$run
  changes_and_saves 2
  exits 0 wait "$first"
  exits 0 wait "$run"
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole 1 m || found_whole 2 m
}

# Writes file $1 anew for ever, each time with one letter all over.
keeps_writing() {
  python3 -c 'import itertools, sys
for letter in itertools.cycle(b"abc"):
    with open(sys.argv[1], "r+b") as file:
        for at in range(0, 400000, 4000):
            file.seek(at)
            file.write(bytes([letter]) * 4000)
            file.flush()' "$1" &
  writer=$!
}

# A file that is torn has more than one letter.
changes_while_it_is_read() {
  begin_case moving m
  builds "$some_files; head -c 400000 /dev/zero | tr '\0' a >/m/moving"
  keeps_writing "$(mount_with moving)/moving"
  ci_push "$repo" main
  starts mounts save
  exits 0 wait "$run"
  cat "$ci_run/document"
  forget_mounts
  kill "$writer"
  builds 'if [ -e /m/moving ]; then for l in a b c; do [ -n "$(tr -d $l </m/moving)" ] || touch /m/sound; done
    else touch /m/sound; fi; [ -e /m/sound ] && [ "$(cat /m/some)" = some ]'
  mount_says m 'restored: '
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
check "mount faults ($cell): faults that pass are waited out" temporary_faults ''
check "mount faults ($cell): faults that last are told, mount by mount" lasting_faults ''
check "mount faults ($cell): a login that ends in an upload is renewed" login_ends_in_an_upload ''
check "mount faults ($cell): damaged packs leave mounts empty, and are stored anew" damaged_packs
check "mount faults ($cell): another mount's generation is not taken" index_of_another_mount
check "mount faults ($cell): of two savers at once one wins, whole" two_savers
check "mount faults ($cell): a file that changes while it is read is saved whole or not at all" changes_while_it_is_read
exit "$suite_failed"
