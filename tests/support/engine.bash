# shellcheck shell=bash
# For suites that need the real engine: engines of their own, registries that misbehave.
# Set ENGINE_NAME first; everything acts on that engine.

engine_repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Runs scripts/engine on this suite's engine: `engine registry start broken --read-only`.
engine() {
  local command=$1
  shift
  "$engine_repository/scripts/engine" "$command" --name "$ENGINE_NAME" "$@"
}

# Starts this suite's private engine (cell $1, default floor), takes its environment and
# pushes the base image.
engine_begin() {
  engine up --private --suite "${1:-floor}"
  eval "$(engine env)"
  engine base >/dev/null
}

engine_end() { engine down; }

# Prints the directory of the engine's own files.
engine_directory() {
  printf '%s/instances/%s' "${BUILDCACHE_ENGINE_DIR:-$engine_repository/build/engine}" "$ENGINE_NAME"
}

# Prints the directory of registry $1's files.
registry_content() {
  printf '%s/registries/%s/content/docker/registry/v2' "$(engine_directory)" "$1"
}

# Prints every tag of registry $1 as "REPOSITORY:TAG DIGEST", sorted: equal before and after
# means that nothing was published.
registry_snapshot() {
  local content link path tag
  content=$(registry_content "$1")/repositories
  [ -d "$content" ] || return 0
  while IFS= read -r link; do
    path=${link#"$content/"}
    tag=${path%/current/link} tag=${tag##*/}
    printf '%s:%s %s\n' "${path%%/_manifests/*}" "$tag" "$(<"$link")"
  done < <(find "$content" -path '*/_manifests/tags/*/current/link') | LC_ALL=C sort
}

# Prints the requests that registry $1 has answered: "METHOD PATH STATUS", oldest first.
registry_requests() {
  local log
  log=$(registry_content "$1")
  sed -n 's/^127\.0\.0\.1 [^"]*"\([A-Z]*\) \([^ ]*\) HTTP[^"]*" \([0-9]*\) .*/\1 \2 \3/p' \
    "${log%/content/docker/registry/v2}/log"
}

# Makes registry $1 accept connections and answer nothing; thaw undoes it.
registry_freeze() { kill -STOP "$(engine registry pid "$1")"; }
registry_thaw() { kill -CONT "$(engine registry pid "$1")"; }

# Removes the blob with digest $2 (sha256:...) from registry $1, behind its back.
registry_drop_blob() {
  local hex=${2#sha256:}
  rm -r "$(registry_content "$1")/blobs/sha256/${hex:0:2}/$hex"
}

# Prints how many vertices of the rawjson stream in file $1 were cached, COPY and RUN alike.
# A vertex counts once, and also when it was sent again without the flag (its layers' download).
cached_steps() {
  perl -0777 -ne '
    my %cached;
    $cached{$1} = 1 while /"digest":\s*"(sha256:[0-9a-f]{64})"(?:(?!"digest").)*?"cached":\s*true/gs;
    print scalar(keys %cached), "\n"' "$1"
}
