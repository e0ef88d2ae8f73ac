"""Text in the columns of a terminal: widths, ellipses, aligned tables, broken lines."""

import bisect
import itertools
import unicodedata
from collections.abc import Sequence

from skillbalance.display._words import JOINERS, printable

_ZERO_WIDTH_CATEGORIES = frozenset({"Mn", "Me", "Cf"})
_ELLIPSIS = "\u2026"
_COLUMN_GAP = "  "
_NARROWEST_FIRST_COLUMN = 10


def display_width(text: str) -> int:
    """
    Return how many terminal columns *text* takes. [columns]

    Wide and full-width characters (Unicode Standard Annex 11) take two columns, combining marks,
    joiners and the second part of a Hangul syllable none, all others one; characters of ambiguous
    width count as one.

    Examples
    --------
    >>> display_width("SQL"), display_width("交渉"), display_width("e\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_character_width, text))


def fit(text: str, width: int, *, align: str = "<", encoding: str = "utf-8") -> str:
    """
    Return *text* in exactly *width* columns: padded, or cut and ended with an ellipsis.

    Parameters
    ----------
    text : str
        Printable text.
    width : int
        Columns to fill, at least 3. [columns]
    align : {"<", ">"}
        Left or right, as in format strings.
    encoding : str
        Encoding of the output: without ``…`` in it the ellipsis is three full stops.

    Examples
    --------
    >>> fit("negotiation", 8), fit("62 %", 6, align=">")
    ('negotia…', '  62 %')
    """
    if display_width(text) > width:
        ellipsis = _ELLIPSIS if _can_encode(_ELLIPSIS, encoding) else "..."
        text = _cut(text, width - len(ellipsis)) + ellipsis
    padding = " " * (width - display_width(text))
    return padding + text if align == ">" else text + padding


def table_text(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    align: str,
    width: int = 100,
    encoding: str = "utf-8",
) -> str:
    """
    Return an aligned table at most *width* columns wide, cutting the first column where needed.

    Parameters
    ----------
    header : sequence of str of length n_columns
        Column titles.
    rows : sequence of sequences of str, n_rows x n_columns
        Cells; made printable here.
    align : str of length n_columns
        ``<`` or ``>`` for each column: left or right.
    width : int
        Columns the table may take; if the other columns alone need more, the first keeps 10 and
        the table is wider than asked. [columns]
    encoding : str
        Encoding of the output.

    Returns
    -------
    str
        Header, a rule and one line per row, without trailing spaces or a final line end.

    Examples
    --------
    >>> print(table_text(["Skill", "Hours"], [["SQL", "1 h 30"]], align="<>"))
    Skill   Hours
    -----  ------
    SQL    1 h 30
    """
    cells = [[printable(cell, encoding=encoding) for cell in row] for row in (header, *rows)]
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    others = sum(widths[1:]) + len(_COLUMN_GAP) * (len(widths) - 1)
    widths[0] = min(widths[0], max(width - others, _NARROWEST_FIRST_COLUMN))
    cells.insert(1, ["-" * column_width for column_width in widths])
    return "\n".join(
        _COLUMN_GAP.join(
            fit(cell, column_width, align=side, encoding=encoding)
            for cell, column_width, side in zip(row, widths, align, strict=True)
        ).rstrip()
        for row in cells
    )


def wrap(text: str, *, first: str = "", indent: str = "", width: int = 100) -> str:
    """
    Return *text* broken at spaces into lines of at most *width* columns.

    Parameters
    ----------
    text : str
        Printable text; a word wider than a line keeps a line of its own, uncut.
    first, indent : str
        What the first line and every further line start with.
    width : int
        Columns a line may take, the start included. [columns]

    Examples
    --------
    >>> print(wrap("SQL gets 30 min a week", first="Time  ", indent="      ", width=18))
    Time  SQL gets 30
          min a week
    """
    lines: list[str] = []
    line, start = first, first
    for word in text.split(" "):
        candidate = line + word if line == start else f"{line} {word}"
        if display_width(candidate) > width and line != start:
            lines.append(line)
            start = indent
            candidate = indent + word
        line = candidate
    return "\n".join([*lines, line])


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _character_width(character: str) -> int:
    # U+1160..U+11FF are vowels and final consonants drawn inside the syllable before them.
    if (
        unicodedata.category(character) in _ZERO_WIDTH_CATEGORIES
        or "\u1160" <= character <= "\u11ff"
    ):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, width: int) -> str:
    """Return the longest start of a text wider than *width* that is not, marks included."""
    ends = list(itertools.accumulate(map(_character_width, text)))
    return text[: bisect.bisect_right(ends, width)].rstrip(JOINERS + " ")
