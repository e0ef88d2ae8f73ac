"""Advice on time: learning goals, practice, limits, personal goals, load, and what is not kept."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Final

import attrs

from skillbalance.coaching.advice.case import (
    SLACK,
    Case,
    Imagined,
    Proposal,
    propose,
)
from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.coaching.progress.review import review_progress
from skillbalance.coaching.week.schedule import schedule_week
from skillbalance.coaching.words import (
    amount,
    hours,
    level,
    listing,
    percent,
    plain,
    quoted,
)
from skillbalance.errors import ScheduleError
from skillbalance.model.advice import ActionKind
from skillbalance.model.availability import Availability
from skillbalance.model.budget import TimeBudget
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import LoadWarning
from skillbalance.numeric.week.activity import ACTIVITIES, activity_mix
from skillbalance.reference.exercises import find_exercise

__all__ = ["time_advice"]

_DOING: Final = {
    "learn": "learning",
    "practice": "practising",
    "apply": "applying it",
    "feedback": "feedback",
}
# A review that is late is no sign of too much practice.
_STRAIN: Final = {"load", "max_hours_per_week", "rest_days", "latest_end"}


def time_advice(case: Case) -> Iterator[Proposal]:
    """Give all advice on time."""
    yield from _priorities(case)
    yield from _limits(case)
    yield from _learning(case)
    yield from _personal(case)
    yield from _week(case)
    yield from _slippage(case)


# --- 3 and 10: hours that are not the best --------------------------------------------------------


def _priorities(case: Case) -> Iterator[Proposal]:
    """Say what better hours would add to those of the plan, and whether it is old or chosen."""
    value = case.best.readiness_then - case.today.readiness_then
    moves = {one: case.hours[one] - case.current[one] for one in case.hours}
    if value <= 0.0 or not any(abs(move) > SLACK for move in moves.values()):
        return
    up = max(moves, key=lambda one: (round(moves[one], 9), one))
    down = min(moves, key=lambda one: (round(moves[one], 9), one))
    old = case.plan.as_of < case.as_of
    kind = ActionKind.REPLAN if old else ActionKind.PRIORITIZE
    numbers = {"value": value}
    ids = []
    parts = []
    for skill_id, word in ((up, "up"), (down, "down")):
        if abs(moves[skill_id]) <= SLACK or (moves[skill_id] > 0.0) != (word == "up"):
            continue
        ids.append(skill_id)
        numbers |= {
            f"hours_{word}_from": case.current[skill_id],
            f"hours_{word}_to": case.hours[skill_id],
            f"weight_{word}": case.best[skill_id].weight,
        }
        parts.append(
            f"{plain(case.name(skill_id))} {hours(case.hours[skill_id])} a week instead of "
            f"{hours(case.current[skill_id])}"
        )
    weights = " and ".join(
        f"{plain(case.name(one))} {percent(case.best[one].weight)}" for one in ids
    )
    since = f"The plan is of {case.plan.as_of}; s" if old else "S"
    yield propose(
        kind,
        ("hours",),
        skill_ids=tuple(ids),
        action=f"{'Plan anew' if old else 'Put first what matters'}: {', '.join(parts)}.",
        reason=f"{since}ince field, stage and goals give {weights} of your weight, and by the "
        f"levels of today the best hours add {amount(value)}.",
        numbers=numbers,
        value=value,
        budget=case.budget,
    )


def _limits(case: Case) -> Iterator[Proposal]:
    """Say what each limit that the person set costs."""
    budget = case.budget
    changes: list[tuple[str, str, float, TimeBudget, tuple[str, ...]]] = []
    for field, word in (("max_hours", "most"), ("min_hours", "least")):
        most = field == "max_hours"
        limits = budget.max_hours if most else budget.min_hours
        for skill_id, limit in limits.items():
            rest = {one: kept for one, kept in limits.items() if one != skill_id}
            what = f"the limit of at {word} {hours(limit)} a week for {plain(case.name(skill_id))}"
            freed = (
                attrs.evolve(budget, max_hours=rest)
                if most
                else attrs.evolve(budget, min_hours=rest)
            )
            changes.append((f'{field}["{skill_id}"]', what, limit, freed, (skill_id,)))
    if budget.max_skills is not None:
        freed = attrs.evolve(budget, max_skills=None)
        what = f"the limit of {budget.max_skills} skills at a time"
        changes.append(("max_skills", what, float(budget.max_skills), freed, ()))
    if budget.soft_share is not None:
        low, high = budget.soft_share
        freed = attrs.evolve(budget, soft_share=(0.0, 1.0))
        what = f"the limits of the soft share, {percent(low)} to {percent(high)}"
        changes.append(("soft_share", what, low, freed, ()))
    for name, what, limit, freed, skill_ids in changes:
        gain = case.gain_of_budget(freed)
        if gain is None:
            continue
        value, plan = gain
        moved = 0.5 * math.fsum(abs(plan.hours[one] - case.hours[one]) for one in case.hours)
        numbers = {"limit": limit, "hours_moved": moved, "value": value}
        if name == "soft_share" and budget.soft_share is not None:
            numbers["limit_high"] = budget.soft_share[1]
        yield propose(
            ActionKind.COSTLY_LIMIT,
            ("limit", name),
            skill_ids=skill_ids,
            action=f"Think again about {what}.",
            reason=f"Without it the plan would move {hours(moved)} a week and add {amount(value)}.",
            numbers=numbers,
            value=value,
            budget=freed,
        )


# --- 5 and 11: learning goals written out ---------------------------------------------------------


def _learning(case: Case) -> Iterator[Proposal]:
    """Write out what the hours of each skill are to reach, and in which form."""
    for item in case.today.items:
        if item.hours_per_week <= SLACK:
            continue
        without = case.judge({**case.current, item.skill_id: 0.0})
        value = case.today.readiness_then - without.readiness_then
        yield _learning_goal(case, item, value)


def _learning_goal(case: Case, item: PlannedSkill, value: float) -> Proposal:
    """Make the learning goal of one skill; that of a soft one says how to practise it."""
    soft = item.kind is SkillKind.SOFT
    mix = activity_mix(item.proficiency_now, soft) * item.hours_per_week
    parts = dict(zip(ACTIVITIES, mix.tolist(), strict=True))
    by = case.in_weeks(item.horizon_weeks)
    name = plain(item.name)
    reach = f"{level(item.proficiency_then)} in {name} by {by}: {hours(item.hours_per_week)} a week"
    weekly = ", ".join(
        f"{hours(parts[one])} {_DOING[one]}" for one in ACTIVITIES if parts[one] > SLACK
    )
    numbers = {
        "level_now": item.proficiency_now,
        "level_then": item.proficiency_then,
        "level_idle": item.proficiency_idle,
        "hours": item.hours_per_week,
        **{f"hours_{one}": parts[one] for one in ACTIVITIES},
        "value": value,
    }
    reason = (
        f"You are at {level(item.proficiency_now)}; without these hours it would be "
        f"{level(item.proficiency_idle)} by then, and readiness {amount(value)} lower."
    )
    if soft:
        exercise = find_exercise(case.skills[item.skill_id].elements)
        act = f"{reach}; practise it as {exercise.how}."
        reason = f"{reason} Of the hours: {weekly}. The form: {exercise.source}."
    else:
        act = f"{reach}, of them {weekly}."
    return propose(
        ActionKind.SOFT_PRACTICE if soft else ActionKind.LEARNING_GOAL,
        ("learn", item.skill_id),
        skill_ids=(item.skill_id,),
        action=act,
        reason=reason,
        numbers=numbers,
        value=value,
        due_on=by,
    )


# --- 7: personal goals and well-being -------------------------------------------------------------


def _personal(case: Case) -> Iterator[Proposal]:
    """Say which personal goal gets less time than its targets take."""
    for goal in case.profile.goals:
        if goal.domain is not GoalDomain.PERSONAL or not goal.targets:
            continue
        ahead = goal.due_on is not None and goal.due_on >= case.as_of
        until = goal.due_on if ahead and goal.due_on is not None else case.horizon_on
        needs = {
            one: case.need(one, target, (until - case.as_of).days)
            for one, target in goal.targets.items()
        }
        if any(need > case.most(one) + SLACK for one, need in needs.items()):
            continue
        extra = {
            one: more
            for one, need in needs.items()
            if (more := case.in_blocks(max(need - case.hours[one], 0.0))) > SLACK
        }
        if extra:
            yield from _personal_time(case, goal, needs, extra, until)


def _personal_time(
    case: Case, goal: Goal, needs: dict[str, float], extra: dict[str, float], until: dt.date
) -> Iterator[Proposal]:
    budget = case.with_more(extra)
    gain = case.gain_of_budget(budget)
    if gain is None:
        return
    more = math.fsum(extra.values())
    planned = math.fsum(case.hours[one] for one in needs)
    share = planned / case.best.hours_per_week if case.best.hours_per_week > 0.0 else 0.0
    weight = math.fsum(case.weights[one].goal_parts.get(goal.id, 0.0) for one in needs)
    soft = [one for one in needs if case.skills[one].kind is SkillKind.SOFT]
    helped = f", the soft skills that serve it: {listing([case.name(one) for one in soft])}"
    yield propose(
        ActionKind.PERSONAL_TIME,
        ("goal time", goal.id),
        skill_ids=tuple(extra),
        goal_id=goal.id,
        action=f"Keep {hours(more)} more a week for {quoted(goal.id)}{helped if soft else ''}.",
        reason=f"Personal goals count too: it has {percent(weight)} of your weight and its skills "
        f"{percent(share)} of the hours; its targets take {hours(math.fsum(needs.values()))} a "
        f"week until {until}, the plan has {hours(planned)}. The time adds {amount(gain[0])}.",
        numbers={
            "hours_more": more,
            "weight": weight,
            "hours_share": share,
            "hours_needed": math.fsum(needs.values()),
            "hours": planned,
            "value": gain[0],
        },
        value=gain[0],
        hours_per_week=more,
        due_on=until,
        budget=budget,
    )


# --- 7 and 12: the week ---------------------------------------------------------------------------


def _week(case: Case) -> Iterator[Proposal]:
    """Say where the week has no room for the hours, or too little rest."""
    if case.availability is None:
        return
    warnings, error = _strain(case, case.availability, case.plan)
    if error is not None:
        yield from _no_room(case, error)
    elif warnings:
        yield from _overload(case, case.availability, warnings)


def _strain(
    case: Case, availability: Availability, plan: TimePlan
) -> tuple[tuple[LoadWarning, ...], ScheduleError | None]:
    """Return where the week of a plan is too full, or that it has no room for it."""
    try:
        week = schedule_week(
            plan, availability, week_of=case.as_of, profile=case.profile, practice=case.practice
        )
    except ScheduleError as error:
        return (), error
    return tuple(one for one in week.warnings if one.limit in _STRAIN), None


def _fewer(case: Case, in_all: float) -> tuple[TimeBudget, Imagined] | None:
    """Return the budget and plan of fewer hours; minima give way where they must."""
    budget = attrs.evolve(case.budget, hours_per_week=max(in_all, 0.0))
    plan = case.plan_with(budget)
    if plan is None:
        budget = attrs.evolve(budget, min_hours={})
        plan = case.plan_with(budget)
    return None if plan is None else (budget, plan)


def _plan(case: Case, budget: TimeBudget) -> TimePlan:
    """Make the plan of a budget that has one."""
    return plan_time(case.profile, budget, as_of=case.as_of, rater_model=case.rater_model)


def _no_room(case: Case, error: ScheduleError) -> Iterator[Proposal]:
    """Say how many hours find no place, and what planning with those that do is worth."""
    planned, missing = error.planned_hours, error.missing_hours
    fits = case.whole_blocks(planned - missing)
    fewer = _fewer(case, fits)
    if fewer is None:
        return
    lost = dict(error.missing)
    kept = {one: max(case.current[one] - lost.get(one, 0.0), 0.0) for one in case.current}
    value = fewer[1].readiness_then - case.judge(kept).readiness_then
    yield propose(
        ActionKind.SCHEDULE,
        ("week",),
        always=True,
        skill_ids=tuple(lost),
        action=f"Plan {hours(fits)} a week, or free {hours(missing)} more.",
        reason=f"{hours(missing)} of the {hours(planned)} find no place in the week of "
        f"{case.as_of}; the best use of {hours(fits)} is {amount(value)} "
        f"{'more' if value >= 0.0 else 'less'} than what is left of this plan.",
        numbers={
            "hours_missing": missing,
            "hours_planned": planned,
            "hours_fit": fits,
            "value": value,
        },
        value=value,
        hours_per_week=-(planned - fits),
        due_on=case.as_of,
        budget=fewer[0],
    )


def _overload(
    case: Case, availability: Availability, warnings: tuple[LoadWarning, ...]
) -> Iterator[Proposal]:
    """Say how many hours fit with the rest that was asked for, and what the rest costs."""
    block = case.budget.block_hours or 0.25
    most = math.ceil(case.plan.hours_per_week / block - SLACK)
    # The most blocks that leave the week without a warning, between none and today's.
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        fewer = _fewer(case, middle * block)
        restful = fewer is not None and _strain(case, availability, _plan(case, fewer[0])) == (
            (),
            None,
        )
        low, high = (middle, high) if restful else (low, middle)
    fewer = _fewer(case, low * block)
    if fewer is None or low == most:
        return
    value = fewer[1].readiness_then - case.best.readiness_then
    first = warnings[0]
    freed = case.plan.hours_per_week - low * block
    yield propose(
        ActionKind.OVERLOAD,
        ("rest",),
        always=True,
        skill_ids=(),
        action=f"Plan {hours(low * block)} a week instead of {hours(case.plan.hours_per_week)}, "
        "and rest.",
        reason=f"{_strained(first)}. Fewer hours keep the rest you asked for and cost "
        f"{amount(value)}.",
        numbers={
            "hours_fit": low * block,
            "hours_planned": case.plan.hours_per_week,
            "allowed": first.allowed,
            "actual": first.actual,
            "value": value,
        },
        value=value,
        hours_per_week=-freed,
        due_on=case.as_of,
        budget=fewer[0],
    )


def _strained(warning: LoadWarning) -> str:
    """Say in the numbers of a warning where the week is too full."""
    if warning.limit == "rest_days":
        return f"The week leaves {warning.actual:g} of {warning.allowed:g} days of rest"
    if warning.limit == "latest_end":
        return f"{hours(warning.actual)} of the week come after the hour you want to stop at"
    whose = "you want" if warning.limit == "max_hours_per_week" else "your free time bears"
    return f"The week has {hours(warning.actual)} of practice, {whose} {hours(warning.allowed)}"


def _slippage(case: Case) -> Iterator[Proposal]:
    """Say what planning with the hours that are really done is worth."""
    if not case.practice or (case.as_of - case.plan.as_of).days < DAYS_PER_WEEK:
        return
    review = review_progress(
        case.plan, case.practice, case.profile, as_of=case.as_of, rater_model=case.rater_model
    )
    if review.adherence >= 1.0 or review.hours.planned <= 0.0:
        return
    likely = review.adherence * case.plan.hours_per_week
    fits = case.whole_blocks(likely)
    fewer = _fewer(case, fits)
    if fewer is None:
        return
    done = {one: review.adherence * value for one, value in case.current.items()}
    value = fewer[1].readiness_then - case.judge(done).readiness_then
    yield propose(
        ActionKind.SLIPPAGE,
        ("capacity",),
        skill_ids=(),
        action=f"Plan {hours(fits)} a week, the hours you really have.",
        reason=f"Of {hours(review.hours.planned)} planned since {case.plan.as_of} you did "
        f"{hours(review.hours.done)}, so {percent(review.adherence)} of it is to be expected: "
        f"{hours(likely)} a week. The best use of {hours(fits)} adds {amount(value)} to the same "
        "part of every skill.",
        numbers={
            "hours_fit": fits,
            "hours_planned": review.hours.planned,
            "hours_done": review.hours.done,
            "adherence": review.adherence,
            "hours_likely": likely,
            "value": value,
        },
        value=value,
        hours_per_week=fits - case.plan.hours_per_week,
        due_on=case.as_of,
        budget=fewer[0],
    )
