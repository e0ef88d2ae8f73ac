"""What a person aims at and by when: one target and one horizon per skill."""

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date
from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.model.budget import TimeBudget
from skillbalance.model.profile import Profile
from skillbalance.reference.context import expected_level

# A goal due tomorrow still plans a week: hours are per week, and shorter horizons pay nothing.
_SHORTEST_WEEKS = 1.0


class Horizons(NamedTuple):
    """
    How many weeks each skill has.

    Attributes
    ----------
    weeks : ndarray of shape (n,)
        Weeks to the skill's horizon, at least 1, in profile order. [week]
    overdue : tuple of str
        Ids of goals whose due date lies before the day asked about, in profile order.
    """

    weeks: NDArray[np.float64]
    overdue: tuple[str, ...]


def find_targets(profile: Profile) -> NDArray[np.float64]:
    """
    Return the target of each skill: the highest one a goal sets, else the expected level.

    Parameters
    ----------
    profile : Profile
        Skills, goals, field and stage.

    Returns
    -------
    ndarray of shape (n,)
        Targets in [0, 1], in profile order.

    Raises
    ------
    UnknownFieldError
        If the profile's field is not built in.

    Notes
    -----
    The due date plays no part: a goal that is overdue still says how good is good enough.

    Examples
    --------
    >>> import skillbalance as sb
    >>> from skillbalance.coaching.targets import find_targets
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ...     goals=[
    ...         sb.Goal(id="lead", targets={"sql": 0.7}),
    ...         sb.Goal(id="dba", targets={"sql": 0.8}),
    ...     ],
    ... )
    >>> find_targets(profile).tolist()
    [0.8]
    """
    highest: dict[str, float] = {}
    for goal in profile.goals:
        for skill_id, target in goal.targets.items():
            highest[skill_id] = max(target, highest.get(skill_id, target))
    return np.array(
        [
            highest[skill.id]
            if skill.id in highest
            else expected_level(
                profile.work, profile.stage, elements=skill.elements, kind=skill.kind
            )
            for skill in profile.skills
        ],
        dtype=np.float64,
    )


def find_horizons(profile: Profile, budget: TimeBudget, *, as_of: dt.date) -> Horizons:
    """
    Return the weeks each skill has: to the earliest due date, else the budget's horizon.

    Parameters
    ----------
    profile : Profile
        Skills and goals.
    budget : TimeBudget
        Its ``horizon_weeks`` is used for a skill that no dated goal names.
    as_of : datetime.date
        First day of the plan. A due date before it is overdue and is not used; one on it leaves
        the shortest horizon, one week.

    Returns
    -------
    Horizons
        Weeks per skill, in profile order, and the overdue goals.

    Raises
    ------
    InvalidValueError
        If *as_of* is not a date.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> from skillbalance.coaching.targets import find_horizons
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ...     goals=[sb.Goal(id="dba", targets={"sql": 0.8}, due_on=dt.date(2026, 3, 30))],
    ... )
    >>> budget = sb.TimeBudget(hours_per_week=4, horizon_weeks=26)
    >>> find_horizons(profile, budget, as_of=dt.date(2026, 3, 2)).weeks.tolist()
    [4.0, 26.0]
    >>> find_horizons(profile, budget, as_of=dt.date(2026, 4, 1)).overdue
    ('dba',)
    """
    calendar_date("as_of", as_of)
    earliest: dict[str, dt.date] = {}
    overdue: list[str] = []
    for goal in profile.goals:
        due_on = goal.due_on
        if due_on is None:
            continue
        if due_on < as_of:
            overdue.append(goal.id)
            continue
        for skill_id in goal.targets:
            earliest[skill_id] = min(due_on, earliest.get(skill_id, due_on))
    weeks = [
        (earliest[skill.id] - as_of).days / DAYS_PER_WEEK
        if skill.id in earliest
        else budget.horizon_weeks
        for skill in profile.skills
    ]
    return Horizons(np.maximum(np.array(weeks, dtype=np.float64), _SHORTEST_WEEKS), tuple(overdue))
