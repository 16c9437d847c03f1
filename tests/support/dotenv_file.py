"""Reads a dotenv report strictly, as GitLab's server does (Ci::ParseDotenvArtifactService).

usage: dotenv_file.py FILE [NAME]
Prints the value of NAME, or all values as JSON. Exits with 1 on anything the server would refuse
(then the whole report is lost), and on what it would take but change: values are stored to be
expanded, so a `$` would become something else in the jobs that read them. Spaces, which the
documentation bans, count as refused.
"""
import json
import re
import sys

LARGEST = 5 * 1024      # bytes; a report must stay below
MOST = 20               # variables, where an administrator set no other limit
LONGEST_KEY = 255


def parse(data):
    if len(data) >= LARGEST:
        raise ValueError(f"{len(data)} bytes; the report must be smaller than {LARGEST}")
    text = data.decode("utf-8")
    values = {}
    for number, line in enumerate(re.findall(r"[^\n]*\n|[^\n]+", text), 1):
        found = re.match(r"^(.*?)=(.*)$", line.removesuffix("\n"))
        if found is None:
            raise ValueError(f"line {number}: no KEY=VALUE: {line!r}")
        key, value = (part.strip() for part in found.groups())
        if not re.fullmatch(r"[A-Za-z0-9_]{1,%d}" % LONGEST_KEY, key):
            raise ValueError(f"line {number}: not a variable's name: {key!r}")
        if key in values:
            raise ValueError(f"line {number}: {key} is there twice")
        if "$" in value or re.search(r"\s", value) or value != found.group(2):
            raise ValueError(f"line {number}: the value would not come back as it is: {value!r}")
        values[key] = value
    if len(values) > MOST:
        raise ValueError(f"{len(values)} variables; GitLab takes {MOST}")
    return values


def main():
    with open(sys.argv[1], "rb") as file:
        values = parse(file.read())
    if len(sys.argv) > 2:
        if sys.argv[2] not in values:
            sys.exit(f"no variable {sys.argv[2]}; there are {sorted(values)}")
        print(values[sys.argv[2]])
    else:
        print(json.dumps(values))


main()
