#!/usr/bin/env bash
# Caches in S3: asked for with signed requests, stamped and published at a server that checks
# signatures. BuildKit's own transfer runs in the hosted workflow: Debian's BuildKit has no s3.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-s3-$cell
store=s3
# shellcheck source=tests/support/suite.bash
. "$suite_dir/../support/suite.bash"
# shellcheck source=tests/support/engine.bash
. "$suite_dir/../support/engine.bash"
# shellcheck source=tests/support/project.bash
. "$suite_dir/../support/project.bash"
# shellcheck source=tests/support/npm.bash
. "$suite_dir/../support/npm.bash"
# shellcheck source=tests/support/stores.bash
. "$suite_dir/../support/stores.bash"
# shellcheck source=tests/support/object_store.bash
. "$suite_dir/../support/object_store.bash"
trap 'store_end; engine_end >/dev/null 2>&1; rm -rf "$suite_work"' EXIT

object_store_suite s3_begin \
  "s3: {bucket: caches, region: us-east-1, endpoint: '@URL@', path-style: true, prefix: shop}" \
  caches/shop/manifests AWS_SECRET_ACCESS_KEY S3 \
  "Debian's BuildKit is built without it; the hosted workflow runs it"
