"""Reads a step's log as GitHub's runner does and lists the workflow commands it would obey.

usage: runner_log.py FILE
Prints one command a line as JSON: [name, properties, data]. Exits with 1 when a stop is not lifted.
Rules: actions/runner ActionCommand.cs and ActionCommandManager.cs. The new form stands at the start
of a line after blanks; the old form, ##[name ...], anywhere in it; between ::stop-commands::TOKEN
and ::TOKEN:: none counts.
"""
import json
import re
import sys

# What the runner registers, and the old form's own words.
KNOWN = {"internal-set-repo-path", "set-env", "set-output", "save-state", "add-path", "add-mask",
         "add-matcher", "remove-matcher", "warning", "error", "notice", "debug", "group",
         "endgroup", "echo", "stop-commands", "section", "command"}


def unescaped(text):
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def command_of(line):
    new = line.lstrip()
    end = new.find("::", 2)
    if new.startswith("::") and end > 2:
        name, _, properties = new[2:end].partition(" ")
        return name, unescaped(properties), unescaped(new[end + 2:])
    old = re.search(r"##\[([^\s\]]+)([^\]]*)\](.*)", line, re.S)
    if old:
        return old.group(1), old.group(2).strip(), old.group(3)
    return None


def main():
    with open(sys.argv[1], "rb") as file:
        text = file.read().decode("utf-8")      # strict: what we print is valid UTF-8
    token = None
    for line in re.split(r"\r\n|\r|\n", text):
        command = command_of(line)
        if command is None:
            continue
        if token is not None:
            token = None if command[0] == token else token
        elif command[0].lower() == "stop-commands":
            token = command[2]
        elif command[0].lower() in KNOWN:
            print(json.dumps(command))
    if token is not None:
        sys.exit(f"commands stay stopped: {token}")


main()
