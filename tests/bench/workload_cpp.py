"""Sixty-four generated C++ translation units on heavy headers; the cache mount is ccache's directory."""
import os

NAME = "cpp"
MOUNT = "/ccache"
SUITE = "bookworm"
NETWORK = False
PACKAGES = ("ccache", "g++", "make", "nlohmann-json3-dev")
LIBRARY, PROGRAM = 16, 48
# One unit of the program in so many includes the library's header that a changed dependency touches.
SHARE = 4
MAKEFILE = """objects := $(patsubst %.cpp,%.o,$(sort $(wildcard *.cpp)))
all: $(objects)
%.o: %.cpp
\t$(CXX) -std=c++20 -O0 -g -I.. -c $< -o $@
"""
UNIT = """#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <unordered_map>
#include <vector>
{include}
namespace {folder} {{
nlohmann::json unit_{number}(const std::string& text) {{
  std::unordered_map<std::string, std::vector<int>> found;
  const std::regex word("[a-z]+{number}");
  for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end; ++it) {{
    found[it->str()].push_back({value});
  }}
  std::map<std::string, std::function<int()>> made;
  for (const auto& [name, values] : found) {{
    made[name] = [size = values.size()] {{ return static_cast<int>(size) + {value}; }};
  }}
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, make] : made) out[name] = make();
  return out;
}}
}}  // namespace {folder}
"""


def put(directory, name, text):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def unit(directory, folder, number, value):
    uses_library = folder == "library" or number % SHARE == 0
    include = '#include "library/library.hpp"' if uses_library else "#include <nlohmann/json.hpp>"
    put(directory, f"{folder}/unit_{number}.cpp",
        UNIT.format(include=include, folder=folder, number=number, value=value))


def header(directory, version):
    put(directory, "library/library.hpp", "#pragma once\n#include <nlohmann/json.hpp>\n"
        f"namespace library {{ inline int version() {{ return {version}; }} }}\n")


def write(directory, *_):
    for folder, count in (("library", LIBRARY), ("program", PROGRAM)):
        put(directory, f"{folder}/Makefile", MAKEFILE)
        for number in range(count):
            unit(directory, folder, number, 0)
    header(directory, 1)
    put(directory, ".dockerignore", ".git\n")


def make(folder, compiler):
    return f"make -j2 -C {folder} CXX='{compiler}' >>/make.log 2>&1"


def dockerfile(image, way):
    """`layers` builds the library in a step of its own."""
    head, tail = f"FROM {image} AS work\nWORKDIR /src\n", "FROM scratch\nCOPY --from=work /facts/ /\n"
    hand_out = "mkdir /facts && grep -c -e ' -c ' /make.log >/facts/compiled"
    if way == "mounts":
        return (f"{head}COPY . .\nRUN --network=none --mount=type=cache,target={MOUNT} export CCACHE_DIR={MOUNT} && "
                f"ccache -z && {make('library', 'ccache g++')} && {make('program', 'ccache g++')} && {hand_out} && "
                f"ccache --print-stats >/facts/ccache\n{tail}")
    if way == "layers":
        return (f"{head}COPY library library\nRUN --network=none {make('library', 'g++')}\n"
                f"COPY program program\nRUN --network=none {make('program', 'g++')} && {hand_out}\n{tail}")
    return (f"{head}COPY . .\nRUN --network=none {make('library', 'g++')} && {make('program', 'g++')} && "
            f"{hand_out}\n{tail}")


def change_code(directory, number):
    unit(directory, "program", 1, number)


def change_dependency(directory, _engine, _image, number):
    header(directory, number + 2)


def size_words(_):
    return f"{LIBRARY + PROGRAM} translation units; a dependency is a header of {LIBRARY + PROGRAM // SHARE} of them"


def facts(output):
    """Returns what was asked of the compiler, and what ccache had of it."""
    ran = {}
    for name in ("compiled", "ccache"):
        path = os.path.join(output, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                ran[name] = file.read()
    if "ccache" not in ran:
        return {"compiled": int(ran["compiled"])} if ran else {}
    counts = dict(line.split("\t") for line in ran["ccache"].splitlines())
    hits = int(counts["direct_cache_hit"]) + int(counts["preprocessed_cache_hit"])
    return {"hits": hits, "compiled": int(counts["cache_miss"])}
