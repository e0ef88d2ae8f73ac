"""
The only place that phrases "X must be Y, got Z".

A check takes the name and the value. A check of one value raises, or returns the value as it
is to be used (``hours = number_in("hours", hours, 0, 168)``); a check of several values gives
every fault, for the reader of documents reports them all.
"""

from skillbalance._checks.arrays import array_in, boolean_array, finite_array, number_array
from skillbalance._checks.fields import (
    Rule,
    as_member,
    as_strings,
    as_tuple,
    by,
    optionally,
    rule_of,
    widen_integer,
    widen_integer_or_none,
    widen_or_none,
)
from skillbalance._checks.values import (
    NameFinder,
    calendar_date,
    entry,
    identifier,
    identifiers,
    instance,
    instances,
    integer_in,
    member,
    number_in,
    numbers_by_id,
    text,
    unique,
    widen,
)
from skillbalance.errors import nearest_names, shorten

__all__ = [
    "NameFinder",
    "Rule",
    "array_in",
    "as_member",
    "as_strings",
    "as_tuple",
    "boolean_array",
    "by",
    "calendar_date",
    "entry",
    "finite_array",
    "identifier",
    "identifiers",
    "instance",
    "instances",
    "integer_in",
    "member",
    "nearest_names",
    "number_array",
    "number_in",
    "numbers_by_id",
    "optionally",
    "rule_of",
    "shorten",
    "text",
    "unique",
    "widen",
    "widen_integer",
    "widen_integer_or_none",
    "widen_or_none",
]
