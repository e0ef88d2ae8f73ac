"""How views are laid out as text: parts below each other, tables aligned, lines broken."""

from collections.abc import Sequence

from skillbalance.display._words import printable
from skillbalance.display.text.columns import table_text, wrap
from skillbalance.display.views.parts import Facts, Lines, Note, Numbered, Table, View, cell_of


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
    >>> from skillbalance.display.views.parts import Bar, Cell
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
                lines = _bullets(part.sentences, width=width, encoding=encoding)
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


def _bullets(sentences: Sequence[str], *, width: int, encoding: str) -> list[str]:
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


def _table_text(table: Table, *, width: int, encoding: str) -> str:
    return table_text(
        table.header,
        [[cell_of(cell).text for cell in row] for row in table.rows],
        align=table.align,
        width=width,
        encoding=encoding,
    )
