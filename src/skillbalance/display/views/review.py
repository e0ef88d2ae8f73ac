"""What reviews and re-plans show: planned and done, before and after, and what was found."""

from skillbalance.display._words import hours_text, percent_text
from skillbalance.display.text.review import NO_HOURS, signed_hours
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
)
from skillbalance.model.review import HoursReview, Replan, Review, ReviewedSkill
from skillbalance.model.skill import SkillKind

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


def replan_view(replan: Replan) -> View:
    """Show what a re-plan changed: the hours in all, each skill, and through what."""
    changed = [one for one in replan.changes if abs(one.hours_after - one.hours_before) > NO_HOURS]
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
                    signed_hours(one.hours_after - one.hours_before),
                    Change(one.hours_after - one.hours_before, top),
                ),
                *(
                    signed_hours(part) if abs(part) > NO_HOURS else "-"
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
