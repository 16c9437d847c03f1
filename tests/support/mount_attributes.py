"""What busybox cannot do to a cache mount: extended attributes, and times before 1970.

usage: mount_attributes.py set DIRECTORY    give entries such attributes
       mount_attributes.py list DIRECTORY   print every entry with all it has, sorted
"""
import hashlib
import os
import stat
import sys

BEFORE_1970 = -1_234_567_890_123_456_789
LATE = 4_102_444_800_000_000_001


def give_attributes(root):
    """Makes a file, a directory and a symbolic link with unusual attributes."""
    folder = os.path.join(root, "folder")
    os.makedirs(folder, exist_ok=True)
    for name in ("old", "late", "bare"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(name)
    if not os.path.lexists(os.path.join(folder, "link")):
        os.symlink("nowhere", os.path.join(folder, "link"))
    os.setxattr(os.path.join(folder, "bare"), "user.text", b"words")
    os.setxattr(os.path.join(folder, "bare"), "user.bytes", bytes(range(256)))
    os.setxattr(os.path.join(folder, "bare"), "user.empty", b"")
    os.setxattr(folder, "user.of-a-directory", b"yes")
    os.utime(os.path.join(folder, "old"), ns=(BEFORE_1970, BEFORE_1970))
    os.utime(os.path.join(folder, "late"), ns=(LATE, LATE))
    os.utime(os.path.join(folder, "link"), ns=(BEFORE_1970, 1), follow_symlinks=False)
    os.utime(folder, ns=(BEFORE_1970, BEFORE_1970 - 1))


def line_of(root, path):
    """Returns all there is to know of one entry but its access and change times."""
    status = os.lstat(path)
    words = [os.path.relpath(path, root), oct(status.st_mode), status.st_uid, status.st_gid,
             status.st_mtime_ns, status.st_nlink]
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256") if hasattr(hashlib, "file_digest") \
                else hashlib.sha256(file.read())
        words += [status.st_size, digest.hexdigest()]
    if stat.S_ISLNK(status.st_mode):
        words.append(os.readlink(path))
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        if name.startswith("user."):
            words.append((name, os.getxattr(path, name, follow_symlinks=False)))
    return " ".join(map(repr, words))


def entries(root):
    """Yields every path below `root`, and `root` itself."""
    yield root
    for folder, directories, files in os.walk(root):
        for name in directories + files:
            yield os.path.join(folder, name)


def main():
    """Does what the arguments say."""
    action, root = sys.argv[1:]
    if action == "set":
        give_attributes(root)
    else:
        print("\n".join(sorted(line_of(root, path) for path in entries(root))))


main()
