#!/usr/bin/env bash
# The ways in: action.yml and the workflows, checked by their platforms' own tools.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/npm.bash
. "$suite_dir/../support/npm.bash"
trap 'rm -rf "$suite_work"' EXIT

root=$(cd "$suite_dir/../.." && pwd)

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

# Needs no engine: once is enough.
[ "$cell" = floor ] || exit 0
if tools=$(npm_tools @actions/languageservice@0.3.61 esbuild@0.28.2); then
  check 'doors: the validator of GitHub is bundled' bundle_validator
  check 'doors: it finds what is wrong' validator_can_fail
  check 'doors: it finds nothing wrong with action.yml and the workflows' action_and_workflows_are_valid
else
  skip 'doors: action.yml and the workflows are valid' "$tools"
fi
exit "$suite_failed"
