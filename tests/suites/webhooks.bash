#!/usr/bin/env bash
# The payloads that GitHub's own webhook documentation is tested with.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/npm.bash
. "$suite_dir/../support/npm.bash"
trap 'rm -rf "$suite_work"' EXIT

buildcache=${BUILDCACHE_BINARY:-$suite_dir/../../build/release/buildcache}
name="webhooks ($cell): every payload gives the facts it states, or is not applicable"
package=@octokit/webhooks-examples@7.6.1

# No engine takes part: the oldest one's turn is enough.
if [ "$cell" != floor ]; then
  exit 0
fi

plan_all() {
  local repository=$suite_work/shop
  mkdir -p "$suite_work/scratch"
  git -c init.defaultBranch=main init -q "$repository"
  printf 'version: 1\ncache: {repository: registry.test/acme/cache}\ntargets: {app: {}}\n' >"$repository/.buildcache.yml"
  git -C "$repository" -c user.name=Developer -c user.email=developer@example.com \
    commit -q --allow-empty -m Start
  python3 "$suite_dir/../support/webhooks.py" "$buildcache" "$1/node_modules/@octokit/webhooks-examples/$2/index.json" \
    "$repository" "$suite_work/scratch"
}

if ! folder=$(npm_tools "$package"); then
  skip "$name" "$folder"
  exit 0
fi
check "$name" plan_all "$folder" api.github.com
check "webhooks ($cell): the same of GitHub Enterprise Server" plan_all "$folder" ghes-35
exit "$suite_failed"
