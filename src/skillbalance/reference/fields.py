"""The built-in fields of work."""

from functools import cache

import attrs

from skillbalance.errors import UnknownFieldError
from skillbalance.model._record import Record
from skillbalance.reference._table import EXECUTIVE_COLUMN, load_table


@attrs.frozen(kw_only=True)
class Field(Record):
    """
    A group of occupations for which the reference table knows what matters.

    Attributes
    ----------
    field : str
        Key, as a profile names it: ``"software_engineering"``.
    name : str
        The same for people: ``"Software engineering"``.
    soft_share : float
        Recommended soft share of an individual contributor, in [0, 1]. The *ranking* of fields by
        this number is robust, its *level* is a convention (which elements count as soft, and from
        which importance on).
    n_occupations : int
        Number of O*NET occupations the numbers are means over.
    """

    field: str
    name: str
    soft_share: float
    n_occupations: int


@cache
def _fields_by_id() -> dict[str, Field]:
    return {
        field: Field(
            field=field,
            name=row.name,
            soft_share=row.soft_share,
            n_occupations=row.n_occupations,
        )
        for field, row in load_table().fields.items()
        if field != EXECUTIVE_COLUMN
    }


def fields() -> tuple[Field, ...]:
    """
    List the built-in fields.

    Returns
    -------
    tuple of Field
        Always in the same order.

    References
    ----------
    O*NET 29.3 Database, U.S. Department of Labor, CC BY 4.0, modified; see ``onet.csv``.

    Examples
    --------
    >>> from skillbalance.reference.fields import fields
    >>> len(fields())
    33
    >>> fields()[0].name
    'Software engineering'
    """
    return tuple(_fields_by_id().values())


def find_field(field: str) -> Field:
    """
    Look one field up by its key.

    Raises
    ------
    UnknownFieldError
        When there is no such field; the message names the nearest ones.

    Examples
    --------
    >>> from skillbalance.reference.fields import find_field
    >>> find_field("nursing").n_occupations
    9
    """
    try:
        return _fields_by_id()[field]
    except KeyError:
        raise UnknownFieldError(field, tuple(_fields_by_id())) from None
