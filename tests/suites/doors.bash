#!/usr/bin/env bash
# The ways in: action.yml, the GitLab include and the Jenkins stage, by their platforms' own tools
# where these run here.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-doors-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/npm.bash
. "$suite_dir/../support/npm.bash"
# shellcheck source=tests/support/gitlab_runs.bash
. "$suite_dir/../support/gitlab_runs.bash"
# shellcheck source=tests/support/jenkins_runs.bash
. "$suite_dir/../support/jenkins_runs.bash"
trap 'stop_server; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

root=$(cd "$suite_dir/../.." && pwd)
repo=$suite_work/shop

# Prints what GitHub's language service finds in the files "$@".
validate_actions() { (cd "$root" && node "$suite_work/validate.cjs" . "$@"); }

bundle_validator() {
  NODE_PATH=$tools/node_modules "$tools/node_modules/.bin/esbuild" --log-level=warning --bundle \
    --platform=node --format=cjs "--outfile=$suite_work/validate.cjs" \
    "$suite_dir/../support/validate_actions.mjs"
}

action_and_workflows_are_valid() {
  validate_actions action.yml .github/workflows/*.yml
}

validator_can_fail() {
  mkdir -p "$suite_work/.github/workflows"
  sed 's/shell: bash/shel: bash/' "$root/action.yml" >"$suite_work/action.yml"
  exits 1 validate_actions "$suite_work/action.yml" >"$suite_work/findings"
  holds "$suite_work/findings" "Unexpected value 'shel'"
  sed 's/working-directory:/workdir:/' "$root/.github/workflows/ci.yml" \
    >"$suite_work/.github/workflows/ci.yml"
  exits 1 validate_actions "$suite_work/.github/workflows/ci.yml" >"$suite_work/findings"
  holds "$suite_work/findings" "Invalid action input 'workdir'"
}

# Serves the binary at $binary_url on loopback.
start_server() {
  mkdir -p "$suite_work/served"
  cp "$buildcache" "$suite_work/served/buildcache"
  python3 -u -m http.server --bind 127.0.0.1 --directory "$suite_work/served" 0 \
    >"$suite_work/served.log" 2>&1 &
  echo "$!" >"$suite_work/served.pid"
  until grep -qs 'port [0-9]' "$suite_work/served.log"; do
    kill -0 "$!" || { cat "$suite_work/served.log"; return 1; }
    sleep 0.02
  done
  binary_url=http://127.0.0.1:$(grep -o -m 1 'port [0-9]*' "$suite_work/served.log" | cut -d' ' -f2)/buildcache
  binary_sha256=$(sha256sum "$buildcache" | cut -d' ' -f1)
}

stop_server() {
  [ -s "$suite_work/served.pid" ] || return 0
  kill "$(<"$suite_work/served.pid")" 2>/dev/null || true
  rm -f "$suite_work/served.pid"
}

# Runs "$2..." in directory $1 as a step of the CI run, beside a docker that records.
ci_step() {
  local directory=$1 status=0
  shift
  mkdir -p "$ci_run/bin"
  ln -sf "$project_support/recording_docker" "$ci_run/bin/docker"
  (cd "$directory" && exec env "${ci_env[@]}" "PATH=$ci_run/bin:$PATH" "$@") \
    >"$ci_run/log" 2>&1 </dev/null || status=$?
  cat "$ci_run/log"
  return "$status"
}

# Runs the step of action.yml as the runner does, with the variables "$@".
action_step() {
  ci_push "$repo" main
  ci_env+=("RUNNER_TEMP=$ci_run" "BUILDCACHE_DIRECTORY=$repo" BUILDCACHE_BINARY= "$@")
  ci_step "$root" "$root/scripts/action"
}

action_checks_what_it_fetches() {
  exits 2 action_step "BUILDCACHE_URL=$binary_url"
  exits 1 action_step "BUILDCACHE_URL=$binary_url" "BUILDCACHE_SHA256=$(printf 'a%.0s' {1..64})"
  holds "$ci_run/log" '::error::what binary-url holds has another SHA-256'
  action_step "BUILDCACHE_URL=$binary_url" "BUILDCACHE_SHA256=$binary_sha256"
  [[ $(ci_output digest) == sha256:* ]]
}

# The GitLab include's script as the runner gives it to the shell.
gitlab_script() {
  sed -n '/^    - |$/,/^  artifacts:$/{s/^      //p}' "$root/ci-templates/gitlab/buildcache.yml" \
    >"$suite_work/gitlab.sh"
  grep -q '^"\$BUILDCACHE_BINARY"' "$suite_work/gitlab.sh"
}

# Runs the script in the job's clone with the include's defaults and the variables "$@".
gitlab_step() {
  ci_env+=(DOCKER_TLS_CERTDIR=/certs "BUILDCACHE_BINARY=$buildcache" BUILDCACHE_URL=
    BUILDCACHE_SHA256= BUILDCACHE_DIRECTORY=. BUILDCACHE_FILE= BUILDCACHE_TARGETS=
    BUILDCACHE_PUSH=true "$@")
  ci_step "$gitlab_clone" sh "$suite_work/gitlab.sh"
}

gitlab_script_is_posix() {
  sh -n "$suite_work/gitlab.sh"
  ! command -v shellcheck || shellcheck --shell=sh "$suite_work/gitlab.sh"
  gitlab_branch "$repo" main
  gitlab_step BUILDCACHE_TARGETS='app app' BUILDCACHE_FILE=.buildcache.yml BUILDCACHE_PUSH=false
  holds "$gitlab_clone/buildcache.env" 'BUILDCACHE_OUTPUTS=buildcache.json'
  same "$(ci_cached)" 4
}

gitlab_script_checks_what_it_fetches() {
  gitlab_branch "$repo" main
  exits 2 gitlab_step "BUILDCACHE_URL=$binary_url"
  holds "$ci_run/log" 'binary-url needs binary-sha256'
  exits 1 gitlab_step "BUILDCACHE_URL=$binary_url" "BUILDCACHE_SHA256=$(printf 'a%.0s' {1..64})"
  holds "$ci_run/log" 'has another SHA-256'
  same "$(ci_solves)" 0
}

# The pipeline of a project that includes the template, in gitlab-ci-local.
make_gitlab_project() {
  cp "$root/ci-templates/gitlab/buildcache.yml" "$repo/include.yml"
  cat >"$repo/.gitlab-ci.yml" <<PIPELINE
include:
  - local: include.yml
    inputs:
      services: []
      binary-url: $binary_url
      binary-sha256: $binary_sha256
stages: [build, use]
use:
  stage: use
  script:
    - echo "the digest is \$BUILDCACHE_DIGEST"
PIPELINE
  project_commit "$repo" 'Build in GitLab'
}

# Runs the pipeline of branch $1 on an emptied builder.
gitlab_pipeline() {
  engine reset
  git -C "$repo" checkout -q "$1"
  ci_begin
  ci_env+=(GCL_IGNORE_PREDEFINED_VARS=GITLAB_CI)
  ci_step "$repo" node "$tools/node_modules/.bin/gitlab-ci-local" --force-shell-executor \
    --variable GITLAB_CI=true --no-artifacts-to-source --no-color
}

include_builds_and_hands_over() {
  git -C "$repo" remote add origin https://gitlab.example/acme/shop.git
  git -C "$repo" update-ref refs/remotes/origin/main main
  git -C "$repo" remote set-head origin main
  make_gitlab_project
  gitlab_pipeline main
  grep -E 'the digest is sha256:[0-9a-f]{64}' "$ci_run/log"
  git -C "$repo" checkout -q -b feature
  project_change "$repo" src/main.c 'int main() { return 1; }'
  gitlab_pipeline feature
  same "$(ci_cached)" 2
}

# The Jenkins stage's shell part: between the triple quotes, where Groovy changes backslashes alone.
jenkins_script() {
  sed -n "/sh '''/,/'''\$/p" "$root/ci-templates/jenkins/Jenkinsfile" | sed '1d;$d' \
    >"$suite_work/jenkins.sh"
  lacks "$suite_work/jenkins.sh" '\'
  grep -q '^ *"\$BUILDCACHE" run' "$suite_work/jenkins.sh"
}

# Runs the stage as Jenkins does, with the pipeline's environment and the variables "$@".
jenkins_step() {
  ci_env+=("BUILDCACHE=$buildcache" BUILDCACHE_URL= BUILDCACHE_SHA256= REGISTRY_USER=ci
    REGISTRY_PASSWORD=stage-secret "$@")
  ci_step "$jenkins_clone" sh -xe "$suite_work/jenkins.sh"
}

jenkins_stage_builds() {
  ! command -v shellcheck || shellcheck --shell=sh "$suite_work/jenkins.sh"
  git -C "$repo" checkout -q -b change
  project_change "$repo" src/main.c 'int main() { return 2; }'
  git -C "$repo" checkout -q main
  engine reset
  jenkins_change "$repo" 17 change head
  jenkins_step "BUILDCACHE_URL=$binary_url" "BUILDCACHE_SHA256=$binary_sha256"
  same "$(ci_cached)" 2
  lacks "$ci_run/log" 'stage-secret'
  holds "$ci_run/log" "base       $(git -C "$repo" rev-parse --short=12 main)"
  ci_run=$jenkins_clone
  mv "$jenkins_clone/buildcache.properties" "$jenkins_clone/outputs.properties"
  [[ $(jenkins_property BUILDCACHE_DIGEST) == sha256:* ]]
}

jenkins_stage_checks_what_it_fetches() {
  jenkins_branch "$repo" main
  exits 2 jenkins_step "BUILDCACHE_URL=$binary_url"
  exits 1 jenkins_step "BUILDCACHE_URL=$binary_url" "BUILDCACHE_SHA256=$(printf 'a%.0s' {1..64})"
  holds "$ci_run/log" 'has another SHA-256'
  same "$(ci_solves)" 0
}

# Nothing here depends on the engine's age: once is enough.
[ "$cell" = floor ] || exit 0
if tools=$(npm_tools @actions/languageservice@0.3.61 esbuild@0.28.2); then
  check 'doors: the validator of GitHub is bundled' bundle_validator
  check 'doors: it finds what is wrong' validator_can_fail
  check 'doors: it finds nothing wrong with action.yml and the workflows' action_and_workflows_are_valid
else
  skip 'doors: action.yml and the workflows are valid' "$tools"
fi
engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - doors: the engine starts"
  exit 1
}
project_make "$repo"
start_server
include_works='doors: a pipeline with the GitLab include builds, and a later job reads the digest'
check "doors: action.yml's step checks what it fetches, and runs it" action_checks_what_it_fetches
check "doors: the GitLab include has a script" gitlab_script
check "doors: it is POSIX sh and builds" gitlab_script_is_posix
check "doors: it checks what it fetches" gitlab_script_checks_what_it_fetches
check "doors: the Jenkins stage has a script" jenkins_script
check "doors: it checks what it fetches" jenkins_stage_checks_what_it_fetches
check "doors: a change's Jenkins stage fetches the target and builds from its base" jenkins_stage_builds
if ! command -v rsync >/dev/null; then
  skip "$include_works" 'gitlab-ci-local needs rsync'
elif tools=$(npm_tools gitlab-ci-local@4.73.0); then
  check "$include_works" include_builds_and_hands_over
else
  skip "$include_works" "$tools"
fi
exit "$suite_failed"
