"""Images of Debian packages: made once, kept below build/bench/images, pushed to an engine's registry."""
import dataclasses
import fcntl
import os
import shutil
from typing import Callable

from engine import ROOT, checked, say

KEPT = os.path.join(ROOT, "build/bench/images")
# What nothing that is measured reads.
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*",
            "/usr/share/lintian/*", "/usr/lib/llvm-*/lib/*.a")


@dataclasses.dataclass(frozen=True)
class Extra:
    """What is done in a tree besides installing packages; `version` changes with it."""

    version: str
    work: Callable[[str], None]


def own_suite():
    """Returns the name of this machine's Debian release."""
    return checked(["sh", "-c", ". /etc/os-release && printf %s \"$VERSION_CODENAME\""])


def mirror():
    """Returns the address of the mirror that this machine's apt has."""
    words = ("$(RELEASE) $(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")
    for line in checked(["apt-get", "indextargets", "--format", *words]).splitlines():
        release, codename, component, address = line.split()
        if own_suite() in (release, codename) and component == "main":
            return address
    raise SystemExit(f"bench: this machine's apt has no mirror of {own_suite()}")


def in_tree(tree, *argv):
    """Runs a command in a tree, in a mount namespace of its own, so that nothing stays mounted."""
    script = 'mount --make-rprivate / && mount -t proc proc "$0/proc" && exec chroot "$0" env -i "$@"'
    checked(["unshare", "--mount", "--", "sh", "-c", script, tree, "DEBIAN_FRONTEND=noninteractive", "LANG=C.UTF-8",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *argv])


def make_bare(suite):
    """Returns the tree of a bare Debian of the suite, with this machine's mirror as its only source."""
    tree = os.path.join(KEPT, f"{suite}.tree")
    if os.path.isdir(tree):
        return tree
    say(f"making a bare Debian {suite}")
    partial = tree + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    checked(["debootstrap", "--variant=minbase", suite, partial, mirror()])
    os.rename(partial, tree)
    return tree


def make_tree(name, suite, packages, extra):
    """Returns a tree with the packages installed, as the mirror has them today."""
    bare, tree = make_bare(suite), os.path.join(KEPT, f"{name}.partial")
    shutil.rmtree(tree, ignore_errors=True)
    say(f"making the image {name}")
    checked(["cp", "-a", bare, tree])
    for file in ("resolv.conf", "hosts"):
        shutil.copy(os.path.join("/etc", file), os.path.join(tree, "etc", file))
    with open(os.path.join(tree, "etc/dpkg/dpkg.cfg.d/bench"), "w", encoding="utf-8") as file:
        file.write("force-unsafe-io\n" + "".join(f"path-exclude={pattern}\n" for pattern in LEFT_OUT))
    if packages:
        in_tree(tree, "apt-get", "-qq", "update")
        in_tree(tree, "apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages)
    if extra:
        extra.work(tree)
    in_tree(tree, "sh", "-c", "apt-get clean && find /var/lib/apt/lists -type f -delete")
    return tree


def make_archive(name, suite, packages, extra):
    """Returns the path of the image's archive; makes it again when what it is to hold has changed."""
    archive, recipe = os.path.join(KEPT, f"{name}.tar"), os.path.join(KEPT, f"{name}.recipe")
    wanted = "\n".join([suite, *packages, *LEFT_OUT, extra.version if extra else ""]) + "\n"
    if os.path.isfile(archive) and os.path.isfile(recipe):
        with open(recipe, encoding="utf-8") as file:
            if file.read() == wanted:
                return archive
    tree = make_tree(name, suite, packages, extra)
    checked(["tar", "-c", "--numeric-owner", "-f", archive + ".partial", "-C", tree, "."])
    os.rename(archive + ".partial", archive)
    with open(recipe, "w", encoding="utf-8") as file:
        file.write(wanted)
    shutil.rmtree(tree)
    return archive


def push(engine, name, suite, packages, extra=None):
    """Makes the image if need be and pushes it. Returns its reference."""
    os.makedirs(KEPT, exist_ok=True)
    with open(os.path.join(KEPT, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        archive = make_archive(name, suite, packages, extra)
    reference = f"{engine.registry}/{name}:1"
    say(f"pushing {reference}")
    engine.docker("import", archive, reference)
    engine.docker("push", "-q", reference)
    return reference
