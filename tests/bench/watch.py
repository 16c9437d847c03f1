"""Watches, while something runs: memory of our process in the builder, and disk that is taken."""
import os
import re
import subprocess
import threading
import time

PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


def agent_peak():
    """Returns the highest resident bytes so far of the processes `mounts agent`; 0 when none runs."""
    highest = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if words[1:3] != [b"mounts", b"agent"]:
                continue
            with open(f"/proc/{name}/status", encoding="utf-8") as file:
                match = PEAK.search(file.read())
        except (FileNotFoundError, ProcessLookupError):
            continue
        highest = max(highest, int(match[1]) * 1024 if match else 0)
    return highest


def taken(*directories):
    """Returns the bytes of disk that the directories take; what is mounted in them is somewhere else."""
    done = subprocess.run(["du", "-scx", "--block-size=1", *directories], text=True, capture_output=True, check=False)
    return int(done.stdout.splitlines()[-1].split()[0])  # its exit code only tells of files that went meanwhile


class Watch:
    """Asks for a figure again and again in a thread, and remembers each answer and its time."""

    def __init__(self, ask, pause):
        self.ask, self.pause, self.samples = ask, pause, []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.wait(self.pause):
            self.samples.append((time.perf_counter(), self.ask()))

    def during(self, span):
        """Returns the answers from the last before the span to its end."""
        begin, end = span
        before = [value for second, value in self.samples if second <= begin][-1:]
        return before + [value for second, value in self.samples if begin < second <= end]

    def highest(self):
        """Returns the highest answer, 0 when there was none."""
        return max((value for _, value in self.samples), default=0)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
