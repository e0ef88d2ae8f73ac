"""Advice on goals: those that cannot be reached, that clash, that say too little, that lack."""

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from skillbalance.coaching.advice.case import SHORT, SLACK, Case, Proposal, propose
from skillbalance.coaching.days import DAYS_PER_WEEK, days_left
from skillbalance.coaching.words import amount, hours, level, percent, plain, quoted
from skillbalance.model.advice import ActionKind
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.skill import SkillKind
from skillbalance.numeric.progress.inverse import weeks_to_reach

__all__ = ["goal_advice"]

# A goal is moved by at most this; what would need longer asks for too much. [day]
_MOST_LATER: Final = 365
# Halvings that find how much of the way to a target the hours allow, to a thousandth.
_HALVINGS: Final = 10


def goal_advice(case: Case) -> Iterator[Proposal]:
    """Give all advice on goals."""
    sound = []
    for goal in case.profile.goals:
        if not goal.targets or goal.due_on is None or goal.due_on < case.as_of:
            yield from _vague(case, goal)
        elif _hours_of(case, goal.targets, _days(case, goal)) > _available(case):
            yield from _unreachable(case, goal)
        else:
            sound.append(goal)
    yield from _conflicts(case, sound)
    yield from _missing(case)


def _days(case: Case, goal: Goal) -> int:
    """Return the days to the date of a goal that has one."""
    return ((goal.due_on or case.horizon_on) - case.as_of).days


def _available(case: Case) -> float:
    return case.budget.hours_per_week + SLACK


def _hours_of(case: Case, targets: Mapping[str, float], days: int) -> float:
    """Return the fewest hours a week for all targets; infinite if one needs more than it may."""
    needs = {skill_id: case.need(skill_id, target, days) for skill_id, target in targets.items()}
    if any(need > case.most(skill_id) + SLACK for skill_id, need in needs.items()):
        return math.inf
    return math.fsum(needs.values())


def _first_day(hours_in: Callable[[int], float], first: int, most: float) -> int | None:
    """Return the first day after *first* by which the hours do, None if there is none soon."""
    last = first + _MOST_LATER
    late, step = first, 1
    while hours_in(late) > most:
        if late >= last:
            return None
        first, late, step = late, min(late + step, last), 2 * step
    while late - first > 1:
        middle = (first + late) // 2
        if hours_in(middle) > most:
            first = middle
        else:
            late = middle
    return late


def _unreachable(case: Case, goal: Goal) -> Iterator[Proposal]:
    """Say that a goal cannot be reached in time, and move its date or lower what it asks for."""
    days, most = _days(case, goal), _available(case)
    numbers = {"hours_available": case.budget.hours_per_week}
    beyond = {
        skill_id: target
        for skill_id, target in goal.targets.items()
        if case.need(skill_id, target, days) > case.most(skill_id) + SLACK
    }
    if beyond:
        skill_id = max(beyond, key=lambda one: (beyond[one] - _ceiling(case, one, days), one))
        ceiling, target = _ceiling(case, skill_id, days), beyond[skill_id]
        numbers |= {"target": target, "ceiling": ceiling, "ceiling_hours": case.most(skill_id)}
        why = (
            f"{plain(case.name(skill_id))} cannot reach {level(target)} by {goal.due_on}: the "
            f"ceiling at {hours(case.most(skill_id))} a week is {level(ceiling)}"
        )
    else:
        skill_id = max(goal.targets, key=lambda one: (case.need(one, goal.targets[one], days), one))
        needed = _hours_of(case, goal.targets, days)
        numbers |= {"hours_needed": needed}
        why = (
            f"its targets take {hours(needed)} a week until {goal.due_on}, and you have "
            f"{hours(case.budget.hours_per_week)}"
        )
    later = _first_day(lambda day: _hours_of(case, goal.targets, day), days, most)
    if later is not None and later <= days_left(case.as_of):
        due_on = case.as_of + dt.timedelta(days=later)
        new = attrs.evolve(goal, due_on=due_on)
        numbers |= {"hours_then": _hours_of(case, goal.targets, later)}
        act = f"Move {quoted(goal.id)} from {goal.due_on} to {due_on}."
        why += f"; until {due_on} they take {hours(numbers['hours_then'])} a week"
    else:
        lowered = _lowered(case, goal, days, most)
        new = attrs.evolve(goal, targets=lowered)
        skill_id = max(lowered, key=lambda one: (goal.targets[one] - lowered[one], one))
        numbers |= {
            "old_target": goal.targets[skill_id],
            "new_target": lowered[skill_id],
            "hours_then": _hours_of(case, lowered, days),
        }
        act = (
            f"Lower what {quoted(goal.id)} asks for: {plain(case.name(skill_id))} "
            f"{level(lowered[skill_id])} instead of {level(goal.targets[skill_id])}"
            f"{', and its other targets likewise' if len(lowered) > 1 else ''}."
        )
        lower = hours(numbers["hours_then"])
        why += f"; no date within a year more would do, the lower targets take {lower} a week"
    yield from _changed(
        case,
        ActionKind.UNREACHABLE_GOAL,
        goal,
        new,
        first=skill_id,
        act=act,
        why=why,
        numbers=numbers,
        due_on=goal.due_on,
    )


def _lowered(case: Case, goal: Goal, days: int, most: float) -> dict[str, float]:
    """Return targets that can be reached: the same part of each way from no practice at all."""
    idle = {one: case.level_at(one, 0.0, days) for one in goal.targets}

    def part_of_way(part: float) -> dict[str, float]:
        # Rounded down, so that the target written is the one that can be reached.
        return {
            one: min(target, math.floor(100.0 * (idle[one] + part * (target - idle[one]))) / 100.0)
            for one, target in goal.targets.items()
        }

    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        fits = _hours_of(case, part_of_way(middle), days) <= most
        low, high = (middle, high) if fits else (low, middle)
    return part_of_way(low)


def _ceiling(case: Case, skill_id: str, days: int) -> float:
    return case.level_at(skill_id, case.most(skill_id), days)


def _planned(case: Case, skill_id: str, days: int) -> float:
    return case.level_at(skill_id, case.hours[skill_id], days)


def _changed(
    case: Case,
    kind: ActionKind,
    goal: Goal,
    new: Goal,
    *,
    first: str,
    act: str,
    why: str,
    numbers: dict[str, float],
    due_on: dt.date | None,
) -> Iterator[Proposal]:
    """Propose to put one goal in the place of another."""
    gain = case.gain_of_goals([new])
    if gain is None:
        return
    value = gain[0]
    yield propose(
        kind,
        ("goal", goal.id),
        always=True,
        skill_ids=tuple(dict.fromkeys([first, *new.targets])) if first else tuple(new.targets),
        goal_id=goal.id,
        action=act,
        reason=f"{why[0].upper()}{why[1:]}. Planning for the change adds {amount(value)}.",
        numbers=numbers | {"value": value},
        value=value,
        due_on=due_on,
        goals=(new,),
    )


def _conflicts(case: Case, goals: Sequence[Goal]) -> Iterator[Proposal]:
    """Say which two goals clash, each possible alone; each goal is in at most one clash."""
    told: set[str] = set()
    most = _available(case)
    for one, other in itertools.combinations(goals, 2):
        if told & {one.id, other.id} or _together(case, one, other) <= most:
            continue
        told |= {one.id, other.id}
        yield from _conflict(case, one, other)


def _together(case: Case, one: Goal, other: Goal) -> float:
    """Return the fewest hours a week that reach both goals; a skill of both needs the larger."""
    needs: dict[str, float] = {}
    for goal in (one, other):
        for skill_id, target in goal.targets.items():
            need = case.need(skill_id, target, _days(case, goal))
            needs[skill_id] = max(need, needs.get(skill_id, 0.0))
    return math.fsum(needs.values())


def _conflict(case: Case, one: Goal, other: Goal) -> Iterator[Proposal]:
    """Say that two goals clash, and what ends it most cheaply: days of delay times priority."""
    needed, most = _together(case, one, other), _available(case)
    ways = []
    for moved, kept in ((one, other), (other, one)):

        def together(day: int, moved: Goal = moved, kept: Goal = kept) -> float:
            late = attrs.evolve(moved, due_on=case.as_of + dt.timedelta(days=day))
            return _together(case, late, kept)

        first = _days(case, moved)
        last = days_left(case.as_of) - _MOST_LATER
        day = _first_day(together, first, most) if first < last else None
        if day is not None:
            ways.append(((day - first) * moved.priority, moved.id, moved, day))
    short = needed - case.budget.hours_per_week
    numbers = {
        "hours_together": needed,
        "hours_available": case.budget.hours_per_week,
        "hours_short": short,
    }
    why = (
        f"each can be reached alone, but {quoted(one.id)} and {quoted(other.id)} together take "
        f"{hours(needed)} a week, {hours(short)} more than you have"
    )
    if ways:
        _, _, moved, day = min(ways, key=lambda way: way[:2])
        due_on = case.as_of + dt.timedelta(days=day)
        numbers["weeks_later"] = (due_on - (moved.due_on or due_on)).days / DAYS_PER_WEEK
        later = round(numbers["weeks_later"], 1)
        yield from _changed(
            case,
            ActionKind.CONFLICTING_GOALS,
            moved,
            attrs.evolve(moved, due_on=due_on),
            first="",
            act=f"Move {quoted(moved.id)} from {moved.due_on} to {due_on}.",
            why=f"{why}; {later:g} weeks later is the cheapest way out",
            numbers=numbers,
            due_on=moved.due_on,
        )
        return
    # No date ends it: what is left is more hours.
    more = case.in_blocks(short)
    budget = case.with_more(for_any=more)
    gain = case.gain_of_budget(budget)
    if gain is not None:
        yield propose(
            ActionKind.CONFLICTING_GOALS,
            ("goal", one.id),
            always=True,
            skill_ids=tuple(dict.fromkeys([*one.targets, *other.targets])),
            goal_id=one.id,
            action=f"Find {hours(more)} more a week, or give up one of the two goals.",
            reason=f"{why[0].upper()}{why[1:]}; no later date ends that. "
            f"The hours would add {amount(gain[0])}.",
            numbers=numbers | {"hours_more": more, "value": gain[0]},
            value=gain[0],
            hours_per_week=more,
            due_on=one.due_on,
            budget=budget,
        )


def _vague(case: Case, goal: Goal) -> Iterator[Proposal]:
    """Say that a goal lacks targets, or a date still ahead, and propose them."""
    due_on = goal.due_on
    passed = due_on is not None and due_on < case.as_of
    if not goal.targets:
        skill_id = _to_name(case, goal)
        if skill_id is None:
            return
        item = case.balance[skill_id]
        ahead = case.horizon_on if due_on is None or passed else due_on
        yield from _changed(
            case,
            ActionKind.VAGUE_GOAL,
            goal,
            attrs.evolve(goal, targets={skill_id: item.target}, due_on=ahead),
            first=skill_id,
            act=f"Say which levels {quoted(goal.id)} asks for, such as {level(item.target)} in "
            f"{plain(case.name(skill_id))} by {ahead}.",
            why=f"it names no skill, so no hour goes to it; closing the gap in "
            f"{plain(case.name(skill_id))} would lift readiness by {amount(item.lift)}",
            numbers={"target": item.target, "lift": item.lift},
            due_on=None,
        )
        return
    weeks = {
        skill_id: float(
            weeks_to_reach(
                target,
                proficiency=case.level_now(skill_id),
                hours=case.hours[skill_id],
                **case.curve(skill_id),
            )
        )
        for skill_id, target in goal.targets.items()
    }
    last = max(weeks, key=lambda one: (weeks[one], one))
    numbers = {"target": goal.targets[last], "hours": case.hours[last]}
    most = (case.horizon_on - case.as_of).days + _MOST_LATER
    most = min(most, days_left(case.as_of))
    until = case.horizon_on
    if 0.0 < weeks[last] * DAYS_PER_WEEK <= most:
        days = math.ceil(weeks[last] * DAYS_PER_WEEK)
        until = case.as_of + dt.timedelta(days=max(days, int(DAYS_PER_WEEK)))
        at = f"reaches {level(goal.targets[last])} by then"
    else:
        numbers["level_then"] = _planned(case, last, (until - case.as_of).days)
        at = f"is at {level(numbers['level_then'])} of {level(goal.targets[last])} by then"
    lacks = f"its date, {due_on}, has passed" if passed else "it has no date"
    yield from _changed(
        case,
        ActionKind.VAGUE_GOAL,
        goal,
        attrs.evolve(goal, due_on=until),
        first=last,
        act=f"Give {quoted(goal.id)} {'a new' if passed else 'a'} date, such as {until}.",
        why=f"{lacks}; at {hours(case.hours[last])} a week {plain(case.name(last))} {at}",
        numbers=numbers,
        due_on=None,
    )


def _to_name(case: Case, goal: Goal) -> str | None:
    """Return the skill that a goal without any would best name; a personal one a soft skill."""
    named = {skill_id for other in case.profile.goals for skill_id in other.targets}
    choices = [item for item in case.balance if item.skill_id not in named] or list(case.balance)
    if goal.domain is GoalDomain.PERSONAL:
        choices = [item for item in choices if item.kind is SkillKind.SOFT] or choices
    if not choices:
        return None
    return min(choices, key=lambda item: (-item.lift, -item.weight, item.skill_id)).skill_id


def _missing(case: Case) -> Iterator[Proposal]:
    """Say which skill weighs more than most, falls short, and is named by no goal."""
    named = {skill_id for goal in case.profile.goals for skill_id in goal.targets}
    fair = 1.0 / max(len(case.profile.skills), 1)
    open_ones = [
        item
        for item in case.balance
        if item.skill_id not in named and item.shortfall > SHORT and item.weight > fair
    ]
    if not open_ones:
        return
    item = min(open_ones, key=lambda one: (-one.weight, one.skill_id))
    goal_id = case.free_goal_id(item.skill_id)
    goal = Goal(id=goal_id, targets={item.skill_id: item.target}, due_on=case.horizon_on)
    gain = case.gain_of_goals([goal])
    if gain is None:
        return
    name, value = plain(case.name(item.skill_id)), gain[0]
    yield propose(
        ActionKind.MISSING_GOAL,
        ("goal for", item.skill_id),
        skill_ids=(item.skill_id,),
        goal_id=goal_id,
        action=f"Set a goal for {name}: {level(item.target)} by {case.horizon_on}.",
        reason=f"It carries {percent(item.weight)} of your weight, more than any other skill that "
        f"no goal names and that falls short, and is at {level(item.proficiency)}. Planning for "
        f"the goal adds {amount(value)}.",
        numbers={
            "weight": item.weight,
            "target": item.target,
            "level_now": item.proficiency,
            "value": value,
        },
        value=value,
        goals=(goal,),
    )
