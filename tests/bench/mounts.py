"""Measures what cache mounts cost and spare on real workloads. Prints figures; never a verdict.

usage: mounts.py BINARY [rust] [cpp] [apt]      default: all
Everything measured is also written to build/bench/mounts.json.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import budgets
import images
import runs
import workload_apt
import workload_cpp
import workload_rust
from engine import ROOT, Engine, say
from figures import mib, table
from project import Project

WORKLOADS = {"rust": workload_rust, "cpp": workload_cpp, "apt": workload_apt}
REPORT = os.path.join(ROOT, "build/bench/mounts.json")


class Bench:
    """One workload on one engine: its image, its projects, what has been measured."""

    def __init__(self, workload, engine, binary, directory):
        self.workload, self.engine, self.binary, self.directory = workload, engine, binary, directory
        suite = workload.SUITE or images.own_suite()
        self.image = images.push(engine, f"bench-{workload.NAME}", suite, workload.PACKAGES)
        self.scratch = os.path.join(directory, "tmp")
        os.makedirs(self.scratch)
        self.rows = []

    def project(self, way):
        """Returns the workload's repository for a way to build it, with a cache repository of its own."""
        project = Project(os.path.join(self.directory, way))
        self.workload.write(project.origin, self.engine, self.image)
        project.write("Dockerfile", self.workload.dockerfile(self.image, way))
        project.configure(f"{self.engine.registry}/{self.workload.NAME}/{way}", "auto" if way == "mounts" else "",
                          self.workload.NETWORK)
        project.commit("Start")
        return project

    def measure(self, project, way, scenario):
        """Builds the newest commit from a fresh checkout and keeps the figures."""
        say(f"{self.workload.NAME}: {way}, {scenario}")
        checkout = project.check_out()
        figures = (runs.plain(self.engine, checkout, project.output, self.scratch) if way == "no cache"
                   else runs.buildcache(self.engine, self.binary, checkout, self.scratch))
        self.rows.append({"way": way, "scenario": scenario, **figures, "load": os.getloadavg()[0],
                          "facts": self.workload.facts(project.output)})

    def change_code(self, project, number):
        self.workload.change_code(project.origin, number)
        project.commit("Change the code")

    def change_dependency(self, project, number):
        self.workload.change_dependency(project.origin, self.engine, self.image, number)
        project.commit("Change a dependency")


def why_not(bench):
    """Returns why the workload cannot run here; nothing when it can."""
    if not bench.workload.NETWORK:
        return ""
    project = Project(os.path.join(bench.directory, "probe"))
    project.write("Dockerfile", f"FROM {bench.image}\nRUN --network=host apt-get update\n")
    argv = ["docker", "buildx", "build", "--progress=plain", "--allow=network.host", project.origin]
    done = subprocess.run(argv, env={**os.environ, **bench.engine.environment}, text=True, capture_output=True,
                          check=False)
    said = [line for line in done.stderr.splitlines() if "E: " in line or "W: " in line or "ERROR" in line]
    if done.returncode == 0 and not said:
        return ""
    return "the mirror cannot be reached from a RUN: " + re.sub(r"\w+://\S+", "...", (said or ["no reason given"])[0])


def without_cache(bench):
    """Every build without a cache is a cold one: one is measured."""
    project = bench.project("none")
    bench.engine.reset()
    bench.measure(project, "no cache", "cold")


def layer_cache(bench):
    project = bench.project("layers")
    steps = {"cold": lambda: None, "nothing changed": lambda: None,
             "code changed": lambda: bench.change_code(project, 1),
             "dependency changed": lambda: bench.change_dependency(project, 0)}
    for scenario, change in steps.items():
        change()
        bench.engine.reset()
        bench.measure(project, "layers", scenario)


def mounts(bench):
    """What is built on the builder as it is follows a build that has brought the base image."""
    project = bench.project("mounts")

    def emptied(scenario):
        bench.engine.reset()
        bench.measure(project, "mounts", scenario)

    emptied("cold")
    bench.measure(project, "warm builder", "nothing changed")
    bench.change_code(project, 1)
    bench.measure(project, "warm builder", "code changed")
    emptied("nothing changed")
    bench.change_code(project, 2)
    emptied("code changed")
    bench.change_dependency(project, 0)
    bench.measure(project, "warm builder", "dependency changed")
    bench.change_dependency(project, 1)
    emptied("dependency changed")
    return project


def phase(row, name):
    seconds = row.get("phases", {}).get(name)
    return "-" if seconds is None else f"{seconds:.1f}"


def tell(bench, project):
    print(f"\n{bench.workload.NAME}: {bench.workload.size_words(project.origin)}")
    rows = [[f"{row['way']}, {row['scenario']}", f"{row['wall']:.1f}", mib(row["down"]), mib(row["up"]),
             mib(row["mount down"]), mib(row["mount up"]), phase(row, "restore"), phase(row, "save"),
             ", ".join(f"{count} {what}" for what, count in row["facts"].items())] for row in bench.rows]
    table(["", "s", "MiB down", "MiB up", "mounts down", "mounts up", "restore s", "save s", "what ran"], rows)


def measure(name, engine, binary, report):
    """Adds all figures of one workload to the report."""
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(WORKLOADS[name], engine, binary, directory)
        if reason := why_not(bench):
            print(f"\n{name}: skipped ({reason})", flush=True)
            report["skipped"] = reason
            return
        report["builds"] = bench.rows
        without_cache(bench)
        layer_cache(bench)
        project = mounts(bench)
        tell(bench, project)
        if bench.workload is workload_rust:
            report["budgets"] = budgets.measure(bench, project)


def keep(report):
    os.makedirs(os.path.dirname(REPORT), exist_ok=True)
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)


def main():
    binary, names = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(WORKLOADS)
    if unknown := set(names) - set(WORKLOADS):
        sys.exit(f"bench: no workload {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    report = {}
    with Engine("bench-mounts") as engine:
        for name in names:
            engine.command("reset", "--registry")
            try:
                measure(name, engine, binary, report.setdefault(name, {}))
            finally:
                keep(report)


if __name__ == "__main__":
    main()
