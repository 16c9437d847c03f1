"""One run of buildcache, or of plain buildx, with the clock beside it."""
import os
import re
import shlex
import subprocess
import sys
import time

from traffic import Traffic

UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
MOUNT = re.compile(r"^    mount (?P<id>\S+): (?P<words>.*)$")
MOVED = re.compile(r"([\d.]+) (B|KiB|MiB|GiB) moved")
STARTED = {"restore": ": restoring its cache mounts", "save": ": saving its cache mounts"}


def environment(engine, scratch):
    """Returns this machine's environment with the engine's, without what its own CI says."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "CI_", "GITLAB_", "JENKINS_")) and name != "CI"}
    return {**kept, **engine.environment, "TMPDIR": scratch}


def timed(argv, directory, variables):
    """Runs a command. Returns when it began and ended and its lines on standard error, each with when it came;
    all by time.perf_counter()."""
    start = time.perf_counter()
    with subprocess.Popen(argv, cwd=directory, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, errors="replace") as process:
        lines = [(time.perf_counter(), line.rstrip("\n")) for line in process.stderr]
    end = time.perf_counter()
    if process.returncode != 0:
        sys.exit(f"bench: {shlex.join(argv)}: exit {process.returncode}\n" + "\n".join(line for _, line in lines[-60:]))
    return (start, end), lines


def phases(lines):
    """Returns each phase's span: from the line that tells of it to the one that tells how long it took."""
    found = {phase: [second for second, line in lines if words in line] for phase, words in STARTED.items()}
    return {phase: (seconds[0], seconds[1]) for phase, seconds in found.items() if seconds}


def mount_lines(lines):
    """Returns what the summary says of each mount: (what came of restoring, of saving), in its words."""
    said = {}
    for _, line in lines:
        if match := MOUNT.match(line):
            before, _, after = match["words"].partition("; ")
            said[match["id"]] = (before, after)
    return said


def moved(words):
    """Returns the bytes that the summary says were moved, as exact as it says it."""
    match = MOVED.search(words)
    return round(float(match[1]) * UNITS[match[2]]) if match else 0


def buildcache(engine, binary, directory, scratch, command=("run",)):
    """Runs `buildcache COMMAND` in a checkout. Returns wall seconds, phases, the mounts and bytes moved."""
    traffic = Traffic(engine)
    argv = [binary, *command, "--default-branch", "main"]
    (start, end), lines = timed(argv, directory, environment(engine, scratch))
    said = mount_lines(lines)
    spans = phases(lines)
    return {"wall": end - start, "phases": {name: last - first for name, (first, last) in spans.items()},
            "spans": spans, "mounts": said, **traffic.measure(),
            "mount down": sum(moved(before) for before, _ in said.values()),
            "mount up": sum(moved(after) for _, after in said.values()),
            "headline": next((line for _, line in lines if "steps cached" in line), ""),
            "warnings": [line for _, line in lines if "warning" in line.lower()]}


def plain(engine, directory, output, scratch):
    """Builds a checkout with buildx alone, without any cache flag."""
    traffic = Traffic(engine)
    argv = ["docker", "buildx", "build", "--progress=plain", "--provenance=false",
            "--allow=network.host", "--output", f"type=local,dest={output}", "."]
    (start, end), _ = timed(argv, directory, environment(engine, scratch))
    return {"wall": end - start, **traffic.measure(), "mount down": 0, "mount up": 0}
