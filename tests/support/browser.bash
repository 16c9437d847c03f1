# shellcheck shell=bash
# A browser for pages: the machine's own, else Debian's chromium.
# Its callers give $browser and $suite_work.
# shellcheck disable=SC2154

# Prints the browser's program; fails, saying why, where there is none and none can be had.
browser_program() {
  local name
  for name in chromium chromium-browser google-chrome; do
    # A stub that asks for another package manager prints no version.
    if command -v "$name" >/dev/null && "$name" --version 2>/dev/null | grep -qi '^chrom\|^google'; then
      command -v "$name"
      return
    fi
  done
  if ! "$(dirname "${BASH_SOURCE[0]}")/../../scripts/packages" browser >&2; then
    echo 'no chromium here, and it cannot be installed' >&2
    return 1
  fi
  command -v chromium
}

# Opens the page $1 at 360 and 1440 pixels, with the further arguments of open_page.py "$2...", and
# fails unless it is whole: nothing blocked, nothing asked for, nothing wider than the window.
browser_shows() {
  local page=$1
  shift
  timeout 120 python3 "$(dirname "${BASH_SOURCE[0]}")/open_page.py" "$browser" "$page" \
    --width 360 --width 1440 "$@" >"$suite_work/seen"
  python3 - "$suite_work/seen" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [line["width"] for line in lines] == [360, 1440], lines
for line in lines:
    assert not line["errors"] and not line["requests"], line
    assert line["content_width"] <= line["width"], line
PY
}
