"""Reads a job's log as GitLab does and lists its sections.

usage: gitlab_log.py FILE
Prints the title of each section, one a line. Exits with 1 on a section that the grammar of
docs.gitlab.com/ci/jobs/job_logs does not have, that is not closed, or whose name was used before,
and on any other escape sequence or carriage return.
"""
import re
import sys

NAME = r"[A-Za-z0-9_.-]+"
START = re.compile(r"^\x1b\[0Ksection_start:(\d+):(%s)(\[collapsed=(?:true|false)\])?\r\x1b\[0K(.*)$" % NAME)
END = re.compile(r"^\x1b\[0Ksection_end:(\d+):(%s)\r\x1b\[0K(.*)$" % NAME)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def main():
    with open(sys.argv[1], "rb") as file:
        text = file.read().decode("utf-8")
    used, open_sections = {}, []
    for number, line in enumerate(text.split("\n"), 1):
        start, end = START.match(line), END.match(line)
        rest = line
        if start:
            time, name, _, rest = start.groups()
            if name in used:
                sys.exit(f"line {number}: section {name} was there before")
            used[name] = int(time)
            open_sections.append(name)
            print(rest)
        elif end:
            time, name, rest = end.groups()
            if not open_sections or open_sections.pop() != name:
                sys.exit(f"line {number}: section {name} is not the one that is open")
            if int(time) < used[name]:
                sys.exit(f"line {number}: section {name} ends before it starts")
        if CONTROL.search(rest):
            sys.exit(f"line {number}: a control character: {rest!r}")
    if open_sections:
        sys.exit(f"not closed: {open_sections}")


main()
