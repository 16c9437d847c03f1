#!/usr/bin/env bash
# Jenkins' builds on a real engine and registry: which build finds which cache on an emptied
# builder, and what it hands over.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-jenkins-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/jenkins_runs.bash
. "$suite_dir/../support/jenkins_runs.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
published() { registry_snapshot main | grep -c "acme/cache:$1 " || true; }
head_of() { git -C "$repo" rev-parse "$1"; }

# Runs the build in its clone on an emptied builder, with its hand-over file beside.
build() {
  engine reset
  ci_buildcache "$jenkins_clone" run --output-file "$ci_run/outputs.properties"
}

# Fails unless the build imported the cache with tag $1 of acme/cache.
imported() {
  jenkins_property BUILDCACHE_CACHE_FROM | grep -F "ref=$BUILDCACHE_TEST_REGISTRY/acme/cache:$1"
}

# Prints the plan's git facts.
git_facts() {
  ci_buildcache "$jenkins_clone" plan --offline --format json >"$ci_run/plan.log" 2>&1
  python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["git"]))' \
    "$ci_run/document"
}

# Fails unless the plan's base is commit $1.
based_on() {
  git_facts | python3 -c '
import json, sys
git = json.load(sys.stdin)
assert git["tree_base"] and git["tree_base"]["commit"] == sys.argv[1], git' "$1"
}

# Starts branch $1 at main with one change to the code.
change() {
  git -C "$repo" checkout -q -b "$1" main
  project_change "$repo" src/main.c "int main() { return $RANDOM; }"
}

primary_branch_is_cold_and_exports() {
  jenkins_branch "$repo" main
  build
  same "$(ci_cached)" 0
  same "$(published "app--c-$(head_of main)")" 1
  same "$(published app--b-main)" 1
  [[ $(jenkins_property BUILDCACHE_DIGEST) == sha256:* ]]
}

# Its clone has this branch alone: main's commits are among its ancestors.
branch_hits_its_base() {
  change feature
  jenkins_branch "$repo" feature
  build
  same "$(ci_cached)" 2
  imported "app--c-$(head_of main)"
  same "$(published app--b-feature)" 1
  same "$(published "app--c-$(head_of feature)")" 0
}

# The clone has the change's tip alone, so that its base is not known: its ancestors are asked for.
change_head_hits_its_base() {
  change request
  jenkins_change "$repo" 17 request head
  build
  same "$(ci_cached)" 2
  imported "app--c-$(head_of main)"
  same "$(published app--p-17)" 1
  same "$(published "app--c-$(head_of request)")" 0
}

# What the template does before: then the base is known.
change_head_with_its_target_fetched_knows_its_base() {
  jenkins_change "$repo" 17 request head
  git -C "$jenkins_clone" fetch -q --no-tags origin +refs/heads/main:refs/remotes/origin/main
  based_on "$(head_of main)"
}

# main has moved on, so there is a merge: its first parent is the change's head, not the base.
merged_change_hits_its_own_cache_and_knows_its_base() {
  git -C "$repo" checkout -q main
  project_change "$repo" README.md 'More'
  jenkins_branch "$repo" main
  build
  git -C "$repo" checkout -q request
  project_change "$repo" src/more.c 'int more;'
  jenkins_change "$repo" 17 request merge
  same "$(git -C "$jenkins_clone" rev-parse HEAD^1)" "$(head_of request)"
  same "$(git -C "$jenkins_clone" rev-parse HEAD^2)" "$(head_of main)"
  based_on "$(head_of main)"
  build
  same "$(ci_cached)" 2
  imported app--p-17
  same "$(published "app--c-$(project_head "$jenkins_clone")")" 0
}

# Nothing to merge: the workspace stays at the change's head.
fast_forward_change_knows_its_base() {
  change ahead
  jenkins_change "$repo" 19 ahead merge
  same "$(project_head "$jenkins_clone")" "$(head_of ahead)"
  based_on "$(head_of main)"
}

fork_reads_and_writes_nothing() {
  local before strategy
  change theirs
  before=$(registry_snapshot main)
  for strategy in head merge; do
    jenkins_change "$repo" 18 theirs "$strategy" stranger
    build
    same "$(ci_cached)" 2
    same "$(registry_snapshot main)" "$before"
    same "$(jenkins_property BUILDCACHE_CACHE_TO)" ''
  done
}

tag_reads_and_writes_nothing() {
  local before
  git -C "$repo" tag -f v1 main
  jenkins_tag "$repo" v1
  before=$(registry_snapshot main | grep -F acme/cache)
  build
  same "$(ci_cached)" 4
  same "$(registry_snapshot main | grep -F acme/cache)" "$before"
}

# A freestyle job: the git plugin's variables, and git's own word on the default branch.
freestyle_job_is_a_branch() {
  jenkins_checkout "$repo" refs/heads/main:refs/remotes/origin/main
  git -C "$jenkins_clone" remote set-head origin main
  ci_env+=(GIT_BRANCH=origin/main "GIT_COMMIT=$(project_head "$jenkins_clone")" JOB_NAME=shop)
  build
  same "$(ci_cached)" 4
  same "$(ci_solves)" 1
  git_facts | grep -F '"branch": "main"' | grep -F '"default_branch": "main"'
}

# A scripted pipeline's checkout sets no variable: git and a flag say it.
scripted_pipeline_asks_git() {
  jenkins_checkout "$repo" refs/heads/feature:refs/remotes/origin/feature
  git -C "$jenkins_clone" checkout -q -b feature
  engine reset
  ci_buildcache "$jenkins_clone" run --default-branch main
  same "$(ci_cached)" 4
  same "$(published app--b-feature)" 1
}

work_tree_stays_clean() {
  jenkins_branch "$repo" main
  ci_buildcache "$jenkins_clone" run
  same "$(git -C "$jenkins_clone" status --porcelain --ignored)" ''
}

# A branch of the hostile name $1: the properties say what they should.
hostile_branch() {
  git -C "$repo" checkout -q -B "$1" main
  jenkins_branch "$repo" "$1"
  ci_buildcache "$jenkins_clone" run --output-file "$ci_run/outputs.properties"
  [[ $(jenkins_property BUILDCACHE_DIGEST) == sha256:* ]]
  lacks "$ci_run/log" $'\033'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - jenkins ($cell): the engine starts"
  exit 1
}
project_make "$repo"
check "jenkins ($cell): the primary branch builds cold and publishes two caches" primary_branch_is_cold_and_exports
check "jenkins ($cell): a branch hits the cache of the commit it starts from" branch_hits_its_base
check "jenkins ($cell): a change's head hits the commit it starts from" change_head_hits_its_base
check "jenkins ($cell): a change's head knows its base once the target is fetched" change_head_with_its_target_fetched_knows_its_base
check "jenkins ($cell): a merged change, parents the other way round, hits its first build and knows its base" \
  merged_change_hits_its_own_cache_and_knows_its_base
check "jenkins ($cell): a change with nothing to merge knows its base" fast_forward_change_knows_its_base
check "jenkins ($cell): a fork reads and writes nothing, by both strategies" fork_reads_and_writes_nothing
check "jenkins ($cell): a tag reads its commit's cache and writes none" tag_reads_and_writes_nothing
check "jenkins ($cell): a freestyle job is its branch's build" freestyle_job_is_a_branch
check "jenkins ($cell): a scripted pipeline without variables asks git" scripted_pipeline_asks_git
check "jenkins ($cell): nothing is written into the work tree unasked" work_tree_stays_clean
# shellcheck disable=SC2016
for branch in 'feat/$HOME|`id`;x' 'x<script>&"q"@everybody' '%0A-##x' $'caf\303\251'; do
  check "jenkins ($cell): branch $(printf '%q' "$branch")" hostile_branch "$branch"
done
exit "$suite_failed"
