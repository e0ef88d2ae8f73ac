"""A career path, planned period by period: how the balance shifts as field and stage do."""

import datetime as dt
from collections.abc import Mapping

import attrs

from skillbalance import _checks
from skillbalance.model._items import freeze
from skillbalance.model._record import Record, Result
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import CareerStage

__all__ = ["CareerStep", "Roadmap", "RoadmapPeriod"]


def _as_stage(value: CareerStage | str) -> CareerStage:
    return _checks.as_member(CareerStage, value)


@attrs.frozen(kw_only=True)
class CareerStep(Record):
    """
    A field and a stage, from a day on.

    Attributes
    ----------
    from_on : datetime.date
        The first day.
    field : str
        The field of work, one of ``skillbalance.fields()``.
    stage : CareerStage
        ``"student"`` to ``"executive"``.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> CareerStep(from_on=dt.date(2027, 1, 1), field="sales", stage="lead").stage
    <CareerStage.LEAD: 'lead'>
    """

    from_on: dt.date = attrs.field(validator=_checks.by(_checks.calendar_date))
    field: str = attrs.field(validator=_checks.by(_checks.identifier))
    stage: CareerStage = attrs.field(
        converter=_as_stage, validator=_checks.by(_checks.member, CareerStage)
    )


@attrs.frozen(kw_only=True)
class RoadmapPeriod(Record):
    """
    The time in one field and stage, and its plan.

    Attributes
    ----------
    field : str
        The field of work.
    stage : CareerStage
        The stage.
    from_on, until_on : datetime.date
        First day, and the first day after.
    weeks : float
        Weeks between. [week]
    soft_share_recommended : float
        What field, stage and goals recommend in this period.
    soft_share_hours : float or None
        Soft part of the hours planned; None where none are.
    shift : float
        Recommended soft share less that of the period before; 0 in the first.
    hours_shift : float or None
        The same of the planned hours; None where either has none.
    plan : TimePlan
        The plan of the period, from the levels that the periods before lead to.
    levels_then : FrozenMapping of str to float
        Level of each skill at the end of the period, by skill id.
    readiness_then : float
        Readiness at the end of the period, by its own weights and targets. On the first day it
        is ``plan.readiness_now``: a step up asks for more, so it may be lower than the day
        before.
    """

    field: str
    stage: CareerStage
    from_on: dt.date
    until_on: dt.date
    weeks: float
    soft_share_recommended: float
    soft_share_hours: float | None
    shift: float
    hours_shift: float | None
    plan: TimePlan
    levels_then: Mapping[str, float] = attrs.field(converter=freeze)
    readiness_then: float


@attrs.frozen(kw_only=True)
class Roadmap(Result):
    """
    Plans along a career path.

    Attributes
    ----------
    periods : tuple of RoadmapPeriod
        In order of time, without gaps.
    profile_id : str
        Whose path it is.
    as_of : datetime.date
        The first day.
    largest_shift : float
        Largest change of the recommended soft share from one period to the next, signed; 0 with
        one period.
    """

    periods: tuple[RoadmapPeriod, ...]
    profile_id: str
    as_of: dt.date
    largest_shift: float
