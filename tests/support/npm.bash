# shellcheck shell=bash
# Tools of the tests that only npm has, at exact versions, kept in build/npm.

npm_folders=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/npm

# Installs the packages "$@" (NAME@VERSION each) into a folder of their own, once, and prints it.
# No script of theirs is run. Where that cannot be done it fails and prints the reason in one line.
npm_tools() {
  local folder log
  folder=$npm_folders/$(printf '%s\n' "$@" | tr -c 'A-Za-z0-9.@\n' - | paste -sd +)
  log=$folder.log
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo 'node and npm are not installed'
    return 1
  fi
  mkdir -p "$npm_folders"
  (
    flock 8
    [ ! -e "$folder/.complete" ] || exit 0
    rm -rf "$folder"
    mkdir "$folder"
    npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts \
      --fetch-retries 1 --fetch-timeout 60000 "$@" >"$log" 2>&1 </dev/null && touch "$folder/.complete"
  ) 8>"$npm_folders/lock" || {
    echo "npm cannot install $*: $(grep -m 1 -i 'error' "$log")"
    return 1
  }
  echo "$folder"
}
