"""
What a result shows, said once for all who show it: a title, tables, facts, sentences, a chart.

A view holds plain text as people may have typed it. :func:`view_text` sets it for a terminal and
:mod:`skillbalance.display.pages.notebook` for a page; each makes it safe for its own place.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from skillbalance.display._columns import printable, table_text, wrap

_LONGEST_OTHER_CELL = 24


class Bar(NamedTuple):
    """An amount as a bar from 0, beside its number: ``top`` is the end of the scale."""

    value: float
    top: float
    soft: bool = False


class Track(NamedTuple):
    """Levels on one line from 0 to ``top``: a way from start to end, a range, a target."""

    start: float | None = None
    end: float | None = None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    top: float = 1.0
    soft: bool = False


class Change(NamedTuple):
    """A signed amount, to the left or right of a middle: ``top`` is the largest of the column."""

    value: float
    top: float
    soft: bool = False


class Spark(NamedTuple):
    """A small course of levels over time, with its range and the course of doing nothing."""

    level: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    idle: Sequence[float] = ()
    target: float | None = None
    soft: bool = False


Picture: TypeAlias = Bar | Track | Change | Spark


class Cell(NamedTuple):
    """A cell that is more than its text: a picture beside it, or a longer text for a page."""

    text: str
    picture: Picture | None = None
    full: str = ""


class Table(NamedTuple):
    """
    A table: ``align`` has ``<`` or ``>`` for each column, the first names the row.

    ``key`` says on a page what the pictures in it mean; a terminal has none.
    """

    caption: str
    header: tuple[str, ...]
    align: str
    rows: tuple[tuple[str | Cell, ...], ...]
    key: str = ""


class Facts(NamedTuple):
    """Labels and texts; an empty label continues the one before."""

    pairs: tuple[tuple[str, str], ...]


class Lines(NamedTuple):
    """Sentences as a list under a heading, which may be empty."""

    heading: str
    sentences: tuple[str, ...]


class Numbered(NamedTuple):
    """Things in order, each a sentence with further lines below it."""

    items: tuple[tuple[str, ...], ...]


class Note(NamedTuple):
    """One paragraph; ``small`` ones explain the table above."""

    text: str
    small: bool = False


class Course(NamedTuple):
    """One line of a chart with its band, named at its end."""

    name: str
    level: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dashed: bool = False


class Chart(NamedTuple):
    """A picture of its own, for pages only; ``told`` says in words what it shows."""

    told: str
    x: Sequence[float]
    ticks: tuple[tuple[float, str], ...]
    x_label: str
    y_label: str
    courses: tuple[Course, ...]


Part: TypeAlias = Table | Facts | Lines | Numbered | Note | Chart


class View(NamedTuple):
    """A result as it is shown: its parts from top to bottom."""

    title: str
    parts: tuple[Part, ...]


def view_text(view: View, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a view as plain text, its parts separated by blank lines.

    Parameters
    ----------
    view : View
        What to show.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.

    Examples
    --------
    >>> table = Table("Hours", ("Skill", "A week"), "<>", (("SQL", Cell("2 h", Bar(2, 2))),))
    >>> print(view_text(View("Plan: ada", (table, Facts((("Time", "2 h a week"),))))))
    Plan: ada
    <BLANKLINE>
    Skill  A week
    -----  ------
    SQL       2 h
    <BLANKLINE>
    Time  2 h a week
    """
    blocks = [printable(view.title, encoding=encoding)]
    for part in view.parts:
        match part:
            case Table() if part.rows:
                blocks.append(_table_text(part, width=width, encoding=encoding))
            case Facts() if part.pairs:
                blocks.append("\n".join(labelled(part.pairs, width=width, encoding=encoding)))
            case Lines() if part.sentences:
                lines = bullets(part.sentences, width=width, encoding=encoding)
                blocks.append("\n".join([part.heading, *lines] if part.heading else lines))
            case Numbered() if part.items:
                blocks.append("\n".join(_numbered(part, width=width, encoding=encoding)))
            case Note() if part.text:
                blocks.append(wrap(printable(part.text, encoding=encoding), width=width))
            case _:  # a chart, or nothing to say
                pass
    return "\n\n".join(blocks)


def labelled(pairs: Sequence[tuple[str, str]], *, width: int, encoding: str) -> list[str]:
    """Return one wrapped paragraph per pair, the texts aligned behind the labels."""
    start = max(len(label) for label, _ in pairs) + 2
    return [
        wrap(
            printable(text, encoding=encoding),
            first=label.ljust(start),
            indent=" " * start,
            width=width,
        )
        for label, text in pairs
    ]


def bullets(sentences: Sequence[str], *, width: int, encoding: str) -> list[str]:
    """Return each sentence as a wrapped item of a list."""
    return [
        wrap(printable(sentence, encoding=encoding), first="- ", indent="  ", width=width)
        for sentence in sentences
    ]


def _numbered(part: Numbered, *, width: int, encoding: str) -> list[str]:
    lines = []
    for place, item in enumerate(part.items, 1):
        first = f"{place:2}. "
        indent = " " * len(first)
        for number, text in enumerate(item):
            shown = printable(text, encoding=encoding)
            start = indent if number else first
            lines.append(wrap(shown, first=start, indent=indent, width=width))
    return lines


def cell_of(value: str | Cell) -> Cell:
    """Return a cell, whether a view had one or a bare text."""
    return value if isinstance(value, Cell) else Cell(value)


def short(name: str, most: int = _LONGEST_OTHER_CELL) -> Cell:
    """Return a name for any column but the first, which alone is cut to the width of the line."""
    return Cell(name) if len(name) <= most else Cell(f"{name[: most - 3]}...", full=name)


def _table_text(table: Table, *, width: int, encoding: str) -> str:
    return table_text(
        table.header,
        [[cell_of(cell).text for cell in row] for row in table.rows],
        align=table.align,
        width=width,
        encoding=encoding,
    )
