"""Reviews and re-plans in plain sentences."""

import math
from collections.abc import Sequence

from skillbalance.display._words import hours_text, percent_text, printable
from skillbalance.model.review import HoursReview, Replan, Review, ReviewedSkill, SkillChange

# A finding is worth a sentence beyond this: half of what separates two ratings of one rater.
_CLEAR_LEVEL = 0.03
_CLEAR_RATE = 0.10
NO_HOURS = 1e-6


def review_sentences(review: Review) -> tuple[str, ...]:
    """Say what a review found: hours, pace, levels, goals, and when to ask again."""
    said = [_hours_sentence(review)]
    said += [_skill_hours_sentence(item) for item in review.items if _went_off(item.hours)]
    said += _rate_sentences(review)
    said += [_level_sentence(item) for item in review.items if item.n_new_ratings]
    for goal in review.goals:
        state = "on track" if goal.on_track else "off track"
        least = min(goal.chances, key=lambda skill_id: goal.chances[skill_id])
        weakest = f"; least likely is {review[least].name}" if len(goal.chances) > 1 else ""
        due = f"overdue, and on {goal.by}" if goal.overdue else f"{state} for {goal.by}:"
        chance = percent_text(goal.probability)
        said.append(f"Goal {goal.goal_id} is {due} {chance} likely to be reached{weakest}.")
    if review.items:
        first = min(review.items, key=lambda item: (item.reassess_on, item.skill_id))
        same = [item.name for item in review.items if item.reassess_on == first.reassess_on]
        said.append(
            f"The next rating that would tell enough: {_listed(same)}, {first.reassess_on}."
        )
    return tuple(printable(sentence) for sentence in said)


def replan_sentences(replan: Replan) -> tuple[str, ...]:
    """Say what a re-plan changed and why."""
    stated, capacity = hours_text(replan.hours_stated), hours_text(replan.capacity)
    if replan.capacity < replan.hours_stated - NO_HOURS:
        said = [f"The plan is for {capacity} a week of the {stated} stated, by what was done."]
    else:
        said = [f"The plan is for the {stated} a week that were stated."]
    if replan.forgiven_hours > NO_HOURS:
        missed = hours_text(replan.forgiven_hours)
        said.append(f"The {missed} not done since the last plan are gone and need no catching up.")
    if replan.max_change_used > replan.max_change + NO_HOURS:
        said.append(
            f"Hours of a skill may change by {hours_text(replan.max_change_used)}, not "
            f"{hours_text(replan.max_change)}: with less no plan meets the limits."
        )
    changed = [
        one.reason for one in replan.changes if abs(one.hours_after - one.hours_before) > NO_HOURS
    ]
    said += changed or ["No skill changes its hours."]
    return tuple(printable(sentence) for sentence in said)


def change_sentence(change: SkillChange) -> str:
    """Say by how much the hours of one skill changed, and through what, in hours."""
    parts = [
        (change.by_time, "as dates and goals have moved"),
        (change.by_capacity, "for the hours there really are"),
        (
            change.by_level,
            f"as its level went from {change.level_before:.2f} to {change.level_after:.2f}",
        ),
        (
            change.by_rate,
            f"as its gap halves in {change.half_gap_after:.0f}, not {change.half_gap_before:.0f} h",
        ),
        (change.by_limit, "by the most that may change at once"),
    ]
    moved = change.hours_after - change.hours_before
    why = ", ".join(
        f"{signed_hours(hours)} {because}" for hours, because in parts if abs(hours) > NO_HOURS
    )
    name = printable(change.name)
    before, after = hours_text(change.hours_before), hours_text(change.hours_after)
    if abs(moved) <= NO_HOURS:
        return f"{name} keeps {after}{': ' if why else ''}{why}."
    return f"{name} goes from {before} to {after}: {why}."


def _hours_sentence(review: Review) -> str:
    hours = review.hours
    if hours.planned <= 0.0 and hours.done <= 0.0:
        return f"Nothing was planned before {review.as_of} and nothing done."
    said = f"Of {hours_text(hours.planned)} planned, {hours_text(hours.done)} were done"
    others = [
        f"{hours_text(part)} {what}"
        for part, what in (
            (hours.missed, "missed"),
            (hours.excused, "excused"),
            (hours.unrecorded, "not recorded"),
        )
        if part > NO_HOURS
    ]
    if others:
        said += f" ({', '.join(others)})"
    if hours.slippage is not None:
        said += f": {percent_text(hours.slippage)} of what was due"
    return said + "."


def _went_off(hours: HoursReview) -> bool:
    """Say whether a skill was given less than half, or more than half again, of its due hours."""
    if hours.slippage is None:
        return hours.done > NO_HOURS
    return not 0.5 <= hours.slippage <= 1.5


def _skill_hours_sentence(item: ReviewedSkill) -> str:
    done = hours_text(item.hours.done)
    if item.hours.planned <= 0.0:
        return f"{item.name} got {done} and had none planned."
    return f"{item.name} got {done} of {hours_text(item.hours.planned)} planned."


def _rate_sentences(review: Review) -> list[str]:
    said = []
    low, high = review.rate_factor_interval
    if low > 1.0 or high < 1.0:
        said.append(
            f"You learn {_faster(review.rate_factor)} than assumed in all skills alike "
            f"(90 %: {low:.2f} to {high:.2f} times as fast)."
        )
    for item in review.items:
        factor = item.half_gap_before / item.half_gap_hours
        if abs(math.log(factor)) > _CLEAR_RATE:
            few, many = item.half_gap_interval
            said.append(
                f"{item.name} seems to halve its gap in {item.half_gap_hours:.0f} h, not "
                f"{item.half_gap_before:.0f} h (90 %: {few:.0f} to {many:.0f} h)."
            )
    return said


def _faster(factor: float) -> str:
    return (
        f"{factor:.2f} times as fast" if factor >= 1.0 else f"{1.0 / factor:.2f} times more slowly"
    )


def _level_sentence(item: ReviewedSkill) -> str:
    ahead = item.level_estimated - item.level_expected
    where = "as expected"
    if abs(ahead) >= _CLEAR_LEVEL:
        where = f"{abs(ahead):.2f} {'above' if ahead > 0 else 'below'} what the hours done promised"
    return (
        f"{item.name} is at {item.level_estimated:.2f} (give or take "
        f"{item.level_estimated_sd:.2f}), {where}."
    )


def signed_hours(hours: float) -> str:
    """Return a change of hours with its sign."""
    return f"{'+' if hours > 0 else '-'}{hours_text(abs(hours))}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
