"""A Rust workspace on some 190 packages of Debian's; its cache mount is cargo's target directory."""
import os
import re
import shutil

NAME = "rust"
MOUNT = "/src/target"
SUITE = "trixie"
# What a change of the dependencies adds, one pair after another.
ADDED = ('humantime = "2"\nsemver = "1"\n', 'bytesize = "1"\ncsv = "1"\n')
CRATES = ("anyhow", "axum", "base64", "bytesize", "chrono", "clap", "csv", "handlebars", "humantime", "image",
          "indexmap", "itertools", "rayon", "regex", "semver", "serde", "serde-json", "serde-yaml", "sha2", "tera",
          "tokio", "toml", "tower-http", "tracing-subscriber", "uuid", "walkdir")
NETWORK = False
PACKAGES = ("cargo", "gcc", "libc6-dev", *(f"librust-{crate}-dev" for crate in CRATES))
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "projects/rust")
# Cargo's own words go to a file that the build hands out.
BUILD = "cargo build --locked -v 2>/cargo.log || { tail -n 30 /cargo.log; exit 1; }"


def write(directory, engine, image):
    """Writes the project, with a lock file for the packages that the image has."""
    shutil.copytree(SOURCES, directory, dirs_exist_ok=True)
    lock(directory, engine, image)


def lock(directory, engine, image):
    engine.docker("run", "--rm", "--network=none", "-v", f"{directory}:/src", "-w", "/src", image,
                  "cargo", "generate-lockfile", "--offline")


def dockerfile(image, way):
    """`layers` builds the dependencies in a step of their own, with sources that say nothing."""
    if way != "layers":
        mount = f"--mount=type=cache,target={MOUNT} " if way == "mounts" else ""
        return (f"FROM {image} AS work\nWORKDIR /src\nCOPY . .\n"
                f"RUN --network=none {mount}{{ {BUILD}; }} && cp target/debug/app /app\n"
                "FROM scratch\nCOPY --from=work /app /cargo.log /\n")
    return (f"FROM {image} AS work\nWORKDIR /src\nCOPY Cargo.toml Cargo.lock ./\nCOPY .cargo .cargo\n"
            "COPY app/Cargo.toml app/\nCOPY core/Cargo.toml core/\nCOPY util/Cargo.toml util/\n"
            "RUN --network=none mkdir app/src core/src util/src && touch core/src/lib.rs util/src/lib.rs && "
            f"echo 'fn main() {{}}' >app/src/main.rs && {{ {BUILD}; }} && rm -r app/src core/src util/src\n"
            f"COPY . .\nRUN --network=none find app core util -name '*.rs' -exec touch {{}} + && "
            f"{{ {BUILD}; }} && cp target/debug/app /app\nFROM scratch\nCOPY --from=work /app /cargo.log /\n")


def change_code(directory, number):
    with open(os.path.join(directory, "app/src/greeting.rs"), "w", encoding="utf-8") as file:
        file.write(f'pub const GREETING: &str = "Hello from commit {number}";\n')


def change_dependency(directory, engine, image, number):
    with open(os.path.join(directory, "util/Cargo.toml"), "a", encoding="utf-8") as file:
        file.write(ADDED[number])
    lock(directory, engine, image)


def size_words(directory):
    with open(os.path.join(directory, "Cargo.lock"), encoding="utf-8") as file:
        return f"{file.read().count('[[package]]')} packages in Cargo.lock"


def facts(output):
    """Returns what cargo says it did: packages found fresh, others' and own packages compiled. Of
    several steps it is the last one's words, and of a step that was cached those of its own build."""
    path = os.path.join(output, "cargo.log")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    compiled = re.findall(r"^\s*(?:Compiling|Dirty) (\S+)", text, re.MULTILINE)
    own = {name for name in compiled if name == "app" or name.startswith("bench-")}
    return {"fresh": len(re.findall(r"^\s*Fresh ", text, re.MULTILINE)),
            "compiled": len(set(compiled) - own), "own compiled": len(own)}
