#!/usr/bin/env bash
# `buildcache simulate` over a history made by git, against numbers worked out by hand. No engine.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$suite_dir/../.." && pwd)
buildcache=${BUILDCACHE_BINARY:-$root/build/release/buildcache}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
trap 'rm -rf "$suite_work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
repo=$suite_work/repo

# On main: one - two - three - merge of change - four, where change left main at one.
make_history() {
  git init -q -b main "$repo"
  printf 'FROM scratch\n' >"$repo/Dockerfile"
  git -C "$repo" add Dockerfile
  git -C "$repo" commit -q -m one
  git -C "$repo" checkout -q -b change
  git -C "$repo" commit -q --allow-empty -m change
  git -C "$repo" checkout -q main
  git -C "$repo" commit -q --allow-empty -m two
  git -C "$repo" commit -q --allow-empty -m three
  git -C "$repo" merge -q --no-ff -m merge change
  git -C "$repo" commit -q --allow-empty -m four
}

# Prints the table's lines with single spaces for the options "$@"; the default branch is the one
# the clone knows, whatever the CI this runs in says.
table() {
  (cd "$repo" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate "$@") | tr -s ' '
}

# The columns: own, ancestor, tree base, fork point, branch tip, base tip, nothing, distance, most.
lists_stand_side_by_side() {
  rm -f "$repo/.buildcache.yml"
  same "$(table)" "history of main: 5 pushes, 1 change

fallback own ancestor tree base fork point branch tip base tip nothing distance most
configured 0 0 1 0 4 0 1 1 1
latest only 0 0 0 0 4 1 1 1 1
base and default only 0 0 0 0 4 1 1 1 1"
}

configuration_counts() {
  printf 'version: 1\ncache: {fallback: [merge-base]}\ntargets: {app: {}}\n' >"$repo/.buildcache.yml"
  table | grep -cx 'configured 0 4 1 0 0 0 1 1 1'
  # Without caches of commits a walk finds nothing.
  printf 'version: 1\ncache: {fallback: [merge-base], write: {protected: [branch]}}\ntargets: {app: {}}\n' \
    >"$repo/.buildcache.yml"
  table | grep -cx 'configured 0 0 0 0 0 0 6 - -'
}

last_cuts_the_history() {
  rm -f "$repo/.buildcache.yml"
  # The merge and its change find nothing: nobody built what was before.
  table --last 2 >"$suite_work/table"
  holds "$suite_work/table" 'history of main: 2 pushes, 1 change'
  grep -qx 'configured 0 0 0 0 1 0 2 1 1' "$suite_work/table"
}

another_branch_is_walked() {
  table --default-branch change >"$suite_work/table"
  holds "$suite_work/table" 'history of change: 2 pushes, 0 changes'
}

trouble_is_told() {
  exits 4 "$buildcache" simulate -C "$repo" --default-branch gone 2>"$suite_work/error"
  holds "$suite_work/error" 'the clone has no commit of the default branch gone'
  exits 2 "$buildcache" simulate -C "$repo" --last 0 2>"$suite_work/error"
  holds "$suite_work/error" '--last takes a number from 1 to 100000, not 0'
  mkdir "$suite_work/bare"
  printf 'FROM scratch\n' >"$suite_work/bare/Dockerfile"
  exits 4 "$buildcache" simulate -C "$suite_work/bare" 2>"$suite_work/error"
  holds "$suite_work/error" 'no git repository'
}

shallow_history_is_told() {
  git clone -q --depth 2 "file://$repo" "$suite_work/shallow"
  (cd "$suite_work/shallow" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate) \
    >"$suite_work/table" 2>"$suite_work/log"
  holds "$suite_work/table" 'history of main: 2 pushes, 1 change'
  holds "$suite_work/log" 'the clone lacks older commits'
}

further_lists_stand_beside() {
  table --fallback merge-base --fallback 'branch,base' >"$suite_work/table"
  grep -qx 'merge-base 0 4 1 0 0 0 1 1 1' "$suite_work/table"
  grep -qx 'branch,base 0 0 0 0 4 1 1 1 1' "$suite_work/table"
  exits 2 "$buildcache" simulate -C "$repo" --fallback 'branch,bse' 2>"$suite_work/error"
  holds "$suite_work/error" "not 'bse'"
}

# Dockerfile stays; lib/a changes with two and four; the merge holds what three did.
paths_are_compared() {
  local paths=$suite_work/paths
  git init -q -b main "$paths"
  printf 'FROM scratch\n' >"$paths/Dockerfile"
  mkdir "$paths/lib"
  local i
  for i in 1 2 2 3; do
    echo "$i" >"$paths/lib/a"
    git -C "$paths" add .
    git -C "$paths" commit -q --allow-empty -m "$i"
  done
  (cd "$paths" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate --path ./lib/ --path Dockerfile) |
    tr -s ' ' >"$suite_work/table"
  holds "$suite_work/table" 'paths lib Dockerfile'
  same "$(sed -n '/^paths/,$s/^configured //p' "$suite_work/table")" '1 2 0'
  git -C "$paths" config uploadpack.allowFilter true
  git clone -q --filter=tree:0 --no-checkout "file://$paths" "$suite_work/treeless"
  cp "$paths/Dockerfile" "$suite_work/treeless/"
  (cd "$suite_work/treeless" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate --path lib) |
    tr -s ' ' >"$suite_work/table"
  grep -x 'configured 0 0 3' "$suite_work/table"
  "$buildcache" simulate -C "$paths" --default-branch main --path 'lib*' 2>"$suite_work/error" >/dev/null
  holds "$suite_work/error" 'nothing stands at lib* in the newest commit'
  exits 2 "$buildcache" simulate -C "$repo" --path ../x 2>"$suite_work/error"
  holds "$suite_work/error" "--path takes a file or folder from the repository's top directory, not ../x"
}

documents_are_written() {
  (cd "$repo" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate --format json) |
    python3 -c '
import json, sys
document = json.load(sys.stdin)
assert (document["branch"], document["pushes"], document["changes"]) == ("main", 5, 1), document
assert document["lists"][0]["nothing"] == 1 and document["lists"][0]["paths"] is None, document'
  "$buildcache" simulate -C "$repo" --default-branch main --format markdown >"$suite_work/page.md"
  holds "$suite_work/page.md" '5 of 6'
  "$buildcache" simulate -C "$repo" --default-branch main --format html >"$suite_work/page.html"
  holds "$suite_work/page.html" '<svg'
}

# What CI really ran: a failure, a retry, a change's second push, a fork, a run whose commit is gone.
runs_of_a_file_are_replayed() {
  local base change
  base=$(git -C "$repo" rev-parse main~2) change=$(git -C "$repo" rev-parse change)
  cat >"$suite_work/runs.jsonl" <<EOF
{"event": "push", "branch": "main", "commit": "$base", "result": "failure"}
{"event": "push", "branch": "main", "commit": "$base", "result": "success"}
{"event": "pull_request", "number": 7, "branch": "change", "commit": "$change", "base": "$base"}
{"event": "pull_request", "number": 7, "branch": "change", "commit": "$change", "base": "$base"}
{"event": "pull_request", "number": 8, "branch": "main", "commit": "$change", "base": "$base", "fork": true}

{"event": "push", "branch": "main", "commit": "$(printf 'e%.0s' {1..40})"}
EOF
  (cd "$repo" && env -i PATH="$PATH" HOME="$suite_work" "$buildcache" simulate --from "$suite_work/runs.jsonl" \
    --default-branch main) 2>"$suite_work/log" | tr -s ' ' >"$suite_work/table"
  holds "$suite_work/table" 'history of main: 2 pushes, 3 changes'
  # Nothing for the first two; the tree base; the change's own; the tree base for the fork's.
  grep -x 'configured 1 0 2 0 0 0 2 0 0' "$suite_work/table"
  holds "$suite_work/log" 'runs left out, as the clone lacks their commits: 1 of 6'
  printf '{"event": "push"}\n' >"$suite_work/runs.jsonl"
  exits 4 "$buildcache" simulate -C "$repo" --from "$suite_work/runs.jsonl" 2>"$suite_work/error"
  holds "$suite_work/error" 'runs.jsonl:1: commit is missing'
  exits 2 "$buildcache" simulate -C "$repo" --from x --last 3 2>"$suite_work/error"
}

# Nothing here depends on an engine: once is enough.
[ "${1:-floor}" = floor ] || exit 0
make_history || exit 1
check 'simulate: fallback lists side by side' lists_stand_side_by_side
check 'simulate: what is written decides what is found' configuration_counts
check 'simulate: --last cuts the history' last_cuts_the_history
check 'simulate: another branch is walked when named' another_branch_is_walked
check 'simulate: trouble is told with its remedy' trouble_is_told
check 'simulate: a short history is told' shallow_history_is_told
check 'simulate: further lists stand beside' further_lists_stand_beside
check 'simulate: paths are compared across the cache found' paths_are_compared
check 'simulate: JSON, Markdown and HTML' documents_are_written
check 'simulate: the runs of a file are replayed' runs_of_a_file_are_replayed
exit "$suite_failed"
