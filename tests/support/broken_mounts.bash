# shellcheck shell=bash disable=SC2034,SC2154
# Builds with cache mounts that are broken into. Needs suite.bash, engine.bash, project.bash and
# faults.bash; $repo is the repository to build in.

marker=.buildcache-restoring # stands in a mount while it is restored
directly='    network: host'  # the step reaches the registry on loopback
run_bound=60                 # seconds a run may take

# Begins case $1, whose mounts are /$2 and so on with ids of their own. The step lists each before and
# after the shell script `code` has changed it.
begin_case() {
  local mount flags=() before=() after=()
  printf '%s' "$1" >"$suite_work/case"
  for mount in "${@:2}"; do
    flags+=("--mount=type=cache,target=/$mount,id=$1-$mount")
    before+=("sh /src/list.sh /$mount >/seen/$mount.before &&")
    after+=("&& sh /src/list.sh /$mount >/seen/$mount.after")
  done
  rm -rf "$repo"
  mkdir -p "$repo"
  git -c init.defaultBranch=main init -q "$repo"
  git -C "$repo" config user.name Developer
  git -C "$repo" config user.email developer@example.com
  cat >"$repo/Dockerfile" <<DOCKERFILE
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS work
COPY code /code
RUN --mount=type=bind,target=/src ${flags[*]} mkdir /seen && ${before[*]} sh -e /code ${after[*]}
FROM scratch
COPY --from=work /seen /
DOCKERFILE
  cat >"$repo/list.sh" <<'LIST'
cd "$1" && find . -exec stat -c '%n %F %a %u:%g %h %y' {} + | sort && find . -type f -exec sha256sum {} + | sort
LIST
  caches_at "$BUILDCACHE_TEST_REGISTRY"
}

# Has the caches in the registry at $1; $2 are further lines of the target. By default packs go directly.
caches_at() {
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  repository: $1/acme/$(<"$suite_work/case")
targets:
  app:
    mounts: auto
    outputs: ["type=local,dest=$suite_work/out"]
${2-$directly}
YAML
}

# Commits the script $1.
commits() {
  printf '%s\n# %s\n' "$1" "$EPOCHREALTIME" >"$repo/code"
  project_commit "$repo" 'Change the code'
}

# Starts a run of a new commit whose step does the script $1; $run is the job.
starts_build() {
  rm -rf "$suite_work/out"
  commits "$1"
  ci_push "$repo" main
  starts run
}

# Starts `buildcache "$@"` in the CI run that was begun.
starts() {
  ci_wrapper=(timeout -k 5 "$run_bound")
  ci_env+=(${docker_folder:+"DOCKER_CONFIG=$docker_folder"})
  ci_buildcache "$repo" "$@" >/dev/null &
  run=$!
}

# Waits for the run's end, which must be a good one within its time.
ends_build() {
  local status=0
  wait "$run" || status=$?
  cat "$ci_run/log"
  same "exit $status" 'exit 0'
  cp "$ci_run/log" "$suite_work/last.log"
  [ -d "$suite_work/out" ]
}

builds() {
  starts_build "$1"
  ends_build
}

# Kills the run with all its processes, as a job that is taken away, and waits for our step's end.
kill_run() {
  mapfile -t processes < <(
    grep -lzxF "RECORD_DIR=$ci_run/record" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
  )
  kill -KILL "${processes[@]}"
  wait "$run" || true
  until_true no_agent_runs
}

# Runs "$@" until it succeeds, for 30 seconds at most.
until_true() {
  local i
  for ((i = 0; i < 1500; i++)); do
    ! "$@" || return 0
    sleep 0.02
  done
  echo "never came true: $*"
  return 1
}

# Whether no step of ours runs in this engine.
no_agent_runs() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' <"$file" 2>/dev/null | grep 'mounts agent $' >/dev/null &&
      grep -F "$(engine_directory)/" "${file%cmdline}mountinfo" >/dev/null 2>&1; then
      return 1
    fi
  done
}

# Stops our step in the builder that does $1 (restore or save) as it begins; $agent is its process.
hold_agent() { agent=$(python3 "$project_support/hold_agent.py" "$(engine_directory)" "$1"); }

# Lets it go on, to its end.
let_go() {
  kill -CONT "$agent"
  until_true process_has_ended "$agent"
}

process_has_ended() { ! [ -e "/proc/$1" ]; }

# Waits until the faulty registry has met a request with the fault $1.
wait_for_fault() { until_true grep -F -- "$1" "$suite_work/faulty.log"; }

kill_engine() {
  local name pid
  for name in dockerd containerd; do
    read -r pid _ <"$(engine_directory)/$name.process"
    kill -KILL "$pid"
    until_true process_has_ended "$pid"
  done
}

# Empties all cache mounts of the builder, ours and the users'.
forget_mounts() { docker buildx prune --all --force --filter type=exec.cachemount >/dev/null; }

# Prints where the mount with the entry $1 in it stands on this machine.
mount_with() {
  find "$(engine_directory)"/data/containerd/*/snapshots -maxdepth 3 -path "*/fs/$1" -printf '%h\n' | head -n 1
}

# Whether a mount is half restored: by the marker, and by what is in it already.
is_half_restored() {
  local directory
  directory=$(mount_with "$marker")
  [ -n "$directory" ] && [ -e "$directory/$1" ]
}

# Keeps the listing of mount $1 after the step as what is to be found.
keep() { cp "$suite_work/out/$1.after" "$suite_work/$1.good"; }

# Fails unless the step has found mount $2 (default: $1) as $1 was kept, or empty, to the byte.
found_whole() { diff "$suite_work/$1.good" "$suite_work/out/${2:-$1}.before"; }
found_empty() { same "$(cut -d ' ' -f 1 "$suite_work/out/$1.before")" .; }

mount_id() { printf '%s-%s' "$(<"$suite_work/case")" "$1"; }

# Fails unless the log's summary says $2 of the mount $1.
mount_says() {
  grep -F "    mount $(mount_id "$1"): " "$ci_run/log" | tail -n 1 >"$ci_run/mount"
  holds "$ci_run/mount" "$2"
}

# Fails unless a warning says that mount $1 was not $2 (restored or saved), and $3.
warns() {
  ci_commands | grep '"warning"' >"$ci_run/warnings" || true
  grep -F "the cache mount $(mount_id "$1") was not $2: " "$ci_run/warnings" >"$ci_run/warning" ||
    { cat "$ci_run/warnings"; return 1; }
  holds "$ci_run/warning" "$3"
}

# Prints where registry main keeps the bytes of the blob with digest $1.
blob_file() {
  local hex=${1#sha256:}
  printf '%s/blobs/sha256/%s/%s/data' "$(registry_content main)" "${hex:0:2}" "$hex"
}

# Prints the tag of mount $1's generation, as the plan of the last build has it.
tag_of() {
  grep -F -A 1 "        $(mount_id "$1")" "$suite_work/last.log" | sed -n 's/.*restored from .*:\(app--m-[0-9a-f]*\).*/\1/p'
}

# Prints the digests of its index, and of its packs.
index_of() { layers_of "$1" | head -n 1; }
packs_of() { layers_of "$1" | tail -n +2; }

layers_of() {
  registry_manifest main "acme/$(<"$suite_work/case")" "$(tag_of "$1")" | python3 -c 'import json, sys
for layer in json.load(sys.stdin)["layers"]:
    print(layer["digest"])'
}

# Puts the engine's snapshots, and with them all mounts, on a small disk of their own; all that was there
# is gone.
disk_begin() {
  docker buildx prune --all --force >/dev/null
  disk_place >"$suite_work/disk"
  disk=$(<"$suite_work/disk")
  mount -t tmpfs -o size=200m buildcache-test "$disk"
}

# Prints where the daemons keep snapshots. Where "/" is no mount point they have a root of their own.
disk_place() {
  local pid snapshotter inside
  read -r pid _ <"$(engine_directory)/containerd.process"
  inside=$(readlink "/proc/$pid/root")
  snapshotter=$(sed -n 's/.*"storage-driver": "\([a-z]*\)".*/\1/p' "$(engine_directory)/daemon.json")
  printf '%s/data/containerd/io.containerd.snapshotter.v1.%s/snapshots' \
    "${inside%/}$(engine_directory)" "$snapshotter"
}

# Undoes it. Tests run in subshells, so the place is kept in a file.
disk_end() {
  [ -s "$suite_work/disk" ] || return 0
  docker buildx prune --all --force >/dev/null 2>&1
  umount -l "$(<"$suite_work/disk")" 2>/dev/null || true
  rm -f "$suite_work/disk"
}

# Fills the disk but for $1 bytes; disk_free undoes it. The file has no name: containerd deletes, in
# its own time, what it finds among snapshots and does not know.
disk_fill() {
  disk=$(<"$suite_work/disk")
  exec {filler}>"$disk/filler"
  rm "$disk/filler"
  { head -c 1G /dev/zero >&"$filler"; } 2>/dev/null || true
  truncate -s "-$1" "/proc/$BASHPID/fd/$filler"
}
disk_free() { exec {filler}>&-; }
