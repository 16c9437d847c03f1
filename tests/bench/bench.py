"""Measures what buildcache itself costs. Prints budget and figure; never a verdict.

usage: bench.py BINARY [plan] [graph] [simulate] [probes] [lookback] [overhead]      default: all
`overhead` needs a running engine (scripts/engine env) with base:1 pushed.
"""
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(sys.argv[1])


def row(name, budget, figure):
    print(f"{name:<58} budget {budget:<16} {figure}", flush=True)


def run(argv, cwd, env=None):
    """Returns wall seconds, CPU seconds and peak resident MiB of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(argv, cwd=cwd, env=env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{argv}: exit {process.returncode}\n{errors.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def spread(values, unit=1000, digits=1):
    low, mid, high = min(values), statistics.median(values), max(values)
    return f"{mid * unit:.{digits}f} ({low * unit:.{digits}f} to {high * unit:.{digits}f}, n={len(values)})"


def git(directory, *words):
    subprocess.run(["git", "-C", directory, "-c", "user.name=Developer",
                    "-c", "user.email=developer@example.com", *words], check=True,
                   stdout=subprocess.DEVNULL)


def project(directory, base, repository, commits):
    git(directory, "-c", "init.defaultBranch=main", "init", "-q")
    with open(os.path.join(directory, "Dockerfile"), "w") as file:
        file.write(f"FROM {base} AS deps\nCOPY deps.txt /\nRUN sort /deps.txt >/sorted\n"
                   "FROM deps\nCOPY code.txt /\nRUN cat /code.txt /sorted >/app\n")
    with open(os.path.join(directory, ".buildcache.yml"), "w") as file:
        file.write(f"version: 1\ncache:\n  repository: {repository}\n  lookback: 29\n"
                   "targets:\n  app: {}\n")
    for name in ("deps.txt", "code.txt"):
        with open(os.path.join(directory, name), "w") as file:
            file.write("1\n")
    git(directory, "add", "-A")
    for number in range(commits):
        git(directory, "commit", "-q", "--allow-empty", "-m", f"Commit {number}")


def clean_environment():
    return {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_"))}


def plan_offline(directory):
    project(directory, "example.org/base:1", "example.org/acme/cache", 30)
    results = [run([BINARY, "plan", "--offline", "--default-branch", "main"], directory,
                   clean_environment()) for _ in range(30)]
    row("plan without network, small repository: wall ms", "10", spread([r[0] for r in results]))
    row("plan without network, small repository: peak MiB", "20",
        spread([r[2] for r in results], unit=1))


def history_of(builds):
    """Returns a fast-import stream: every second commit merges a change of two commits, which left
    the branch up to 20 commits before."""
    stream, line, made = [], [], 0

    def commit(ref, *parents):
        number = len(stream) + 1
        links = [f"{word} :{parent}\n" for word, parent in zip(("from", "merge"), parents)]
        stream.append(f"commit {ref}\nmark :{number}\ncommitter Developer <developer@example.com> "
                      f"{1700000000 + 60 * number} +0000\ndata 0\n{''.join(links)}\n")
        return number

    while made < builds:
        merges = len(line) % 2 == 1 and made + 2 <= builds
        if merges:
            fork = line[max(0, len(line) - 1 - len(line) * 7 % 20)]
            change = commit("refs/heads/change", commit("refs/heads/change", fork))
            line.append(commit("refs/heads/main", line[-1], change))
        else:
            line.append(commit("refs/heads/main", *line[-1:]))
        made += 2 if merges else 1
    return "".join(stream)


def simulate(directory):
    builds = 5000
    git(directory, "-c", "init.defaultBranch=main", "init", "-q")
    subprocess.run(["git", "-C", directory, "fast-import", "--quiet"], check=True,
                   input=history_of(builds).encode())
    with open(os.path.join(directory, "Dockerfile"), "w") as file:
        file.write("FROM scratch\n")
    argv = [BINARY, "simulate", "--last", str(builds), "--default-branch", "main"]
    walls = [run(argv, directory, clean_environment())[0] for _ in range(5)]
    row(f"simulate over {builds} builds, three lists: wall ms", "2000", spread(walls))


def write_history(directory, commits, distances):
    """main of so many commits, every tenth a merge of a side branch of two; a branch behind-N of three
    commits for each distance N from main's tip."""
    git(directory, "-c", "init.defaultBranch=main", "init", "-q")
    stream = subprocess.Popen(["git", "-C", directory, "fast-import", "--quiet"], stdin=subprocess.PIPE, text=True)
    write = stream.stdin.write
    config = "version: 1\ncache: {repository: example.org/acme/cache}\ntargets: {app: {}}\n"
    time_of = 1_000_000_000

    def commit(branch, mark, parents):
        nonlocal time_of
        time_of += 60
        write(f"commit refs/heads/{branch}\nmark :{mark}\ncommitter D <d@example.com> {time_of} +0000\ndata 0\n")
        for word, parent in zip(("from", "merge"), parents):
            write(f"{word} :{parent}\n")
        if not parents:
            write(f"M 100644 inline .buildcache.yml\ndata {len(config)}\n{config}\n")
        write("\n")

    tips, mark = [], 0
    while mark < commits:
        mark += 1
        commit("main", mark, tips[-1:])
        tips.append(mark)
        if len(tips) % 10 == 0 and mark + 3 <= commits:
            commit("side", mark + 1, [tips[-1]])
            commit("side", mark + 2, [mark + 1])
            commit("main", mark + 3, [tips[-1], mark + 2])
            mark += 3
            tips.append(mark)
    for distance in distances:
        parent = tips[-1 - distance]
        for _ in range(3):
            mark += 1
            commit(f"behind-{distance}", mark, [parent])
            parent = mark
    stream.stdin.close()
    if stream.wait() != 0:
        sys.exit("git fast-import failed")


def graph(directory):
    distances = (20, 2_000, 60_000)
    write_history(directory, 300_000, distances)
    for commit_graph in ("without", "with"):
        if commit_graph == "with":
            git(directory, "commit-graph", "write", "--reachable")
        for distance in distances:
            git(directory, "checkout", "-q", f"behind-{distance}")
            truth = subprocess.run(["git", "-C", directory, "merge-base", "HEAD", "main"], check=True,
                                   capture_output=True, text=True).stdout.strip()
            ours, plain, theirs = [], [], []
            plan = [BINARY, "plan", "--offline", "--format", "json", "--default-branch"]
            document = subprocess.run([*plan, "main"], cwd=directory, env=clean_environment(), check=True,
                                      capture_output=True)
            found = json.loads(document.stdout)["git"]["fork_point"]
            for _ in range(9):
                ours.append(run([*plan, "main"], directory, clean_environment())[1])
                plain.append(run([*plan, f"behind-{distance}"], directory, clean_environment())[1])
                theirs.append(run(["git", "merge-base", "HEAD", "main"], directory)[1])
            share = statistics.median(ours) - statistics.median(plain)
            answer = ("found" if found and found["commit"] == truth
                      else "WRONG" if found else "given up: the commit budget")
            row(f"fork point {distance} back of 300,000, {commit_graph} commit-graph: CPU ms",
                "25" if distance <= 2_000 else "-",
                f"{share * 1000:.1f} ({answer}; git merge-base {statistics.median(theirs) * 1000:.1f}, "
                f"ratio {share / statistics.median(theirs):.1f})")


def probe_trips(directory, what, *registry_options):
    """Plans against a registry that is far away; prints the row of what was asked for."""
    round_trip = 50
    server = subprocess.Popen([sys.executable, os.path.join(HERE, "slow_registry.py"),
                               str(round_trip), *registry_options], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip()
        os.mkdir(directory)
        project(directory, "example.org/base:1", f"127.0.0.1:{port}/acme/cache", 40)
        git(directory, "checkout", "-q", "-b", "feature")
        git(directory, "commit", "-q", "--allow-empty", "-m", "Change")
        env = clean_environment()
        env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"
        argv = [BINARY, "plan", "--default-branch", "main", "--format", "json"]
        document = subprocess.run(argv, cwd=directory, env=env, check=True, capture_output=True)
        asked = [c for c in json.loads(document.stdout)["targets"][0]["candidates"]
                 if c["verdict"] in ("found", "absent")]
        walls = [run(argv, directory, env)[0] for _ in range(10)]
        trips = [w * 1000 / round_trip for w in walls]
        row(f"{len(asked)} caches asked for {round_trip} ms away, {what}: round trips", "5",
            spread(trips, unit=1))
    finally:
        server.terminate()
        server.wait()


def probes(directory):
    probe_trips(os.path.join(directory, "none"), "none there", "--empty")
    probe_trips(os.path.join(directory, "last"), "the last one read")


def lookback(directory):
    """A long walk: 200 commits asked for in a registry of 10,000 tags, of which the last one is there."""
    round_trip, count = 50, 200
    names = os.path.join(directory, "tags")
    shop = os.path.join(directory, "shop")
    os.mkdir(shop)
    server = subprocess.Popen([sys.executable, os.path.join(HERE, "slow_registry.py"), str(round_trip),
                               "--tags", names], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip()
        project(shop, "example.org/base:1", f"127.0.0.1:{port}/acme/cache", count + 20)
        configuration = os.path.join(shop, ".buildcache.yml")
        with open(configuration) as file:
            text = file.read().replace("lookback: 29", f"lookback: {count}\n  fallback: [merge-base]")
        with open(configuration, "w") as file:
            file.write(text)
        git(shop, "add", "-A")
        git(shop, "commit", "-q", "-m", "Look back")
        far = subprocess.run(["git", "-C", shop, "rev-parse", f"HEAD~{count}"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.strip()
        with open(names, "w") as file:
            file.write(f"app--c-{far}\n")
            for number in range(9_999):
                file.write(f"app--c-{hashlib.sha1(str(number).encode()).hexdigest()}\n")
        env = clean_environment()
        env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"
        argv = [BINARY, "plan", "--default-branch", "main", "--format", "json"]
        document = subprocess.run(argv, cwd=shop, env=env, check=True, capture_output=True)
        candidates = json.loads(document.stdout)["targets"][0]["candidates"]
        assert len(candidates) == count and candidates[-1]["chosen"], candidates[-1]
        results = [run(argv, shop, env) for _ in range(10)]
        row(f"lookback {count}, 10,000 tags {round_trip} ms away, the last one found and read: round trips",
            "-", spread([r[0] * 1000 / round_trip for r in results], unit=1))
        row("the same: CPU ms", "-", spread([r[1] for r in results]))
    finally:
        server.terminate()
        server.wait()


def overhead(directory):
    registry = os.environ["BUILDCACHE_TEST_REGISTRY"]
    project(directory, f"{registry}/base:1", f"{registry}/bench/cache", 5)
    env = clean_environment()
    ours = [BINARY, "run", "--default-branch", "main"]
    run(ours, directory, env)
    document = subprocess.run([BINARY, "plan", "--default-branch", "main", "--format", "json"],
                              cwd=directory, env=env, check=True, capture_output=True)
    plain = json.loads(document.stdout)["targets"][0]["commands"][0]
    pairs = [(run(ours, directory, env), run(plain, directory, env)) for _ in range(15)]
    mine = [a[0] for a, _ in pairs]
    theirs = [b[0] for _, b in pairs]
    row("fully cached build, buildcache: wall ms", "-", spread(mine))
    row("the same by plain buildx: wall ms", "-", spread(theirs))
    difference = statistics.median(mine) - statistics.median(theirs)
    row("the tool's own share: wall ms", "50", f"{difference * 1000:.1f} (medians; ratio "
        f"{statistics.median(mine) / statistics.median(theirs):.2f})")


def main():
    measures = {"plan": plan_offline, "graph": graph, "simulate": simulate, "probes": probes, "lookback": lookback,
                "overhead": overhead}
    for name in sys.argv[2:] or measures:
        with tempfile.TemporaryDirectory() as directory:
            measures[name](directory)


main()
