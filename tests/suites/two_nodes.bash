#!/usr/bin/env bash
# One builder of two BuildKits: each builds its platform natively and exports a cache of its own,
# the image is one index, and neither overwrites the other.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
second=suite-nodes-second-$cell
ENGINE_NAME=suite-nodes-first-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; on_second engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

# Runs "$@" with the second engine as the suite's.
on_second() { ENGINE_NAME=$second "$@"; }

# Both platforms run on this machine; where a step ran is told by the mounts it sees.
make_project() {
  project_make "$repo"
  busybox=$(docker create "$BUILDCACHE_TEST_REGISTRY/base:1")
  docker cp -q "$busybox:/bin/busybox" "$repo/busybox"
  docker rm "$busybox" >/dev/null
  cat >"$repo/Dockerfile" <<'EOF'
FROM scratch AS app
ARG TARGETPLATFORM
COPY busybox /bin/sh
RUN echo "$TARGETPLATFORM on $(sh -c "sed -n 's/.*\(suite-nodes-[a-z]*\).*/\1/p' /proc/mounts" | head -n 1)" >/where && cat /where
COPY src /src
RUN cat /src/* >/app.txt
EOF
  sed -i 's|^    push: true|    push: true\n    platforms: [linux/amd64, linux/386]|' "$repo/.buildcache.yml"
}

with_nodes() {
  sed -i '/^builder:/,$d' "$repo/.buildcache.yml"
  cat >>"$repo/.buildcache.yml" <<EOF
builder:
  driver: remote
  nodes:
    - {endpoint: '$first_endpoint', platforms: [linux/amd64]}
    - {endpoint: '$second_endpoint', platforms: [linux/386]}
EOF
  project_commit "$repo" 'Build on two nodes' || true
}

start_nodes() {
  first_endpoint=$(engine remote start)
  second_endpoint=$(on_second engine remote start)
  with_nodes
}

each_node_builds_its_platform() {
  ci_push "$repo" main
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  holds "$ci_run/log" 'linux/amd64 on suite-nodes-first'
  holds "$ci_run/log" 'linux/386 on suite-nodes-second'
  same "$(ci_solves)" 3
  docker buildx imagetools inspect --raw "$(image)" >"$suite_work/index"
  holds "$suite_work/index" '"386"'
  holds "$suite_work/index" '"amd64"'
  same "$(ci_output digest)" "sha256:$(sha256sum <"$suite_work/index" | cut -d' ' -f1)"
}

image() { printf '%s/acme/app:%s' "$BUILDCACHE_TEST_REGISTRY" "$(git -C "$repo" rev-parse --short=12 HEAD)"; }

each_platform_has_its_cache() {
  local head
  head=$(project_head "$repo")
  registry_snapshot main >"$suite_work/tags"
  for tag in "app--on-linux-amd64--c-$head" "app--on-linux-386--c-$head" \
    app--on-linux-amd64--b-main app--on-linux-386--b-main; do
    holds "$suite_work/tags" "acme/cache:$tag "
  done
  lacks "$suite_work/tags" 'acme/cache:app--b-main'
}

both_are_warm_on_emptied_nodes() {
  engine reset
  on_second engine reset
  start_nodes
  project_change "$repo" src/main.c 'int main() { return 1; }'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  # COPY busybox and the first RUN, on both.
  same "$(ci_cached)" 4
  ci_summary_says 'warm: 4 of 8 steps cached'
  ci_summary_says 'commit, branch in'
}

# One that nobody has is told of, though the builder was made for this run.
a_platform_of_no_node_is_told() {
  sed -i 's|linux/386]$|linux/386, linux/s390x]|' "$repo/.buildcache.yml"
  ci_push "$repo" main
  ci_buildcache "$repo" run || true
  holds "$ci_run/log" 'the builder does not run linux/s390x'
  sed -i 's|, linux/s390x]$|]|' "$repo/.buildcache.yml"
}

a_dead_node_is_an_engine_error() {
  on_second engine remote stop
  ci_push "$repo" main
  ci_wrapper=(timeout -k 5 90)
  exits 5 ci_buildcache "$repo" run
  holds "$ci_run/log" "further node for $second_endpoint"
  same "$(docker buildx ls | grep -c '^buildcache-')" 0
}

begin() {
  engine_begin "$cell"
  make_project
  on_second engine up --private --suite "$cell"
}

begin >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - two nodes ($cell): the engines start"
  exit 1
}
start_nodes
check "two nodes ($cell): each builds its platform, the image is one index" each_node_builds_its_platform
check "two nodes ($cell): each platform has a cache of its own" each_platform_has_its_cache
check "two nodes ($cell): on emptied nodes both are warm" both_are_warm_on_emptied_nodes
check "two nodes ($cell): a platform of no node is told of" a_platform_of_no_node_is_told
check "two nodes ($cell): a node that does not answer is an engine error" a_dead_node_is_an_engine_error
exit "$suite_failed"
