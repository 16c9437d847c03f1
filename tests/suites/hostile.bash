#!/usr/bin/env bash
# Names and output that somebody hostile chose: log, outputs and summary say them and obey none.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-hostile-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
long=$(printf 'x%.0s' {1..300})

# What a build may print: every way to speak to the runner, to Markdown, to a terminal.
hostile_output() {
  printf '%s\n' '::error file=x::owned' '  ::set-output name=digest::owned' '##[error]owned' \
    'text ##[warning]owned' '::stop-commands::mine' '::mine::' '::add-mask::a' '%0A::error::owned' \
    '| a | b |' '```' '<script>alert(1)</script>' '<img src=x onerror=alert(1)>' '@everybody' \
    '[link](https://evil.example)' 'https://evil.example' '$HOME $(id) `id`' "$long"
  printf 'progress\r::error::after a return\n'
  printf '\033]0;title\007\033[2J\033[31mred\033[0m\n'
  printf 'invalid \377\376 \303( \355\240\200 end\n'
  printf 'tail without a newline ::error::owned'
}

# Rewrites the Dockerfile: one step that prints it all, names as hostile as Docker lets them be.
write_dockerfile() {
  hostile_output >"$repo/output.bin"
  cat >"$repo/Dockerfile" <<DOCKER
FROM $BUILDCACHE_TEST_REGISTRY/base:1
COPY output.bin /output.bin
LABEL evil="::error::owned | \`x\` <script> \$HOME"
RUN cat /output.bin /output.bin >&2; cat /output.bin; : '::error::owned' '##[error]x' '|' '<script>' '\`id\`' '%0A' '@everybody' 'https://evil.example' $long
$1
DOCKER
}

# Whatever the run was: files parse, and only our own commands are obeyed.
is_harmless() {
  ci_output metadata >/dev/null
  same "$(python3 "$project_support/github_file.py" "$ci_run/output" |
    python3 -c 'import json, sys; print(",".join(sorted(json.load(sys.stdin))))')" \
    'cache-from,cache-to,digest,imageid,metadata'
  ci_summary >/dev/null
  ci_commands >"$ci_run/commands"
  cat "$ci_run/commands"
  python3 - "$ci_run/commands" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    name, properties, data = json.loads(line)
    assert name in ("group", "endgroup", "warning", "notice", "add-mask"), line
    assert not properties or properties.startswith("title=buildcache"), line
    assert "\n::" not in data and name != "add-mask", line
PY
  # Raw bytes: no escape sequences, no carriage returns, nothing that is not UTF-8.
  python3 - "$ci_run/log" <<'PY'
import sys
text = open(sys.argv[1], "rb").read().decode("utf-8")
assert not any(c in text for c in "\r\x1b\x07\x00"), "a control character in the log"
PY
}

output_is_only_shown() {
  write_dockerfile ''
  project_commit "$repo" 'Hostile output'
  ci_push "$repo" main
  ci_buildcache "$repo" run
  is_harmless
  holds "$ci_run/log" 'owned'
  [[ $(ci_output digest) == sha256:* ]]
}

failing_step_is_only_shown() {
  # shellcheck disable=SC2016
  write_dockerfile 'RUN cat /output.bin >&2; echo "::error::owned|<script>\`id\`" >&2; exit 7'
  project_commit "$repo" 'Hostile failure'
  ci_push "$repo" main
  exits 1 ci_buildcache "$repo" run
  is_harmless
  ci_summary_says 'failed'
  same "$(ci_output digest)" ''
}

# A push to the hostile branch $1, which the summary and tags must bear.
branch_builds() {
  local branch=$1
  write_dockerfile ''
  project_commit "$repo" 'Branch' || true
  git -C "$repo" checkout -q -B "$branch"
  ci_push "$repo" "$branch"
  ci_buildcache "$repo" run
  is_harmless
  registry_snapshot main | grep -F 'acme/cache:app--b-'
  ci_buildcache "$repo" plan --format json
  python3 - "$ci_run/document" "$branch" <<'PY'
import json, re, sys
plan = json.load(open(sys.argv[1]))
assert plan["git"]["branch"] == sys.argv[2], plan["git"]
for spec in plan["targets"][0]["cache_to"]:
    reference = re.search(r"ref=([^,]*)", spec).group(1)
    assert re.fullmatch(r"127\.0\.0\.1:\d+/acme/cache:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", reference), spec
PY
}

branches_never_meet() {
  local tags
  tags=$(registry_snapshot main | grep -c 'acme/cache:app--b-' || true)
  branch_builds 'same/a-b'
  branch_builds 'same-a-b'
  same "$(registry_snapshot main | grep -c 'acme/cache:app--b-')" $((tags + 2))
}

# Values only a payload can hold: git refuses such names, the event's author does not.
payload_is_only_text() {
  git -C "$repo" checkout -q main
  ci_pull_request "$repo" 5 x "$(project_head "$repo")" main
  python3 - "$ci_run/event.json" <<'PY'
import json, sys
event = json.load(open(sys.argv[1]))
evil = "a\n::error::owned\r\n##[error]x %0A | `id` <script> $HOME \x1b[2J @everybody " + "x" * 300
event["pull_request"]["head"]["ref"] = evil
event["pull_request"]["title"] = evil
event["pull_request"]["body"] = evil * 50
json.dump(event, open(sys.argv[1], "w"))
PY
  ci_env+=("GITHUB_HEAD_REF=$(printf 'a\n::error::owned')")
  ci_buildcache "$repo" run || [ $? -eq 4 ]
  if [ -s "$ci_run/output" ]; then is_harmless; else ci_commands | grep -vE '"(group|endgroup)"' || true; fi
}

# Labels and arguments are the configuration's own, which a fork's change may rewrite.
dry_run_is_only_text() {
  printf '    labels: {evil: "::error::owned ##[error]x", other: "##[warning]y"}\n' >>"$repo/.buildcache.yml"
  ci_push "$repo" main
  ci_buildcache "$repo" run --dry-run
  ci_commands >"$ci_run/commands"
  cat "$ci_run/commands"
  same "$(grep -cvE '^\["(group|endgroup|notice)"' "$ci_run/commands" || true)" 0
  printf '    "##[error]z": 1\n' >>"$repo/.buildcache.yml"
  exits 3 ci_buildcache "$repo" run
  same "$(ci_commands)" ''
  git -C "$repo" checkout -q .buildcache.yml
}

invalid_utf8_payload() {
  ci_push "$repo" main
  python3 - "$ci_run/event.json" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
open(sys.argv[1], "wb").write(data.replace(b'"dev"', b'"\xff\xfe\xed\xa0\x80"'))
PY
  ci_buildcache "$repo" run || [ $? -eq 4 ]
  python3 -c 'import sys; open(sys.argv[1], "rb").read().decode("utf-8")' "$ci_run/log"
  ci_commands >/dev/null
}

long_names() {
  git -C "$repo" checkout -q -B "${long:0:120}/${long:0:120}"
  ci_push "$repo" "${long:0:120}/${long:0:120}"
  ci_buildcache "$repo" run
  is_harmless
  registry_snapshot main | grep -E '^acme/cache:app--b-x+-[^ ]* ' | grep -vE ':[^ ]{129,} '
}

# A tag push, its name in the image's tag.
hostile_tag() {
  local tag='v1|$HOME`id`<x>%0A'
  git -C "$repo" checkout -q main
  git -C "$repo" tag "$tag"
  sed -i 's/{short-sha}/{tag}/' "$repo/.buildcache.yml"
  ci_push "$repo" main
  ci_env+=("GITHUB_REF=refs/tags/$tag" "GITHUB_REF_NAME=$tag" GITHUB_REF_TYPE=tag)
  sed -i "s|refs/heads/main|refs/tags/v1|" "$ci_run/event.json"
  ci_buildcache "$repo" run
  is_harmless
  git -C "$repo" checkout -q .buildcache.yml
  registry_snapshot main | grep -E '^acme/app:v1-'
}

# The parsers must be able to fail.
parsers_are_strict() {
  local text
  for text in '| a | b |'$'\n''|---|---|'$'\n''| a | b | c |' '<script>x</script>' \
    '[a](b)' '@everybody' '<details>' '```text' 'a | b' '<code onclick="x">a</code>' \
    '&lt;b' 'https://evil.example' '`id`' '![x](y)'; do
    printf '%s\n' "$text" >"$suite_work/sample"
    if python3 "$project_support/strict_summary.py" "$suite_work/sample"; then
      echo "taken: $text"
      return 1
    fi
  done
  printf ' ::error file=a::b\nx ##[error]c\n::stop-commands::t\n::error::d\n::t::\n::warning::e\n' \
    >"$suite_work/sample"
  same "$(python3 "$project_support/runner_log.py" "$suite_work/sample" | wc -l)" 3
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - hostile ($cell): the engine starts"
  exit 1
}
project_make "$repo"
check "hostile ($cell): the parsers refuse what they should" parsers_are_strict
check "hostile ($cell): build output is shown and not obeyed" output_is_only_shown
check "hostile ($cell): a failing step's output is shown and not obeyed" failing_step_is_only_shown
# shellcheck disable=SC2016
for branch in 'feat/$HOME|`id`;x' 'x<script>&"q"@everybody' '%0A-##x' $'caf\303\251'; do
  check "hostile ($cell): branch $(printf '%q' "$branch")" branch_builds "$branch"
done
check "hostile ($cell): branches that look alike have caches of their own" branches_never_meet
check "hostile ($cell): a branch of 241 characters" long_names
check "hostile ($cell): a tag with markup" hostile_tag
check "hostile ($cell): a payload's names with newlines and commands" payload_is_only_text
check "hostile ($cell): a dry run and a broken configuration" dry_run_is_only_text
check "hostile ($cell): a payload that is not UTF-8" invalid_utf8_payload
exit "$suite_failed"
