# shellcheck shell=bash
# The private engine: containerd and dockerd (containerd image store, so that the embedded
# BuildKit exports registry caches) on unix sockets in a short directory of their own.

# Runs the script again under sudo when a private engine needs it and sudo asks nothing.
become_root_if_private() {
  [ "$EUID" -ne 0 ] || return 0
  case $(kind) in
    machine) return 0 ;;
    '') if [ -z "$private" ] && { [ "$command" != up ] || machine_suits; }; then return 0; fi ;;
  esac
  sudo -n true 2>/dev/null ||
    die "a private engine needs root" "run it as root, or install Docker with buildx and start that"
  exec sudo -n BUILDCACHE_ENGINE_DIR="$engine_dir" "$scripts_dir/engine" "$command" "${arguments[@]}"
}

# Sets the paths of this engine. Unix socket paths are limited to 107 bytes, hence /run.
private_paths() {
  local place
  place=$(printf '%s' "$instance" | sha256sum)
  runtime=/run/buildcache-engine/$name-${place:0:8}
  whole=$runtime.root
  data=$instance/data
}

private_check_machine() {
  [ "$EUID" -eq 0 ] || die "a private engine needs root"
  awk '$3 == "cgroup" || $3 == "cgroup2" { found = 1 } END { exit !found }' /proc/mounts ||
    die "no cgroups are mounted below /sys/fs/cgroup" \
      "in a container, run it privileged; in a chroot, bind-mount /sys and /proc"
}

private_configure() {
  local snapshotter=overlayfs
  mkdir -p "$instance/docker-config/cli-plugins" "$instance/buildx" "$instance/bin" "$instance/log"
  private_overlay_works || snapshotter=native
  cat >"$instance/containerd.toml" <<TOML
version = 2
root = "$data/containerd"
state = "$runtime/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
[grpc]
  address = "$runtime/containerd.sock"
TOML
  cat >"$instance/daemon.json" <<JSON
{
  "features": {"containerd-snapshotter": true},
  "storage-driver": "$snapshotter",
  "builder": {"gc": {"enabled": false}},
  "iptables": false, "ip6tables": false, "ip-forward": false, "ip-masq": false
}
JSON
  [ -f "$instance/docker-config/config.json" ] || echo '{}' >"$instance/docker-config/config.json"
  ln -sfn "$(find -L "$root" -type f -path '*/cli-plugins/docker-buildx' | head -n 1)" \
    "$instance/docker-config/cli-plugins/docker-buildx"
  ln -sfn "$root/usr/bin/docker" "$instance/bin/docker"
  [ -z "${SUDO_UID:-}" ] ||
    chown -R "$SUDO_UID:${SUDO_GID:-0}" "$instance/docker-config" "$instance/buildx"
}

# Whether an overlay can be mounted on the data directory's file system.
private_overlay_works() {
  local directory=$data/overlay-check result=1
  mkdir -p "$directory"/{lower,upper,work,merged}
  if mount -t overlay overlay "$directory/merged" -o \
    "lowerdir=$directory/lower,upperdir=$directory/upper,workdir=$directory/work" 2>/dev/null; then
    umount "$directory/merged"
    result=0
  fi
  rm -rf "$directory"
  return "$result"
}

# Sets `inside`, the command that runs a daemon where "/" is a mount point, as runc wants it.
# In a plain chroot it is none: there the daemons get a bind mount of everything as their root. It is
# left out of other engines' bind mounts: what is mounted in one of those could not be deleted here.
private_root() {
  inside=()
  ! awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo || return 0
  if [ -z "$(mounts_below "$whole")" ]; then
    mkdir -p "$whole"
    mount --bind "$whole" "$whole"
    mount --make-unbindable "$whole"
    mkdir -p "$whole/tree"
    mount --rbind / "$whole/tree"
    mount --make-rprivate "$whole/tree"
  fi
  inside=(chroot "$whole/tree")
}

# Undoes private_root. Never deletes what is not empty: everything is mounted in there.
private_root_undo() {
  local directory
  unmount_below "$whole"
  umount -l "$whole" 2>/dev/null || true
  for directory in "$whole/tree" "$whole"; do
    [ ! -d "$directory" ] || rmdir "$directory" 2>/dev/null || true
  done
}

private_client() {
  DOCKER_HOST=unix://$runtime/docker.sock DOCKER_CONFIG=$instance/docker-config \
    "$root/usr/bin/docker" "$@"
}

# Starts both daemons at once and waits until the engine answers.
private_start_daemons() {
  local i libraries
  libraries=$(package_libraries)
  mkdir -p "$runtime" "$data"
  chmod 711 "$(dirname "$runtime")" "$runtime"
  private_root
  export PATH=$root/usr/sbin:$root/usr/bin:$root/sbin:$PATH
  process_start "$instance/containerd.process" "$instance/log/containerd" \
    "${inside[@]}" env LD_LIBRARY_PATH="$libraries" "$root/usr/bin/containerd" --config "$instance/containerd.toml"
  for ((i = 0; i < 500; i++)); do
    [ ! -S "$runtime/containerd.sock" ] || break
    private_alive containerd
    sleep 0.02
  done
  process_start "$instance/dockerd.process" "$instance/log/dockerd" \
    "${inside[@]}" env LD_LIBRARY_PATH="$libraries" "$root/usr/sbin/dockerd" --config-file "$instance/daemon.json" \
    --containerd "$runtime/containerd.sock" --data-root "$data/docker" --exec-root "$runtime/docker" \
    --pidfile "$runtime/dockerd.pid" -H "unix://$runtime/docker.sock" -G "${SUDO_GID:-0}"
  for ((i = 0; i < 1500; i++)); do
    if [ -S "$runtime/docker.sock" ] && private_client version >/dev/null 2>&1; then return 0; fi
    private_alive dockerd
    sleep 0.02
  done
  private_give_up dockerd "does not answer"
}

# Fails when daemon $1 has ended.
private_alive() {
  process_pid "$instance/$1.process" >/dev/null || private_give_up "$1" "has ended at its start"
}

# Stops everything and fails with the tail of daemon $1's log; $2 says what it does wrong.
private_give_up() {
  local log=$engine_dir/$name-$1.log
  cp "$instance/log/$1" "$log"
  private_down
  registry_stop_all
  remove_tree "$instance"
  die "$1 $2; last lines of $log:" "$(tail -n 5 "$log")"
}

private_stop_daemons() {
  process_stop "$instance/dockerd.process" 15
  process_stop "$instance/containerd.process" 10
  process_stop_rooted_in "$data"
  private_root_undo
  unmount_below "$data"
}

private_up() {
  local started
  private_check_machine
  private_paths
  package_cell
  mkdir -p "$instance"
  printf '%s\n' "$cell" >"$instance/cell"
  printf 'private\n' >"$instance/kind"
  started=$EPOCHREALTIME
  if private_running; then
    registry_start main
    note "engine $name is up already: unix://$runtime/docker.sock, registry $(registry_address main)"
    return 0
  fi
  private_stop_daemons
  remove_tree "$runtime"
  registry_start_afresh
  private_configure
  private_start_daemons
  note "engine $name ($cell) ready in $(seconds_since "$started") s:" \
    "unix://$runtime/docker.sock, registry $(registry_address main)"
}

private_running() {
  process_pid "$instance/dockerd.process" >/dev/null &&
    process_pid "$instance/containerd.process" >/dev/null && private_client version >/dev/null 2>&1
}

private_down() {
  private_paths
  private_stop_daemons
  remove_tree "$runtime"
  remove_tree "$data"
  rmdir --ignore-fail-on-non-empty "$(dirname "$runtime")"
}

# A new data root: pruning alone would leave content that images share.
private_reset() {
  local old remover
  private_paths
  old=$(mktemp -d "$instance/old.XXXXXX")
  private_stop_daemons
  remove_tree "$runtime"
  [ ! -d "$data" ] || mv "$data" "$old/"
  remove_tree "$old" 9>&- &
  remover=$!
  private_start_daemons
  registry_start main
  wait "$remover"
}

private_env() {
  private_paths
  export_line DOCKER_HOST "unix://$runtime/docker.sock"
  export_line DOCKER_CONFIG "$instance/docker-config"
  export_line BUILDX_CONFIG "$instance/buildx"
  printf "export PATH=%q:\"\$PATH\"\n" "$instance/bin"
}
