# shellcheck shell=bash
# A small project with a history, and CI runs of buildcache on it as GitHub would start them.
# Needs suite.bash, engine.bash, and a running engine (BUILDCACHE_TEST_REGISTRY).

project_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
buildcache=${BUILDCACHE_BINARY:-$project_root/build/release/buildcache}
project_support=$project_root/tests/support

# Makes the repository $1 with one target `app`: slow dependencies first, code after. Its caches
# and images live under $2 of the registry (default: main's address).
project_make() {
  local directory=$1 registry=${2:-$BUILDCACHE_TEST_REGISTRY}
  mkdir -p "$directory/src"
  git -c init.defaultBranch=main init -q "$directory"
  git -C "$directory" config user.name Developer
  git -C "$directory" config user.email developer@example.com
  cat >"$directory/Dockerfile" <<EOF
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS deps
COPY deps.txt /deps.txt
RUN sort /deps.txt >/deps.sorted && head -c 100000 /dev/urandom >/deps.bin
FROM deps AS app
COPY src /src
RUN cat /src/* /deps.sorted >/app.txt
EOF
  cat >"$directory/.buildcache.yml" <<EOF
version: 1
cache:
  repository: $registry/acme/cache
targets:
  app:
    tags: ["$registry/acme/app:{short-sha}"]
    push: true
EOF
  printf 'one\ntwo\n' >"$directory/deps.txt"
  echo 'int main() {}' >"$directory/src/main.c"
  project_commit "$directory" 'Start'
}

# Writes $3 into file $2 of repository $1 and commits it.
project_change() {
  printf '%s\n' "$3" >"$1/$2"
  project_commit "$1" "Change $2"
}

project_commit() {
  git -C "$1" add -A
  git -C "$1" commit -q -m "$2"
}

# Prints a merge of commit $3 into commit $2 of repository $1, on no branch.
merge_commit() {
  local tree
  tree=$(git -C "$1" merge-tree --write-tree "$2" "$3")
  git -C "$1" commit-tree -p "$2" -p "$3" -m 'Merge' "$tree"
}

project_head() { git -C "$1" rev-parse HEAD; }

# Starts a CI run in a folder of its own ($ci_run). Variables for buildcache alone are collected in
# ci_env, words to start it with in ci_wrapper. What the machine's own CI says is not passed on.
ci_begin() {
  ci_run=$(mktemp -d "$suite_work/run.XXXXXX")
  mkdir -p "$ci_run/record"
  ci_wrapper=()
  ci_env=(-u CI -u GITHUB_ACTIONS -u GITLAB_CI -u JENKINS_URL -u BUILD_TAG -u GITHUB_API_URL -u GITHUB_TOKEN
    -u GH_TOKEN -u CI_API_V4_URL -u GITLAB_TOKEN -u CI_JOB_TOKEN "RECORD_DIR=$ci_run/record")
}

# As ci_begin, with the files and variables that GitHub's runner gives a step.
ci_begin_github() {
  ci_begin
  : >"$ci_run/output"
  : >"$ci_run/summary"
  ci_env+=(
    GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_SERVER_URL=https://github.example
    GITHUB_RUN_ID=7 GITHUB_OUTPUT="$ci_run/output" GITHUB_STEP_SUMMARY="$ci_run/summary"
    GITHUB_EVENT_PATH="$ci_run/event.json"
  )
}

# A push of repository $1's HEAD to branch $2.
ci_push() {
  ci_begin_github
  local sha
  sha=$(project_head "$1")
  ci_env+=(GITHUB_EVENT_NAME=push "GITHUB_REF=refs/heads/$2" "GITHUB_REF_NAME=$2"
    GITHUB_REF_TYPE=branch "GITHUB_SHA=$sha")
  python3 - "$2" "$sha" >"$ci_run/event.json" <<'PY'
import json, sys
branch, sha = sys.argv[1:]
print(json.dumps({"ref": "refs/heads/" + branch, "before": "0" * 40, "after": sha, "forced": False,
                  "pusher": {"name": "dev"},
                  "repository": {"full_name": "acme/shop", "default_branch": "main"}}))
PY
}

# Pull request $2 of branch $3 (head commit $4) into branch $5, checked out in $1 as a test merge;
# from repository $6 (default: the base's own).
ci_pull_request() {
  ci_begin_github
  local sha
  sha=$(project_head "$1")
  ci_env+=(GITHUB_EVENT_NAME=pull_request "GITHUB_REF=refs/pull/$2/merge" "GITHUB_REF_NAME=$2/merge"
    GITHUB_REF_TYPE=branch "GITHUB_SHA=$sha" "GITHUB_HEAD_REF=$3" "GITHUB_BASE_REF=$5")
  python3 - "$2" "$3" "$4" "$5" "${6:-acme/shop}" "$sha" >"$ci_run/event.json" <<'PY'
import json, sys
number, branch, head, base, repository, sha = sys.argv[1:]
print(json.dumps({"action": "synchronize", "number": int(number), "after": head,
                  "pull_request": {
                      "number": int(number), "merge_commit_sha": sha,
                      "head": {"ref": branch, "sha": head, "repo": {"full_name": repository,
                               "fork": repository != "acme/shop"}},
                      "base": {"ref": base, "sha": "f" * 40, "repo": {"full_name": "acme/shop"}}},
                  "repository": {"full_name": "acme/shop", "default_branch": "main"}}))
PY
}

# Runs buildcache in directory $1 with the CI run's environment and further arguments. Its log is
# $ci_run/log, its documents $ci_run/document; returns its exit code.
ci_buildcache() {
  local directory=$1 status=0
  shift
  mkdir -p "$ci_run/bin"
  ln -sf "$project_support/recording_docker" "$ci_run/bin/docker"
  (
    cd "$directory" || exit
    exec env "${ci_env[@]}" "PATH=$ci_run/bin:$PATH" "${ci_wrapper[@]}" "$buildcache" "$@"
  ) >"$ci_run/document" 2>"$ci_run/log" </dev/null || status=$?
  cat "$ci_run/log"
  return "$status"
}

# Prints how many steps were cached in the CI run's product solve, from BuildKit's own stream.
ci_cached() { cached_steps "$ci_run/record/0.err"; }

# Prints the number of solves the CI run made.
ci_solves() { find "$ci_run/record" -name '*.argv' | wc -l; }

# Prints the step output $1 as a strict reader of GitHub's file command sees it.
ci_output() { python3 "$project_support/github_file.py" "$ci_run/output" "$1"; }

# Prints the arguments of solve $1, one a line.
ci_argv() { tr '\0' '\n' <"$ci_run/record/$1.argv"; }

# Prints the CI run's job summary as a reader sees it; fails when a strict parser refuses it.
ci_summary() { python3 "$project_support/strict_summary.py" "$ci_run/summary" --text; }

# Prints the workflow commands of the CI run's log that GitHub would obey, one JSON list a line.
ci_commands() { python3 "$project_support/runner_log.py" "$ci_run/log"; }

# Fails unless the CI run's summary shows the text $1.
ci_summary_says() {
  ci_summary >"$ci_run/summary.text" && holds "$ci_run/summary.text" "$1"
}
