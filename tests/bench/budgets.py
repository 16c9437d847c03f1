"""What carrying one large cache mount costs, beside what plain tools need for the same tree.

The tree is cargo's target directory of the Rust workload, as the run left it in the builder.
"""
import os
import shutil
import statistics
import subprocess
import time

import runs
from engine import say
from figures import budget, mib
from project import Project
from watch import Watch, agent_peak, taken

REPEATS = 3
LIMITS = {"restore": "1.3", "save": "0.25", "unchanged": "-", "step": "1", "memory": "256", "disk": "0"}


def find_tree(engine):
    """Returns the folder on this machine that is the mount in the builder. Cargo marks a target directory by
    CACHEDIR.TAG only where it makes the directory itself."""
    for parent, folders, files in os.walk(engine.data):
        if ".rustc_info.json" in files and "debug" in folders:
            return parent
    raise SystemExit("bench: the builder has no target directory")


def seconds(script, *words):
    start = time.perf_counter()
    subprocess.run(["bash", "-o", "pipefail", "-c", script, "bash", *words], check=True)
    return time.perf_counter() - start


def plain_tools(tree, directory):
    """Returns the seconds of `tar | zstd -3` of the tree and of the way back, and the archive's bytes."""
    archive, copy = os.path.join(directory, "tree.tar.zst"), os.path.join(directory, "copy")
    save = seconds('tar -c -C "$1" . | zstd -q -3 -f -o "$2"', tree, archive)
    os.mkdir(copy)
    restore = seconds('zstd -q -d -c "$1" | tar -x -C "$2"', archive, copy)
    shutil.rmtree(copy)
    size = os.path.getsize(archive)
    os.remove(archive)
    return {"save": save, "restore": restore, "archive": size}


def build(bench, project):
    return runs.buildcache(bench.engine, bench.binary, project.check_out(), bench.scratch)


def save_changed_code(bench, project, number):
    """Builds a changed code with buildx alone on the builder as it is, and saves its mount by hand: a run saves
    beside the export of layers, and would count that as well."""
    bench.change_code(project, number)
    checkout = project.check_out()
    runs.plain(bench.engine, checkout, project.output, bench.scratch)
    return runs.buildcache(bench.engine, bench.binary, checkout, bench.scratch, ("mounts", "save"))


def idle_project(bench, name, repository, command):
    """A repository whose one step has the mount, and next to nothing to do in it."""
    bench.engine.command("base")
    project = Project(os.path.join(bench.directory, name))
    project.write("Dockerfile", f"FROM {bench.engine.registry}/base:1 AS work\nCOPY number /\n"
                  f"RUN --network=none --mount=type=cache,target={bench.workload.MOUNT} {command}\n"
                  "FROM scratch\nCOPY --from=work /number /\n")
    project.configure(repository, "auto")
    return project


def idle_runs(bench, project, repeats):
    """Runs the idle project on emptied builders: the mount is restored, and found unchanged after the step."""
    return [idle_run(bench, project, number) for number in range(repeats)]


def idle_run(bench, project, number):
    project.write("number", f"{number}\n")
    project.commit("Count")
    bench.engine.reset()
    return build(bench, project)


def restores_and_plain_tools(bench, project):
    """Returns the figures of restores and those of plain tools, taken in turns: a machine's speed may drift."""
    restores, plain = [], []
    for number in range(REPEATS):
        restores.append(idle_run(bench, project, number))
        plain.append(plain_tools(find_tree(bench.engine), bench.scratch))
    return restores, {name: [one[name] for one in plain] for name in plain[0]}


def watched(bench, name, work):
    """Does `work`, which returns the figures of a run, and watches: its seconds do not count. Returns the highest
    memory of our process in bytes, and disk that was taken, in the phase of that name."""
    with Watch(agent_peak, 0.02) as memory, Watch(lambda: taken(bench.engine.data, bench.scratch), 0.1) as disk:
        span = work()["spans"][name]
    samples = disk.during(span)
    return {"memory": max(memory.during(span)), "disk": max(samples) - samples[0], "disk samples": len(samples)}


def watched_restore(bench, project):
    """The disk is what was taken besides the mount."""
    bench.change_code(project, 200)
    bench.engine.reset()
    found = watched(bench, "restore", lambda: build(bench, project))
    found["disk"] -= taken(find_tree(bench.engine))
    return found


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f}, n={len(values)})"


def of_phase(figures, name):
    return [one["phases"][name] for one in figures]


def ratio(ours, theirs):
    return f"{statistics.median(ours) / statistics.median(theirs):.2f}"


def measure(bench, project):
    """Prints the budgets and returns all raw figures."""
    repository = f"{bench.engine.registry}/{bench.workload.NAME}"
    say("budgets: saving changed code")
    changes = [save_changed_code(bench, project, 100 + number) for number in range(REPEATS)]
    say("budgets: memory and disk")
    raw = {"watched": {"save": watched(bench, "save", lambda: save_changed_code(bench, project, 199)),
                       "restore": watched_restore(bench, project)}}
    say("budgets: restoring, and plain tools on what was restored")
    restores, plain = restores_and_plain_tools(bench, idle_project(bench, "idle", f"{repository}/mounts", "true"))
    raw.update({"tree": taken(find_tree(bench.engine)), "plain": plain})
    empty = idle_project(bench, "empty", f"{repository}/empty", f"echo >>{bench.workload.MOUNT}/file")
    steps = idle_runs(bench, empty, REPEATS + 1)[1:]
    raw.update({"code changes": changes, "restores": restores, "empty": steps})
    tell(raw)
    return raw


def tell(raw):
    plain, changes, restores = raw["plain"], of_phase(raw["code changes"], "save"), of_phase(raw["restores"], "restore")
    print(f"\nOne mount of {mib(raw['tree'])} MiB on disk; as tar and zstd -3 {mib(plain['archive'][0])} MiB")
    budget("restore on an emptied builder: s", "-", spread(restores))
    budget("  zstd -d | tar -x of the same tree: s", "-", spread(plain["restore"]))
    budget("  ratio", LIMITS["restore"], ratio(restores, plain["restore"]))
    budget("save after a change of code: s", "-", spread(changes))
    budget("  tar | zstd -3 of the same tree: s", "-", spread(plain["save"]))
    budget("  ratio", LIMITS["save"], ratio(changes, plain["save"]))
    budget("save of what did not change: s", LIMITS["unchanged"], spread(of_phase(raw["restores"], "save")))
    budget("restore of a mount of one byte: s", LIMITS["step"], spread(of_phase(raw["empty"], "restore")))
    for name, what in raw["watched"].items():
        budget(f"{name}: peak memory in the builder: MiB", LIMITS["memory"], mib(what["memory"]))
        budget(f"{name}: disk taken besides the mount: MiB", LIMITS["disk"], mib(what["disk"]))
