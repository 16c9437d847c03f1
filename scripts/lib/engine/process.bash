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
  setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
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
  local directory=$1 file pid
  for file in /proc/[0-9]*/mountinfo; do
    pid=${file#/proc/} pid=${pid%/mountinfo}
    if awk -v d="$directory/" '$5 == "/" && index($0, d) { found = 1 } END { exit !found }' \
      "$file" 2>/dev/null; then
      kill -KILL "$pid" 2>/dev/null || true
    fi
  done
}

# Unmounts everything below directory $1, innermost first.
unmount_below() {
  local point
  while IFS= read -r point; do
    umount -l "$(printf '%b' "$point")" 2>/dev/null || true
  done < <(awk -v d="$1/" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
}
