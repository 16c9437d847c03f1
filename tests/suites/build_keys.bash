#!/usr/bin/env bash
# Every key that stands for an option of `docker buildx build` reaches the build, and the cache that
# is exported afterwards is the product's.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=keys-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'agent_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

# Builds the Dockerfile lines $1 (after FROM base) with the target keys $2, one a line.
builds_with() {
  { echo "FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS app"; printf '%s\n' "$1"; } >"$repo/Dockerfile"
  {
    printf 'version: 1\ncache:\n  repository: %s/acme/cache\ntargets:\n  app:\n' "$BUILDCACHE_TEST_REGISTRY"
    printf '    tags: ["%s/acme/app:{short-sha}"]\n' "$BUILDCACHE_TEST_REGISTRY"
    sed 's/^/    /' <<<"$2"
  } >"$repo/.buildcache.yml"
  project_commit "$repo" 'Change the build' || true
  ci_push "$repo" main
  ci_buildcache "$repo" run
}

# Prints the image's manifest or index as the registry has it.
pushed() { docker buildx imagetools inspect --raw "$BUILDCACHE_TEST_REGISTRY/acme/app:$(git -C "$repo" rev-parse --short=12 HEAD)"; }

# The export is answered by the builder: no instruction of it printed anything.
export_ran_nothing() { lacks "$ci_run/record/1.err" '"logs"'; }

# How many of the one step's builds were cached, in the run's own words.
cached() { holds "$ci_run/log" "$1 of 1 steps cached"; }

run_surroundings() {
  builds_with 'RUN cat /etc/hosts && ulimit -n && df -k /dev/shm | tail -n 1' \
    'add-hosts: {db.internal: 10.0.0.7}
ulimits: {nofile: "1234:1234"}
shm-size: 8m
push: true'
  holds "$ci_run/log" 'db.internal'
  holds "$ci_run/log" '1234'
  grep -E '\| .* 8192 ' "$ci_run/log"
  export_ran_nothing
}

network_none() {
  builds_with 'RUN ls /sys/class/net | tr "\n" " " && echo "end of interfaces"' 'network: none
push: true'
  grep -E '\| *lo +end of interfaces' "$ci_run/log"
}

annotations_and_provenance() {
  builds_with 'RUN echo annotated' 'annotations: {org.example.title: "api of {branch}"}
provenance: mode=max
push: true'
  pushed | grep -F 'attestation-manifest'
  docker buildx imagetools inspect --raw "$BUILDCACHE_TEST_REGISTRY/acme/app@$(pushed | python3 -c '
import json, sys
print([m["digest"] for m in json.load(sys.stdin)["manifests"] if "annotations" not in m
       or "vnd.docker.reference.type" not in m["annotations"]][0])')" | grep -F '"api of main"'
}

no_provenance() {
  builds_with 'RUN echo bare' 'provenance: false
push: true'
  ! pushed | grep -F 'attestation-manifest'
}

named_contexts() {
  mkdir -p "$repo/assets"
  echo 'from the assets' >"$repo/assets/file.txt"
  builds_with "COPY --from=assets file.txt /assets.txt
COPY --from=tools /bin/busybox /tool
RUN cat /assets.txt && test -x /tool" "contexts: {assets: ./assets, tools: docker-image://$BUILDCACHE_TEST_REGISTRY/base:1}
push: true"
  holds "$ci_run/log" 'from the assets'
  export_ran_nothing
}

# This machine runs its own platform alone; the Dockerfile only copies, so that the build works.
a_platform_that_does_not_run() {
  printf 'FROM scratch\nCOPY base.Dockerfile /\n' >"$repo/Dockerfile"
  cat >"$repo/.buildcache.yml" <<EOF
version: 1
cache: {repository: $BUILDCACHE_TEST_REGISTRY/acme/cache}
targets:
  app: {platforms: [linux/amd64, linux/s390x]}
EOF
  project_commit "$repo" 'Build for two platforms'
  ci_push "$repo" main
  ci_buildcache "$repo" plan
  holds "$ci_run/log" 'the builder does not run linux/s390x'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  ci_summary_says 'the builder does not run linux/s390x'
  ci_summary_says 'install QEMU'
}

# Two targets; the second's base image is the first, which is pushed where $1 says so.
builds_on_a_target() {
  printf 'FROM %s/base:1\nRUN echo "of the base $(: %s; cat /proc/sys/kernel/random/uuid)" >/base.txt && cat /base.txt\n' \
    "$BUILDCACHE_TEST_REGISTRY" "$1" >"$repo/base.Dockerfile"
  printf 'FROM base\nRUN cat /base.txt >/app.txt && cat /app.txt\n' >"$repo/Dockerfile"
  cat >"$repo/.buildcache.yml" <<EOF
version: 1
cache: {repository: $BUILDCACHE_TEST_REGISTRY/acme/cache}
targets:
  app:
    tags: ["$BUILDCACHE_TEST_REGISTRY/acme/app:{short-sha}"]
    contexts: {base: "target:base"}
    push: true
  base:
    dockerfile: base.Dockerfile
    tags: ["$BUILDCACHE_TEST_REGISTRY/acme/base:{short-sha}"]
    push: $1
EOF
  project_commit "$repo" "Build on a target, push: $1"
  engine reset
  ci_push "$repo" main
  ci_buildcache "$repo" run
}

# The same words in both steps: it is the very image that was built.
same_base_in_both() { [ "$(grep -o 'of the base [0-9a-f-]*$' "$ci_run/log" | sort | uniq -c | awk '{ print $1 }')" = 2 ]; }

# Prints the context `base` of the app's product solve.
base_context() {
  local file
  for file in "$ci_run"/record/*.argv; do
    tr '\0' '\n' <"$file" | sed -n 's/^base=//p'
  done | sort -u
}

on_a_pushed_target() {
  builds_on_a_target true
  same_base_in_both
  base_context | grep -x "docker-image://$BUILDCACHE_TEST_REGISTRY/acme/base:[0-9a-f]*@sha256:[0-9a-f]*"
}

on_a_target_that_goes_nowhere() {
  builds_on_a_target false
  same_base_in_both
  base_context | grep -x 'oci-layout:///.*/base.oci@sha256:[0-9a-f]*'
  # Both come out of their caches on an emptied builder.
  engine reset
  ci_push "$repo" main
  ci_buildcache "$repo" run
  ci_summary_says 'warm: 2 of 2 steps cached'
}

outputs_beside_a_push() {
  builds_with 'RUN echo made >/made.txt' 'outputs: ["type=local,dest=out"]
push: true'
  echo /out >>"$repo/.git/info/exclude"
  same "$(cat "$repo/out/made.txt")" made
  [[ $(ci_output digest) == sha256:* ]]
  pushed >/dev/null
}

loaded_image() {
  builds_with 'RUN echo loaded >/loaded.txt' 'load: true'
  docker image inspect "$BUILDCACHE_TEST_REGISTRY/acme/app:$(git -C "$repo" rev-parse --short=12 HEAD)" >/dev/null
}

# A named stage runs again though everything is cached, and the cache then holds what it made.
no_cache_filter() {
  local dockerfile='RUN head -c 20 /dev/urandom | base64 >/random && echo "made $(cat /random)"'
  builds_with "$dockerfile" 'push: true' >/dev/null
  builds_with "$dockerfile" 'no-cache-filter: [app]
push: true'
  cached 0
  filtered=$(sed -n 's/.*| made \(.*\)/\1/p' "$ci_run/log")
  [ -n "$filtered" ]
  export_ran_nothing
  engine reset
  builds_with "$dockerfile" 'push: true
outputs: ["type=local,dest=out"]'
  cached 1
  same "$(cat "$repo/out/random")" "$filtered"
}

no_cache() {
  builds_with 'RUN head -c 20 /dev/urandom | base64 >/random' 'push: true' >/dev/null
  builds_with 'RUN head -c 20 /dev/urandom | base64 >/random' 'no-cache: true
push: true'
  cached 0
  registry_snapshot main | grep -c "acme/cache:app--c-$(project_head "$repo") "
}

agent_end() { [ ! -s "$suite_work/agent.pid" ] || kill "$(<"$suite_work/agent.pid")" 2>/dev/null || true; }

# An agent of its own whose socket the instruction sees; base has no ssh client, so it looks for it.
ssh_agent() {
  ssh-agent -a "$suite_work/agent.sock" >"$suite_work/agent.out"
  sed -n 's/.*SSH_AGENT_PID=\([0-9]*\);.*/\1/p' "$suite_work/agent.out" >"$suite_work/agent.pid"
  builds_with 'RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo "an agent answers"' \
    "ssh: [\"default=$suite_work/agent.sock\"]
push: true"
  holds "$ci_run/log" 'an agent answers'
}

pull_and_allow() {
  builds_with 'RUN echo pulled' 'pull: true
allow: [network.host]
push: true'
  ci_argv 0 | grep -x -- --pull
  exits 1 grep -x -- --pull <(ci_argv 1)
  ci_argv 1 | grep -A1 -x -- --allow | grep -x network.host
}

pushing_output_is_refused() {
  printf 'version: 1\ntargets:\n  app:\n    outputs: ["type=registry"]\n' >"$repo/.buildcache.yml"
  ci_push "$repo" main
  exits 3 ci_buildcache "$repo" run
  holds "$ci_run/log" 'an output does not push'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - build keys ($cell): the engine starts"
  exit 1
}
project_make "$repo"
check "build keys ($cell): hosts, limits and shared memory reach the instructions" run_surroundings
check "build keys ($cell): a build without network" network_none
check "build keys ($cell): annotations and provenance" annotations_and_provenance
check "build keys ($cell): no provenance" no_provenance
check "build keys ($cell): named contexts" named_contexts
check "build keys ($cell): a target builds on another that is pushed" on_a_pushed_target
check "build keys ($cell): a target builds on another that goes nowhere" on_a_target_that_goes_nowhere
check "build keys ($cell): a platform the builder does not run is told of" a_platform_that_does_not_run
check "build keys ($cell): an output beside a push" outputs_beside_a_push
check "build keys ($cell): a loaded image" loaded_image
check "build keys ($cell): a stage that runs again, and the cache that then is written" no_cache_filter
check "build keys ($cell): a target that uses no cache still writes one" no_cache
# BuildKit listens below the engine's directory, and a socket's path has at most 107 bytes.
socket=$(registry_content main)
socket=${socket%%/registries/*}/data/docker/tmp/.buildkit_ssh_sock0123456789/ssh_auth_sock
if ! command -v ssh-agent >/dev/null; then
  skip "build keys ($cell): an ssh agent" 'ssh-agent is not installed'
elif [ "${#socket}" -gt 107 ]; then
  skip "build keys ($cell): an ssh agent" "the path of this clone is too long for BuildKit's socket"
else
  check "build keys ($cell): an ssh agent" ssh_agent
fi
check "build keys ($cell): pull concerns the product alone, entitlements both" pull_and_allow
check "build keys ($cell): an output that would push is refused" pushing_output_is_refused
exit "$suite_failed"
