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
