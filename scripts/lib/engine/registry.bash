# shellcheck shell=bash
# Registries on loopback, each in $instance/registries/NAME: its settings, content, port, log.

# Prints the program: of the private engine's packages, else the machine's own.
registry_program() {
  local program=$root/usr/bin/docker-registry
  [ -x "$program" ] || program=$engine_dir/registry/root/usr/bin/docker-registry
  [ -x "$program" ] || program=$(command -v docker-registry) || return 1
  printf '%s' "$program"
}

# Prints 127.0.0.1:PORT of registry $1.
registry_address() {
  local port=$instance/registries/$1/port
  [ -f "$port" ] || die "engine $name has no registry $1"
  printf '127.0.0.1:%s\n' "$(<"$port")"
}

# Writes the settings of registry $1 as the options of this call say.
registry_configure() {
  local directory=$instance/registries/$1 content=$instance/registries/${registry_content_of:-$1}/content
  mkdir -p "$directory" "$content"
  {
    printf 'version: 0.1\nlog: {level: info, formatter: text}\n'
    printf 'storage:\n  filesystem: {rootdirectory: %s}\n' "$(json_string "$content")"
    printf '  delete: {enabled: %s}\n' "$registry_delete"
    [ -z "$registry_read_only" ] || printf '  maintenance: {readonly: {enabled: true}}\n'
    if [ -n "$registry_user" ]; then
      registry_passwords >"$directory/htpasswd"
      printf 'auth: {htpasswd: {realm: test, path: %s}}\n' "$(json_string "$directory/htpasswd")"
    fi
    [ -z "$registry_auth_file" ] || printf 'auth: %s\n' "$(<"$registry_auth_file")"
    printf 'http:\n  addr: 127.0.0.1:PORT\n  secret: loopback\n'
    if [ -n "$registry_tls" ]; then
      registry_certificate "$directory"
      printf '  tls: {certificate: %s, key: %s}\n' \
        "$(json_string "$directory/server.crt")" "$(json_string "$directory/server.key")"
    fi
  } >"$directory/template.yml"
}

# Prints an htpasswd line for $registry_user with the password in $registry_password_file.
registry_passwords() {
  local salt=\$2b\$05\$buildcachetestsalt1234
  [ -f "$registry_password_file" ] || die_usage "--user needs --password-file FILE"
  printf '%s:%s\n' "$registry_user" "$(perl -e '
    my ($file, $salt) = @ARGV;
    open(my $in, "<", $file) or die "$file: $!\n";
    my $password = <$in>;
    chomp $password;
    print crypt($password, $salt);' "$registry_password_file" "$salt")"
}

# Makes a certificate authority (ca.crt) and a server certificate for loopback in directory $1.
registry_certificate() {
  local directory=$1
  (
    cd "$directory"
    openssl() { (package_tool openssl "$@"); }
    export OPENSSL_CONF=$directory/openssl.cnf
    printf '%s\n' '[req]' 'distinguished_name=name' '[name]' '[ca]' 'basicConstraints=critical,CA:TRUE' \
      'keyUsage=critical,keyCertSign,cRLSign' '[server]' 'basicConstraints=CA:FALSE' \
      'extendedKeyUsage=serverAuth' 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.test' \
      >openssl.cnf
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=test CA' \
      -extensions ca -keyout ca.key -out ca.crt
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=127.0.0.1' \
      -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
      -extfile openssl.cnf -extensions server -out server.crt
  ) >"$directory/openssl.log" 2>&1 ||
    die "no test certificate; last lines of $directory/openssl.log:" "$(tail -n 3 "$directory/openssl.log")"
}

# Starts registry $1 on its port of before, else on a free one, and waits until it listens.
registry_start() {
  local directory=$instance/registries/$1 port=0 program i
  ! process_pid "$directory/process" >/dev/null || return 0
  program=$(registry_program) || die "no docker-registry on this machine"
  [ -f "$directory/template.yml" ] || registry_configure "$1"
  [ ! -f "$directory/port" ] || port=$(<"$directory/port")
  sed "s/127.0.0.1:PORT/127.0.0.1:$port/" "$directory/template.yml" >"$directory/config.yml"
  process_start "$directory/process" "$directory/log" "$program" serve "$directory/config.yml"
  for ((i = 0; i < 500; i++)); do
    port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$directory/log" | head -n 1)
    if [ -n "$port" ]; then
      printf '%s\n' "$port" >"$directory/port"
      return 0
    fi
    process_pid "$directory/process" >/dev/null || break
    sleep 0.02
  done
  die "registry $1 does not start; last lines of its log:" "$(tail -n 3 "$directory/log")"
}

# Starts the engine's own registry; on another port when the machine has been restarted and
# somebody else has its port of before.
registry_start_afresh() {
  process_pid "$instance/registries/main/process" >/dev/null || rm -f "$instance/registries/main/port"
  registry_start main
}

registry_stop() { process_stop "$instance/registries/$1/process" 5; }

registry_stop_all() {
  local directory
  for directory in "$instance"/registries/*/; do
    [ ! -d "$directory" ] || registry_stop "$(basename "$directory")"
  done
}

# Deletes the content of registry $1; it answers on the same port afterwards.
registry_wipe() {
  registry_stop "$1"
  rm -rf "$instance/registries/$1/content"
  registry_start "$1"
}
