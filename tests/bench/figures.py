"""Figures for people: plain tables on standard output."""


def mib(size):
    return f"{size / (1 << 20):.1f}"


def budget(name, limit, figure):
    print(f"{name:<62} budget {limit:<10} {figure}", flush=True)


def table(titles, rows):
    """Prints rows of words, the first column to the left, the others to the right."""
    widths = [max(len(str(row[i])) for row in [titles, *rows]) for i in range(len(titles))]
    for row in [titles, *rows]:
        print("  ".join(str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip(), flush=True)
