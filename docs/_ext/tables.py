"""Tables made from the package while the docs are built, so that no number is written twice."""

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

import skillbalance
from skillbalance.reference.defaults import PARAMETERS

DOI = re.compile(r"\b(?:doi:\s*)?(10\.\d{4,9}/[^\s;,]*[^\s;:,.)])")

# How a unit is shown where its name is no word.
UNITS = {"1": "", "tau^2": "τ²"}


def cell(*texts: str, literal: bool = False) -> nodes.entry:
    """One cell with a paragraph per text; a DOI becomes a link."""
    return nodes.entry("", *(paragraph(text, literal=literal) for text in texts))


def paragraph(text: str, *, literal: bool) -> nodes.paragraph:
    """One paragraph, as code or with its DOIs as links."""
    if literal:
        return nodes.paragraph("", "", nodes.literal(text, text))
    line = nodes.paragraph()
    at = 0
    for found in DOI.finditer(text):
        doi = found.group(1)
        line += nodes.Text(text[at : found.start()])
        line += nodes.reference("", f"doi:{doi}", internal=False, refuri=f"https://doi.org/{doi}")
        at = found.end()
    line += nodes.Text(text[at:])
    return line


def table(
    head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[nodes.entry]]
) -> nodes.table:
    """Put rows of cells under a head."""
    group = nodes.tgroup(cols=len(head))
    for width in widths:
        group += nodes.colspec(colwidth=width)
    group += nodes.thead("", nodes.row("", *(cell(text) for text in head)))
    group += nodes.tbody("", *(nodes.row("", *cells) for cells in rows))
    return nodes.table("", group)


class ParameterTable(SphinxDirective):
    """Every default parameter with its unit, label and source."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read them from the one module that holds them."""
        rows = (
            (
                cell(entry.name),
                cell(f"{entry.value:.4g} {UNITS.get(entry.unit, entry.unit)}"),
                cell(entry.label),
                cell(entry.meaning, f"Source: {entry.source}."),
            )
            for entry in PARAMETERS
        )
        head = ("Name", "Value", "Label", "Meaning and source")
        return [table(head, (22, 16, 12, 50), rows)]


class LabelTable(SphinxDirective):
    """How many default parameters carry which label."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Count them in the one module that holds them."""
        meanings = {
            "published": "the source gives the number",
            "computed": "from published numbers or data, by the rule named",
            "assumption": "our choice, or not measured for this purpose",
        }
        rows = (
            (
                cell(label),
                cell(str(sum(entry.label == label for entry in PARAMETERS))),
                cell(meaning),
            )
            for label, meaning in meanings.items()
        )
        return [table(("Label", "Numbers", "Meaning"), (20, 15, 65), rows)]


class FieldTable(SphinxDirective):
    """The built-in fields of work with their soft shares."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read them from the shipped table, largest soft share first."""
        rows = (
            (
                cell(entry.field, literal=True),
                cell(entry.name),
                cell(f"{entry.soft_share:.3f}"),
                cell(str(entry.n_occupations)),
            )
            for entry in sorted(skillbalance.fields(), key=lambda entry: -entry.soft_share)
        )
        head = ("Field", "Name", "Soft share", "Occupations")
        return [table(head, (30, 40, 15, 15), rows)]


class ScaleTable(SphinxDirective):
    """The ready-made scales."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read them from the module that defines them."""
        rows = (
            (
                cell(name.upper(), literal=True),
                cell(name, literal=True),
                cell(f"{scale.minimum:g} to {scale.maximum:g}"),
                cell(" · ".join(scale.labels) or "none"),
            )
            for name, scale in skillbalance.scales.BY_NAME.items()
        )
        head = ("Scale", "In documents", "Ratings", "Labels")
        return [table(head, (20, 20, 15, 45), rows)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives."""
    app.add_directive("parameter-table", ParameterTable)
    app.add_directive("label-table", LabelTable)
    app.add_directive("field-table", FieldTable)
    app.add_directive("scale-table", ScaleTable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
