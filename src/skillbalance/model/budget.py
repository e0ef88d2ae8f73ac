"""A time budget: the hours a person has, and the limits on how they are spent."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import SCHEMA, freeze
from skillbalance.model._record import Record

__all__ = ["HOURS_IN_A_WEEK", "TimeBudget"]

HOURS_IN_A_WEEK: Final = 168
_SHORTEST_BLOCK: Final = 1 / 60  # a minute
_LONGEST_WEEKS: Final = 10_000


def _as_share(value: tuple[float, float] | None) -> tuple[float, float] | None:
    if value is None:
        return None
    limits: object = _checks.as_tuple(value)
    if not isinstance(limits, tuple):
        return value
    return cast(tuple[float, float], tuple(map(_checks.widen, limits)))


def _check_share(name: str, value: object) -> Iterator[InvalidValueError]:
    if not isinstance(value, tuple) or len(value) != 2:
        yield InvalidValueError(name, "a lowest and a highest share", value)
    else:
        limit = _checks.Rule(_checks.number_in, (0, 1), {})
        faults = [*limit.faults(f"{name}[0]", value[0]), *limit.faults(f"{name}[1]", value[1])]
        yield from faults
        if not faults and value[0] > value[1]:
            yield InvalidValueError(f"{name}[1]", f"at least {name}[0], {value[0]:g}", value[1])


@attrs.frozen(kw_only=True)
class TimeBudget(Record):
    """
    The hours of a week, the weeks they last, and the limits on their use.

    Limits that contradict each other (minima above the budget) are not refused here: planning
    finds them and names the smallest set in conflict.

    Attributes
    ----------
    hours_per_week : float
        Hours to plan, 0 to 168. [h/week]
    horizon_weeks : float
        Weeks to plan for, 1 to 10,000; goals with a date shorten it for their skills. [weeks]
    block_hours : float or None
        Hours are planned in whole blocks of this length, a minute or more; None: continuous. [h]
    min_hours, max_hours : mapping of str to float
        Hours a week a skill gets at least, at most, by skill id; 0 to 168. [h/week]
    soft_share : tuple of two floats, or None
        Lowest and highest share of the planned hours that go to soft skills. None: the default
        band around the recommended share.
    max_skills : int or None
        The most skills that get any time; None: no limit.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule.

    Examples
    --------
    >>> TimeBudget(hours_per_week=6, max_hours={"sql": 2}).max_hours["sql"]
    2.0
    """

    hours_per_week: float = attrs.field(
        converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, HOURS_IN_A_WEEK)
    )
    horizon_weeks: float = attrs.field(
        default=26.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, 1, _LONGEST_WEEKS),
    )
    block_hours: float | None = attrs.field(
        default=0.5,
        converter=_checks.widen_or_none,
        validator=_checks.optionally(_checks.number_in, _SHORTEST_BLOCK, HOURS_IN_A_WEEK),
    )
    min_hours: Mapping[str, float] = attrs.field(
        factory=dict,
        converter=freeze,
        validator=_checks.by(_checks.numbers_by_id, 0, HOURS_IN_A_WEEK),
    )
    max_hours: Mapping[str, float] = attrs.field(
        factory=dict,
        converter=freeze,
        validator=_checks.by(_checks.numbers_by_id, 0, HOURS_IN_A_WEEK),
    )
    soft_share: tuple[float, float] | None = attrs.field(
        default=None,
        converter=_as_share,
        validator=_checks.optionally(_check_share),
        metadata={
            SCHEMA: {
                "type": "array",
                "prefixItems": [{"type": "number", "minimum": 0, "maximum": 1}] * 2,
            }
        },
    )
    max_skills: int | None = attrs.field(
        default=None,
        converter=_checks.widen_integer_or_none,
        validator=_checks.optionally(_checks.integer_in, 1),
    )
