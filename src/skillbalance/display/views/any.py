"""What a result shows that has no view of its own: its fields, and its items as a table."""

import re
from typing import Any

import attrs

from skillbalance.display.views.parts import Cell, Facts, Part, Table, View, short

_SHOWN_TYPES = (str, int, float)
_LONGEST_TEXT = 60
# A table of records has no more columns than a line of text has room for.
_MOST_COLUMNS = 8


def any_view(result: Any) -> View:
    """Show the plain fields of a record as facts, and its tuples of records as tables."""
    facts: list[tuple[str, str]] = []
    tables: list[Part] = []
    for field in attrs.fields(type(result)):
        value = getattr(result, field.name)
        if field.name.startswith("_"):
            continue
        if isinstance(value, tuple) and value and attrs.has(type(value[0])):
            tables.append(_table(field.name, value))
        elif (text := _plain(value)) is not None:
            facts.append((_words(field.name), text))
    return View(_words(_spaced(type(result).__name__)), (*tables, Facts(tuple(facts))))


def _table(name: str, items: tuple[Any, ...]) -> Table:
    names = [field.name for field in attrs.fields(type(items[0]))]
    rows = [[_plain(getattr(item, one, None)) for one in names] for item in items]
    kept = [at for at in range(len(names)) if any(row[at] is not None for row in rows)]
    kept = kept[:_MOST_COLUMNS]
    numeric = [isinstance(getattr(items[0], names[at], None), int | float) for at in kept]
    return Table(
        caption=_words(name),
        header=tuple(_words(names[at]) for at in kept),
        align="".join(">" if number else "<" for number in numeric),
        rows=tuple(tuple(_cell(row[at]) for at in kept) for row in rows),
    )


def _cell(text: str | None) -> Cell:
    return Cell("-") if text is None else short(text, _LONGEST_TEXT)


def _plain(value: object) -> str | None:
    """Return a value a reader can take in at a glance; None for anything larger."""
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return f"{value:.4g}"
    plain = getattr(value, "value", value)  # an enum speaks by its value
    if isinstance(plain, _SHOWN_TYPES) or hasattr(plain, "isoformat"):
        return str(plain)
    if isinstance(plain, tuple) and all(isinstance(one, _SHOWN_TYPES) for one in plain):
        return ", ".join(f"{one:.4g}" if isinstance(one, float) else str(one) for one in plain)
    return None


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:].lower()
