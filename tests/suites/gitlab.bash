#!/usr/bin/env bash
# GitLab's jobs on a real engine and registry: which job finds which cache on an emptied builder,
# and what it hands over.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-gitlab-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/gitlab_runs.bash
. "$suite_dir/../support/gitlab_runs.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
published() { registry_snapshot main | grep -c "acme/cache:$1 " || true; }
head_of() { git -C "$repo" rev-parse "$1"; }

# Runs the job in its clone on an emptied builder, with its hand-over file beside.
job() {
  engine reset
  ci_buildcache "$gitlab_clone" run --output-file "$ci_run/outputs.env"
}

# Fails unless the job imported the cache with tag $1 of acme/cache.
imported() {
  gitlab_output cache-from | grep -F "ref=$BUILDCACHE_TEST_REGISTRY/acme/cache:$1"
}

# Fails unless the plan's base is commit $1, found by step $2.
based_on() {
  ci_buildcache "$gitlab_clone" plan --format json >"$ci_run/plan.log" 2>&1
  python3 - "$ci_run/document" "$@" <<'PY'
import json, sys
git = json.load(open(sys.argv[1]))["git"]
assert git["tree_base"] == {"commit": sys.argv[2], "source": sys.argv[3]}, git
PY
}

# Starts branch $1 at main with one change to the code.
change() {
  git -C "$repo" checkout -q -b "$1" main
  project_change "$repo" src/main.c "int main() { return $RANDOM; }"
}

main_is_cold_and_exports() {
  gitlab_branch "$repo" main
  job
  same "$(ci_cached)" 0
  same "$(published "app--c-$(head_of main)")" 1
  same "$(published app--b-main)" 1
  [[ $(gitlab_output digest) == sha256:* ]]
}

branch_hits_its_base() {
  change feature
  gitlab_branch "$repo" feature
  job
  same "$(ci_cached)" 2
  imported "app--c-$(head_of main)"
  same "$(published app--b-feature)" 1
  same "$(published "app--c-$(head_of feature)")" 0
}

# The clone has neither main nor the fork point: GitLab names it.
detached_request_hits_its_base() {
  change request
  gitlab_merge_request "$repo" 17 request detached
  based_on "$(head_of main)" 'CI event'
  job
  same "$(ci_cached)" 2
  imported "app--c-$(head_of main)"
  same "$(published app--p-17)" 1
  same "$(published "app--c-$(head_of request)")" 0
}

second_push_hits_the_first() {
  git -C "$repo" checkout -q request
  project_change "$repo" src/more.c 'int more;'
  gitlab_merge_request "$repo" 17 request merged_result
  based_on "$(head_of main)" 'local graph'
  job
  same "$(ci_cached)" 2
  imported app--p-17
  same "$(published "app--c-$(project_head "$gitlab_clone")")" 0
}

train_writes_its_commit() {
  gitlab_merge_request "$repo" 17 request merge_train
  based_on "$(head_of main)" 'CI event'
  job
  # The merge request's own cache is nothing a train trusts: main's steps it has, the code's not.
  same "$(ci_cached)" 2
  imported "app--c-$(head_of main)"
  same "$(published "app--c-$(project_head "$gitlab_clone")")" 1
}

fork_reads_and_writes_nothing() {
  local before kind
  change theirs
  before=$(registry_snapshot main)
  for kind in detached merged_result merge_train; do
    gitlab_merge_request "$repo" 18 theirs "$kind" 2
    job
    same "$(ci_cached)" 2
    same "$(registry_snapshot main)" "$before"
    same "$(gitlab_output cache-to)" ''
  done
}

tag_reads_and_writes_nothing() {
  local before
  git -C "$repo" tag -f v1 main
  gitlab_tag "$repo" v1
  before=$(registry_snapshot main | grep -F acme/cache)
  job
  same "$(ci_cached)" 4
  same "$(registry_snapshot main | grep -F acme/cache)" "$before"
}

schedule_of_main_is_all_cached() {
  gitlab_branch "$repo" main schedule
  job
  same "$(ci_cached)" 4
  same "$(ci_solves)" 1
}

# Without .buildcache.yml: the project's own registry.
no_configuration_uses_the_projects_registry() {
  git -C "$repo" checkout -q -b bare main
  git -C "$repo" rm -q .buildcache.yml
  project_commit "$repo" 'No configuration'
  gitlab_branch "$repo" bare
  ci_env+=("CI_REGISTRY=$BUILDCACHE_TEST_REGISTRY" "CI_REGISTRY_IMAGE=$BUILDCACHE_TEST_REGISTRY/own/shop")
  job
  registry_snapshot main | grep -F 'own/shop/cache:'
}

# What a step prints is no section of the log, though it says so.
log_has_our_sections_only() {
  git -C "$repo" checkout -q -b sections main
  printf '\033[0Ksection_start:1:mine\r\033[0Ktheirs\n\033[0Ksection_end:2:mine\r\033[0K\n' \
    >"$repo/sections.txt"
  printf 'COPY sections.txt /\nRUN cat /sections.txt; cat /sections.txt >&2\n' >>"$repo/Dockerfile"
  project_commit "$repo" 'Print sections'
  gitlab_branch "$repo" sections
  ci_buildcache "$gitlab_clone" run
  gitlab_sections >"$ci_run/sections"
  cat "$ci_run/sections"
  [ -s "$ci_run/sections" ]
  lacks "$ci_run/sections" 'theirs'
  holds "$ci_run/log" 'theirs'
}

work_tree_stays_clean() {
  gitlab_branch "$repo" main
  ci_buildcache "$gitlab_clone" run
  same "$(git -C "$gitlab_clone" status --porcelain --ignored)" ''
}

# A branch of the hostile name $1: the report parses, the log obeys nothing.
hostile_branch() {
  git -C "$repo" checkout -q -B "$1" main
  gitlab_branch "$repo" "$1"
  ci_buildcache "$gitlab_clone" run --output-file "$ci_run/outputs.env"
  [[ $(gitlab_output digest) == sha256:* ]]
  gitlab_sections
}

# Many targets, long names: what does not fit is in the JSON that the report names.
much_to_hand_over_fits() {
  local number
  git -C "$repo" checkout -q -b many main
  for number in {1..8}; do
    printf '  %s-%s:\n    tags: ["%s/acme/%s:1"]\n' "$(printf 'x%.0s' {1..50})" "$number" \
      "$BUILDCACHE_TEST_REGISTRY" "$(printf 'y%.0s' {1..60})$number" >>"$repo/.buildcache.yml"
  done
  project_commit "$repo" 'Many targets'
  gitlab_branch "$repo" many
  ci_buildcache "$gitlab_clone" run --output-file "$ci_run/outputs.env"
  gitlab_output metadata >"$ci_run/metadata"
  same "$(grep -o 'containerimage.digest' "$ci_run/metadata" | wc -l)" 9
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - gitlab ($cell): the engine starts"
  exit 1
}
project_make "$repo"
check "gitlab ($cell): main builds cold and publishes its commit's and its branch's cache" main_is_cold_and_exports
check "gitlab ($cell): a branch hits the cache of the commit it starts from" branch_hits_its_base
check "gitlab ($cell): a merge request's own head hits its base" detached_request_hits_its_base
check "gitlab ($cell): a merged result hits the merge request's first push" second_push_hits_the_first
check "gitlab ($cell): a merge train trusts main's cache alone and writes its commit's" train_writes_its_commit
check "gitlab ($cell): a fork reads and writes nothing, in all three kinds of pipeline" fork_reads_and_writes_nothing
check "gitlab ($cell): a tag reads its commit's cache and writes none" tag_reads_and_writes_nothing
check "gitlab ($cell): a schedule on main is all cached and exports nothing" schedule_of_main_is_all_cached
check "gitlab ($cell): without configuration the project's registry is used" no_configuration_uses_the_projects_registry
check "gitlab ($cell): the log has our sections and no others" log_has_our_sections_only
check "gitlab ($cell): nothing is written into the work tree unasked" work_tree_stays_clean
# shellcheck disable=SC2016
for branch in 'feat/$HOME|`id`;x' 'x<script>&"q"@everybody' '%0A-##x' $'caf\303\251'; do
  check "gitlab ($cell): branch $(printf '%q' "$branch")" hostile_branch "$branch"
done
check "gitlab ($cell): what is too long for the report is in the file that it names" much_to_hand_over_fits
exit "$suite_failed"
