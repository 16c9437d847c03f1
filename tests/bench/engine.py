"""The engine the benchmarks of cache mounts run on: private, from Debian packages, on loopback."""
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def say(text):
    """Tells how far the benchmark is, on standard error."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def checked(argv, **options):
    """Runs a command and returns its standard output; ends the benchmark with its errors if it fails."""
    done = subprocess.run(argv, text=True, capture_output=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {shlex.join(argv)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


class Engine:
    """An engine of scripts/engine, by name. `environment` is what clients of it need."""

    def __init__(self, name):
        self.name = name
        self.environment = {}
        self.registry = ""

    def command(self, *words):
        return checked([os.path.join(ROOT, "scripts/engine"), *words, "--name", self.name])

    def __enter__(self):
        self.command("up", "--private")
        self.read_environment()
        return self

    def __exit__(self, *_):
        self.command("down")

    def read_environment(self):
        exports = self.command("env")
        shown = checked(["bash", "-c", exports + "env -0"])
        variables = dict(line.split("=", 1) for line in shown.split("\0") if "=" in line)
        names = re.findall(r"^export (\w+)=", exports, re.MULTILINE)
        self.environment = {name: variables[name] for name in names}
        self.registry = variables["BUILDCACHE_TEST_REGISTRY"]

    def reset(self):
        """Empties the builder: no layer, no base image, no cache mount. The registry keeps what it has."""
        self.command("reset")

    def docker(self, *words, **options):
        return checked(["docker", *words], env={**os.environ, **self.environment}, **options)

    @property
    def instance(self):
        """The folder of everything the engine and its registries hold."""
        below = os.environ.get("BUILDCACHE_ENGINE_DIR", os.path.join(ROOT, "build/engine"))
        return os.path.join(below, "instances", self.name)

    @property
    def data(self):
        """The folder of the engine's images, layers and cache mounts."""
        return os.path.join(self.instance, "data")
