"""Reads Java properties strictly, as java.util.Properties.load(InputStream) does.

usage: properties_file.py FILE [NAME]
Prints the value of NAME, or all values as JSON. The grammar is that of the class's documentation:
Latin-1, natural and logical lines, comments, escapes. Exits with 1 where load() would throw, and on
what it takes but means nothing to a reader: a key twice, a backslash before an ordinary letter.
"""
import json
import sys

BLANK = " \t\f"
LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def natural_lines(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def goes_on(line):
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def logical_lines(text):
    lines = iter(natural_lines(text))
    for line in lines:
        line = line.lstrip(BLANK)
        if line == "" or line[0] in "#!":
            continue
        while goes_on(line):
            line = line[:-1] + next(lines, "").lstrip(BLANK)
        yield line


def key_end(line):
    at = 0
    while at < len(line) and line[at] not in "=:" + BLANK:
        at += 2 if line[at] == "\\" else 1
    return at


def unescaped(text):
    result, at = [], 0
    while at < len(text):
        character = text[at]
        at += 1
        if character != "\\":
            result.append(character)
            continue
        letter = text[at]
        at += 1
        if letter == "u":
            digits = text[at:at + 4]
            if len(digits) != 4:
                raise ValueError("Malformed \\uxxxx encoding.")
            result.append(chr(int(digits, 16)))
            at += 4
        elif letter.isalnum() and letter not in LETTERS:
            raise ValueError(f"a backslash before {letter!r} is dropped")
        else:
            result.append(LETTERS.get(letter, letter))
    # Java's characters are UTF-16 units: a pair of \u escapes is one character.
    return "".join(result).encode("utf-16", "surrogatepass").decode("utf-16")


def parse(data):
    values = {}
    for line in logical_lines(data.decode("latin-1")):
        end = key_end(line)
        rest = line[end:].lstrip(BLANK)
        if rest[:1] in ("=", ":"):
            rest = rest[1:].lstrip(BLANK)
        key = unescaped(line[:end])
        if key in values:
            raise ValueError(f"{key} is there twice")
        values[key] = unescaped(rest)
    return values


def main():
    with open(sys.argv[1], "rb") as file:
        values = parse(file.read())
    if len(sys.argv) > 2:
        if sys.argv[2] not in values:
            sys.exit(f"no property {sys.argv[2]}; there are {sorted(values)}")
        print(values[sys.argv[2]])
    else:
        print(json.dumps(values))


main()
