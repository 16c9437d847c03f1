#!/usr/bin/env bash
# A registry that is not on this machine, reached over a proxy and spoken to over http.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-network-$cell
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/faults.bash
. "$suite_dir/../support/faults.bash"
trap 'faulty_stop; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

repo=$suite_work/shop
outside=registry.test:5000 # a name that the proxy alone knows

# The proxy comes first: the engine is told of it when it starts.
begin() {
  faulty_start "@$suite_work/outside" none
  export http_proxy=http://$faulty_address HTTP_PROXY=http://$faulty_address HTTPS_PROXY=http://$faulty_address
  engine_begin "$cell"
  engine registry start outside >"$suite_work/outside"
  project_make "$repo" "$outside"
  # Products go elsewhere: the engine pushes by itself, and speaks https to strangers.
  sed -i -e "s|$outside/acme/app|$BUILDCACHE_TEST_REGISTRY/acme/app|" \
    -e "2i registries: [{host: \"$outside\", plain-http: true}]" "$repo/.buildcache.yml"
  project_commit "$repo" 'Speak http'
}

caches_over_http() {
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy")
  ci_buildcache "$repo" run
  same "$(ci_cached)" 0
  registry_snapshot outside | grep -c "^acme/cache:app--c-$(project_head "$repo") "
  engine reset
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy")
  ci_buildcache "$repo" run
  same "$(ci_cached)" 4
  ci_output cache-from | grep -F "registry.insecure=true"
}

# The engine's BuildKit by itself, as every driver but docker pushes.
pushes_over_http() {
  local socket
  socket=$(engine remote start)
  cp "$repo/.buildcache.yml" "$suite_work/before.yml"
  sed -i -e "s|$BUILDCACHE_TEST_REGISTRY/acme/app|$outside/acme/app|" \
    -e "2i builder: {driver: remote, endpoint: \"$socket\"}" "$repo/.buildcache.yml"
  project_commit "$repo" 'Push elsewhere'
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy")
  ci_buildcache "$repo" run
  registry_snapshot outside | grep -c '^acme/app:'
  ci_argv 0 | grep -F 'push=true,registry.insecure=true'
  cp "$suite_work/before.yml" "$repo/.buildcache.yml"
  project_commit "$repo" 'Push here'
}

https_is_not_left_unasked() {
  # What BuildKit does when nobody tells it.
  exits 1 docker buildx build --cache-to "type=registry,ref=$outside/acme/none:x" "$repo"
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy")
  sed -i '/^registries:/d' "$repo/.buildcache.yml"
  ci_buildcache "$repo" plan
  git -C "$repo" checkout -q .buildcache.yml
  holds "$ci_run/document" unreachable
}

no_proxy_is_kept() {
  ci_push "$repo" main
  ci_env+=("http_proxy=$http_proxy" "NO_PROXY=registry.test")
  ci_buildcache "$repo" plan
  holds "$ci_run/document" 'cannot resolve the name registry.test'
}

begin >"$suite_work/begin" 2>&1 || {
  cat "$suite_work/begin"
  echo "not ok - network ($cell): registry, proxy and engine start"
  exit 1
}
check "network ($cell): caches over http and a proxy, where plain-http says so" caches_over_http
check "network ($cell): the product over http, where BuildKit pushes" pushes_over_http
check "network ($cell): without plain-http nobody speaks http" https_is_not_left_unasked
check "network ($cell): NO_PROXY is kept" no_proxy_is_kept
exit "$suite_failed"
