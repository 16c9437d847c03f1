"""Reads a job summary strictly: as GitHub Markdown with our own HTML and nothing else in it.

usage: strict_summary.py FILE [--text]
Exits with 1 and says why when the file holds anything that somebody else could have put there: HTML
but our own, a table row with a wrong number of cells, a link, an image, a mention, emphasis that
does not close on its line, an unclosed block. --text prints what a reader sees.
"""
import html
import re
import sys

TAGS = {"details", "summary", "code"}
# Every one of these can be written as an entity; bare they are markup.
MARKUP = re.compile(r"[\[\]\\~@<>`_*]|https?://|www\.|(?<!&)#", re.I)


class Fault(Exception):
    pass


def without_own_tags(line, open_tags):
    """Checks the tags of `line` and returns it without them."""
    def check(match):
        slash, name, attributes = match.groups()
        if name not in TAGS or attributes:
            raise Fault(f"foreign tag {match.group(0)!r}")
        if not slash:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            raise Fault(f"{match.group(0)!r} closes nothing")
        return ""
    bare = re.sub(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>", check, line)
    if "code" in open_tags or "summary" in open_tags:
        raise Fault("a tag stays open at the end of the line")
    return bare


def check_inline(text):
    text = re.sub(r"\*\*[a-z, ]+\*\*", "", text)          # our own emphasis
    text = re.sub(r"^(#{3} |- )", "", text)             # our own headline and lists
    found = MARKUP.search(text)
    if found:
        raise Fault(f"bare {found.group(0)!r}")
    for entity in re.findall(r"&[^;\s]{0,12};?", text):
        if not re.fullmatch(r"&#(\d{2,3}|8288);", entity):      # 8288 joins words invisibly
            raise Fault(f"foreign entity {entity!r}")


def fence_of(line):
    found = re.fullmatch(r"(`{3,})text", line)
    return found.group(1) if found else None


class Reader:
    def __init__(self):
        self.open_tags = []
        self.fence = None
        self.columns = 0        # of the table being read, 0 outside of one
        self.shown = []

    def row(self, line):
        cells = line.count("|") - 1
        if not line.endswith("|") or (self.columns and cells != self.columns):
            raise Fault(f"a row of {cells} cells in a table of {self.columns}")
        self.columns = cells

    def line(self, line):
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line):
            raise Fault("a control character")
        if self.fence:
            self.fence = None if line == self.fence else self.fence
            self.shown.append(line)
            return
        self.fence = fence_of(line)
        if self.fence:
            return
        bare = without_own_tags(line, self.open_tags)
        if line.startswith("|"):
            self.row(line)
        else:
            self.columns = 0
            if "|" in bare:
                raise Fault("a bare '|' outside of a table")
        if not re.fullmatch(r"[| -]+", bare):
            check_inline(bare)
        self.shown.append(html.unescape(bare).replace("\u2060", ""))

    def end(self):
        if self.fence or self.open_tags:
            raise Fault(f"open at the end: {self.fence or self.open_tags}")


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    if len(data) > 1 << 20:
        sys.exit("larger than GitHub takes")
    reader = Reader()
    number = 0
    try:
        for number, line in enumerate(data.decode("utf-8").split("\n"), 1):
            reader.line(line)
        reader.end()
    except (Fault, UnicodeDecodeError) as fault:
        sys.exit(f"summary line {number}: {fault}")
    if "--text" in sys.argv:
        print("\n".join(reader.shown))


main()
