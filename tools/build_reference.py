"""Build the reference table that skillbalance ships, from an O*NET release.

Usage::

    python tools/build_reference.py FOLDER [--fields CSV] [--elements CSV] [--output CSV]

FOLDER holds ``Skills.txt``, ``Knowledge.txt`` and ``Work Styles.txt`` of one release. The files
``fields.csv`` (fields and their SOC prefixes) and ``elements.csv`` (elements and their kinds) are
looked for in FOLDER, then in the folder above it.

Columns are found by name, so the layout of the text release and that of the spreadsheet release
(which adds ``Title`` and ``Scale Name``) both do. Sums are exact decimals, rounded once at the
end: the same input gives the same bytes on every machine. Rows are read by the package itself.

Rules, in the words of the model:

- importance is ``(IM - 1) / 4``, level ``LV / 7``; Work Styles have no level;
- an occupation that lacks any element (importance of all, level of skills and knowledge) is left
  out; rows flagged ``Recommend Suppress`` (release 29.3: 124 of Skills, 4,797 of Knowledge) or
  ``Not Relevant`` are kept;
- an occupation belongs to every field one of whose prefixes starts its code;
- the soft share of an occupation is the soft part of the importance of those skill and knowledge
  elements, hard or soft, whose importance in this occupation is at least 0.5; the field's is
  the mean over its occupations, those without any such element left out;
- importances of Work Styles are raw here; the package rescales them when it reads the table.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from pathlib import Path
from typing import NamedTuple

# The package reads releases by the same rules; from a clone it is found beside this script.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from skillbalance.formats._onet_rows import (
    RELEASE_COLUMNS,
    OnetFault,
    rated_values,
    rows_of,
    soft_part,
)

RELEASE_FILES = ("Skills.txt", "Knowledge.txt", "Work Styles.txt")
FIELD_COLUMNS = ("field", "name", "soc_prefixes")
ELEMENT_COLUMNS = ("element_id", "name", "domain", "kind")
DOMAINS = ("skill", "knowledge", "workstyle")
KINDS = ("hard", "soft", "cognitive")
# The occupation behind the stage "executive" gets a column of its own, after the fields.
EXECUTIVE_COLUMN = ("chief_executives", "Chief executives", "11-1011.00")
PLACES = Decimal("0.00001")
DEFAULT_OUTPUT = (
    Path(__file__).resolve().parents[1] / "src" / "skillbalance" / "reference" / "onet.csv"
)
HEADER = """\
# This product includes information from the O*NET 29.3 Database by the U.S. Department of Labor, \
Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET is a \
trademark of USDOL/ETA. skillbalance has modified all or some of this information. USDOL/ETA has \
not approved, endorsed, or tested these modifications.
# Made by tools/build_reference.py; do not edit. One column per field: means over its occupations \
of importance (IM - 1) / 4 and level LV / 7. Work Styles are raw and have no level. \
Ratings flagged Recommend Suppress (small samples) are kept.
"""


class Element(NamedTuple):
    """One O*NET element of the table."""

    element_id: str
    name: str
    domain: str
    kind: str

    @property
    def has_level(self) -> bool:
        """Whether O*NET rates the level of this element: Work Styles have importance only."""
        return self.domain != "workstyle"


class Field(NamedTuple):
    """One column of the table: occupations whose SOC code starts with one of the prefixes."""

    field: str
    name: str
    soc_prefixes: tuple[str, ...]


class Release(NamedTuple):
    """What was read: occupation -> element id -> exact value in [0, 1], and what was noticed."""

    importance: Mapping[str, Mapping[str, Decimal]]
    level: Mapping[str, Mapping[str, Decimal]]
    n_rows: Mapping[str, int]
    n_suppress: Mapping[str, int]


def read_rows(
    path: Path, columns: Sequence[str], delimiter: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line number and the named columns of each row, whatever their order in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from rows_of(stream, str(path), columns, delimiter)
    except FileNotFoundError:
        raise OnetFault(f"{path}: file is missing") from None
    except OSError as error:
        raise OnetFault(f"{path}: cannot be read: {error}") from None


def read_elements(path: Path) -> tuple[Element, ...]:
    """Read the elements and their kinds."""
    elements: dict[str, Element] = {}
    for line, row in read_rows(path, ELEMENT_COLUMNS, ","):
        element = Element(*row)
        for column, choices in (("domain", DOMAINS), ("kind", KINDS)):
            if getattr(element, column) not in choices:
                raise OnetFault(
                    f"{path}, line {line}: {column} must be one of {', '.join(choices)}, "
                    f"got {getattr(element, column)!r}"
                )
        if element.element_id in elements:
            raise OnetFault(f"{path}, line {line}: element_id {element.element_id!r} repeats")
        elements[element.element_id] = element
    return tuple(elements.values())


def read_fields(path: Path) -> tuple[Field, ...]:
    """Read the fields and their SOC prefixes."""
    fields: dict[str, Field] = {}
    for line, (field, name, prefixes) in read_rows(path, FIELD_COLUMNS, ","):
        if field in fields or field == EXECUTIVE_COLUMN[0]:
            raise OnetFault(f"{path}, line {line}: field {field!r} repeats")
        if not prefixes.split():
            raise OnetFault(f"{path}, line {line}: soc_prefixes of {field!r} must not be empty")
        fields[field] = Field(field, name, tuple(prefixes.split()))
    return tuple(fields.values())


def read_release(folder: Path, elements: Iterable[Element]) -> Release:
    """Read every importance and level of the wanted elements."""
    wanted = {element.element_id for element in elements}
    importance: dict[str, dict[str, Decimal]] = {}
    level: dict[str, dict[str, Decimal]] = {}
    n_rows: dict[str, int] = {}
    n_suppress: dict[str, int] = {}
    for file_name in RELEASE_FILES:
        path = folder / file_name
        rows = read_rows(path, RELEASE_COLUMNS, "\t")
        n_rows[file_name], n_suppress[file_name] = rated_values(
            rows, str(path), wanted, {"IM": importance, "LV": level}
        )
    return Release(importance, level, n_rows, n_suppress)


def complete_occupations(release: Release, elements: Sequence[Element]) -> tuple[str, ...]:
    """Name the occupations that carry every element, in order of their code."""
    return tuple(
        occupation
        for occupation in sorted(release.importance)
        if all(
            element.element_id in release.importance[occupation]
            and (not element.has_level or element.element_id in release.level.get(occupation, {}))
            for element in elements
        )
    )


def soft_share(importance: Mapping[str, Decimal], elements: Iterable[Element]) -> Decimal | None:
    """Soft part of the importance of the relevant skills and knowledge; None if there are none."""
    of_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for element in elements:
        if element.has_level:
            of_kind[element.kind].append(element.element_id)
    return soft_part(importance, of_kind["soft"], of_kind["hard"])


def mean(values: Sequence[Decimal]) -> str:
    """Mean, rounded once, always with the same number of decimals."""
    return str((sum(values, Decimal(0)) / len(values)).quantize(PLACES, ROUND_HALF_EVEN))


def build_table(fields: Sequence[Field], elements: Sequence[Element], release: Release) -> str:
    """Compute the whole table as text."""
    columns = [*fields, Field(EXECUTIVE_COLUMN[0], EXECUTIVE_COLUMN[1], (EXECUTIVE_COLUMN[2],))]
    complete = complete_occupations(release, elements)
    members: list[list[str]] = []
    shares: list[str] = []
    for column in columns:
        found = [code for code in complete if code.startswith(column.soc_prefixes)]
        if not found:
            raise OnetFault(
                f"no complete occupation starts with {' or '.join(column.soc_prefixes)} "
                f"(field {column.field!r})"
            )
        known = [
            share
            for code in found
            if (share := soft_share(release.importance[code], elements)) is not None
        ]
        if not known:
            raise OnetFault(f"no occupation of field {column.field!r} has a relevant element")
        members.append(found)
        shares.append(mean(known))

    text = io.StringIO()
    text.write(HEADER)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["measure", *ELEMENT_COLUMNS, *(column.field for column in columns)])
    writer.writerow(["name", "", "", "", "", *(column.name for column in columns)])
    writer.writerow(["n_occupations", "", "", "", "", *(len(found) for found in members)])
    writer.writerow(["soft_share", "", "", "", "", *shares])
    for measure, table in (("importance", release.importance), ("level", release.level)):
        for element in elements:
            if measure == "importance" or element.has_level:
                values = (
                    mean([table[code][element.element_id] for code in found]) for found in members
                )
                writer.writerow([measure, *element, *values])
    return text.getvalue()


def locate(folder: Path, file_name: str) -> Path:
    """Find a file of ours in the release folder, else in the one above."""
    inside = folder / file_name
    return inside if inside.exists() else folder.resolve().parent / file_name


def build(folder: Path, fields_path: Path, elements_path: Path, output: Path) -> Iterator[str]:
    """Read, compute, write; yield the lines of the report."""
    if not folder.is_dir():
        raise OnetFault(f"{folder}: folder is missing")
    fields = read_fields(fields_path)
    elements = read_elements(elements_path)
    # A context of its own: the result must not depend on the caller's decimal settings.
    with localcontext(Context(prec=40)):
        release = read_release(folder, elements)
        table = build_table(fields, elements, release)
    try:
        output.write_bytes(table.encode("utf-8"))
    except OSError as error:
        raise OnetFault(f"{output}: cannot be written: {error.strerror}") from None
    n_complete = len(complete_occupations(release, elements))
    yield f"{output}: {len(fields)} fields x {len(elements)} elements"
    yield f"occupations: {n_complete} complete of {len(release.importance)}"
    for file_name, n_rows in release.n_rows.items():
        n_suppress = release.n_suppress[file_name]
        yield f"{file_name}: {n_rows} rows, {n_suppress} flagged Recommend Suppress (kept)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the table was written, 1 when the input is wrong, 2 for usage."""
    parser = argparse.ArgumentParser(
        prog="build_reference.py",
        description="Build the reference table that skillbalance ships, from an O*NET release.",
    )
    parser.add_argument("folder", type=Path, help="folder with " + ", ".join(RELEASE_FILES))
    parser.add_argument("--fields", type=Path, help="default: fields.csv in or above the folder")
    parser.add_argument("--elements", type=Path, help="default: elements.csv, likewise")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="default: %(default)s")
    options = parser.parse_args(argv)
    fields_path = options.fields or locate(options.folder, "fields.csv")
    elements_path = options.elements or locate(options.folder, "elements.csv")
    try:
        for line in build(options.folder, fields_path, elements_path, options.output):
            print(line)
    except OnetFault as error:
        print(f"build_reference: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
