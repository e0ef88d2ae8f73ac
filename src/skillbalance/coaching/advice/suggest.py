"""The verb: everything worth doing next, ranked by what it is worth."""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Final

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.advice.case import Case, Proposal
from skillbalance.coaching.advice.goals import goal_advice
from skillbalance.coaching.advice.people import people_advice
from skillbalance.coaching.advice.skills import skill_advice
from skillbalance.coaching.advice.time import time_advice
from skillbalance.errors import InvalidValueError
from skillbalance.model.advice import Action, ActionKind, Advice
from skillbalance.model.availability import Availability
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.reference.defaults import BALANCE_BAND, WORTH_SAYING, RaterPreset

# Values that differ by less are ties.
_DECIMALS: Final = 12
_ROUNDING: Final = 1e-9
# Of two proposals about the same thing and of the same value the one that says more.
_SPEAKS_FIRST: Final = (ActionKind.FADING_SKILL, ActionKind.CROSS_TRAINING)


def suggest_actions(
    profile: Profile,
    plan: TimePlan,
    *,
    as_of: dt.date,
    budget: TimeBudget | None = None,
    availability: Availability | None = None,
    practice: Iterable[PracticeRecord] = (),
    rater_model: RaterModel | RaterPreset = "specific",
) -> Advice:
    """
    Say what is worth doing next, over all twelve steps of the guide, ranked by its value.

    The value of an action is the readiness at the horizon that the best plan afterwards has more
    than the hours of today, both judged by the profile as it is afterwards. Of an answer it is
    the expectation (:func:`~skillbalance.ask_next`), of hours that are planned already what
    leaving them out would cost, and of hours that will not be kept what planning with fewer adds.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    plan : TimePlan
        The plan there is, of today or older, made or chosen.
    as_of : datetime.date
        The day; later ratings are not used.
    budget : TimeBudget, optional
        The hours and limits there are. Without it what the plan tells is used: its hours, used
        and unused, horizon, blocks, its limits of the soft share where they are not the default
        band, and of the limits per skill those that hold a skill where it is.
    availability : Availability, optional
        When there is time: whether the week has room for the plan and leaves rest, and the day of
        the next feedback session of a skill.
    practice : iterable of PracticeRecord
        What was done since the plan was made.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Advice
        Actions, the most valuable first, no two about the same thing. Those that would add less
        than 0.001 of readiness are left out, unless they say that something promised cannot be
        kept.

    Raises
    ------
    InvalidValueError
        If the plan is not for the skills of the profile, or an argument is not what it has to be.
    InfeasibleError, UnknownSkillError
        As :func:`~skillbalance.plan_time` raises them.
    UnknownFieldError, UnknownElementError
        If the field or an element is not in the reference table.

    Notes
    -----
    Each value is that of one action alone: those of two do not add up. Goals are judged as
    :func:`~skillbalance.least_hours` does, at the same hours every week.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> today = dt.date(2026, 3, 2)
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ...     goals=[sb.Goal(id="dba", targets={"sql": 0.9}, due_on=dt.date(2026, 6, 1))],
    ... )
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=today)
    >>> advice = sb.suggest_actions(profile, plan, as_of=today)
    >>> print(advice.of_kind("unreachable_goal")[0].action)
    Lower what "dba" asks for: sql 0.62 instead of 0.90.
    """
    instance("profile", profile, Profile)
    instance("plan", plan, TimePlan)
    calendar_date("as_of", as_of)
    ids = tuple(skill.id for skill in profile.skills)
    if tuple(item.skill_id for item in plan.items) != ids:
        others = tuple(item.skill_id for item in plan.items)
        raise InvalidValueError("plan", f"a plan for the skills of the profile, {ids}", others)
    if availability is not None:
        instance("availability", availability, Availability)
    given = budget_of(plan) if budget is None else instance("budget", budget, TimeBudget)
    case = Case(
        profile,
        plan,
        given,
        as_of=as_of,
        rater_model=rater_model,
        availability=availability,
        practice=tuple(practice),
    )
    proposals: list[Proposal] = []
    if ids:
        for advise in (goal_advice, skill_advice, people_advice, time_advice):
            proposals.extend(advise(case))
    return Advice(
        items=_choose(proposals),
        profile_id=profile.id,
        as_of=as_of,
        readiness=case.best.readiness_then,
        budget=given,
    )


def budget_of(plan: TimePlan) -> TimeBudget:
    """Return the budget that a plan tells of: of the limits per skill those that bind."""
    held = {
        binding: {
            item.skill_id: item.hours_per_week for item in plan.items if item.binding == binding
        }
        for binding in ("min", "max", "max_skills")
    }
    used = sum(item.hours_per_week > 0.0 for item in plan.items)
    return TimeBudget(
        hours_per_week=plan.hours_per_week + plan.unused_hours,
        horizon_weeks=plan.horizon_weeks,
        block_hours=plan.block_hours,
        min_hours=held["min"],
        max_hours=held["max"],
        soft_share=None if _is_default_band(plan) else plan.soft_share_limits,
        max_skills=used if held["max_skills"] and used else None,
    )


def _is_default_band(plan: TimePlan) -> bool:
    """Say whether the limits of the soft share hold the default band, wider or not."""
    low, high = plan.soft_share_limits
    middle, half = plan.soft_share_recommended, BALANCE_BAND.value
    band = max(middle - half, 0.0), min(middle + half, 1.0)
    near = (
        math.isclose(low, band[0], abs_tol=_ROUNDING),
        math.isclose(high, band[1], abs_tol=_ROUNDING),
    )
    # Blocks may have moved one end to the nearest share they allow.
    return all(near) or (any(near) and low <= band[0] + half and high >= band[1] - half)


def _choose(proposals: Iterable[Proposal]) -> tuple[Action, ...]:
    """Leave out what is not worth saying, rank, and keep one of those about the same thing."""
    kinds = list(ActionKind)

    def rank(one: Proposal) -> tuple[float, bool, int, tuple[str, ...], str]:
        action = one.action
        return (
            -round(action.value, _DECIMALS),
            action.kind not in _SPEAKS_FIRST,
            kinds.index(action.kind),
            action.skill_ids,
            action.goal_id,
        )

    said: dict[tuple[str, ...], Action] = {}
    for one in sorted(proposals, key=rank):
        if one.always or one.action.value >= WORTH_SAYING.value:
            said.setdefault(one.key, one.action)
    return tuple(said.values())
