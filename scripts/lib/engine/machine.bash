# shellcheck shell=bash
# The machine's own Docker, through a docker-container builder made for us: that one exports
# registry caches whatever image store Docker uses, and emptying it touches nobody's builds.

# Whether docker and buildx are there and the daemon answers.
machine_suits() {
  command -v docker >/dev/null && docker buildx version >/dev/null 2>&1 &&
    docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# Runs docker against the machine's daemon with this engine's own configuration.
machine_client() {
  DOCKER_HOST=$(<"$instance/docker-host") DOCKER_CONFIG=$instance/docker-config \
    BUILDX_CONFIG=$instance/buildx docker "$@"
}

# Writes a private docker configuration; plugins that only the user's own one has are linked.
machine_configure() {
  local host=${DOCKER_HOST:-} plugins=${DOCKER_CONFIG:-${HOME:-/root}/.docker}/cli-plugins
  [ -n "$host" ] || host=$(docker context inspect --format '{{.Endpoints.docker.Host}}')
  mkdir -p "$instance/docker-config" "$instance/buildx"
  printf '%s\n' "$host" >"$instance/docker-host"
  echo '{}' >"$instance/docker-config/config.json"
  [ ! -d "$plugins" ] || ln -sfn "$plugins" "$instance/docker-config/cli-plugins"
}

machine_builder() {
  machine_client buildx create --name "buildcache-$name" --driver docker-container \
    --driver-opt network=host --bootstrap >"$instance/builder.log" 2>&1
}

machine_up() {
  local started=$EPOCHREALTIME
  if [ "$(kind)" != machine ]; then
    mkdir -p "$instance"
    machine_configure
    if ! machine_builder; then
      note "the machine's Docker cannot start a builder: $(tail -n 1 "$instance/builder.log")"
      rm -rf "$instance"
      [ "$EUID" -eq 0 ] ||
        die "a private engine instead needs root: sudo scripts/engine up --private"
      private_up
      return
    fi
    printf 'machine\n' >"$instance/kind"
  fi
  machine_registry
  registry_start main
  note "using the machine's Docker, builder buildcache-$name," \
    "registry $(registry_address main), ready in $(seconds_since "$started") s"
}

# Gets the registry program from the distribution's package when the machine has none.
machine_registry() {
  local directory=$engine_dir/registry
  ! registry_program >/dev/null || return 0
  command -v apt-get >/dev/null || die "no docker-registry on this machine, and no apt-get to get it"
  mkdir -p "$directory"
  package_lists "$(os_field VERSION_CODENAME)"
  package_download "$directory/debs" docker-registry
  package_unpack "$directory/debs" "$directory/root"
}

machine_down() { machine_client buildx rm --force "buildcache-$name" >/dev/null 2>&1 || true; }

machine_reset() {
  machine_down
  machine_builder || die "the builder cannot be made again:" "$(tail -n 3 "$instance/builder.log")"
  registry_start main
}

machine_env() {
  export_line DOCKER_HOST "$(<"$instance/docker-host")"
  export_line DOCKER_CONFIG "$instance/docker-config"
  export_line BUILDX_CONFIG "$instance/buildx"
  export_line BUILDX_BUILDER "buildcache-$name"
}
