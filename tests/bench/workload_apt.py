"""Debian packages installed from this machine's mirror; the cache mounts are apt's archives and lists."""
import os
import re

NAME = "apt"
SUITE = None  # this machine's own: the mirror its apt has
NETWORK = True
PACKAGES = ("ca-certificates",)
START = ("build-essential", "git", "python3")
# What a change of the dependencies adds, one after another.
ADDED = ("cmake", "clang")
LISTS, ARCHIVES = "/var/lib/apt/lists", "/var/cache/apt"
INSTALL = "apt-get update >/apt.log 2>&1 && apt-get -y --no-install-recommends install $(cat /packages) >>/apt.log 2>&1"


def write(directory, *_):
    put(directory, START)
    change_code(directory, 0)


def put(directory, packages):
    with open(os.path.join(directory, "packages"), "w", encoding="utf-8") as file:
        file.write(" ".join(packages) + "\n")


def dockerfile(image, way):
    mount = f"--mount=type=cache,target={ARCHIVES} --mount=type=cache,target={LISTS} " if way == "mounts" else ""
    return (f"FROM {image} AS work\nENV DEBIAN_FRONTEND=noninteractive\nCOPY packages /\n"
            f"RUN --network=host {mount}{{ {INSTALL}; }} || {{ tail -n 20 /apt.log; exit 1; }}\n"
            "COPY code /\nRUN cat /code\nFROM scratch\nCOPY --from=work /apt.log /code /\n")


def change_code(directory, number):
    with open(os.path.join(directory, "code"), "w", encoding="utf-8") as file:
        file.write(f"{number}\n")


def change_dependency(directory, _engine, _image, number):
    put(directory, START + ADDED[:number + 1])


def size_words(_):
    return f"{', '.join(START)}; a dependency is one package more"


def facts(output):
    """Returns what apt says it had to fetch. A layer that was cached hands out the words of its own build."""
    path = os.path.join(output, "apt.log")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    archives = re.search(r"Need to get (.*) of archives", text)
    lists = re.search(r"^Fetched (.*) in ", text, re.MULTILINE)
    return {"of archives": archives[1] if archives else "0 B", "of lists": lists[1] if lists else "0 B"}
