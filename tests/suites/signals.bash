#!/usr/bin/env bash
# SIGINT and SIGTERM in the middle of a build: it ends soon, cleans up, and still reports.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-signals-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
bound=20 # seconds from the signal to the end

# Target `after` needs `slow`, whose step takes far longer than any test.
write_project() {
  mkdir -p "$repo/after"
  printf 'FROM %s/base:1\nCOPY deps.txt /deps.txt\nRUN sleep 97\n' "$BUILDCACHE_TEST_REGISTRY" \
    >"$repo/Dockerfile"
  printf 'FROM %s/base:1\nRUN echo after\n' "$BUILDCACHE_TEST_REGISTRY" >"$repo/after/Dockerfile"
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
${1:-}
cache:
  repository: $BUILDCACHE_TEST_REGISTRY/acme/cache
targets:
  slow: {}
  after: {context: after, needs: [slow]}
YAML
  project_commit "$repo" 'A slow build'
}

# Starts a build and returns once its long step runs; $run is the job, $pid buildcache.
start_slow_build() {
  ci_push "$repo" main
  mkdir -p "$ci_run/tmp"
  ci_env+=("TMPDIR=$ci_run/tmp")
  # Background jobs of a shell ignore SIGINT, which buildcache would keep to.
  # shellcheck disable=SC2016
  ci_wrapper=(env '--default-signal=INT,TERM,HUP' sh -c 'echo $$ >"$RECORD_DIR/pid"; exec "$@"' sh)
  ci_buildcache "$repo" run >/dev/null &
  run=$!
  until [ -s "$ci_run/record/pid" ]; do sleep 0.02; done
  pid=$(<"$ci_run/record/pid")
  until step_runs; do
    kill -0 "$run" || { cat "$ci_run/log"; return 1; }
    sleep 0.05
  done
}

# Whether a process of the long step exists; its container sees its own process numbers only.
step_runs() { [ -n "$(grep -lzx '[9]7' /proc/[0-9]*/cmdline 2>/dev/null)" ]; }

# Prints what is left of the run: processes with its environment, files, builders.
leftovers() {
  grep -lzxF "RECORD_DIR=$ci_run/record" /proc/[0-9]*/environ 2>/dev/null || true
  ls -A "$ci_run/tmp"
  docker buildx ls | grep -o '^buildcache-[^ ]*' || true
}

ends_cleanly() {
  local signal=$1 code=$2 start
  start_slow_build
  start=$SECONDS
  kill -s "$signal" "$pid"
  exits "$code" wait "$run"
  cat "$ci_run/log"
  [ $((SECONDS - start)) -lt "$bound" ]
  same "$(leftovers)" ''
  for _ in {1..100}; do step_runs || break; sleep 0.1; done
  if step_runs; then echo 'the step still runs'; return 1; fi
}

reports_all_the_same() {
  ci_output metadata >/dev/null
  same "$(ci_output digest)" ''
  ci_summary_says 'interrupted'
  ci_summary_says 'cancelled'
  ci_commands >/dev/null
  # What needed the cancelled target was never started.
  same "$(ci_solves)" 1
}

interrupt() { ends_cleanly INT 130 && reports_all_the_same; }
terminate() { ends_cleanly TERM 143 && reports_all_the_same; }

hangup() { ends_cleanly HUP 129; }

# SIGINT from a terminal goes to the whole foreground group, docker's own group is not in it.
removes_its_builder() {
  local endpoint
  endpoint=$(engine remote start)
  write_project "builder: {driver: remote, endpoint: '$endpoint'}"
  ends_cleanly TERM 143
  same "$(docker buildx ls | grep -c '^buildcache-')" 0
  engine remote stop
  write_project
}

# A docker that ends for nobody: the second signal does not wait for it.
second_signal_ends_at_once() {
  local start stubborn
  ci_push "$repo" main
  mkdir -p "$suite_work/stubborn" "$ci_run/tmp"
  cat >"$suite_work/stubborn/docker" <<'STUBBORN'
#!/usr/bin/env bash
[ "${1-} ${2-}" = 'buildx build' ] || PATH=${PATH#*:} exec docker "$@"
trap '' INT TERM
echo $$ >"$RECORD_DIR/stubborn"
for _ in {1..600}; do sleep 0.1; done
STUBBORN
  chmod +x "$suite_work/stubborn/docker"
  # shellcheck disable=SC2016
  ci_wrapper=(env '--default-signal=INT,TERM,HUP'
    sh -c 'echo $$ >"$RECORD_DIR/pid"; PATH=$0:$PATH; exec "$@"' "$suite_work/stubborn")
  ci_buildcache "$repo" run >/dev/null &
  until [ -s "$ci_run/record/stubborn" ]; do
    kill -0 "$!" || { cat "$ci_run/log"; return 1; }
    sleep 0.02
  done
  start=$EPOCHREALTIME
  kill -TERM "$(<"$ci_run/record/pid")"
  sleep 0.3
  kill -TERM "$(<"$ci_run/record/pid")"
  exits 143 wait "$!"
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit b - a > 2 }'
  stubborn=$(<"$ci_run/record/stubborn")
  kill -KILL -- "-$stubborn"
}

# While the plan is being made nothing is built yet.
before_the_build() {
  registry_freeze main
  ci_push "$repo" main
  # shellcheck disable=SC2016
  ci_wrapper=(env '--default-signal=INT,TERM,HUP' sh -c 'echo $$ >"$RECORD_DIR/pid"; exec "$@"' sh)
  ci_buildcache "$repo" plan >/dev/null &
  until [ -s "$ci_run/record/pid" ] &&
    [ "$(readlink "/proc/$(<"$ci_run/record/pid")/exe")" -ef "$buildcache" ]; do sleep 0.02; done
  sleep 0.5
  kill -INT "$(<"$ci_run/record/pid")"
  local start=$SECONDS
  exits 130 wait "$!"
  registry_thaw main
  [ $((SECONDS - start)) -lt 5 ]
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - signals ($cell): the engine starts"
  exit 1
}
project_make "$repo"
write_project
check "signals ($cell): SIGINT ends a build with 130, cleaned up and reported" interrupt
check "signals ($cell): SIGTERM ends a build with 143, cleaned up and reported" terminate
check "signals ($cell): SIGHUP ends a build with 129, cleaned up" hangup
check "signals ($cell): a builder made for the run is removed" removes_its_builder
check "signals ($cell): a second signal ends at once" second_signal_ends_at_once
check "signals ($cell): a signal while the plan is made ends it" before_the_build
exit "$suite_failed"
