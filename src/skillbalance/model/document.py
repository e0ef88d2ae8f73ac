"""A plan document: what a file on disk holds."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import REQUIRED
from skillbalance.model._record import Record
from skillbalance.model.availability import Availability
from skillbalance.model.budget import TimeBudget
from skillbalance.model.profile import Profile

__all__ = ["PlanDocument"]


@attrs.frozen(kw_only=True)
class PlanDocument(Record):
    """
    A profile and a budget, as ``skillbalance plan FILE`` reads them.

    Attributes
    ----------
    schema_version : int
        Version of the document's form; this release reads and writes 1. A document must say it.
    profile : Profile
        The person.
    budget : TimeBudget
        The time and its limits; `min_hours` and `max_hours` name skills of the profile.
    availability : Availability or None
        When the person has time, which a week of sessions needs.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, or a limit names a skill that is not there.

    Examples
    --------
    >>> document = PlanDocument(
    ...     profile=Profile(id="ada", field="nursing", stage="mid"),
    ...     budget=TimeBudget(hours_per_week=4),
    ... )
    >>> document.schema_version
    1
    """

    schema_version: int = attrs.field(
        default=1,
        converter=_checks.widen_integer,
        validator=_checks.by(_checks.integer_in, 1, 1),
        metadata={REQUIRED: True},
    )
    profile: Profile = attrs.field(validator=_checks.by(_checks.instance, Profile))
    budget: TimeBudget = attrs.field(validator=_checks.by(_checks.instance, TimeBudget))
    availability: Availability | None = attrs.field(
        default=None, validator=_checks.optionally(_checks.instance, Availability)
    )

    def __attrs_post_init__(self) -> None:
        """Check the limits against the skills."""
        for error in self._faults(attrs.asdict(self, recurse=False)):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        skills = getattr(values.get("profile"), "skills", None)
        if skills is None or not all(hasattr(skill, "id") for skill in skills):
            return
        finder = _checks.NameFinder(skill.id for skill in skills)
        for limit in ("min_hours", "max_hours"):
            for skill_id in getattr(values.get("budget"), limit, ()):
                if skill_id not in finder:
                    rule = f"for a skill of the profile{finder.suggest(skill_id)}"
                    yield InvalidValueError(
                        _checks.entry(f"budget.{limit}", skill_id), rule, skill_id
                    )
