# shellcheck shell=bash
# A registry with a token service before it. Needs suite.bash, engine.bash and project.bash.

# Starts the service with the users in JSON $1, and registry `guarded` that takes its tokens;
# $guarded is the registry's address, $tokens the service's folder.
tokens_begin() {
  tokens=$suite_work/tokens
  mkdir -p "$tokens"
  printf '%s\n' "$1" >"$tokens/users.json"
  engine tool openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=token service' \
    -keyout "$tokens/key.pem" -out "$tokens/certificate.pem" 2>/dev/null
  python3 "$project_support/token_server.py" "$tokens" >"$suite_work/tokens.out" 2>&1 &
  tokens_pid=$!
  until [ -s "$tokens/port" ]; do
    kill -0 "$tokens_pid" || { cat "$suite_work/tokens.out"; return 1; }
    sleep 0.02
  done
  guarded=$(tokens_registry guarded "http://127.0.0.1:$(<"$tokens/port")/token")
}

# Starts registry $1, which sends those who ask to the token service at $2; prints its address.
tokens_registry() {
  printf '{token: {realm: "%s", service: registry.test, issuer: token-server.test, rootcertbundle: "%s"}}\n' \
    "$2" "$tokens/certificate.pem" >"$tokens/$1.auth"
  engine registry start "$1" --auth-file "$tokens/$1.auth"
}

tokens_end() { [ -z "${tokens_pid:-}" ] || kill "$tokens_pid" 2>/dev/null || true; }

# Forgets what the service has answered so far.
tokens_forget() { rm -f "$tokens/log" "$tokens/refused"; }

# Prints how many tokens were given to requests that match the regular expression $1.
tokens_given() { grep -cE -- "$1" "$tokens/log" 2>/dev/null || true; }
