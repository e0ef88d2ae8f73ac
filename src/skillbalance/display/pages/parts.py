"""Views as HTML: every text escaped, tables with captions and scopes, pictures beside numbers."""

from collections.abc import Sequence
from typing import Final

from skillbalance.display.pages.escaping import flow, say
from skillbalance.display.pages.pictures import chart_svg, picture_svg
from skillbalance.display.views.parts import (
    Cell,
    Chart,
    Facts,
    Lines,
    Note,
    Numbered,
    Part,
    Table,
    View,
    cell_of,
)

# What notebook and page share. Colours are those of the page around, so that light and dark need
# no rule of their own; a wide table scrolls by itself, and on paper becomes narrower.
PART_STYLE: Final = """
.skillbalance{color:inherit;line-height:1.4}
.skillbalance .sb-scroll{overflow-x:auto;margin:.6em 0}
.skillbalance table{border-collapse:collapse;border:0;margin:0;font-size:inherit;color:inherit;
background:none}
.skillbalance caption{caption-side:top;text-align:left;font-style:italic;padding:.2em 0;
color:inherit}
.skillbalance th,.skillbalance td{border:0;border-bottom:1px solid rgba(128,128,128,.35);
padding:.25em .6em;text-align:left;vertical-align:middle;max-width:none;color:inherit;
white-space:nowrap;font-weight:normal}
.skillbalance thead th{font-weight:bold;border-bottom:1.5px solid currentColor;
vertical-align:bottom}
.skillbalance tbody th,.skillbalance td.sb-w{white-space:normal;overflow-wrap:anywhere;
min-width:9em;max-width:24em}
.skillbalance th.sb-n,.skillbalance td.sb-n{text-align:right;font-variant-numeric:tabular-nums}
.skillbalance .sb-pic{display:inline-block;vertical-align:middle;margin-right:.5em;max-width:none}
.skillbalance .sb-pic+bdi{display:inline-block;text-align:right}
.skillbalance .sb-chart{display:block;max-width:100%;height:auto;margin:.4em 0}
.skillbalance dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15em 1em;
margin:.6em 0}
.skillbalance dt{font-weight:bold;grid-column:1;float:none;width:auto}
.skillbalance dd{grid-column:2;margin:0;padding:0;float:none;overflow-wrap:anywhere}
.skillbalance ul,.skillbalance ol{margin:.3em 0 .6em;padding-left:1.8em}
.skillbalance li p{margin:.1em 0}
.skillbalance li,.skillbalance p{overflow-wrap:anywhere}
.skillbalance p{margin:.4em 0}
.skillbalance .sb-small{font-size:.88em}
.skillbalance .sb-title{font-weight:bold;font-size:1.1em}
@media print{.skillbalance .sb-scroll{overflow:visible}}
"""


def style_text(*styles: str) -> str:
    """Return rules as one line that outweighs those of JupyterLab for tables and lists."""
    return "".join(styles).replace("\n", "").replace(".skillbalance", ".skillbalance.skillbalance")


# JupyterLab stripes rows and sets the color of text; both are left to it.
_STYLE: Final = style_text(PART_STYLE)
# With these a notebook does not read dollar signs in names as a formula.
_CLASSES: Final = "skillbalance tex2jax_ignore mathjax_ignore"
# Columns of words that may be long break their lines, all others keep them.
_LONG_TEXT = 18
# From so many columns on a table fills the width of a sheet.
_MANY_COLUMNS = 5


def view_html(view: View) -> str:
    """Return a view as one ``div`` with its style, to stand in a notebook."""
    parts = "".join(map(part_html, view.parts))
    title = f'<p class="sb-title">{flow(view.title)}</p>'
    return f'<div class="{_CLASSES}" lang="en"><style>{_STYLE}</style>{title}{parts}</div>'


def part_html(part: Part, *, heading: str = "") -> str:
    """
    Return one part of a view as HTML, nothing where it is empty.

    Parameters
    ----------
    part : Part
        What to show.
    heading : str
        Name of the heading element for headings of lists, as ``h3``; a bold line where empty, so
        that a notebook's table of contents stays its author's.
    """
    match part:
        case Table():
            return _table_html(part) if part.rows else ""
        case Facts():
            return _facts_html(part) if part.pairs else ""
        case Lines():
            return _lines_html(part, heading) if part.sentences else ""
        case Numbered():
            return _numbered_html(part) if part.items else ""
        case Note():
            small = ' class="sb-small"' if part.small else ""
            return f"<p{small}>{flow(part.text)}</p>" if part.text else ""
        case Chart():
            return chart_svg(part)


def _table_html(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_side(side)}>{say(title)}</th>'
        for title, side in zip(table.header, table.align, strict=True)
    )
    columns = zip(*([cell_of(cell) for cell in row] for row in table.rows), strict=True)
    body = zip(
        *(
            _column_html(cells, side, first=at == 0)
            for at, (cells, side) in enumerate(zip(columns, table.align, strict=True))
        ),
        strict=True,
    )
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in body)
    caption = say(table.caption)
    key = f'<p class="sb-small">{say(table.key)}</p>' if table.key else ""
    many = ' class="sb-many"' if len(table.header) >= _MANY_COLUMNS else ""
    return (
        f'<div class="sb-scroll" role="region" aria-label="{caption}" tabindex="0">'
        f"<table{many}><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{key}"
    )


def _column_html(cells: Sequence[Cell], side: str, *, first: bool) -> list[str]:
    """Return the cells of a column, numbers behind pictures all equally wide."""
    width = max(len(cell.text) for cell in cells)
    texts = [_cell_html(cell, width) for cell in cells]
    if first:
        return [f'<th scope="row">{text}</th>' for text in texts]
    if side == ">":
        kind = ' class="sb-n"'
    else:
        longest = max(len(cell.full or cell.text) for cell in cells)
        kind = ' class="sb-w"' if longest > _LONG_TEXT else ""
    return [f"<td{kind}>{text}</td>" for text in texts]


def _cell_html(cell: Cell, width: int) -> str:
    # A name keeps its own direction and does not turn its neighbours round.
    text = say(cell.full or cell.text)
    if cell.picture is None:
        return f"<bdi>{text}</bdi>"
    return f'{picture_svg(cell.picture)}<bdi style="min-width:{width}ch">{text}</bdi>'


def _side(side: str) -> str:
    return ' class="sb-n"' if side == ">" else ""


def _facts_html(facts: Facts) -> str:
    pairs = "".join(
        (f"<dt>{say(label)}</dt>" if label else "") + f"<dd>{flow(text)}</dd>"
        for label, text in facts.pairs
    )
    return f"<dl>{pairs}</dl>"


def _numbered_html(part: Numbered) -> str:
    items = []
    for first, *others in part.items:
        below = "".join(f"<p>{flow(text)}</p>" for text in others)
        items.append(f"<li><p><b>{flow(first)}</b></p>{below}</li>")
    return f"<ol>{''.join(items)}</ol>"


def _lines_html(lines: Lines, heading: str) -> str:
    items = "".join(f"<li>{flow(sentence)}</li>" for sentence in lines.sentences)
    title = ""
    if lines.heading:
        title = say(lines.heading)
        title = f"<{heading}>{title}</{heading}>" if heading else f"<p><b>{title}</b></p>"
    return f"{title}<ul>{items}</ul>"
