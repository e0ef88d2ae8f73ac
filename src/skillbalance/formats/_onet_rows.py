"""The rows of an O*NET release, exact: for the reader and for the script that builds our table."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

__all__ = ["RELEASE_COLUMNS", "SCALES", "OnetFault", "rated_values", "rows_of", "soft_part"]

RELEASE_COLUMNS: Final = (
    "O*NET-SOC Code",
    "Element ID",
    "Scale ID",
    "Data Value",
    "Recommend Suppress",
)
# Scale ID -> lowest and highest value of the scale (O*NET Scales Reference).
SCALES: Final = {"IM": (Decimal(1), Decimal(5)), "LV": (Decimal(0), Decimal(7))}
_RELEVANT_IMPORTANCE: Final = Decimal("0.5")

Values: TypeAlias = MutableMapping[str, dict[str, Decimal]]


class OnetFault(Exception):  # noqa: N818  (each caller raises an error of its own for it)
    """The input is no such release; the text says where it is wrong."""


def rows_of(
    stream: Iterable[str], name: str, columns: Sequence[str], delimiter: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line number and the named columns of each row, whatever their order in the file."""
    # Tab-separated O*NET text is never quoted: a quotation mark there is one.
    reader = csv.reader(
        stream,
        delimiter=delimiter,
        quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL,
    )
    try:
        head = next(reader, [])
        for column in columns:
            if column not in head:
                raise OnetFault(f"{name}: column {column!r} is missing; found {head}")
        places = [head.index(column) for column in columns]
        for row in reader:
            if row and len(row) != len(head):
                raise OnetFault(
                    f"{name}, line {reader.line_num}: must have {len(head)} columns, got {len(row)}"
                )
            if row:
                yield reader.line_num, tuple(row[place] for place in places)
    except (UnicodeDecodeError, csv.Error) as error:
        raise OnetFault(f"{name}: cannot be read: {error}") from None


def rated_values(
    rows: Iterable[tuple[int, tuple[str, ...]]],
    name: str,
    wanted: Collection[str],
    tables: Mapping[str, Values],
) -> tuple[int, int]:
    """
    Note every value of the wanted elements, as a share of its scale; count the rows.

    Parameters
    ----------
    rows : iterable of (int, tuple of str)
        Lines and the columns `RELEASE_COLUMNS`.
    name : str
        What the file is called in a fault.
    wanted : collection of str
        Ids of elements.
    tables : mapping of str to mapping
        Scale -> occupation -> element -> value in [0, 1], to be filled.

    Returns
    -------
    tuple of (int, int)
        All rows, and those flagged Recommend Suppress (which are kept).
    """
    n_rows = n_suppress = 0
    for line, (occupation, element_id, scale_id, text, suppress) in rows:
        n_rows += 1
        n_suppress += suppress == "Y"
        if element_id not in wanted or scale_id not in SCALES:
            continue
        low, high = SCALES[scale_id]
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        # A comparison with NaN raises, hence the test for a finite number first.
        if not (value.is_finite() and low <= value <= high):
            raise OnetFault(
                f"{name}, line {line}: column 'Data Value' must be a number in "
                f"[{low}, {high}] for scale {scale_id}, got {text!r}"
            )
        table = tables[scale_id].setdefault(occupation, {})
        if element_id in table:
            raise OnetFault(
                f"{name}, line {line}: {scale_id} of {element_id} repeats for {occupation}"
            )
        table[element_id] = (value - low) / (high - low)
    return n_rows, n_suppress


def soft_part(
    importance: Mapping[str, Decimal], soft: Iterable[str], hard: Iterable[str]
) -> Decimal | None:
    """
    Return the soft part of the importance of an occupation's relevant elements.

    Parameters
    ----------
    importance : mapping of str to Decimal
        Importance by element; those of at least 0.5 are relevant.
    soft, hard : iterable of str
        Skills and knowledge areas of each kind.

    Returns
    -------
    Decimal or None
        None if no element is relevant.
    """
    of_soft, of_hard = (
        sum((x for one in ids if (x := importance[one]) >= _RELEVANT_IMPORTANCE), Decimal(0))
        for ids in (soft, hard)
    )
    both = of_soft + of_hard
    return of_soft / both if both else None
