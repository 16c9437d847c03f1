# shellcheck shell=bash
# Messages (all on stderr), errors, and small formatting.

note() { printf 'engine: %s\n' "$*" >&2; }

die() {
  printf 'engine: error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

die_usage() {
  printf 'engine: %s\n' "$*" >&2
  printf 'Try: scripts/engine help\n' >&2
  exit 2
}

# Prints the seconds since $1 (an EPOCHREALTIME), with two decimals.
seconds_since() {
  local from=${1/[.,]/} to=${EPOCHREALTIME/[.,]/}
  printf '%d.%02d' $(((to - from) / 1000000)) $(((to - from) % 1000000 / 10000))
}

# Prints "export NAME=VALUE", quoted for a shell.
export_line() { printf 'export %s=%q\n' "$1" "$2"; }

# Prints $1 as a JSON string. For paths and names: control characters are not expected.
json_string() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}
