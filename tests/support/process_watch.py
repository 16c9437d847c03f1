"""Watches a process and all its descendants through /proc until it ends, and writes what they showed.

usage: process_watch.py PID FILE [DIRECTORY]
FILE gets one JSON line for each process image seen: {"argv": [...], "environ": {...}}, as bytes
decoded with surrogateescape. With DIRECTORY, every file and folder that appears in it is reported
as {"path": ..., "mode": "600"}. Ends with the process, or after two minutes.
"""
import json
import os
import sys
import time


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def parents():
    result = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if len(fields) > 1 and fields[0] != b"Z":
                result[int(name)] = int(fields[1])
    return result


def family(root):
    of = parents()
    members = {root} & set(of)
    while True:
        more = {pid for pid, parent in of.items() if parent in members} - members
        if not more:
            return members
        members |= more


def text(data):
    return data.decode("utf-8", "surrogateescape")


def look(pid, seen, out):
    argv, environ = read(f"/proc/{pid}/cmdline"), read(f"/proc/{pid}/environ")
    if not argv or (pid, argv) in seen:
        return
    seen.add((pid, argv))
    variables = dict(text(entry).partition("=")[::2] for entry in environ.split(b"\0") if entry)
    print(json.dumps({"argv": text(argv).split("\0")[:-1], "environ": variables}), file=out)


def look_at_files(directory, seen, out):
    for folder, folders, files in os.walk(directory):
        for name in folders + files:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            key = (path, status.st_mode)
            if key not in seen and not os.path.islink(path):
                seen.add(key)
                print(json.dumps({"path": path, "mode": f"{status.st_mode & 0o777:o}"}), file=out)


def main():
    root, deadline, seen, files = int(sys.argv[1]), time.monotonic() + 120, set(), set()
    with open(sys.argv[2], "w", buffering=1) as out:
        while time.monotonic() < deadline:
            members = family(root)
            if not members:
                return
            for pid in members:
                look(pid, seen, out)
            if len(sys.argv) > 3:
                look_at_files(sys.argv[3], files, out)
            time.sleep(0.001)


main()
