"""Reader of the shipped table ``onet.csv``, which ``tools/build_reference.py`` writes.

Nothing here runs at import: the file is read at the first question and kept.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

# The column of the occupation "Chief Executives" (SOC 11-1011.00): not a field, but what the
# stage "executive" is computed from.
EXECUTIVE_COLUMN = "chief_executives"


class FieldRow(NamedTuple):
    """What the table says about one field as a whole."""

    name: str
    soft_share: float
    n_occupations: int


class ElementRow(NamedTuple):
    """What the table says about one element, whatever the field."""

    name: str
    domain: str
    kind: str


class ReferenceTable(NamedTuple):
    """The table as read: column (field id) -> element id -> mean; Work Styles still raw."""

    fields: Mapping[str, FieldRow]
    elements: Mapping[str, ElementRow]
    importance: Mapping[str, Mapping[str, float]]
    level: Mapping[str, Mapping[str, float]]


@cache
def load_table() -> ReferenceTable:
    """Read the shipped table once."""
    # Imported here because `import skillbalance` must stay cheap and most of its users never
    # need both modules.
    import csv
    from importlib.resources import files

    text = files("skillbalance.reference").joinpath("onet.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    head, *rows = csv.reader(lines)
    columns = head[5:]
    whole: dict[str, list[str]] = {}
    elements: dict[str, ElementRow] = {}
    measures: dict[str, dict[str, dict[str, float]]] = {
        measure: {column: {} for column in columns} for measure in ("importance", "level")
    }
    for measure, element_id, name, domain, kind, *values in rows:
        if measure in measures:
            elements[element_id] = ElementRow(name, domain, kind)
            for column, value in zip(columns, values, strict=True):
                measures[measure][column][element_id] = float(value)
        else:
            whole[measure] = values
    fields = {
        column: FieldRow(name, float(share), int(count))
        for column, name, share, count in zip(
            columns, whole["name"], whole["soft_share"], whole["n_occupations"], strict=True
        )
    }
    return ReferenceTable(
        fields=MappingProxyType(fields),
        elements=MappingProxyType(elements),
        importance=MappingProxyType(measures["importance"]),
        level=MappingProxyType(measures["level"]),
    )
