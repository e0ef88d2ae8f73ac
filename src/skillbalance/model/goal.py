"""A goal: levels a person wants to reach, and by when."""

import datetime as dt
import enum
from collections.abc import Mapping

import attrs

from skillbalance import _checks
from skillbalance.model._items import freeze
from skillbalance.model._record import Record

__all__ = ["Goal", "GoalDomain"]


class GoalDomain(enum.Enum):
    """Whether a goal serves work or the person."""

    CAREER = "career"
    PERSONAL = "personal"


def _as_domain(value: GoalDomain | str) -> GoalDomain:
    return _checks.as_member(GoalDomain, value)


@attrs.frozen(kw_only=True)
class Goal(Record):
    """
    Something a person wants, said as proficiencies to reach.

    Attributes
    ----------
    id : str
        The key by which explanations refer to it.
    targets : mapping of str to float
        Proficiency in [0, 1] by skill id. May be empty: a vague goal, which moves no weight.
    description : str
        The goal in words.
    priority : float
        How much it counts beside the other goals, above 0.
    due_on : datetime.date or None
        The date by which the targets are to be reached.
    domain : GoalDomain
        ``"career"`` or ``"personal"``.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> Goal(id="lead a team", targets={"listening": 0.7}).targets["listening"]
    0.7
    """

    id: str = attrs.field(validator=_checks.by(_checks.identifier))
    targets: Mapping[str, float] = attrs.field(
        factory=dict, converter=freeze, validator=_checks.by(_checks.numbers_by_id, 0, 1)
    )
    description: str = attrs.field(default="", validator=_checks.by(_checks.text))
    priority: float = attrs.field(
        default=1.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, 0, open_low=True),
    )
    due_on: dt.date | None = attrs.field(
        default=None, validator=_checks.optionally(_checks.calendar_date)
    )
    domain: GoalDomain = attrs.field(
        default=GoalDomain.CAREER,
        converter=_as_domain,
        validator=_checks.by(_checks.member, GoalDomain),
    )
