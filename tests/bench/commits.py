"""Measures how many bytes a cache mount costs from commit to commit: ccache, over this repository's own history.

usage: commits.py BINARY [COUNT]      default: the last 20 commits that change src/ or tests/
Each is compiled in a container on an emptied builder. Prints figures; all of them are also written to
build/bench/commits.json.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import generations
import images
import runs
from engine import ROOT, Engine, checked, say
from figures import mib, table
from project import Project

REPORT = os.path.join(ROOT, "build/bench/commits.json")
REPOSITORY = "commits/cache"
DEPS = os.path.join(ROOT, "scripts/deps")
COMPILED = "buildcache"
DOCKERFILE = """FROM {image} AS work
WORKDIR /src
COPY . .
RUN --network=none --mount=type=cache,target=/ccache export CCACHE_DIR=/ccache && ccache -z && \\
  cmake --preset dev -DCMAKE_CXX_COMPILER_LAUNCHER=ccache && cmake --build --preset dev --target {target} && \\
  mkdir /facts && ccache --print-stats >/facts/ccache
FROM scratch
COPY --from=work /facts/ /
"""


def packages():
    """Returns the packages that scripts/packages names for a build."""
    script = os.path.join(ROOT, "scripts/packages")
    names = checked(["bash", "-c", 'eval "$(sed -n "/^build_packages=(/,/^)/p" "$1")" && echo "${build_packages[@]}"',
                     "bash", script])
    return (*names.split(), "ccache")


def add_libraries(tree):
    """Builds the pinned libraries where the container will look for them."""
    sources = checked([DEPS, "--sources"]).strip()
    os.makedirs(os.path.join(tree, "src/scripts"))
    shutil.copy(DEPS, os.path.join(tree, "src/scripts/deps"))
    shutil.copytree(sources, os.path.join(tree, "src/build/deps/sources"))
    images.in_tree(tree, "/src/scripts/deps")
    shutil.rmtree(os.path.join(tree, "src/build/deps/sources"))


def push_image(engine):
    with open(DEPS, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return images.push(engine, "bench-commits", "bookworm", packages(), images.Extra(digest, add_libraries))


def history(count):
    """Returns (hash, subject) of the commits, oldest first. Those that pin other libraries are left out."""
    lines = checked(["git", "-C", ROOT, "log", "--first-parent", f"-{count}", "--format=%h %s", "--", "src", "tests",
                     ":!tests/bench"])
    commits = [line.split(" ", 1) for line in reversed(lines.splitlines())]
    return [(commit, subject) for commit, subject in commits
            if subprocess.run(["git", "-C", ROOT, "diff", "--quiet", commit, "HEAD", "--", "scripts/deps"],
                              check=False).returncode == 0]


def take_over(project, commit, image):
    """Makes the project's newest commit one with the tree of `commit`, to be built by our Dockerfile."""
    for name in os.listdir(project.origin):
        if name != ".git":
            path = os.path.join(project.origin, name)
            (shutil.rmtree if os.path.isdir(path) and not os.path.islink(path) else os.remove)(path)
    checked(["bash", "-o", "pipefail", "-c", 'git -C "$1" archive "$2" | tar -x -C "$3"',
             "bash", ROOT, commit, project.origin])
    project.write("Dockerfile", DOCKERFILE.format(image=image, target=COMPILED))
    project.write(".dockerignore", ".git\n")
    project.commit(f"Take over {commit}")


def ccache_counts(output):
    with open(os.path.join(output, "ccache"), encoding="utf-8") as file:
        counts = dict(line.split("\t") for line in file.read().splitlines())
    return (int(counts["direct_cache_hit"]) + int(counts["preprocessed_cache_hit"]), int(counts["cache_miss"]))


def replay(engine, binary, directory, commits):
    """Builds the commits one after another. Returns the figures of each."""
    image = push_image(engine)
    project, scratch = Project(directory), os.path.join(directory, "tmp")
    os.makedirs(scratch)
    rows, known = [], set()
    for commit, subject in commits:
        say(f"commit {commit}: {subject}")
        take_over(project, commit, image)
        project.configure(f"{engine.registry}/{REPOSITORY}", "auto")
        project.commit("Configure")
        engine.reset()
        figures = runs.buildcache(engine, binary, project.check_out(), scratch)
        blobs, annotations = generations.newest(engine.registry, REPOSITORY)
        new = {digest: size for digest, size in blobs.items() if digest not in known}
        known.update(blobs)
        hits, misses = ccache_counts(project.output)
        rows.append({"commit": commit, "subject": subject, "blobs": blobs, "new": sum(new.values()), "hits": hits,
                     "misses": misses, "annotations": annotations, **figures})
    return rows


def tree_bytes(row):
    return int(row["annotations"]["buildcache.mount.content"])


def held_together(rows, count):
    """Returns the bytes that the last `count` generations have in the registry together."""
    return sum({digest: size for row in rows[-count:] for digest, size in row["blobs"].items()}.values())


def tell(rows):
    def cells(row):
        seconds = [f"{row['phases'][name]:.1f}" if name in row["phases"] else "-" for name in ("restore", "save")]
        return [f"{row['commit']} {row['subject'][:44]}", row["hits"], row["misses"], mib(tree_bytes(row)),
                mib(sum(row["blobs"].values())), mib(row["new"]), f"{100 * row['new'] / tree_bytes(row):.1f}",
                len(row["blobs"]) - 1, f"{row['wall']:.1f}", *seconds]

    table(["commit", "hits", "misses", "tree MiB", "stored MiB", "new MiB", "new %", "packs", "s", "restore s",
           "save s"], [cells(row) for row in rows])
    later = rows[1:]
    if later:
        share = 100 * sum(row["new"] for row in later) / sum(tree_bytes(row) for row in later)
        print(f"\nafter the first: {mib(sum(row['new'] for row in later))} MiB new in {len(later)} commits, "
              f"{share:.1f} % of the trees")
    for count in (1, 5, 10, 20):
        if count <= len(rows):
            print(f"the last {count} generations together: {mib(held_together(rows, count))} MiB")


def main():
    binary, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    commits = history(count)
    with Engine("bench-commits") as engine, tempfile.TemporaryDirectory() as directory:
        engine.command("reset", "--registry")
        rows = replay(engine, binary, directory, commits)
    os.makedirs(os.path.dirname(REPORT), exist_ok=True)
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
    tell(rows)


if __name__ == "__main__":
    main()
