"""Figures in columns."""


def table(rows: list[tuple[str, ...]]) -> str:
    """The rows under each other; the first column to the left, figures to the right.

    >>> print(table([("", "µs"), ("start", "7")]))
           µs
    start   7
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = [
            first.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
