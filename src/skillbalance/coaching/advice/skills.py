"""Advice on skills: what holds back, what fades, what to train beside, what the world asks for."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Final

import attrs

from skillbalance.coaching.advice.case import SHORT, Case, Proposal, propose
from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.partners import find_partners
from skillbalance.coaching.planning.contexts import compare_contexts
from skillbalance.coaching.words import amount, hours, level, listing, percent, plain
from skillbalance.model.advice import ActionKind
from skillbalance.model.estimates import ProficiencyEstimate
from skillbalance.model.goal import Goal
from skillbalance.model.plan import PlannedSkill
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind
from skillbalance.reference.defaults import KIND_AHEAD
from skillbalance.reference.demand import find_rising

__all__ = ["skill_advice"]

# Skills that a sentence names, and that a goal for the next stage has.
_MOST_NAMED: Final = 3
_DECIMALS: Final = 12


def skill_advice(case: Case) -> Iterator[Proposal]:
    """Give all advice on skills."""
    yield from _cross_training(case)
    yield from _bottleneck(case)
    yield from _self_image(case)
    yield from _fading(case)
    yield from _rising(case)
    yield from _next_stage(case)


def _hour(case: Case) -> float:
    """Return an hour, in whole blocks."""
    return case.in_blocks(1.0)


# --- 2: strengths and weaknesses ------------------------------------------------------------------


def _bottleneck(case: Case) -> Iterator[Proposal]:
    """Say which skill holds readiness back most, and what one more hour of it would give."""
    if not case.balance.bottlenecks:
        return
    item = case.balance[case.balance.bottlenecks[0]]
    more = _hour(case)
    budget = case.with_more({item.skill_id: more})
    gain = case.gain_of_budget(budget)
    if gain is None or item.shortfall <= SHORT:
        return
    name, value = plain(case.name(item.skill_id)), gain[0]
    yield propose(
        ActionKind.BOTTLENECK,
        ("hour", item.skill_id),
        skill_ids=(item.skill_id,),
        action=f"Find {hours(more)} more a week for {name}.",
        reason=f"It holds you back most: {level(item.proficiency)} against {level(item.target)}; "
        f"closing that gap alone would lift readiness by {amount(item.lift)} today, and the extra "
        f"time adds {amount(value)} by the horizon.",
        numbers={
            "hours_more": more,
            "level_now": item.proficiency,
            "target": item.target,
            "lift": item.lift,
            "value": value,
        },
        value=value,
        hours_per_week=more,
        budget=budget,
    )


def _self_image(case: Case) -> Iterator[Proposal]:
    """Say where a self-rating and the others differ, and what planning by it would cost."""
    found: dict[ActionKind, Proposal] = {}
    for item in case.estimates:
        spot = item.blind_spot
        if spot is None or spot.finding is None:
            continue
        blind = spot.finding == "blind spot"
        kind = ActionKind.BLIND_SPOT if blind else ActionKind.HIDDEN_STRENGTH
        proposal = _correction(case, item, kind)
        if proposal is not None and (
            kind not in found or proposal.action.value > found[kind].action.value
        ):
            found[kind] = proposal
    yield from found.values()


def _correction(case: Case, item: ProficiencyEstimate, kind: ActionKind) -> Proposal | None:
    """Make the proposal to plan one skill by what others say of it."""
    misled = case.plan_with(profile=_by_own_word(case.profile, item.skill_id))
    spot = item.blind_spot
    if misled is None or spot is None:
        return None
    by_own_word = misled.hours
    value = case.best.readiness_then - case.judge(by_own_word).readiness_then
    name, apart = plain(case.name(item.skill_id)), abs(spot.value)
    if kind is ActionKind.BLIND_SPOT:
        act = f"Plan {name} by what others see, and ask them for an example."
        side = "above"
    else:
        act = f"Use {name}, your hidden strength: take a task that needs it, and plan by it."
        side = "below"
    return propose(
        kind,
        ("self-image", item.skill_id),
        skill_ids=(item.skill_id,),
        action=act,
        reason=f"You rate it {level(apart)} {side} the others, give or take "
        f"{level(spot.standard_error)}; together the ratings say {level(item.mean)}. Planning by "
        f"your own word, {hours(by_own_word[item.skill_id])} a week instead of "
        f"{hours(case.hours[item.skill_id])}, would cost {amount(value)}.",
        numbers={
            "apart": apart,
            "standard_error": spot.standard_error,
            "level_now": item.mean,
            "hours_by_own_word": by_own_word[item.skill_id],
            "hours": case.hours[item.skill_id],
            "value": value,
        },
        value=value,
    )


def _by_own_word(profile: Profile, skill_id: str) -> Profile:
    """Return the profile with nothing said of a skill but the self-ratings."""
    feedback = []
    for one in profile.feedback:
        others = tuple(other for other in one.skill_ids if other != skill_id)
        if one.rater_kind is RaterKind.SELF:
            others = one.skill_ids
        if others:
            feedback.append(attrs.evolve(one, skill_ids=others))
    return attrs.evolve(
        profile,
        assessments=tuple(
            one
            for one in profile.assessments
            if one.skill_id != skill_id or one.rater_kind is RaterKind.SELF
        ),
        feedback=tuple(feedback),
    )


# --- 4: keep learning -----------------------------------------------------------------------------


def _fading(case: Case) -> Iterator[Proposal]:
    """Say which skill will fall below its target, when, and what keeps it."""
    for item in case.best.items:
        if item.proficiency_now < item.target or item.proficiency_then > item.target - SHORT:
            continue
        days = round(item.horizon_weeks * DAYS_PER_WEEK)
        need = case.need(item.skill_id, item.target, days)
        if not math.isfinite(need):
            continue
        more = case.in_blocks(need - item.hours_per_week)
        budget = case.with_more({item.skill_id: more})
        gain = case.gain_of_budget(budget)
        if gain is None:
            continue
        below_on = case.as_of + dt.timedelta(days=_days_above(case, item, days))
        name, value = plain(item.name), gain[0]
        yield propose(
            ActionKind.FADING_SKILL,
            ("hour", item.skill_id),
            skill_ids=(item.skill_id,),
            action=f"Keep {name} alive with {hours(more)} more a week before {below_on}.",
            reason=f"At {hours(item.hours_per_week)} a week it fades from "
            f"{level(item.proficiency_now)} to {level(item.proficiency_then)} and is below its "
            f"target of {level(item.target)} from {below_on}; {hours(need)} a week keep it. That "
            f"adds {amount(value)}.",
            numbers={
                "hours_more": more,
                "hours": item.hours_per_week,
                "level_now": item.proficiency_now,
                "level_then": item.proficiency_then,
                "target": item.target,
                "hours_needed": need,
                "value": value,
            },
            value=value,
            hours_per_week=more,
            due_on=below_on,
            budget=budget,
        )


def _days_above(case: Case, item: PlannedSkill, days: int) -> int:
    """Return the first day on which a skill is below its target; it falls all the time."""
    low, high = 0, days
    while high - low > 1:
        middle = (low + high) // 2
        if case.level_at(item.skill_id, item.hours_per_week, middle) < item.target:
            high = middle
        else:
            low = middle
    return high


# --- 8: cross-training ----------------------------------------------------------------------------


def _cross_training(case: Case) -> Iterator[Proposal]:
    """Where one kind is ahead, say which skill of the other kind lifts it most."""
    chance = case.balance.hard_ahead_probability
    if chance is None:
        return
    if chance >= KIND_AHEAD.value:
        ahead, behind = SkillKind.HARD, SkillKind.SOFT
    elif 1.0 - chance >= KIND_AHEAD.value:
        ahead, behind, chance = SkillKind.SOFT, SkillKind.HARD, 1.0 - chance
    else:
        return
    item = min(
        (one for one in case.best.items if one.kind is behind),
        key=lambda one: (-round(one.marginal_return, _DECIMALS), one.skill_id),
    )
    if item.proficiency_then > item.target - SHORT:
        return  # ahead or not, there is nothing left to catch up on
    more = _hour(case)
    budget = case.with_more({item.skill_id: more})
    gain = case.gain_of_budget(budget)
    if gain is None:
        return
    lift, lifted = _lifted(case, item, more, ahead)
    if not lifted:
        return
    name, value = plain(item.name), gain[0]
    numbers = {
        "probability": chance,
        "hours_more": more,
        "lift": lift,
        "marginal_return": item.marginal_return,
        "value": value,
    }
    reason = (
        f"Your {ahead.value} skills are ahead of the {behind.value} ones with probability "
        f"{percent(chance)}; of these {name} has the highest return, "
        f"{amount(item.marginal_return)} for the next hour. With it every hour of "
        f"{listing([case.name(one) for one in lifted])} counts {percent(lift)} more. "
    )
    for partner in find_partners(case.profile, kind=behind, limit=1):
        if partner.co_importance > 0.0:
            numbers |= {"correlation": partner.nearest_correlation}
            reason += (
                f"Across fields {partner.name} matters where {partner.nearest_name} does "
                f"(r = {partner.nearest_correlation:.2f}). "
            )
    yield propose(
        ActionKind.CROSS_TRAINING,
        ("hour", item.skill_id),
        skill_ids=(item.skill_id, *lifted),
        action=f"Cross-train {name} with {hours(more)} more a week.",
        reason=f"{reason}The extra time adds {amount(value)}.",
        numbers=numbers,
        value=value,
        hours_per_week=more,
        budget=budget,
    )


def _lifted(
    case: Case, item: PlannedSkill, more: float, ahead: SkillKind
) -> tuple[float, tuple[str, ...]]:
    """Return by what part hours of the kind ahead count more, and the ids of its best skills."""
    before = case.judge(case.hours)
    after = case.judge({**case.hours, item.skill_id: case.hours[item.skill_id] + more})
    # The return of a skill, and of each other of its kind, rises by the same factor.
    gained = {
        one.skill_id: after[one.skill_id].marginal_return / one.marginal_return - 1.0
        for one in before.items
        if one.kind is ahead and one.marginal_return > 0.0
    }
    rising = [one for one in gained if gained[one] > 0.0]
    rising.sort(key=lambda one: (-round(before[one].marginal_return, _DECIMALS), one))
    best = rising[:_MOST_NAMED]
    return (gained[best[0]] if best else 0.0), tuple(best)


# --- 10: adapt ------------------------------------------------------------------------------------


def _rising(case: Case) -> Iterator[Proposal]:
    """Say which skill in rising demand falls short and gets no time."""
    choices = [
        (item, rising)
        for item in case.best.items
        if item.hours_per_week == 0.0
        and item.target - item.proficiency_now > SHORT
        and (rising := find_rising(case.skills[item.skill_id].elements)) is not None
    ]
    if not choices:
        return
    item, rising = min(
        choices, key=lambda one: (-round(one[0].marginal_return, _DECIMALS), one[0].skill_id)
    )
    more = case.in_blocks(0.5)
    budget = case.with_more({item.skill_id: more})
    gain = case.gain_of_budget(budget)
    if gain is None:
        return
    name, value = plain(item.name), gain[0]
    yield propose(
        ActionKind.RISING_DEMAND,
        ("hour", item.skill_id),
        skill_ids=(item.skill_id,),
        action=f"Give {name} its first {hours(more)} a week.",
        reason=f"Demand for {rising.name.lower() if rising.rank > 1 else rising.name} is rising, "
        f"number {rising.rank} of the World Economic Forum's list of 2025; you are at "
        f"{level(item.proficiency_now)} of {level(item.target)} and the plan has no time for it. "
        f"The extra time adds {amount(value)}.",
        numbers={
            "rank": float(rising.rank),
            "hours_more": more,
            "level_now": item.proficiency_now,
            "target": item.target,
            "value": value,
        },
        value=value,
        hours_per_week=more,
        budget=budget,
    )


def _next_stage(case: Case) -> Iterator[Proposal]:
    """Where every target of today is met, say what the next stage will ask for."""
    stages = list(CareerStage)
    place = stages.index(case.profile.stage)
    met = all(item.shortfall <= SHORT for item in case.balance)
    if not case.profile.skills or not met or place + 1 == len(stages):
        return
    move = compare_contexts(
        case.profile, stage=stages[place + 1], as_of=case.as_of, rater_model=case.rater_model
    )
    grown = [item for item in move.grown() if item.gap_after > SHORT][:_MOST_NAMED]
    if not grown:
        return
    goal_id = case.free_goal_id(move.stage_after.value)
    goal = Goal(
        id=goal_id,
        targets={item.skill_id: item.target_after for item in grown},
        due_on=case.horizon_on,
    )
    gain = case.gain_of_goals([goal])
    if gain is None:
        return
    first, value = grown[0], gain[0]
    name = plain(first.name)
    stage = move.stage_after.value
    share = ""
    if abs(move.soft_share_after - move.soft_share_before) > SHORT:
        share = (
            f", and the recommended soft share goes from {percent(move.soft_share_before)} to "
            f"{percent(move.soft_share_after)}"
        )
    yield propose(
        ActionKind.NEXT_STAGE,
        ("stage", stage),
        skill_ids=tuple(item.skill_id for item in grown),
        goal_id=goal_id,
        action=f"Prepare for the stage of {stage}: set a goal for "
        f"{listing([item.name for item in grown])} by {case.horizon_on}.",
        reason=f"You meet every target of today. As {stage} {name} is expected at "
        f"{level(first.target_after)}, you are at {level(first.proficiency)}{share}. Planning for "
        f"it adds {amount(value)}.",
        numbers={
            "target_after": first.target_after,
            "level_now": first.proficiency,
            "soft_share_before": move.soft_share_before,
            "soft_share_after": move.soft_share_after,
            "value": value,
        },
        value=value,
        goals=(goal,),
    )
