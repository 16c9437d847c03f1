#!/usr/bin/env bash
# Cache mounts that outlive the builder: saved after a build, and there again on an emptied one, to
# the byte and the nanosecond, each in the very mount the user's step sees.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-mounts-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
trap 'engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop

# The repository $repo with a Dockerfile (standard input) that is built with `mounts: auto`.
mounts_project() {
  rm -rf "$repo" "$suite_work/out"
  mkdir -p "$repo"
  git -c init.defaultBranch=main init -q "$repo"
  git -C "$repo" config user.name Developer
  git -C "$repo" config user.email developer@example.com
  cat >"$repo/Dockerfile"
  cp "$suite_dir/../support/mount_listing.sh" "$repo/list.sh"
  configure auto
}

# Writes the configuration with `mounts: $1`, and further lines of the target after it.
configure() {
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
cache:
  ${store:-repository: $BUILDCACHE_TEST_REGISTRY/acme/cache-$case_name}
targets:
  app:
    mounts: $1
    outputs: ["type=local,dest=$suite_work/out"]
${2:-}
YAML
  project_commit "$repo" 'Configure'
}

# A build of a new commit on branch $1, so that its last steps run.
builds() {
  echo "$RANDOM$RANDOM" >"$repo/code"
  project_commit "$repo" 'Change the code'
  ci_push "$repo" "${1:-main}"
  ci_buildcache "$repo" run
}

# What the log's summary says of the mount $1.
mount_line() { grep -F "    mount $1: " "$ci_run/log" | tail -n 1; }
mount_says() {
  mount_line "$1" >"$ci_run/mount"
  holds "$ci_run/mount" "$2"
}

every_kind_project() {
  case_name=kinds
  mounts_project <<EOF
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS work
COPY code /code
RUN --mount=type=bind,target=/src --mount=type=cache,target=/m \\
  mkdir -p /listing && sh /src/list.sh /m >/listing/before && \\
  if [ ! -e /m/plain ]; then sh /src/list.sh --make /m; fi && sh /src/list.sh /m >/listing/after
FROM scratch
COPY --from=work /listing /
EOF
}

first_build_saves() {
  every_kind_project
  builds
  mount_says /m 'absent (nothing is stored yet)'
  mount_says /m 'saved: '
  ci_summary_says 'mounts saved'
  cp "$suite_work/out/after" "$suite_work/made"
  [ "$(wc -l <"$suite_work/made")" -gt 600 ]
}

every_kind_comes_back() {
  engine reset
  builds
  mount_says /m 'restored: '
  diff "$suite_work/made" "$suite_work/out/before"
}

nothing_changed_moves_nothing() {
  local before after
  before=$(registry_snapshot main)
  builds
  mount_says /m 'kept'
  mount_says /m 'unchanged: '
  after=$(registry_snapshot main)
  # The layer cache is written anew; of the mount nothing is.
  same "$(grep -- '--m-' <<<"$before")" "$(grep -- '--m-' <<<"$after")"
}

untouched_is_not_walked() {
  ci_push "$repo" main
  ci_buildcache "$repo" run
  mount_says /m 'not saved (no step used it)'
}

branch_restores_its_base() {
  engine reset
  git -C "$repo" checkout -q -b topic
  builds topic
  mount_says /m 'restored: '
  diff "$suite_work/made" "$suite_work/out/before"
  git -C "$repo" checkout -q main
}

pull_request_of_a_fork_restores_and_saves_nothing() {
  local before
  engine reset
  git -C "$repo" checkout -q -B fork main
  echo "$RANDOM" >"$repo/code"
  project_commit "$repo" 'From outside'
  local head
  head=$(project_head "$repo")
  before=$(registry_snapshot main)
  ci_pull_request "$repo" 7 fork "$head" main stranger/shop
  ci_buildcache "$repo" run
  mount_says /m 'restored: '
  mount_says /m 'not saved (builds at the trust level fork'
  same "$(registry_snapshot main)" "$before"
  git -C "$repo" checkout -q main
}

# The step shares the host's network here, and with it the registry on loopback.
step_reaches_the_registry() {
  local before
  every_kind_project
  case_name=direct
  configure auto '    network: host'
  builds
  mount_says /m ' moved directly'
  mount_says /m 'saved: '
  cp "$suite_work/out/after" "$suite_work/made"
  engine reset
  builds
  mount_says /m 'restored: '
  mount_says /m ' moved directly'
  diff "$suite_work/made" "$suite_work/out/before"
  before=$(registry_snapshot main | grep -- '--m-')
  builds
  mount_says /m 'unchanged: '
  same "$(registry_snapshot main | grep -- '--m-')" "$before"
}

# The step logs in by itself, and tells nobody how.
step_logs_in() {
  local address password=never-to-be-seen
  printf '%s' "$password" >"$suite_work/password"
  address=$(engine registry start locked --user dev --password-file "$suite_work/password")
  every_kind_project
  cat >"$repo/.buildcache.yml" <<YAML
version: 1
registries:
  - {host: "$address", username: dev, password: "\${LOCKED_PASSWORD}"}
cache:
  repository: $address/acme/cache
targets:
  app:
    mounts: auto
    network: host
    outputs: ["type=local,dest=$suite_work/out"]
YAML
  export LOCKED_PASSWORD=$password
  builds
  mount_says /m ' moved directly'
  cp "$suite_work/out/after" "$suite_work/made"
  engine reset
  builds
  mount_says /m 'restored: '
  diff "$suite_work/made" "$suite_work/out/before"
  grep -v '^::add-mask::' "$ci_run/log" >"$ci_run/shown"
  lacks "$ci_run/shown" "$password"
  cat "$ci_run/record"/*.argv >"$ci_run/argvs"
  lacks "$ci_run/argvs" "$password"
  same "$(traces_of "$password")" ''
}

# Prints the files of the mount and of the tool's own that hold $1.
traces_of() {
  docker buildx build --quiet --output "type=local,dest=$suite_work/looked" - <<EOF >/dev/null
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS look
RUN --mount=type=cache,target=/m --mount=type=cache,id=buildcache-state,target=/s \
  grep -rl "$1" /m /s >/found; [ -e /m/plain ] && [ -n "\$(ls /s)" ]
FROM scratch
COPY --from=look /found /
EOF
  cat "$suite_work/looked/found"
}

listed_without_a_build() {
  ci_push "$repo" main
  ci_buildcache "$repo" mounts list
  holds "$ci_run/document" '/m (line 3)'
  grep 'MiB in 315 entries' "$ci_run/document"
}

# Two mounts with content of their own; $1 bytes of it in the first.
two_mounts_project() {
  mounts_project <<EOF
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS work
COPY code /code
RUN --mount=type=cache,target=/one --mount=type=cache,target=/two \\
  head -c $1 /dev/urandom >/one/file && [ -e /two/file ] || head -c 50000 /dev/urandom >/two/file
FROM scratch
COPY --from=work /code /
EOF
}

lost_pack_costs_warmth_only() {
  local index
  case_name=lost
  two_mounts_project 50000
  builds
  for index in $(layers_of_mount); do
    registry_drop_blob main "$index"
  done
  engine reset
  builds
  same "$(grep -c '    mount /.*: failed (.*; saved: ' "$ci_run/log")" 1
  same "$(grep -c '    mount /.*: restored: ' "$ci_run/log")" 1
  ci_commands | grep '"warning"' | grep -E 'cache mount /(one|two) was not restored'
  engine reset
  builds
  same "$(grep -c '    mount /.*: restored: ' "$ci_run/log")" 2
}

shrunken_mount_replaces_nothing() {
  case_name=shrunken
  two_mounts_project 3000000
  builds
  sed -i 's/head -c 3000000/head -c 30/' "$repo/Dockerfile"
  builds
  mount_says /one 'smaller'
  mount_says /one '`save: always` stores it'
  configure '[{id: /one, save: always}]'
  builds
  mount_says /one 'saved: '
}

# Digests of the packs of one of the mounts in the registry.
layers_of_mount() {
  local tag
  tag=$(registry_snapshot main | grep -o 'cache-lost:[^ ]*--m-[^ ]*' | head -n 1)
  python3 - "$BUILDCACHE_TEST_REGISTRY" "acme/cache-lost" "${tag#*:}" <<'PY'
import json, sys, urllib.request
registry, repository, tag = sys.argv[1:]
request = urllib.request.Request("http://%s/v2/%s/manifests/%s" % (registry, repository, tag),
                                 headers={"Accept": "application/vnd.oci.image.manifest.v1+json"})
for layer in json.load(urllib.request.urlopen(request))["layers"][1:]:
    print(layer["digest"])
PY
}

local_store_keeps_mounts() {
  every_kind_project
  store="{store: local, path: $suite_work/caches}"
  store=${store#\{} store=${store%\}}
  store=$(printf '%s' "$store" | sed 's/, /\n  /')
  configure auto
  builds
  mount_says /m 'saved: '
  cp "$suite_work/out/after" "$suite_work/made"
  engine reset
  builds
  mount_says /m 'restored: '
  diff "$suite_work/made" "$suite_work/out/before"
  unset store
}

identities_project() {
  case_name=identity
  mounts_project <<EOF
ARG SUFFIX=global
FROM $BUILDCACHE_TEST_REGISTRY/base:1 AS work
WORKDIR /work
ARG SUFFIX
ARG CACHE_DIR=/var/cache/arg
ENV FROM_ENV=/var/cache/env
COPY code /code
RUN mkdir -p /seen
$(for mount in \
    'target=/plain' 'target=/plain/../cleaned/' 'target=relative' 'target=/t,id=explicit' \
    'target=/t,uid=1000' 'target=/t,gid=50' 'target=/t,mode=0700' 'target=/t,uid=7,gid=8,mode=0770,id=all' \
    "target=/t,from=$BUILDCACHE_TEST_REGISTRY/base:1" "target=/t,from=$BUILDCACHE_TEST_REGISTRY/base:1,source=/bin" \
    'target=$CACHE_DIR' 'target=${FROM_ENV}/x' 'target=/t,id=with-$SUFFIX' 'target=/t,"id=a,comma and blanks"'; do
    number=$((${number:-0} + 1))
    path=${mount#target=} path=${path%%,*}
    printf "RUN --mount='type=cache,%s' cd %s && touch /code && if [ -e marker ]; then cp marker /seen/%s; fi && echo %s >marker\n" \
      "$mount" "$path" "$number" "$number"
  done)
FROM scratch
COPY --from=work /seen /
EOF
}

every_identity_is_hit() {
  identities_project
  configure auto '    args: {BUILDKIT_CACHE_MOUNT_NS: shop}'
  builds
  same "$(cat "$suite_work/out/"[0-9]* 2>/dev/null | wc -l)" 0
  engine reset
  builds
  # Number 10 shows a folder of number 9.
  same "$(grep -c '    mount .*: restored: ' "$ci_run/log")" 13
  same "$(cd "$suite_work/out" && for seen in $(ls | sort -n); do printf '%s=%s ' "$seen" "$(cat "$seen")"; done)" \
    '1=1 2=2 3=3 4=4 5=5 6=6 7=7 8=8 9=9 10=10 11=11 12=12 13=13 14=14 '
}

rules_are_obeyed() {
  case_name=rules
  every_kind_project
  case_name=rules
  configure '[{id: /m, max-size: 1k}]'
  builds
  mount_says /m 'too large'
  configure '[{id: /m, save: never}]'
  builds
  mount_says /m 'not saved (save: never)'
  configure '[{id: /m, exclude: [plain, "d*"]}]'
  builds
  mount_says /m 'saved: '
  mount_says /m ' left out, '
  engine reset
  configure '[{id: /mm}]'
  builds
  ci_commands | grep '"warning"' | grep -F '/mm, which the Dockerfile does not mount'
}

engine_begin "$cell" >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - cache mounts ($cell): the engine starts"
  exit 1
}
check "cache mounts ($cell): a first build saves its mount" first_build_saves
check "cache mounts ($cell): every kind of entry is there again on an emptied builder" every_kind_comes_back
check "cache mounts ($cell): a mount that did not change moves nothing" nothing_changed_moves_nothing
check "cache mounts ($cell): a mount no step used is not walked" untouched_is_not_walked
check "cache mounts ($cell): a branch restores what its base saved" branch_restores_its_base
check "cache mounts ($cell): a fork's pull request restores and saves nothing" pull_request_of_a_fork_restores_and_saves_nothing
check "cache mounts ($cell): list tells what is stored, without a build" listed_without_a_build
check "cache mounts ($cell): packs go directly where the builder reaches the registry" step_reaches_the_registry
check "cache mounts ($cell): the step in the builder logs in, and no trace of it stays" step_logs_in
check "cache mounts ($cell): packs that are gone cost warmth, and are stored anew" lost_pack_costs_warmth_only
check "cache mounts ($cell): a mount that has shrunk replaces nothing" shrunken_mount_replaces_nothing
check "cache mounts ($cell): the local store keeps mounts, too" local_store_keeps_mounts
check "cache mounts ($cell): every way to name a mount hits the very same one" every_identity_is_hit
check "cache mounts ($cell): size, save and exclude are obeyed" rules_are_obeyed
exit "$suite_failed"
