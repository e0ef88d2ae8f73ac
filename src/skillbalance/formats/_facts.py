"""
What a document is held to beyond its own form: the reference table.

A constructor takes any field and any element, which are looked up when they are used; somebody
who hands over a whole document wants to hear of a misspelt one at once.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model.profile import Profile
from skillbalance.model.skill import Skill
from skillbalance.reference.elements import elements
from skillbalance.reference.fields import fields

__all__ = ["has_facts", "reference_faults"]


def has_facts(cls: type) -> bool:
    """Say whether the reference table knows anything about a record class."""
    return cls in {Profile, Skill}


def reference_faults(cls: type, values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
    """
    Give the faults of a record's values that the reference table shows.

    Parameters
    ----------
    cls : type
        The record class.
    values : mapping of str to object
        What could be read of its attributes.
    """
    if cls is Profile and "field" in values:
        field = values["field"]
        if field not in _field_ids():
            finder = _checks.NameFinder(_field_ids())
            rule = f"a field that skillbalance.fields() lists{finder.suggest(field)}"
            yield InvalidValueError("field", rule, field)
    if cls is Skill:
        for position, element_id in enumerate(values.get("elements", ())):
            if isinstance(element_id, str) and element_id not in _element_ids():
                # Ids differ in a letter, so the nearest ones say nothing; the list does.
                rule = "the id of an O*NET element in the reference table, such as '2.A.1.b'"
                yield InvalidValueError(f"elements[{position}]", rule, element_id)


@cache
def _field_ids() -> dict[str, None]:
    return dict.fromkeys(field.field for field in fields())


@cache
def _element_ids() -> frozenset[str]:
    return frozenset(element.element_id for element in elements())
