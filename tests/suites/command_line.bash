#!/usr/bin/env bash
# The command line by itself: shells complete it, help and versions are told. No engine.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$suite_dir/../.." && pwd)
buildcache=${BUILDCACHE_BINARY:-$root/build/release/buildcache}
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
trap 'rm -rf "$suite_work"' EXIT

# Prints what bash offers for the last of the words "$@", one a line.
offered_by_bash() {
  bash -c 'set -u
    source "$1"; shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _buildcache
    printf "%s\n" "${COMPREPLY[@]+"${COMPREPLY[@]}"}"' bash "$suite_work/completion.bash" buildcache "$@"
}

bash_completes() {
  "$buildcache" completion bash >"$suite_work/completion.bash"
  same "$(offered_by_bash va)" validate
  same "$(offered_by_bash run --no-p)" --no-push
  same "$(offered_by_bash plan --format '')" $'text\njson\nargs'
  same "$(offered_by_bash plan --format = j)" json
  same "$(offered_by_bash simulate --format h)" html
  same "$(offered_by_bash run --color =)" $'auto\nalways\nnever'
  same "$(offered_by_bash completion '')" $'bash\nzsh\nfish'
  same "$(offered_by_bash help sch)" schema
  # A file's name: left to bash.
  same "$(offered_by_bash run --file x)" ''
}

# Types the words "$2..." and a tab into an interactive zsh; prints what then is on the line.
zsh_completes_to() {
  local expected=$1 typed=$2
  zsh -f -c 'zmodload zsh/zpty
    zpty z "zsh -f -i"
    zpty -w z "PROMPT=; autoload -U compinit; compinit -u -d $1/dump; source $1/_buildcache"
    zpty -n -w z "$2"$'"'\t'"'
    for try in {1..50}; do
      zpty -r -t z piece && seen+=$piece
      [[ $seen == *"$3"* ]] && exit 0
      sleep 0.1
    done
    print -r -- "$seen"
    exit 1' zsh "$suite_work" "$typed" "$expected"
}

zsh_completes() {
  "$buildcache" completion zsh >"$suite_work/_buildcache"
  zsh_completes_to 'plan --format json' 'buildcache plan --format j'
  zsh_completes_to 'simulate --format markdown' 'buildcache simulate --format m'
  zsh_completes_to 'run --color=always' 'buildcache run --color=al'
  zsh_completes_to 'buildcache validate' 'buildcache va'
  zsh_completes_to '--no-cache-export' 'buildcache run --no-cache-e'
}

fish_completes() {
  "$buildcache" completion fish >"$suite_work/buildcache.fish"
  fish --no-config -c "source $suite_work/buildcache.fish; complete -C 'buildcache plan --format j'" >"$suite_work/fish"
  holds "$suite_work/fish" json
}

unknown_shell_is_a_usage_error() { exits 2 "$buildcache" completion tcsh 2>"$suite_work/err" && holds "$suite_work/err" 'bash, zsh or fish'; }

versions_are_told() {
  grep -x 'buildcache [0-9]*\.[0-9]*\.[0-9]*' <("$buildcache" version)
  "$buildcache" version --json >"$suite_work/version"
  python3 - "$suite_work/version" "$("$buildcache" --version)" <<'PY'
import json, re, sys
told = json.load(open(sys.argv[1]))
assert "buildcache " + told["version"] == sys.argv[2]
for name in ("curl", "openssl", "libgit2", "zlib", "c-ares", "nghttp2", "yaml-cpp", "nlohmann-json", "fmt"):
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", told["libraries"][name]), (name, told)
PY
}

# Every line is an object, errors among them; documents stay documents.
log_is_json() {
  git init -q "$suite_work/repo"
  (
    cd "$suite_work/repo" || exit
    printf 'FROM scratch\n' >Dockerfile
    "$buildcache" plan --offline --verbose --log-format json >"$suite_work/document" 2>"$suite_work/log"
    printf 'version: 7\n' >.buildcache.yml
    exits 3 "$buildcache" plan --log-format=json 2>>"$suite_work/log"
    exits 2 "$buildcache" plan --log-format=json --no-such 2>>"$suite_work/log"
  )
  python3 - "$suite_work/log" <<'PY'
import datetime, json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines and all(set(line) <= {"time", "level", "message", "hint", "remedy"} for line in lines), lines
assert all(datetime.datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%S.%fZ") for line in lines)
errors = [line for line in lines if line["level"] == "error"]
assert any(line["message"].startswith(".buildcache.yml:1:") for line in errors), errors
assert any("--no-such" in line["message"] and "hint" in line for line in errors), errors
PY
}

help_stands_alone() {
  local command
  for command in $("$buildcache" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    "$buildcache" "$command" --help >"$suite_work/help"
    holds "$suite_work/help" "buildcache $command"
    same "$("$buildcache" help "$command")" "$(<"$suite_work/help")"
  done
  [ -n "$command" ]
  "$buildcache" --help >"$suite_work/help"
  holds "$suite_work/help" 'Exit codes:'
}

# Nothing here depends on an engine: once is enough.
[ "${1:-floor}" = floor ] || exit 0
check 'command line: bash completes commands, options and their values' bash_completes
if command -v zsh >/dev/null; then
  check 'command line: zsh completes' zsh_completes
else
  skip 'command line: zsh completes' 'zsh is not installed'
fi
if command -v fish >/dev/null; then
  check 'command line: fish completes' fish_completes
else
  skip 'command line: fish completes' 'fish is not installed'
fi
check 'command line: an unknown shell is a usage error' unknown_shell_is_a_usage_error
check "command line: versions, the libraries' too" versions_are_told
check 'command line: the log as JSON, one object a line' log_is_json
check 'command line: help of every command stands alone' help_stands_alone
exit "$suite_failed"
