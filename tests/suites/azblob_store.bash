#!/usr/bin/env bash
# Caches in Azure Blob Storage: asked for with the account's key, stamped and published at Azure's
# emulator. BuildKit's own transfer is not run: Debian's BuildKit has no azblob.
set -uo pipefail

suite_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cell=${1:-floor}
ENGINE_NAME=suite-azblob-$cell
store=azblob
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

object_store_suite azblob_begin \
  "azblob: {account-url: '@URL@', container: caches, prefix: shop}" \
  caches/shop/manifests AZURE_STORAGE_KEY 'Azure Blob Storage' \
  "Debian's BuildKit is built without it, and upstream's needs an identity the emulator has not"
