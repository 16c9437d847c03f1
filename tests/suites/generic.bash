#!/usr/bin/env bash
# The recipes of docs/ci-generic.md as their platforms would run them: what is planned is right.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
BUILDCACHE_TEST_REGISTRY=registry.example
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

# Prints the recipe of platform $1: the first shell block after its name in bold, planning only.
recipe() {
  awk -v name="**$1**" '
    index($0, name) == 1 { found = 1 }
    found && /^```$/ { exit }
    block { print }
    found && /^```sh$/ { block = 1 }' "$project_root/docs/ci-generic.md" |
    sed 's/^buildcache run/buildcache plan --offline --format json/; s/\(.*\) \\$/\1 \\/; /--output-file/d; /^sed /d'
}

# Runs the recipe of platform $1 with the variables "$4..." and fails unless it plans an event $2
# with the trust $3.
plans() {
  local platform=$1 event=$2 trust=$3
  shift 3
  recipe "$platform" >"$suite_work/recipe"
  [ -s "$suite_work/recipe" ]
  mkdir -p "$suite_work/bin"
  ln -sf "$buildcache" "$suite_work/bin/buildcache"
  (cd "$repo" && env -i PATH="$suite_work/bin:$PATH" HOME="$suite_work" "$@" sh "$suite_work/recipe") \
    >"$suite_work/plan" 2>"$suite_work/log" || { cat "$suite_work/recipe" "$suite_work/log"; return 1; }
  python3 - "$suite_work/plan" "$event" "$trust" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
got = (plan["ci"]["provider"], plan["ci"]["event"], plan["trust"]["level"])
assert got == ("local", sys.argv[2], sys.argv[3]), (got, plan["ci"], plan["git"])
change = plan["ci"]["change"]
assert (str(change) == "17") == (sys.argv[2] == "pull_request"), change
if change:
    assert plan["git"]["base_branch"] == "main", plan["git"]
PY
}

buildkite() {
  local common=(BUILDKITE_PIPELINE_DEFAULT_BRANCH=main BUILDKITE_PULL_REQUEST=false)
  local change=("${common[@]}" BUILDKITE_BRANCH=feat/x BUILDKITE_PULL_REQUEST=17
    BUILDKITE_PULL_REQUEST_BASE_BRANCH=main)
  plans Buildkite push protected "${common[@]}" BUILDKITE_BRANCH=main
  plans Buildkite push branch "${common[@]}" BUILDKITE_BRANCH=feat/x
  plans Buildkite tag tag "${common[@]}" BUILDKITE_BRANCH=v1 BUILDKITE_TAG=v1
  plans Buildkite pull_request pull-request "${change[@]}" \
    BUILDKITE_PULL_REQUEST_REPO=git://forge.example/acme/shop.git
  plans Buildkite pull_request fork "${change[@]}" \
    BUILDKITE_PULL_REQUEST_REPO=git://forge.example/stranger-acme/shop.git
}

circleci() {
  local change=(CIRCLE_BRANCH=feat/x CIRCLE_PULL_REQUEST=https://forge.example/acme/shop/pull/17)
  plans CircleCI push protected CIRCLE_BRANCH=main
  plans CircleCI tag tag CIRCLE_TAG=v1
  plans CircleCI pull_request pull-request "${change[@]}"
  plans CircleCI pull_request fork "${change[@]}" CIRCLE_PR_REPONAME=shop
}

woodpecker() {
  local common=(CI=woodpecker CI_REPO_DEFAULT_BRANCH=main CI_COMMIT_SHA=0123456789abcdef)
  plans Woodpecker push protected "${common[@]}" CI_COMMIT_BRANCH=main
  plans Woodpecker push branch "${common[@]}" CI_COMMIT_BRANCH=feat/x
  plans Woodpecker tag tag "${common[@]}" CI_COMMIT_TAG=v1
  plans Woodpecker pull_request fork "${common[@]}" CI_COMMIT_BRANCH=main CI_COMMIT_PULL_REQUEST=17 \
    CI_COMMIT_SOURCE_BRANCH=feat/x CI_COMMIT_TARGET_BRANCH=main
}

drone() {
  local common=(CI=true DRONE=true DRONE_REPO_BRANCH=main DRONE_TARGET_BRANCH=main)
  plans Drone push protected "${common[@]}" DRONE_BRANCH=main DRONE_SOURCE_BRANCH=main
  plans Drone tag tag "${common[@]}" DRONE_TAG=v1
  plans Drone pull_request fork "${common[@]}" DRONE_BRANCH=main DRONE_SOURCE_BRANCH=feat/x \
    DRONE_PULL_REQUEST=17
}

azure() {
  local change=(BUILD_SOURCEBRANCH=refs/pull/17/merge SYSTEM_PULLREQUEST_PULLREQUESTNUMBER=17
    SYSTEM_PULLREQUEST_SOURCEBRANCH=feat/x SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main)
  plans 'Azure Pipelines' push protected TF_BUILD=True BUILD_SOURCEBRANCH=refs/heads/main
  plans 'Azure Pipelines' push branch TF_BUILD=True BUILD_SOURCEBRANCH=refs/heads/feat/x
  plans 'Azure Pipelines' pull_request pull-request "${change[@]}" SYSTEM_PULLREQUEST_ISFORK=False
  plans 'Azure Pipelines' pull_request fork "${change[@]}" SYSTEM_PULLREQUEST_ISFORK=True
}

bitbucket() {
  plans Bitbucket push protected CI=true BITBUCKET_BRANCH=main
  plans Bitbucket tag tag CI=true BITBUCKET_TAG=v1
  plans Bitbucket pull_request pull-request CI=true BITBUCKET_BRANCH=feat/x BITBUCKET_PR_ID=17 \
    BITBUCKET_PR_DESTINATION_BRANCH=main
}

# Needs no engine: once is enough.
[ "$cell" = floor ] || exit 0
project_make "$repo"
check 'generic: Buildkite' buildkite
check 'generic: CircleCI' circleci
check 'generic: Woodpecker, which is not taken for GitLab' woodpecker
check 'generic: Drone' drone
check 'generic: Azure Pipelines' azure
check 'generic: Bitbucket' bitbucket
exit "$suite_failed"
