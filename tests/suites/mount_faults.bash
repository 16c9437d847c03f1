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

fill='mkdir -p /m/d && head -c 300000 /dev/urandom >/m/d/some && echo some >/m/some'

# One mount whose generation has two packs.
begin_single() {
  begin_case single m
  builds "$fill"
  builds 'head -c 300000 /dev/urandom >/m/d/more && echo more >/m/more'
  keep m
}

# Empties the builder and fails unless a run from the registry brings mount m back as it was kept.
comes_back_whole() {
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  forget_mounts
  builds true
  mount_says m 'restored: '
  found_whole m
}

# A run whose step does $1; the mount's last pack does not come, so that half of it is there.
run_stops_in_its_restore() {
  local packs
  mapfile -t packs < <(packs_of m)
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/${packs[-1]}" hang:4
  caches_at "$faulty_address"
  forget_mounts
  starts_build "$1"
  wait_for_fault hang
  until_true is_half_restored d/some
}

# A run whose packs lie with the client, for good.
run_stops_in_its_upload() {
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on '^PUT .*/blobs/uploads/' hang:60
  caches_at "$faulty_address" ''
  starts_build 'head -c 50000 /dev/urandom >/m/d/late'
  wait_for_fault hang
}

killed_in_its_restore() {
  begin_single
  run_stops_in_its_restore true
  kill_run
  is_half_restored d/some
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  builds true
  mount_says m 'restored: '
  found_whole m
}

killed_before_the_registry_goes() {
  begin_single
  run_stops_in_its_restore true
  kill_run
  is_half_restored d/some
  faulty_stop
  caches_at 127.0.0.1:1
  builds true
  warns m restored 'cannot connect'
  found_empty m
}

killed_in_its_save() {
  starts_build 'echo lost >/m/lost'
  hold_agent save
  kill_run
  comes_back_whole
}

# The builder takes them for stored by then.
killed_in_its_upload() {
  run_stops_in_its_upload
  kill_run
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  builds 'echo next >/m/next'
  mount_says m 'kept'
  mount_says m 'saved: '
  keep m
  comes_back_whole
}

engine_killed_in_a_restore() {
  run_stops_in_its_restore true
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
  starts_build 'echo lost >/m/lost; rm /m/next'
  hold_agent save
  cp "$suite_work/out/m.after" "$suite_work/unsaved.good"
  kill_engine
  wait "$run" || true
  engine up --private --suite "$cell"
  builds true
  found_whole m || found_whole unsaved m
  keep m
  comes_back_whole
}

gone_in_a_save() {
  run_stops_in_its_upload
  faulty_stop
  ends_build
  warns m saved 'annot connect'
  comes_back_whole
}

# Nothing comes for a while, and then the connections break.
silent_in_a_restore() {
  run_stops_in_its_restore "$fill"
  ends_build
  warns m restored 'read blob'
  found_empty m
  mount_says m 'saved: '
  keep m
  faulty_stop
  comes_back_whole
}

full_in_a_restore() {
  disk_begin
  starts_build true
  hold_agent restore
  disk_fill 256K
  let_go
  disk_free
  ends_build
  warns m restored 'No space left'
  found_empty m
}

full_in_a_save() {
  caches_at "$BUILDCACHE_TEST_REGISTRY" ''
  starts_build 'head -c 3000000 /dev/urandom >/m/other'
  hold_agent save
  disk_fill 0
  let_go
  disk_free
  ends_build
  warns m saved ''
  comes_back_whole
}

# Prints the number of requests of the faulty registry's that were met with $1.
met() { awk -v fault="$1" '$1 == fault { met++ } END { print met + 0 }' "$suite_work/faulty.log"; }

temporary_faults() {
  local packs
  mapfile -t packs < <(packs_of m)
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/${packs[0]}" '1*500' \
    --also '^HEAD .*/blobs/' '1*503' --also '^POST ' '1*429:1' --also '^PUT .*/blobs/' '1*429' \
    --also '^PUT .*/manifests/' '1*502'
  caches_at "$faulty_address" ''
  forget_mounts
  builds 'head -c 20000 /dev/urandom >/m/d/late'
  mount_says m 'restored: '
  mount_says m 'saved: '
  found_whole m
  keep m
  same "$(met 500) $(met 503) $(met 429:1) $(met 429) $(met 502)" '1 1 1 1 1'
  faulty_stop
  comes_back_whole
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
  caches_at "$faulty_address" ''
  echo 3 >"$tokens/hasty"
  starts_build 'echo some >/m/some'
  wait_for_fault late
  rm "$tokens/hasty"
  ends_build
  mount_says m 'saved: '
  registry_requests guarded | grep '^PUT .*/blobs/uploads/.* 401$'
  ci_push "$repo" main
  starts mounts verify
  exits 0 wait "$run"
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
  cp "$(blob_file "$(index_of whole)")" "$(blob_file "$(index_of listed)")"
}

# Puts the manifest of mount $1's generation under the tag of mount $2's.
retag() {
  local tags
  tags=$(registry_content main)/repositories/acme/$(<"$suite_work/case")/_manifests/tags
  cp "$tags/$(tag_of "$1")/current/link" "$tags/$(tag_of "$2")/current/link"
}

# What each of the many mounts has got, unless it is there.
fill_many='for m in cut flipped one other long listed foreign whole; do
  [ -e /$m/content ] || seq 5000 | sed "s/^/$m/" >/$m/content; done'
broken=(cut flipped one other long listed foreign)

# The step makes the very same files again: a store that keeps what it has for a digest must get another.
damaged_generations() {
  local mount
  begin_case many "${broken[@]}" whole
  builds "$fill_many"
  keep whole
  tamper
  retag whole foreign
  forget_mounts
  builds "$fill_many"
  found_whole whole
  for mount in "${broken[@]}"; do
    warns "$mount" restored ''
    found_empty "$mount"
    mount_says "$mount" 'saved: '
    keep "$mount"
  done
  warns foreign restored 'under another tag'
  forget_mounts
  builds "$fill_many"
  for mount in "${broken[@]}" whole; do
    mount_says "$mount" 'restored: '
    found_whole "$mount"
  done
}

lasting_faults() {
  local mount
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on "^GET .*/blobs/$(packs_of cut)" 500 \
    --also "^GET .*/blobs/$(packs_of one)" 429 --also "^GET .*/blobs/$(packs_of other)" 429:600 \
    --also "^PUT .*/manifests/$(tag_of whole)" 503
  caches_at "$faulty_address" ''
  forget_mounts
  builds 'for m in cut one other whole; do echo new >/$m/new; done'
  warns cut restored 'answered 500'
  warns one restored 'answered 429'
  warns other restored 'answered 429'
  for mount in cut one other; do
    found_empty "$mount"
    mount_says "$mount" 'saved: '
  done
  found_whole long
  found_whole whole
  warns whole saved 'answered 503'
}

uploads_are_refused() {
  faulty_start "$BUILDCACHE_TEST_REGISTRY" --for tool --on '^POST .*/blobs/uploads/' 500
  caches_at "$faulty_address" ''
  builds 'echo newer >/cut/newer; echo newer >/whole/newer'
  warns cut saved 'answered 500'
  warns whole saved 'answered 500'
  faulty_stop
  caches_at "$BUILDCACHE_TEST_REGISTRY"
  forget_mounts
  builds true
  found_whole whole
}

# Changes the mount to $1 without us and starts a save of it, which waits at the gate.
changes_and_saves() {
  commits "echo $1 >/m/who; head -c 50000 /dev/urandom >/m/$1"
  docker buildx build --quiet --output "type=local,dest=$suite_work/out" "$repo"
  cp "$suite_work/out/m.after" "$suite_work/$1.good"
  ci_push "$repo" main
  starts mounts save
  until_true has_met "$1" meet:2
}

has_met() { [ "$(met "$2")" -ge "$1" ]; }

two_savers() {
  local first
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
  builds "head -c 400000 /dev/zero | tr '\\0' a >/m/moving"
  mount_says m 'restored: '
  found_whole 1 m || found_whole 2 m
}

# Writes file $1 anew for ever, in place, each time with one letter all over.
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

# At any moment the file begins with the letter that is being written and ends with the one before it.
changes_while_it_is_read() {
  keeps_writing "$(mount_with moving)/moving"
  ci_push "$repo" main
  starts mounts save
  exits 0 wait "$run"
  kill "$writer"
  forget_mounts
  builds 'case $(cat /m/moving 2>/dev/null | tr -s abc) in ba | cb | ac | [abc] | "") ;; *) exit 1 ;; esac
    [ "$(cat /m/some)" = some ]'
  mount_says m 'restored: '
  keep m
}

# Another build's step has the mount, shared, and writes into it until it is told to stop.
written_by_another_build() {
  local other
  commits 'touch /m/begun; i=0; until [ -e /m/stop ]; do i=$((i + 1)); echo $i >/m/number; done'
  docker buildx build --quiet --output "type=local,dest=$suite_work/out" "$repo" &
  other=$!
  until_true mount_has begun
  ci_push "$repo" main
  starts mounts save
  until_true step_is_asked_for
  touch "$(mount_with begun)/stop"
  exits 0 wait "$other"
  exits 0 wait "$run"
  keep m
  comes_back_whole
}

mount_has() { [ -n "$(mount_with "$1")" ]; }
step_is_asked_for() { cat "$ci_run"/record/*.err | grep -F 'RUN ' >/dev/null; }

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - mount faults ($cell): the engine starts"
  exit 1
}
check "mount faults ($cell): a run killed in its restore leaves nothing half for the next" killed_in_its_restore
check "mount faults ($cell): a run killed in its restore leaves nothing half, also without a registry" killed_before_the_registry_goes
check "mount faults ($cell): a run killed in its save leaves what was stored before" killed_in_its_save
check "mount faults ($cell): a run killed in its upload leaves a builder that saves again" killed_in_its_upload
check "mount faults ($cell): an engine killed in a restore leaves nothing half for the next" engine_killed_in_a_restore
check "mount faults ($cell): an engine killed in a save keeps one generation or the other" engine_killed_in_a_save
check "mount faults ($cell): a registry that goes in a save keeps what is stored" gone_in_a_save
check "mount faults ($cell): a registry that falls silent in a restore leaves the mount empty" silent_in_a_restore
check "mount faults ($cell): faults that pass are waited out" temporary_faults
check "mount faults ($cell): of two savers at once one wins, whole" two_savers
check "mount faults ($cell): a file that changes while it is read is saved whole or not at all" changes_while_it_is_read
check "mount faults ($cell): a save waits for another build's step, and takes what that leaves" written_by_another_build
check "mount faults ($cell): a disk that is full in a restore leaves the mount empty" full_in_a_restore
check "mount faults ($cell): a disk that is full in a save leaves what was stored before" full_in_a_save
disk_end
check "mount faults ($cell): damaged and foreign generations leave mounts empty, and are stored anew" damaged_generations
check "mount faults ($cell): faults that last are told, mount by mount" lasting_faults
check "mount faults ($cell): uploads that are refused leave what was stored before" uploads_are_refused
check "mount faults ($cell): a login that ends in an upload is renewed" login_ends_in_an_upload
exit "$suite_failed"
