# shellcheck shell=bash
# Background processes, remembered in a file as "PID START-TIME" so that a reused PID is
# never taken for ours.

# Prints the start time of process $1 in clock ticks since boot; fails when it is gone or a zombie.
process_start_time() {
  local line fields
  { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a fields <<<"${line##*) }"
  [ "${fields[0]}" != Z ] || return 1
  printf '%s' "${fields[19]}"
}

# Starts "$3..." with output to log $2, detached from this shell; remembers it in file $1.
process_start() {
  local file=$1 log=$2
  shift 2
  # Emptied here and not by the new process, whose old log would else be taken for the new one.
  : >"$log"
  setsid "$@" >>"$log" 2>&1 </dev/null 9>&- &
  printf '%s %s\n' "$!" "$(process_start_time "$!" || echo 0)" >"$file"
}

# Prints the PID remembered in file $1; fails when that very process no longer runs.
process_pid() {
  local pid started
  [ -f "$1" ] || return 1
  read -r pid started <"$1"
  [ "$(process_start_time "$pid" || true)" = "$started" ] || return 1
  printf '%s\n' "$pid"
}

# Stops the process remembered in file $1: SIGTERM, after $2 seconds SIGKILL. Fine when it is gone.
process_stop() {
  local file=$1 limit=$((${2:-10} * 50)) pid i
  if pid=$(process_pid "$file"); then
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    for ((i = 0; i < limit; i++)); do
      process_pid "$file" >/dev/null || break
      sleep 0.02
    done
    ! process_pid "$file" >/dev/null || kill -KILL "$pid" 2>/dev/null || true
    while process_pid "$file" >/dev/null; do sleep 0.02; done
  fi
  rm -f "$file"
}

# Ends processes that a killed engine left inside containers: those whose root file system
# is an overlay below directory $1.
process_stop_rooted_in() {
  local file pid
  for file in /proc/[0-9]*/mountinfo; do
    pid=${file#/proc/} pid=${pid%/mountinfo}
    if directory="${1// /\\040}/" awk '
      $5 == "/" && index($0, ENVIRON["directory"]) { found = 1 }
      END { exit !found }' "$file" 2>/dev/null; then
      kill -KILL "$pid" 2>/dev/null || true
    fi
  done
}

# Prints the mount points below directory $1, innermost first, as /proc writes them.
mounts_below() {
  directory="${1// /\\040}/" awk 'index($5, ENVIRON["directory"]) == 1 { print $5 }' \
    /proc/self/mountinfo | LC_ALL=C sort -r
}

unmount_below() {
  local point
  while IFS= read -r point; do
    umount -l "$(printf '%b' "$point")" 2>/dev/null || true
  done < <(mounts_below "$1")
}

# Deletes directory $1; fails rather than delete through a mount that cannot be undone.
remove_tree() {
  unmount_below "$1"
  [ -z "$(mounts_below "$1")" ] || die "still mounted, hence not deleted:" "$(mounts_below "$1")"
  rm -rf --one-file-system "$1"
}
