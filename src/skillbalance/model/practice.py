"""A practice log: what was done of what was planned."""

import datetime as dt
import enum

import attrs

from skillbalance import _checks
from skillbalance.model._record import Record

__all__ = ["Activity", "Outcome", "PracticeRecord"]


class Activity(enum.Enum):
    """What the time was spent on."""

    LEARN = "learn"
    PRACTICE = "practice"
    APPLY = "apply"
    FEEDBACK = "feedback"


class Outcome(enum.Enum):
    """What became of a planned session."""

    DONE = "done"
    MISSED = "missed"
    EXCUSED = "excused"


def _as_activity(value: Activity | str) -> Activity:
    return _checks.as_member(Activity, value)


def _as_outcome(value: Outcome | str) -> Outcome:
    return _checks.as_member(Outcome, value)


@attrs.frozen(kw_only=True)
class PracticeRecord(Record):
    """
    One session: done, missed, or excused.

    Attributes
    ----------
    skill_id : str
        The skill practised.
    on : datetime.date
        The day.
    hours : float
        Its length, 0 to 24; of a missed or excused session the length it would have had. [h]
    activity : Activity
        ``"learn"``, ``"practice"``, ``"apply"`` or ``"feedback"``.
    outcome : Outcome
        ``"done"``, ``"missed"`` or ``"excused"`` (not done, and no failure).

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> PracticeRecord(skill_id="sql", on=dt.date(2026, 1, 5), hours=1, activity="practice").outcome
    <Outcome.DONE: 'done'>
    """

    skill_id: str = attrs.field(validator=_checks.by(_checks.identifier))
    on: dt.date = attrs.field(validator=_checks.by(_checks.calendar_date))
    hours: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, 24)
    )
    activity: Activity = attrs.field(
        converter=_as_activity, validator=_checks.by(_checks.member, Activity)
    )
    outcome: Outcome = attrs.field(
        default=Outcome.DONE,
        converter=_as_outcome,
        validator=_checks.by(_checks.member, Outcome),
    )
