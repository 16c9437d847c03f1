# shellcheck shell=bash
# Cache services beside the registry, on loopback. Needs suite.bash and project.bash.

# Starts GitHub's cache service; its records are in $gha_folder.
gha_begin() {
  gha_folder=$suite_work/gha
  mkdir -p "$gha_folder"
  python3 "$project_support/actions_cache.py" serve "$gha_folder" >/dev/null 2>&1 &
  gha_pid=$!
  until [ -s "$gha_folder/port" ]; do sleep 0.02; done
}

gha_end() { kill "$gha_pid"; }

# Gives the CI run what the runner gives a step: a token for ref $1, which reads the refs after it.
gha_grant() {
  gha_token=$(python3 "$project_support/actions_cache.py" token "$@")
  ci_env+=("ACTIONS_RUNTIME_TOKEN=$gha_token" ACTIONS_CACHE_SERVICE_V2=True
    "ACTIONS_RESULTS_URL=http://127.0.0.1:$(<"$gha_folder/port")/")
}

# Prints the names of the caches that were written, sorted: "app--b-main".
gha_written() {
  sed -n 's/^CreateCacheEntry index-\(.*\)-1-[0-9a-f]\{8\}#[0-9]*$/\1/p' "$gha_folder/keys" | sort -u
}

# Starts an S3 server with the empty bucket `caches`, behind a gate that checks signatures; its
# address is $store_url. Fails with the reason in one line.
s3_begin() {
  local tools
  tools=$(npm_tools s3rver@3.7.1) || { echo "$tools"; return 1; }
  export AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER
  mkdir -p "$suite_work/s3"
  "$tools/node_modules/.bin/s3rver" -d "$suite_work/s3" -a 127.0.0.1 -p 0 \
    --configure-bucket caches >"$suite_work/s3.log" 2>&1 &
  store_pids=("$!")
  store_address "$suite_work/s3.log" || return 1
  python3 "$project_support/s3_gate.py" "$store_url" "$suite_work/s3.url" >/dev/null 2>&1 &
  store_pids+=("$!")
  until [ -s "$suite_work/s3.url" ]; do sleep 0.02; done
  store_url=$(<"$suite_work/s3.url")
}

# Starts Azure's emulator of blob storage with the container `caches`; the account's address is
# $store_url. Fails with the reason in one line.
azblob_begin() {
  local tools
  tools=$(npm_tools azurite@3.37.0) || { echo "$tools"; return 1; }
  # The emulator's own key, which everybody knows.
  export AZURE_STORAGE_KEY=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
  mkdir -p "$suite_work/azurite"
  "$tools/node_modules/.bin/azurite-blob" --location "$suite_work/azurite" --blobHost 127.0.0.1 \
    --blobPort 0 --disableTelemetry >"$suite_work/azurite.log" 2>&1 &
  store_pids=("$!")
  store_address "$suite_work/azurite.log" || return 1
  store_url=$store_url/devstoreaccount1
  put_cache azblob put "$store_url/caches?restype=container" </dev/null
}

# Waits until log $1 names the server's address, $store_url.
store_address() {
  local tries
  for ((tries = 0; tries < 1000; tries++)); do
    store_url=http://127.0.0.1:$(sed -nE 's/.*127\.0\.0\.1:([1-9][0-9]*).*/\1/p' "$1" | head -n 1)
    [ "$store_url" = http://127.0.0.1: ] || return 0
    sleep 0.02
  done
  echo "no server came up: $(head -n 1 "$1")"
  return 1
}

store_end() { kill ${store_pids[@]+"${store_pids[@]}"} 2>/dev/null; }

put_cache() { python3 "$project_support/put_cache.py" "$@"; }

# Puts a docker on PATH, behind the recording one, that does what BuildKit does at the end of an
# export to store $1: it leaves a cache under the name it is told, at URL $2/NAME. Debian's BuildKit
# has neither s3 nor azblob.
exporting_docker() {
  local docker
  docker=$(command -v docker)
  mkdir -p "$suite_work/exporting"
  cat >"$suite_work/exporting/docker" <<SCRIPT
#!/usr/bin/env bash
arguments=()
for argument in "\$@"; do
  case \$argument in
    type=$1,*,mode=*)
      name=\$(tr , '\n' <<<"\$argument" | sed -n 's/^name=//p')
      python3 '$project_support/put_cache.py' sample "\$name" |
        python3 '$project_support/put_cache.py' $1 put "$2/\$name" || exit
      argument=type=inline
      ;;
    type=$1,*) argument=type=registry,ref=127.0.0.1:1/none ;;
  esac
  arguments+=("\$argument")
done
exec '$docker' "\${arguments[@]}"
SCRIPT
  chmod +x "$suite_work/exporting/docker"
  PATH=$suite_work/exporting:$PATH
}
