"""
What a document is held to beyond its own form: the reference table.

A constructor takes any field and any element, which are looked up when they are used; somebody
who hands over a whole document wants to hear of a misspelt one at once.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model.occupation import Occupation
from skillbalance.model.profile import Profile
from skillbalance.model.skill import Skill
from skillbalance.reference.context import occupation_faults
from skillbalance.reference.elements import elements
from skillbalance.reference.fields import fields

__all__ = ["has_facts", "reference_faults"]


def has_facts(cls: type) -> bool:
    """Say whether the reference table knows anything about a record class."""
    return cls in {Occupation, Profile, Skill}


def reference_faults(
    cls: type, values: Mapping[str, Any], unread: Collection[str] = ()
) -> Iterator[InvalidValueError]:
    """
    Give the faults of a record's values that the reference table shows.

    Parameters
    ----------
    cls : type
        The record class.
    values : mapping of str to object
        What could be read of its attributes.
    unread : collection of str
        Keys that the document has and that could not be read: nothing is said about them.
    """
    if cls is Profile and "field" in values and "occupation" not in unread:
        field = values["field"]
        # An occupation that the profile brings along takes the place of a field.
        if field not in _field_ids() and values.get("occupation") is None:
            finder = _checks.NameFinder(_field_ids())
            rule = f"a field that skillbalance.fields() lists{finder.suggest(field)}"
            yield InvalidValueError("field", rule, field)
    if cls is Occupation:
        yield from occupation_faults(values)
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
