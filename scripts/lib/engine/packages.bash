# shellcheck shell=bash
# Debian packages, downloaded with a private apt state and unpacked aside: nothing is installed.

# Fails on a machine without Debian's package tools.
package_check_tools() {
  local program
  for program in apt-get dpkg-deb; do
    command -v "$program" >/dev/null ||
      die "engines and images are made of Debian packages; this machine has no $program"
  done
}

# Prints the mirror of suite $1 that apt's source files in directory $2 name, in either format.
package_mirror() {
  local suite=$1 file files=()
  for file in "$2/sources.list" "$2"/sources.list.d/*.list "$2"/sources.list.d/*.sources; do
    [ ! -f "$file" ] || files+=("$file")
  done
  [ ${#files[@]} -gt 0 ] || return 0
  awk -v suite="$suite" '
    function stanza() {
      if (uri != "" && wanted && enabled && !printed) { print uri; printed = 1 }
      uri = ""; wanted = 0; enabled = 1; key = ""
    }
    FNR == 1 { stanza() }
    /^[[:space:]]*#/ { next }
    FILENAME ~ /\.sources$/ {
      if ($0 ~ /^[[:space:]]*$/) { stanza(); next }
      first = 1
      if ($0 !~ /^[[:space:]]/) { key = tolower($1); first = 2 }
      for (i = first; i <= NF; i++) {
        if (key == "uris:" && uri == "" && $i ~ /^https?:/) uri = $i
        if (key == "suites:" && $i == suite) wanted = 1
        if (key == "enabled:" && tolower($i) == "no") enabled = 0
      }
      next
    }
    $1 == "deb" {
      sub(/\[[^]]*\]/, "")
      if ($3 == suite && $2 ~ /^https?:/ && !printed) { print $2; printed = 1 }
    }
    END { stanza() }' "${files[@]}"
}

# Prints field $1 of os-release.
os_field() {
  # shellcheck disable=SC1091
  (. /etc/os-release && field=$1 && printf '%s' "${!field:-}")
}

# Writes the apt options of the private state in directory $1 into the array `apt_options`. A mirror
# that stands still has lists of no date any more: engines to test on may be as old as it is.
package_apt_options() {
  apt_options=(-qq
    -o "Dir::State::Lists=$1/lists" -o "Dir::Cache=$1/cache" -o APT::Sandbox::User=root
    -o Acquire::Languages=none -o "Acquire::Retries=3"
    -o Acquire::Check-Valid-Until=false)
  [ ! -f "$1/sources.list" ] ||
    apt_options+=(-o "Dir::Etc::SourceList=$1/sources.list" -o Dir::Etc::SourceParts=/dev/null)
}

# Brings the package lists of Debian suites "$@" (or, elsewhere, of the machine's own
# distribution) into a private apt state in $engine_dir/apt and sets `apt_options`.
package_lists() {
  local state=$engine_dir/apt own mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg suite
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  rm -f "$state/sources.list"
  if [ "$(os_field ID)" = debian ]; then
    own=$(os_field VERSION_CODENAME)
    mirror=$(package_mirror "$own" /etc/apt)
    [ -n "$mirror" ] || die "no mirror: apt's sources name none for $own over http or https"
    for suite in "$@"; do
      printf 'deb [signed-by=%s] %s %s main\n' "$keys" "$mirror" "$suite"
    done >"$state/sources.list"
  fi
  package_apt_options "$state"
  apt-get "${apt_options[@]}" update >"$engine_dir/apt.log" 2>&1 ||
    die "the package lists cannot be read; last lines of $engine_dir/apt.log:" \
      "$(tail -n 5 "$engine_dir/apt.log")"
}

# Downloads packages "$2..." (NAME or NAME/SUITE) into directory $1, whole or not at all.
package_download() {
  local directory=$1
  shift
  rm -rf "$directory.partial"
  mkdir -p "$directory.partial"
  (cd "$directory.partial" && apt-get "${apt_options[@]}" download "$@") >"$engine_dir/apt.log" 2>&1 ||
    die "packages cannot be downloaded; last lines of $engine_dir/apt.log:" \
      "$(tail -n 5 "$engine_dir/apt.log")"
  rm -rf "$directory"
  mv "$directory.partial" "$directory"
}

# Unpacks all packages of directory $1 into directory $2, whole or not at all.
package_unpack() {
  local deb
  rm -rf "$2.partial"
  mkdir -p "$2.partial"
  for deb in "$1"/*.deb; do dpkg-deb -x "$deb" "$2.partial"; done
  rm -rf "$2"
  mv "$2.partial" "$2"
}

# Prints what the private engine of cell $1 is made of. The engine comes from the cell's
# suite; what must fit the machine's own C library comes from the machine's suite.
package_names() {
  local suite own engine=(docker.io containerd docker-buildx docker-cli docker-registry)
  local native=(runc libseccomp2 openssl libssl3)
  if [ "$(os_field ID)" != debian ]; then
    # Ubuntu: its docker.io holds the client; libssl has another name and is always there.
    printf '%s\n' docker.io containerd docker-buildx docker-registry runc libseccomp2 openssl
    return
  fi
  case $1 in floor) suite=trixie ;; newer) suite=sid ;; esac
  own=$(os_field VERSION_CODENAME)
  [ "$own" = bookworm ] || native[3]=libssl3t64
  printf "%s/$suite\n" "${engine[@]}"
  printf "%s/$own\n" "${native[@]}"
}

# Waits until nobody else on this tree downloads or unpacks; until `exec 8>&-`.
package_lock() {
  exec 8>"$engine_dir/packages.lock"
  flock 8
}

# Makes sure that cell $cell is unpacked in $root; needs the network the first time only.
package_cell() {
  local started=$EPOCHREALTIME directory=$engine_dir/$cell names
  [ ! -d "$root" ] || return 0
  package_check_tools
  mkdir -p "$directory"
  package_lock
  if [ ! -d "$root" ]; then
    if [ ! -d "$directory/debs" ]; then
      note "downloading the private engine ($cell)"
      mapfile -t names < <(package_names "$cell")
      package_lists "$(os_field VERSION_CODENAME)" "$([ "$cell" = floor ] && echo trixie || echo sid)"
      package_download "$directory/debs" "${names[@]}"
    fi
    package_unpack "$directory/debs" "$root"
    note "private engine ($cell) unpacked in $(seconds_since "$started") s"
  fi
  exec 8>&-
}

# Prints the library path of the unpacked packages.
package_libraries() {
  local directory
  for directory in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu; do
    [ ! -d "$directory" ] || printf '%s:' "$directory"
  done
}

# Runs a program of the unpacked packages with its own libraries, else the machine's.
package_tool() {
  local program=$1 directory
  shift
  for directory in "$root"/usr/bin "$root"/usr/sbin "$root"/sbin; do
    [ -x "$directory/$program" ] || continue
    # shellcheck disable=SC2093
    exec env LD_LIBRARY_PATH="$(package_libraries)" "$directory/$program" "$@"
  done
  command -v "$program" >/dev/null || die "no $program on this machine, nor in the private engine"
  exec "$program" "$@"
}
