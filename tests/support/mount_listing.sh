#!/bin/sh
# Lists a directory as exactly as busybox can: kind, mode, owner, nanoseconds, links, content.
# With --make it fills the directory first with one of every kind of entry.
if [ "$1" = --make ]; then
  cd "$2" || exit
  echo hello >plain
  : >empty
  mkdir -p deep/er empty-directory locked
  head -c 3000000 /dev/urandom >deep/er/large
  ln plain hard
  ln -s /etc/passwd symlink
  ln -s loop loop
  echo x >"$(printf 'not utf-8 \377')"
  echo x >"$(head -c 250 /dev/zero | tr '\0' n)"
  dd if=/dev/zero of=sparse bs=1 count=1 seek=9999999 2>/dev/null
  i=0
  while [ "$i" -lt 300 ]; do
    echo "$i" >"deep/small-$i"
    i=$((i + 1))
  done
  echo x >locked/file
  chown 123:456 plain deep
  chmod 0604 plain
  touch -d '2001-02-03 04:05:06' empty deep
  chmod 0555 locked
  exit
fi
cd "$1" || exit
find . | LC_ALL=C sort | while IFS= read -r path; do
  stat -c '%n %F %a %u:%g %s %h %y' "$path"
  [ -h "$path" ] && readlink "$path"
  [ ! -f "$path" ] || [ -h "$path" ] || sha256sum <"$path"
done
