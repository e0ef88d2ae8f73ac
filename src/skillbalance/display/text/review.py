"""Reviews and re-plans in plain sentences and as text for a terminal."""

import math
from collections.abc import Sequence

from skillbalance.display._columns import hours_text, percent_text, printable
from skillbalance.display.views.parts import (
    Bar,
    Cell,
    Change,
    Lines,
    Note,
    Part,
    Table,
    Track,
    View,
    view_text,
)
from skillbalance.model.review import HoursReview, Replan, Review, ReviewedSkill, SkillChange
from skillbalance.model.skill import SkillKind

# A finding is worth a sentence beyond this: half of what separates two ratings of one rater.
_CLEAR_LEVEL = 0.03
_CLEAR_RATE = 0.10
_NO_HOURS = 1e-6
_HEADER = (
    "Skill",
    "Planned",
    "Done",
    "Missed",
    "Excused",
    "No record",
    "Expected",
    "Estimated",
    "Ask again",
)
_LEGEND = "Expected: by the hours done since the plan; estimated: with the ratings given since"


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
    if replan.capacity < replan.hours_stated - _NO_HOURS:
        said = [f"The plan is for {capacity} a week of the {stated} stated, by what was done."]
    else:
        said = [f"The plan is for the {stated} a week that were stated."]
    if replan.forgiven_hours > _NO_HOURS:
        missed = hours_text(replan.forgiven_hours)
        said.append(f"The {missed} not done since the last plan are gone and need no catching up.")
    if replan.max_change_used > replan.max_change + _NO_HOURS:
        said.append(
            f"Hours of a skill may change by {hours_text(replan.max_change_used)}, not "
            f"{hours_text(replan.max_change)}: with less no plan meets the limits."
        )
    changed = [
        one.reason for one in replan.changes if abs(one.hours_after - one.hours_before) > _NO_HOURS
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
        f"{_signed(hours)} {because}" for hours, because in parts if abs(hours) > _NO_HOURS
    )
    name = printable(change.name)
    before, after = hours_text(change.hours_before), hours_text(change.hours_after)
    if abs(moved) <= _NO_HOURS:
        return f"{name} keeps {after}{': ' if why else ''}{why}."
    return f"{name} goes from {before} to {after}: {why}."


def review_text(review: Review, *, width: int = 100, encoding: str = "utf-8") -> str:
    """
    Return a review as a person reads it: the table of skills, then the findings.

    Parameters
    ----------
    review : Review
        Result of ``review_progress``.
    width : int
        Columns a line may take. [columns]
    encoding : str
        Encoding of the output; what it lacks is escaped.
    """
    return view_text(review_view(review), width=width, encoding=encoding)


def review_view(review: Review) -> View:
    """Show a review: the table of skills, then the findings."""
    top = max((item.hours.planned for item in review.items), default=0.0)
    table = Table(
        caption="Hours planned and done, levels expected and estimated",
        header=_HEADER,
        align="<>>>>>>>>",
        rows=tuple(_review_row(item, top) for item in review.items),
        key="Bar: hours done against the most hours planned. Hollow dot: expected. Full dot: "
        "estimated.",
    )
    title = f"Review: {review.profile_id}, {review.plan_as_of} to {review.as_of}"
    parts: tuple[Part, ...] = (Lines("", review.sentences()),)
    return View(title, (table, Note(_LEGEND, small=True), *parts) if review.items else parts)


def _review_row(item: ReviewedSkill, top: float) -> tuple[str | Cell, ...]:
    soft = item.kind is SkillKind.SOFT
    planned, done, *others = _hours_cells(item.hours)
    track = Track(start=item.level_expected, end=item.level_estimated, soft=soft)
    return (
        item.name,
        planned,
        Cell(done, Bar(item.hours.done, max(top, item.hours.done), soft)),
        *others,
        percent_text(item.level_expected),
        Cell(percent_text(item.level_estimated), track),
        str(item.reassess_on),
    )


def replan_text(replan: Replan, *, width: int = 100, encoding: str = "utf-8") -> str:
    """Return what a re-plan changed and why, as a list; arguments as of :func:`review_text`."""
    return view_text(replan_view(replan), width=width, encoding=encoding)


def replan_view(replan: Replan) -> View:
    """Show what a re-plan changed: the hours in all, each skill, and through what."""
    changed = [one for one in replan.changes if abs(one.hours_after - one.hours_before) > _NO_HOURS]
    top = max((abs(one.hours_after - one.hours_before) for one in changed), default=0.0)
    table = Table(
        caption="Hours a week before and after, and what changed them",
        header=(
            "Skill",
            "Before",
            "After",
            "Change",
            "Dates",
            "Capacity",
            "Level",
            "Rate",
            "Limit",
        ),
        align="<>>>>>>>>",
        rows=tuple(
            (
                one.name,
                hours_text(one.hours_before),
                hours_text(one.hours_after),
                Cell(
                    _signed(one.hours_after - one.hours_before),
                    Change(one.hours_after - one.hours_before, top),
                ),
                *(
                    _signed(part) if abs(part) > _NO_HOURS else "-"
                    for part in (
                        one.by_time,
                        one.by_capacity,
                        one.by_level,
                        one.by_rate,
                        one.by_limit,
                    )
                ),
            )
            for one in changed
        ),
    )
    title = f"Re-plan: {replan.plan.profile_id}, {replan.plan.as_of}"
    return View(title, (table, Lines("", replan.sentences())))


def _hours_cells(hours: HoursReview) -> list[str]:
    every = (hours.planned, hours.done, hours.missed, hours.excused, hours.unrecorded)
    return [hours_text(one) if one > 0.0 else "-" for one in every]


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
        if part > _NO_HOURS
    ]
    if others:
        said += f" ({', '.join(others)})"
    if hours.slippage is not None:
        said += f": {percent_text(hours.slippage)} of what was due"
    return said + "."


def _went_off(hours: HoursReview) -> bool:
    """Say whether a skill was given less than half, or more than half again, of its due hours."""
    if hours.slippage is None:
        return hours.done > _NO_HOURS
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


def _signed(hours: float) -> str:
    return f"{'+' if hours > 0 else '-'}{hours_text(abs(hours))}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
