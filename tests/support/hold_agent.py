"""Waits for buildcache's step in the builder, and holds its process with SIGSTOP.

usage: hold_agent.py DIRECTORY restore|save
DIRECTORY is the engine's own: steps of other engines are left alone. Prints the process's number.
Fails after 30 seconds.
"""
import glob
import json
import os
import signal
import sys
import time


def read(path):
    """Returns what is in a file, nothing when it is gone."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def agents(directory):
    """Yields the processes of steps that run inside the engine in `directory`."""
    for path in glob.glob("/proc/[0-9]*"):
        if read(path + "/cmdline").endswith(b"\0mounts\0agent\0") and \
                (directory + "/").encode() in read(path + "/mountinfo"):
            yield int(path[len("/proc/"):])


def stop(process):
    """Stops the process. Returns once it stands, or has ended meanwhile: whether it stands."""
    try:
        os.kill(process, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    while (state := read(f"/proc/{process}/stat").rpartition(b") ")[2][:1]) not in (b"T", b"Z", b""):
        time.sleep(0.0002)
    return state == b"T"


def action_of(process):
    """Returns what the process was asked to do."""
    return json.loads(read(f"/proc/{process}/root/in/request.json"))["action"]


def main():
    """Does what the arguments say."""
    directory, action = sys.argv[1:]
    deadline = time.monotonic() + 30
    others = set()
    while time.monotonic() < deadline:
        for process in set(agents(directory)) - others:
            others.add(process)
            if not stop(process):
                continue
            if action_of(process) == action:
                print(process)
                return
            os.kill(process, signal.SIGCONT)
        time.sleep(0.001)
    sys.exit("no such step has come")


main()
