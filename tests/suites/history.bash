#!/usr/bin/env bash
# A runner with one commit finds the cache of the commit its branch left main at, as its checkout's
# credentials fetch the history between them.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-history-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'server_end; forge_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

upstream=$suite_work/shop
token='token-of-the-checkout-0123456789'
encoded=$(printf 'x-access-token:%s' "$token" | base64 -w 0)

# Starts program "$2..." of the support folder as server $1. It ends with its input, which stays open as
# long as the suite runs, or by its id. Sets $listen_pid and $listen_address.
listen() {
  local name=$suite_work/$1 listen_input
  shift
  rm -f "$name.in" "$name.out"
  mkfifo "$name.in"
  python3 "$project_support/$1" "${@:2}" <"$name.in" >"$name.out" 2>&1 &
  listen_pid=$!
  # shellcheck disable=SC2034 # bash fills it in
  exec {listen_input}>"$name.in"
  until [ -s "$name.out" ]; do
    kill -0 "$listen_pid" || { cat "$name.out"; return 1; }
    sleep 0.02
  done
  listen_address=http://$(head -n 1 "$name.out")
}

server_begin() {
  listen server git_server.py "$suite_work" "$token" "$suite_work/requests"
  server_pid=$listen_pid server=$listen_address
}

# The forge's API, for who has token $1.
forge_begin() {
  forge_end
  listen forge forge_api.py "$upstream" "$1" "$suite_work/forge.requests"
  forge_pid=$listen_pid forge=$listen_address
}

forge_end() { [ -z "${forge_pid:-}" ] || kill "$forge_pid" 2>/dev/null || true; }

server_end() { [ -z "${server_pid:-}" ] || kill "$server_pid" 2>/dev/null || true; }

# main: a commit that is built and left, then one that changes the dependencies and is built, too.
begin() {
  engine_begin "$cell"
  project_make "$upstream"
  git -C "$upstream" config uploadpack.allowFilter true
  left=$(project_head "$upstream")
  ci_push "$upstream" main
  ci_buildcache "$upstream" run
  git -C "$upstream" checkout -q -b feature
  local i
  for i in 1 2 3; do project_change "$upstream" src/main.c "int main() { return $i; }"; done
  git -C "$upstream" checkout -q main
  project_change "$upstream" deps.txt 'three'
  ci_push "$upstream" main
  ci_buildcache "$upstream" run
  server_begin
}

# A checkout of branch feature in folder $1, of depth 1, as actions/checkout leaves it: the
# credentials stand in the clone's configuration, or, with "included", in a file beside it that the
# configuration includes for this clone alone.
check_out() {
  local directory=$1 place=${2:-own} header
  header="http.$server/.extraheader"
  git -c init.defaultBranch=main init -q "$directory"
  git -C "$directory" remote add origin "$server/shop/.git"
  git -C "$directory" config --local "$header" "AUTHORIZATION: basic $encoded"
  git -C "$directory" fetch -q --no-tags --depth=1 origin +refs/heads/feature:refs/remotes/origin/feature
  git -C "$directory" checkout -q -B feature refs/remotes/origin/feature
  git -C "$directory" config --local --unset-all "$header"
  case $place in
    own) git -C "$directory" config --local "$header" "AUTHORIZATION: basic $encoded" ;;
    included)
      git config -f "$directory.credentials" "$header" "AUTHORIZATION: basic $encoded"
      git -C "$directory" config --local "includeIf.gitdir:$directory/.git.path" "$directory.credentials"
      ;;
    none) ;;
  esac
}

# Everything of repository $1 but objects, by checksum.
state_of() { find "$1/.git" -path "$1/.git/objects" -prune -o -type f -print0 | sort -z | xargs -0 sha256sum; }

# Builds branch feature in checkout $1 with a git that records how it is called; the step's environment
# holds "${@:2}", too.
build_feature() {
  engine reset
  : >"$suite_work/requests"
  ci_push "$1" feature
  mkdir -p "$ci_run/bin" "$ci_run/tmp"
  ci_env+=("TMPDIR=$ci_run/tmp" "${@:2}")
  # shellcheck disable=SC2016
  ci_wrapper=(env '--default-signal=INT,TERM,HUP' sh -c 'echo $$ >"$RECORD_DIR/pid"; exec "$@"' sh)
  cat >"$ci_run/bin/git" <<EOF
#!/bin/sh
printf '%s\n' "\$@" >>"$ci_run/git.argv"
exec $(command -v git) "\$@"
EOF
  chmod +x "$ci_run/bin/git"
  ci_buildcache "$1" run -v
}

# A checkout whose credentials are in place $1 builds with $2 cached steps.
finds_the_cache() {
  local directory=$suite_work/$1 before
  check_out "$directory" "$1"
  same "$(git -C "$directory" rev-list --count HEAD)" 1
  before=$(state_of "$directory")
  build_feature "$directory"
  same "$(ci_cached)" "$2"
  holds "$ci_run/log" "base       ${left:0:12} (fetched history)"
  same "$(state_of "$directory")" "$before"
  fetched_commits_alone
  left_nothing
}

# The first build of the branch: its own cache, which a later one finds, is not there yet.
first_finds_the_cache() {
  finds_the_cache own 2
  ci_output cache-from | grep -F "$BUILDCACHE_TEST_REGISTRY/acme/cache:app--c-$left"
}

fetched_commits_alone() {
  grep '^200 POST .*git-upload-pack' "$suite_work/requests"
  same "$(grep -cx -- '--filter=tree:0' "$ci_run/git.argv")" 1
  same "$(grep -cx -- '--depth=200' "$ci_run/git.argv")" 1
}

left_nothing() {
  same "$(find "$ci_run/tmp" -mindepth 1 -name 'buildcache-*' | head -n 1)" ''
  local file
  for file in "$ci_run/git.argv" "$ci_run/log" "$ci_run/document" "$ci_run/output" "$ci_run/summary"; do
    lacks "$file" "$token"
    lacks "$file" "$encoded"
  done
}

without_credentials_it_builds_on() {
  check_out "$suite_work/none" none
  build_feature "$suite_work/none"
  holds "$ci_run/log" 'more history could not be fetched: git fetch failed'
  holds "$ci_run/log" 'fetch-depth: 0'
  ci_output cache-from | grep -c .
}

# actions/checkout with persist-credentials: false leaves none, and the step has GITHUB_TOKEN.
forge_tells_where_git_may_not() {
  local directory=$suite_work/told before
  check_out "$directory" none
  before=$(state_of "$directory")
  forge_begin "$token"
  build_feature "$directory" "GITHUB_API_URL=$forge" "GITHUB_TOKEN=$token"
  same "$(ci_cached)" 4
  holds "$ci_run/log" "base       ${left:0:12} (forge API)"
  holds "$ci_run/log" 'history    told by the forge API'
  same "$(state_of "$directory")" "$before"
  same "$(grep -vc '^200 ' "$suite_work/forge.requests")" 0
  left_nothing
}

# A person at the checkout that found nothing asks why.
explain_tells_every_step() {
  ci_push "$suite_work/none" feature
  ci_buildcache "$suite_work/none" plan --explain >/dev/null
  holds "$ci_run/document" '  local graph      the clone has no branch main'
  holds "$ci_run/document" '  merge parents    HEAD is no test merge'
  holds "$ci_run/document" '  fetched history  git fetch failed'
  holds "$ci_run/document" '  base branch tip  the clone has no branch main'
  holds "$ci_run/document" "  before HEAD      1 commit"
  holds "$ci_run/document" '        pr          proposes none: the run is for no pull request'
  holds "$ci_run/document" '        default     proposes none: what it proposes, a word before it has proposed'
  same "$(grep -c "app--c-$(project_head "$suite_work/none")" "$ci_run/document")" 1
}

forge_of_gitlab_tells_too() {
  local directory=$suite_work/told sha
  forge_begin "$token"
  ci_begin
  sha=$(project_head "$directory")
  ci_env+=(GITLAB_CI=true CI=true CI_PROJECT_PATH=acme/shop CI_PROJECT_ID=7 CI_DEFAULT_BRANCH=main
    "CI_COMMIT_SHA=$sha" CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=feature CI_COMMIT_REF_NAME=feature
    "CI_PROJECT_DIR=$directory" "CI_API_V4_URL=$forge/api/v4" "CI_JOB_TOKEN=$token")
  ci_buildcache "$directory" plan --format json
  python3 - "$ci_run/document" "$left" <<'PY'
import json, sys
git = json.load(open(sys.argv[1]))["git"]
assert git["fork_point"] == {"commit": sys.argv[2], "source": "forge API"}, git
assert git["history"]["source"] == "forge API" and git["history"]["trouble"] is None, git
PY
  lacks "$ci_run/document" "$token"
  lacks "$ci_run/log" "$token"
}

refused_forge_is_told() {
  forge_begin 'another-token'
  build_feature "$suite_work/none" "GITHUB_API_URL=$forge" "GITHUB_TOKEN=$token"
  holds "$ci_run/log" 'the GitHub API answers 404: Not Found (asked with GITHUB_TOKEN; it takes'
  build_feature "$suite_work/none" "GITHUB_API_URL=$forge"
  holds "$ci_run/log" 'the GitHub API answers 404: Not Found (asked without a token; it takes GITHUB_TOKEN with permission contents: read)'
  left_nothing
}

token_in_the_address_is_not_shown() {
  local directory=$suite_work/address
  check_out "$directory" none
  git -C "$directory" remote set-url origin "http://x-access-token:$token@127.0.0.1:1/shop/.git"
  build_feature "$directory"
  holds "$ci_run/log" 'more history could not be fetched: git fetch failed'
  left_nothing
}

# A server that accepts and says nothing.
interrupted_it_cleans_up() {
  local directory=$suite_work/silent port run status=0
  check_out "$directory" own
  python3 -c '
import socket, sys, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
time.sleep(60)' >"$suite_work/silent.port" &
  local silent=$!
  until [ -s "$suite_work/silent.port" ]; do sleep 0.02; done
  port=$(<"$suite_work/silent.port")
  git -C "$directory" remote set-url origin "http://127.0.0.1:$port/shop/.git"
  build_feature "$directory" >/dev/null 2>&1 &
  run=$!
  local begun=
  until [ -n "$begun" ]; do
    kill -0 "$run" || return 1
    sleep 0.05
    begun=$(find "$suite_work" -path '*/tmp/buildcache-history-*/history.git/HEAD')
  done
  sleep 0.3 # git has connected by then, or is about to
  begun=${begun%/tmp/*}
  kill -TERM "$(<"$begun/record/pid")"
  wait "$run" || status=$?
  kill "$silent"
  same "$status" 143
  same "$(find "$begun/tmp" -mindepth 1 | head -n 1)" ''
}

begin >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - history ($cell): registry, engine and git server start"
  exit 1
}
check "history ($cell): a depth-1 checkout finds the cache of the commit it left main at" first_finds_the_cache
check "history ($cell): credentials in an included file serve as well" finds_the_cache included 4
check "history ($cell): without credentials the build goes on, and says why it may be cold" \
  without_credentials_it_builds_on
check "history ($cell): plan --explain tells why nothing was found" explain_tells_every_step
check "history ($cell): where git has no credentials the forge's API tells" forge_tells_where_git_may_not
check "history ($cell): GitLab's API tells with the job's token" forge_of_gitlab_tells_too
check "history ($cell): an API that refuses is told of in its words" refused_forge_is_told
check "history ($cell): a token in the remote's address is not shown" token_in_the_address_is_not_shown
check "history ($cell): an interrupted fetch is ended and removed" interrupted_it_cleans_up
exit "$suite_failed"
