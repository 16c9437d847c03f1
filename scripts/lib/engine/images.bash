# shellcheck shell=bash
# Base images, made from Debian packages and kept as a layer, a configuration and a manifest in
# $engine_dir/images/NAME, so that pushing one again costs four requests. Same packages, same digest.

# Sends METHOD $1 for path $3 to ADDRESS $2 with type $4 and the file $5 as body. Sets
# `http_status` and `http_location`.
http() {
  local line
  http_status='' http_location=''
  exec 7<>"/dev/tcp/${2%:*}/${2#*:}"
  {
    printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n' "$1" "$3" "$2"
    printf 'Content-Type: %s\r\nContent-Length: %s\r\n\r\n' "$4" "$(stat -c %s "$5")"
    cat "$5"
  } >&7
  while IFS= read -r line <&7; do
    line=${line%$'\r'}
    [ -n "$line" ] || break
    case $line in
      HTTP/*) http_status=${line#* } http_status=${http_status%% *} ;;
      [Ll]ocation:*) http_location=${line#*: } ;;
    esac
  done
  exec 7>&-
}

sha256() { sha256sum "$1" | cut -d ' ' -f 1; }

# Uploads file $3 as a blob of repository $2 at registry $1.
image_push_blob() {
  local digest path
  digest=sha256:$(sha256 "$3")
  http HEAD "$1" "/v2/$2/blobs/$digest" application/octet-stream /dev/null
  [ "$http_status" != 200 ] || return 0
  http POST "$1" "/v2/$2/blobs/uploads/" application/octet-stream /dev/null
  [ "$http_status" = 202 ] || die "registry $1 takes no upload: status $http_status"
  path=/${http_location#http://*/}
  case $path in *\?*) path+="&digest=$digest" ;; *) path+="?digest=$digest" ;; esac
  http PUT "$1" "$path" application/octet-stream "$3"
  [ "$http_status" = 201 ] || die "registry $1 refuses a blob: status $http_status"
}

# Makes image $1 if need be and pushes it as $1:1 to the engine's registry.
image_push() {
  local started=$EPOCHREALTIME image=$1 directory=$engine_dir/images/$1 address
  address=$(registry_address main)
  if [ ! -f "$directory/manifest.json" ]; then
    image_make "$image"
    note "image $image made in $(seconds_since "$started") s"
    started=$EPOCHREALTIME
  fi
  image_push_blob "$address" "$image" "$directory/layer.tar.gz"
  image_push_blob "$address" "$image" "$directory/config.json"
  http PUT "$address" "/v2/$image/manifests/1" application/vnd.oci.image.manifest.v1+json \
    "$directory/manifest.json"
  [ "$http_status" = 201 ] || die "registry $address refuses a manifest: status $http_status"
  note "$address/$image:1 pushed in $(seconds_since "$started") s"
  printf '%s/%s:1@sha256:%s\n' "$address" "$image" "$(sha256 "$directory/manifest.json")"
}

# Makes image $1 in $engine_dir/images/$1, whole or not at all.
image_make() {
  local directory=$engine_dir/images/$1 tree=$engine_dir/images/$1.tree
  package_check_tools
  mkdir -p "$engine_dir/images"
  package_lock
  if [ ! -f "$directory/manifest.json" ]; then
    rm -rf "$directory" "$directory.partial" "$tree"
    mkdir -p "$directory.partial" "$tree"
    "image_tree_$1" "$tree"
    image_pack "$tree" "$directory.partial"
    rm -rf "$tree"
    mv "$directory.partial" "$directory"
  fi
  exec 8>&-
}

# Downloads packages "$2..." and all they depend on, unless $engine_dir/images/$1.debs has them.
image_packages() {
  local debs=$engine_dir/images/$1.debs
  shift
  [ ! -d "$debs" ] || return 0
  rm -rf "$debs.partial"
  mkdir -p "$debs.partial/archives/partial"
  package_lists "$(os_field VERSION_CODENAME)"
  : >"$debs.partial/status"
  apt-get "${apt_options[@]}" -o "Dir::State::Status=$debs.partial/status" -o Debug::NoLocking=true \
    -o "Dir::Cache::Archives=$debs.partial/archives" --yes --download-only --no-install-recommends \
    install "$@" >"$engine_dir/apt.log" 2>&1 ||
    die "packages cannot be downloaded; last lines of $engine_dir/apt.log:" \
      "$(tail -n 5 "$engine_dir/apt.log")"
  mv "$debs.partial/archives" "$debs"
  rm -rf "$debs.partial"
}

# Unpacks the packages of image $1 into tree $2, which gets one /usr for everything.
image_unpack() {
  local deb directory
  mkdir -p "$2"/{usr/{bin,sbin,lib,lib64},etc,root,tmp,proc,sys,dev,run,var}
  for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$2/$directory"; done
  chmod 1777 "$2/tmp"
  for deb in "$engine_dir/images/$1.debs"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" |
      tar -x -C "$2" --keep-directory-symlink --exclude='./usr/share/doc' \
        --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='./usr/share/info'
  done
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$2/etc/passwd"
  printf 'root:x:0:\n' >"$2/etc/group"
}

# Gives tree $1 the commands of its busybox that it has not otherwise.
image_busybox_links() {
  local applet
  while IFS= read -r applet; do
    [ -e "$1/usr/bin/$applet" ] || [ -L "$1/usr/bin/$applet" ] || ln -s busybox "$1/usr/bin/$applet"
  done < <("$1/usr/bin/busybox" --list)
}

image_tree_base() {
  image_packages base busybox-static
  image_unpack base "$1"
  image_busybox_links "$1"
}

image_tree_toolchain() {
  local tool
  image_packages toolchain g++ make busybox-static
  image_unpack toolchain "$1"
  image_busybox_links "$1"
  # Neither link-time optimisation nor sanitizers: half of the size.
  find "$1/usr" \( -name lto1 -o -name 'lto-dump*' -o -name 'lib*san*' -o -name '*-lto-dump*' \) \
    ! -type d -delete
  # update-alternatives would make these.
  for tool in c++:g++ cc:gcc; do ln -sfn "${tool#*:}" "$1/usr/bin/${tool%:*}"; done
}

# Writes layer, configuration and manifest of tree $1 into directory $2, with all times zero.
image_pack() {
  local tree=$1 out=$2 layer architecture
  layer=$(tar -c -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --format=gnu . | tee >(gzip -n -6 >"$out/layer.tar.gz") | sha256sum | cut -d ' ' -f 1)
  wait
  architecture=$(dpkg --print-architecture)
  printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=%s"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"packages"}]}' \
    "$architecture" /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$layer" \
    >"$out/config.json"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
    "$(sha256 "$out/config.json")" "$(stat -c %s "$out/config.json")" \
    "$(sha256 "$out/layer.tar.gz")" "$(stat -c %s "$out/layer.tar.gz")" >"$out/manifest.json"
}
