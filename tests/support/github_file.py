"""Reads a file of GitHub's file commands (GITHUB_OUTPUT) strictly, as the runner does.

usage: github_file.py FILE [NAME]
Prints the value of NAME, or all values as JSON. Exits with 1 on anything the runner would refuse:
the grammar is that of actions/runner FileCommandManager.cs (SetOutputFileCommand).
"""
import json
import sys


def parse(text):
    values = {}
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line == "":
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line[:equals], line[equals + 1:]
        elif heredoc >= 0:
            name, delimiter = line[:heredoc], line[heredoc + 2:]
            if not delimiter:
                raise ValueError(f"line {at}: empty delimiter")
            body = []
            while True:
                if at >= len(lines):
                    raise ValueError(f"delimiter {delimiter!r} of {name!r} never comes")
                if lines[at] == delimiter:
                    at += 1
                    break
                body.append(lines[at])
                at += 1
            value = "\n".join(body)
        else:
            raise ValueError(f"line {at}: neither NAME=VALUE nor NAME<<DELIMITER: {line!r}")
        if not name:
            raise ValueError(f"line {at}: empty name")
        values[name] = value
    return values


def main():
    with open(sys.argv[1], "rb") as file:
        values = parse(file.read().decode("utf-8-sig"))
    if len(sys.argv) > 2:
        if sys.argv[2] not in values:
            sys.exit(f"no output {sys.argv[2]}; there are {sorted(values)}")
        print(values[sys.argv[2]])
    else:
        print(json.dumps(values))


main()
