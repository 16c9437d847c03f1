# shellcheck shell=bash
# The suite of a store that keeps one object a cache. Needs the other support files; $store is its
# name and $cell the engine's.

repo=$suite_work/shop

# Writes the configuration with place $1; the builder is one that may know the store.
write_configuration() {
  printf 'version: 1\nbuilder: {driver: remote, endpoint: "%s"}\ncache:\n  %s\ntargets:\n  app: {}\n' \
    "$endpoint" "${1//@URL@/$store_url}" >"$repo/.buildcache.yml"
  project_commit "$repo" 'Keep caches elsewhere'
}

# Runs buildcache as a push to main; "$@" are its arguments.
pushed() {
  ci_push "$repo" main
  ci_buildcache "$repo" "$@"
}

# Prints the verdict of the first candidate of rule $1 in the CI run's plan.
verdict_of() {
  python3 - "$ci_run/document" "$1" <<'PY'
import json, sys
plan = json.load(open(sys.argv[1]))
print(next(c["verdict"] for c in plan["targets"][0]["candidates"] if c["rule"] == sys.argv[2]))
PY
}

# An object is asked for and read: absent, a cache of another tool, one that is none.
probes() {
  pushed plan --format json
  same "$(verdict_of branch)" absent
  put_cache sample other | put_cache "$store" put "$store_url/$object_folder/app--b-main"
  pushed plan --format json
  same "$(verdict_of branch)" found
  holds "$ci_run/document" 'no stamp of ours'
  echo '<html>' | put_cache "$store" put "$store_url/$object_folder/app--b-main"
  pushed plan --format json
  same "$(verdict_of branch)" unusable
}

publishes() {
  local head name staging
  exporting_docker "$store" "$store_url/$object_folder"
  pushed run
  head=$(project_head "$repo")
  for name in app--b-main "app--c-$head"; do
    put_cache "$store" get "$store_url/$object_folder/$name" >"$suite_work/object"
    holds "$suite_work/object" '"records"'
    holds "$suite_work/object" "\"org.opencontainers.image.revision\":\"$head\""
    holds "$suite_work/object" '"buildcache.trust":"protected"'
  done
  ci_summary >"$suite_work/summary.text"
  grep -E '^\| app .* commit, branch in ' "$suite_work/summary.text"
  ci_argv 1 >"$suite_work/argv"
  grep "^type=$store,.*name=app--x-" "$suite_work/argv" >"$suite_work/exported"
  staging=$(sed 's/.*name=\([^,]*\).*/\1/' "$suite_work/exported")
  if put_cache "$store" get "$store_url/$object_folder/$staging" 2>/dev/null; then return 1; fi
}

reads_stamps_back() {
  pushed plan --format json
  same "$(verdict_of commit)" found
  lacks "$ci_run/document" 'no stamp of ours'
  grep -o "type=$store,[^\"]*name=app--c-[0-9a-f]*" "$ci_run/document"
}

secrets_are_nowhere() {
  pushed run --verbose || true
  local file
  for file in "$ci_run/record"/*.argv "$ci_run/output" "$ci_run/summary"; do
    lacks "$file" "$(printenv "$secret_variable")"
  done
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  lacks "$ci_run/shown" "$(printenv "$secret_variable")"
}

wrong_key_does_not_matter() {
  ci_push "$repo" main
  ci_env+=("$secret_variable=d3Jvbmc=")
  ci_buildcache "$repo" plan --format json
  same "$(verdict_of branch)" forbidden
}

no_key_is_told() {
  ci_push "$repo" main
  ci_env+=("$secret_variable=")
  ci_buildcache "$repo" run
  ci_summary_says "$secret_variable is not set"
  same "$(ci_solves)" 1
}

# A mount's generation is kept by this tool alone, whatever the builder knows; on an emptied builder
# the step finds it.
keeps_cache_mounts() {
  mkdir -p "$repo/mounts"
  cat >"$repo/mounts/Dockerfile" <<DOCKERFILE
FROM $BUILDCACHE_TEST_REGISTRY/base:1
COPY number /number
RUN --mount=type=cache,target=/m cat /m/number 2>/dev/null; cp /number /m/number && head -c 100000 /dev/urandom >/m/noise
DOCKERFILE
  sed -i 's/^  app: {}/  app: {context: mounts, mounts: auto, outputs: ["type=cacheonly"]}/' "$repo/.buildcache.yml"
  local number
  for number in first second third; do
    echo "the-$number" >"$repo/mounts/number"
    project_commit "$repo" "Number $number"
    [ "$number" != third ] || engine reset
    pushed run
    grep -F '    mount /m: ' "$ci_run/log" | tail -n 1 >"$ci_run/mount"
    holds "$ci_run/mount" 'saved: '
  done
  holds "$ci_run/mount" 'restored: '
  holds "$ci_run/log" '| the-second'
  pushed mounts verify
  holds "$ci_run/document" ': whole: '
  pushed mounts clear
  holds "$ci_run/document" ': removed'
  pushed mounts list
  holds "$ci_run/document" 'nothing is stored yet'
  sed -i 's/^  app: .*/  app: {}/' "$repo/.buildcache.yml"
  project_commit "$repo" 'Keep no mounts'
}

# The engine's own builder knows no such cache.
unable_builder_is_told() {
  sed -i 's/^builder: .*/builder: {driver: docker}/' "$repo/.buildcache.yml"
  project_commit "$repo" 'Use the engine'
  pushed run
  ci_summary_says "the builder cannot use a"
  ci_summary_says 'docker buildx create'
  if cat "$ci_run/record"/*.argv | tr '\0' '\n' | grep "type=$store"; then return 1; fi
}

server_that_is_gone_does_not_matter() {
  store_end
  ci_push "$repo" main
  ci_buildcache "$repo" plan --format json
  same "$(verdict_of branch)" unreachable
}

# $1 starts the server, $2 is the configuration of the place, $3 where in the server its objects
# are, $4 the variable of the key, $5 what people call the store, $6 why BuildKit cannot run here.
object_store_suite() {
  object_folder=$3 secret_variable=$4
  local title="$store store ($cell)"
  if ! "$1" >"$suite_work/reason"; then
    skip "$title" "$(<"$suite_work/reason")"
    exit "$suite_failed"
  fi
  engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
    cat "$suite_work/begin"
    echo "not ok - $title: the engine starts"
    exit 1
  }
  endpoint=$(engine remote start)
  project_make "$repo"
  write_configuration "$2"
  check "$title: absent, found and broken caches are told apart" probes
  check "$title: one export is stamped and published under commit and branch" publishes
  check "$title: stamps are read back, and the cache is chosen" reads_stamps_back
  if readelf -W -l "$buildcache" | grep -q INTERP; then
    skip "$title: cache mounts are kept there" 'a binary with a sanitizer does not run in the builder'
  else
    check "$title: cache mounts are kept there, whatever the builder knows" keeps_cache_mounts
  fi
  check "$title: a key that is wrong is a verdict" wrong_key_does_not_matter
  check "$title: without a key the build goes on, with the remedy" no_key_is_told
  check "$title: the key is in no argv, log or report" secrets_are_nowhere
  check "$title: a server that is gone is a verdict" server_that_is_gone_does_not_matter
  check "$title: a builder that cannot use it is told of, with the remedy" unable_builder_is_told
  skip "$title: BuildKit itself reads and writes $5" "$6"
  exit "$suite_failed"
}
