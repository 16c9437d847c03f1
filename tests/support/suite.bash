# shellcheck shell=bash
# For every suite: tests as functions, one "ok" or "not ok" line each, a scratch folder.
# Suites run with pipefail, so no `| grep -q`: it ends early, and what is before it fails by SIGPIPE.

suite_work=$(mktemp -d)
suite_failed=0

# Tells on standard error which command of a test failed: its line $1, itself $2 and its callers' lines.
suite_failed_at() {
  printf 'failed: line %s in %s: %s (called from lines %s)\n' \
    "$1" "${FUNCNAME[1]}" "${2%%$'\n'*}" "${BASH_LINENO[*]:1:2}" >&2
}

# Runs function "$2..." as the test that sentence $1 states; when it fails, shows the end of its output,
# with the command that failed.
check() {
  local sentence=$1 status
  shift
  # Not in a condition: there bash would ignore set -e.
  (
    set -eE
    trap 'suite_failed_at "$LINENO" "$BASH_COMMAND"' ERR
    "$@"
  ) >"$suite_work/output" 2>&1
  status=$?
  if [ "$status" -eq 0 ]; then
    printf 'ok - %s\n' "$sentence"
  else
    printf 'not ok - %s\n' "$sentence"
    tail -n 80 "$suite_work/output" | sed 's/^/  | /'
    suite_failed=1
  fi
}

# Reports a test that cannot run here, and why.
skip() { printf 'ok - %s # SKIP %s\n' "$1" "$2"; }

# Fails unless $1 equals $2, and shows both.
same() {
  [ "$1" = "$2" ] || {
    printf 'expected: %s\ngot:      %s\n' "$2" "$1"
    return 1
  }
}

# Fails unless file $1 holds the fixed text $2, and shows the file.
holds() {
  grep -qF -- "$2" "$1" || {
    printf 'no "%s" in %s:\n' "$2" "$1"
    cat "$1"
    return 1
  }
}

# Fails if file $1 holds the fixed text $2.
lacks() {
  ! grep -nF -- "$2" "$1" || {
    printf 'there should be no "%s" in %s\n' "$2" "$1"
    return 1
  }
}

# Runs "$2..." and fails unless it exits with $1.
exits() {
  local expected=$1 status=0
  shift
  "$@" || status=$?
  same "exit $status" "exit $expected"
}
