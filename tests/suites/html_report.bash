#!/usr/bin/env bash
# The page of --summary-file in a real browser, under Jenkins' default Content-Security-Policy: whole
# at 360 and 1440 pixels, on light and dark ground, nothing blocked and nothing asked for.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$suite_dir/../.." && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-html-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/browser.bash
. "$suite_dir/../support/browser.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
pages=$suite_work/pages
browser=

run_writes_pages() {
  ci_push "$repo" main
  ci_buildcache "$repo" run --summary-file "$pages/cold.html" --summary-file "$pages/cold.md"
  holds "$pages/cold.html" '<h2>buildcache — cold'
  head -n 1 "$pages/cold.md" | grep '^### buildcache — cold'
  engine reset
  project_change "$repo" src/main.c 'int main() { return 1; }'
  ci_push "$repo" main
  ci_buildcache "$repo" run --summary-file "$pages/warm.html"
  holds "$pages/warm.html" '<h2>buildcache — warm'
  holds "$pages/warm.html" 'The first step that ran: '
}

a_failed_run_writes_its_page() {
  project_change "$repo" Dockerfile 'FROM nowhere.invalid/none'
  ci_push "$repo" main
  printf 'an earlier run' >"$pages/failed.html"
  exits 1 ci_buildcache "$repo" run --summary-file "$pages/failed.html"
  holds "$pages/failed.html" '<h2>buildcache — failed'
}

files_in_the_work_tree_do_not_make_it_dirty() {
  git -C "$repo" checkout -q HEAD~1
  engine reset
  ci_push "$repo" main
  ci_buildcache "$repo" run --summary-file summary.html --output-file outputs.json
  ci_buildcache "$repo" run --summary-file summary.html --output-file outputs.json
  lacks "$ci_run/log" 'uncommitted'
  rm "$repo/summary.html" "$repo/outputs.json"
}

check_is_real() {
  printf '<!DOCTYPE html><p style="color:red">red<pre>%0100d</pre><img src=https://one.invalid/x>' 0 \
    >"$suite_work/bad.html"
  exits 1 browser_shows "$suite_work/bad.html" 2>/dev/null
  grep -q 'Content Security Policy' "$suite_work/seen"
  grep -q 'one.invalid' "$suite_work/seen"
  python3 - "$suite_work/seen" <<'PY'
import json, sys
assert json.loads(open(sys.argv[1]).readline())["content_width"] > 360
PY
}

pages_show_whole() {
  local page
  for page in "$pages"/*.html; do
    browser_shows "$page"
  done
}

golden_pages_show_whole() {
  local page
  for page in "$root"/tests/golden/report/*/summary.html; do
    browser_shows "$page" "$@"
  done
}

# Nothing here depends on the engine's age: once is enough.
[ "$cell" = floor ] || exit 0
mkdir "$pages"
engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - html report: the engine starts"
  exit 1
}
project_make "$repo"
check 'html report: runs write pages, the Markdown beside them' run_writes_pages
check 'html report: a run that fails writes its page all the same' a_failed_run_writes_its_page
check 'html report: files in a work tree that is used again do not make it dirty' \
  files_in_the_work_tree_do_not_make_it_dirty
if browser=$(browser_program 2>"$suite_work/why"); then
  check 'html report: a page that a policy would block is noticed here' check_is_real
  check 'html report: pages of real runs show whole' pages_show_whole
  check 'html report: every golden page shows whole' golden_pages_show_whole
  check 'html report: and on dark ground' golden_pages_show_whole --dark
else
  skip 'html report: pages in a browser' "$(tail -n 1 "$suite_work/why")"
fi
exit "$suite_failed"
