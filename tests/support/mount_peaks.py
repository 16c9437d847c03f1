"""Watches what carrying cache mounts takes of this machine.

usage: mount_peaks.py FOLDER RESULT
Until it is sent SIGTERM: the most memory of any process that is our binary inside the builder, and the
most bytes in FOLDER. Then writes "MEMORY_MIB FOLDER_MIB" to RESULT.
"""
import os
import signal
import sys
import time

MIB = 1 << 20
running = True


def stop(*_):
    """Ends the watch."""
    global running
    running = False


def memory_of(process):
    """Returns the peak in bytes of a process that is ours inside the builder; else 0."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        if words[:3] != [b"/in/buildcache", b"mounts", b"agent"]:
            return 0
        with open(f"/proc/{process}/status") as file:
            peaks = [line for line in file if line.startswith("VmHWM:")]
        return int(peaks[0].split()[1]) * 1024 if peaks else 0
    except OSError:
        return 0


def size_of(folder):
    """Returns the bytes of all files below `folder` that do not vanish meanwhile."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                pass
    return total


def main():
    """Watches until told to stop."""
    folder, result = sys.argv[1:]
    signal.signal(signal.SIGTERM, stop)
    memory = size = 0
    while running:
        for process in filter(str.isdigit, os.listdir("/proc")):
            memory = max(memory, memory_of(process))
        size = max(size, size_of(folder))
        time.sleep(0.05)
    with open(result, "w") as file:
        file.write(f"{memory // MIB} {size // MIB}\n")


main()
