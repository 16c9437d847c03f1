"""What goes to and from a registry on loopback, in bytes."""
import os
import re

ANSWER = re.compile(r'"GET (/v2/\S*) HTTP[^"]*" 20[06] (\d+)')


class Traffic:
    """Counts from its making on. Up is what the registry's files have grown by, so that a blob it has
    already does not count; down is what it has answered with."""

    def __init__(self, engine):
        below = os.path.join(engine.instance, "registries/main")
        self.log = os.path.join(below, "log")
        self.blobs = os.path.join(below, "content/docker/registry/v2/blobs")
        self.start = os.path.getsize(self.log)
        self.before = size_of(self.blobs)

    def measure(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            file.seek(self.start)
            down = sum(int(size) for _, size in ANSWER.findall(file.read()))
        return {"down": down, "up": size_of(self.blobs) - self.before}


def size_of(directory):
    """Returns the bytes of all files below a directory; those that go meanwhile do not count."""
    total = 0
    for parent, _, files in os.walk(directory):
        for name in files:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                pass
    return total
