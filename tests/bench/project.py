"""A repository that is built as CI does: from a fresh checkout each time, so that every source is new."""
import os
import shutil
import subprocess


def git(directory, *words):
    subprocess.run(["git", "-C", directory, "-c", "user.name=Developer", "-c", "user.email=developer@example.com",
                    *words], check=True, stdout=subprocess.DEVNULL)


class Project:
    """A repository in `directory`/origin and one checkout of it at a time in `directory`/checkout."""

    def __init__(self, directory):
        self.origin = os.path.join(directory, "origin")
        self.checkout = os.path.join(directory, "checkout")
        self.output = os.path.join(directory, "out")
        os.makedirs(self.origin)
        git(self.origin, "-c", "init.defaultBranch=main", "init", "-q")

    def write(self, name, text):
        with open(os.path.join(self.origin, name), "w", encoding="utf-8") as file:
            file.write(text)

    def configure(self, repository, mounts, network=False):
        """The configuration of one target `app`; `mounts` is the value of its key, none for no key. On the host's
        network the builder reaches the registry on loopback, as it reaches one elsewhere."""
        self.write(".buildcache.yml", "version: 1\n"
                   f"cache: {{repository: {repository}}}\ntargets:\n  app:\n"
                   + (f"    mounts: {mounts}\n    network: host\n" if mounts else "")
                   + ("    allow: [network.host]\n" if network else "")
                   + f"    outputs: [\"type=local,dest={self.output}\"]\n")

    def commit(self, message):
        git(self.origin, "add", "-A")
        git(self.origin, "commit", "-q", "--allow-empty", "-m", message)

    def check_out(self):
        """Returns a new checkout of the newest commit; what the last build handed out is gone."""
        for directory in (self.checkout, self.output):
            shutil.rmtree(directory, ignore_errors=True)
        git(os.path.dirname(self.origin), "clone", "-q", f"file://{self.origin}", self.checkout)
        return self.checkout
