# shellcheck shell=bash
# GitLab's jobs: clones as its runner makes them, variables as its server sets them.
# Needs project.bash.

# Checks out commit $2 of repository $1 as the runner does for a pipeline, into $gitlab_clone: the
# last $3 commits (default 20), detached; beside it the remote branch $4, if given, and nothing else.
gitlab_checkout() {
  local commit
  commit=$(git -C "$1" rev-parse "$2^{commit}")
  gitlab_clone=$(mktemp -d "$suite_work/builds.XXXXXX")
  git -C "$1" update-ref refs/pipelines/1 "$commit"
  git -c init.defaultBranch=main init -q "$gitlab_clone"
  git -C "$gitlab_clone" remote add origin "file://$1"
  git -C "$gitlab_clone" fetch -q --depth "${3:-20}" origin +refs/pipelines/1:refs/pipelines/1 \
    ${4:+"+refs/heads/$4:refs/remotes/origin/$4"}
  git -C "$gitlab_clone" checkout -q --detach refs/pipelines/1
  ci_begin
  ci_env+=(
    GITLAB_CI=true CI=true CI_PROJECT_PATH=acme/shop CI_PROJECT_ID=1 CI_DEFAULT_BRANCH=main
    CI_COMMIT_SHA="$commit" CI_COMMIT_BEFORE_SHA=0000000000000000000000000000000000000000
    CI_JOB_URL=https://gitlab.example/acme/shop/-/jobs/7 CI_PROJECT_DIR="$gitlab_clone"
  )
}

# A pipeline of branch $2 of repository $1; with $3, of a schedule.
gitlab_branch() {
  gitlab_checkout "$1" "refs/heads/$2" 20 "$2"
  ci_env+=("CI_PIPELINE_SOURCE=${3:-push}" "CI_COMMIT_BRANCH=$2" "CI_COMMIT_REF_NAME=$2")
  [ "$2" != main ] || ci_env+=(CI_COMMIT_REF_PROTECTED=true)
}

gitlab_tag() {
  gitlab_checkout "$1" "refs/tags/$2"
  ci_env+=(CI_PIPELINE_SOURCE=push "CI_COMMIT_TAG=$2" "CI_COMMIT_REF_NAME=$2")
}

# A pipeline of merge request $2 of branch $3 into main of repository $1. $4 is its kind: detached,
# merged_result or merge_train; $5 the project it comes from (default: the same).
gitlab_merge_request() {
  local source target fork_point
  source=$(git -C "$1" rev-parse "refs/heads/$3")
  target=$(git -C "$1" rev-parse refs/heads/main)
  fork_point=$(git -C "$1" merge-base "$source" "$target")
  if [ "$4" = detached ]; then
    gitlab_checkout "$1" "$source"
  else
    gitlab_checkout "$1" "$(merge_commit "$1" "$target" "$source")"
    ci_env+=("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=$source" "CI_MERGE_REQUEST_TARGET_BRANCH_SHA=$target")
  fi
  ci_env+=(
    CI_PIPELINE_SOURCE=merge_request_event "CI_COMMIT_REF_NAME=$3" "CI_MERGE_REQUEST_IID=$2"
    "CI_MERGE_REQUEST_EVENT_TYPE=$4" "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=$3"
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_MERGE_REQUEST_PROJECT_ID=1
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=${5:-1}" "CI_MERGE_REQUEST_DIFF_BASE_SHA=$fork_point"
  )
}

# Prints the output $1 that the job hands to others: by the JSON file that the report names. Fails
# where GitLab's server would refuse the report, or read the same output as something else.
gitlab_output() {
  python3 "$project_support/dotenv_file.py" "$ci_run/outputs.env" >"$ci_run/variables.json" &&
    python3 - "$ci_run/variables.json" "$1" <<'PY'
import json, sys
variables = json.load(open(sys.argv[1]))
value = json.load(open(variables["BUILDCACHE_OUTPUTS"]))[sys.argv[2]]
short = variables.get("BUILDCACHE_" + sys.argv[2].upper().replace("-", "_"))
assert short is None or short == value, (short, value)
print(value if isinstance(value, str) else json.dumps(value))
PY
}

# Prints the titles of the log's sections; fails where a section is not as GitLab's grammar has it.
gitlab_sections() { python3 "$project_support/gitlab_log.py" "$ci_run/log"; }
