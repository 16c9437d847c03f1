# shellcheck shell=bash
# The engine's BuildKit on a unix socket, for buildx's `remote` driver.

# Prints the endpoint of the bridge. Its directory is a new one with a path short enough.
remote_endpoint() { printf 'unix://%s/remote.sock\n' "$(<"$instance/remote.directory")"; }

# Starts the bridge: one `docker buildx dial-stdio` per connection. It has a BUILDX_CONFIG of
# its own; sharing the caller's makes buildx wait 20 s for its own lock.
remote_start() {
  local directory i
  ! process_pid "$instance/remote.process" >/dev/null || return 0
  remote_stop
  directory=$(mktemp -d /tmp/buildcache-remote.XXXXXX)
  printf '%s\n' "$directory" >"$instance/remote.directory"
  mkdir -p "$instance/remote-buildx"
  (
    eval "$("$(kind)_env")"
    export BUILDX_CONFIG=$instance/remote-buildx
    [ -z "${BUILDX_BUILDER:-}" ] || cp -r "$instance/buildx/." "$instance/remote-buildx/"
    process_start "$instance/remote.process" "$instance/remote.log" \
      perl "$scripts_dir/lib/engine/bridge.pl" "$directory/remote.sock" docker buildx dial-stdio
  )
  for ((i = 0; i < 500; i++)); do
    [ ! -S "$directory/remote.sock" ] || return 0
    process_pid "$instance/remote.process" >/dev/null || break
    sleep 0.02
  done
  die "the bridge to BuildKit does not start; last lines of its log:" "$(tail -n 3 "$instance/remote.log")"
}

# Stops the bridge and its connections, which are in its process group.
remote_stop() {
  local pid
  if pid=$(process_pid "$instance/remote.process"); then kill -TERM -- "-$pid" 2>/dev/null || true; fi
  process_stop "$instance/remote.process" 5
  [ ! -f "$instance/remote.directory" ] || rm -rf "$(<"$instance/remote.directory")"
  rm -f "$instance/remote.directory"
}
