"""
What a result shows, said once for all who show it: a title, tables, facts, sentences, a chart.

A view holds plain text as people may have typed it. :mod:`skillbalance.display.text.layout` sets it
for a terminal and :mod:`skillbalance.display.pages.parts` for a page; each makes it safe for its
own place.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

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


def cell_of(value: str | Cell) -> Cell:
    """Return a cell, whether a view had one or a bare text."""
    return value if isinstance(value, Cell) else Cell(value)


def short(name: str, most: int = _LONGEST_OTHER_CELL) -> Cell:
    """Return a name for any column but the first, which alone is cut to the width of the line."""
    return Cell(name) if len(name) <= most else Cell(f"{name[: most - 3]}...", full=name)
