"""Pictures of hours: what a plan gives and why, how it changed, and what was done of it."""

from collections.abc import Sequence
from typing import Final

from skillbalance.display._style import HATCHES, SMALL, color_of, hatch_of, marker_of
from skillbalance.display._words import hours_text, percent_text, readiness_text
from skillbalance.display.plots.canvas import Figure, Head, Key, Stage, bar_looks
from skillbalance.display.plots.layout import Row, open_rows
from skillbalance.display.plots.levels import (
    BAR,
    draw_point,
    draw_tick,
    kind_keys,
    level_text,
)
from skillbalance.errors import InvalidValueError
from skillbalance.model.contexts import ContextComparison
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.review import HoursReview, Replan, Review
from skillbalance.model.skill import SkillKind
from skillbalance.model.transfer import TransferPlan

HOURS: Final = "Hours a week"


def top_of(values: Sequence[float], least: float = 0.5) -> float:
    """Return the end of an axis that starts at 0: the largest value and a little room."""
    return 1.06 * max([*values, least])


def _by_hours(items: Sequence[PlannedSkill]) -> list[PlannedSkill]:
    return sorted(items, key=lambda item: (-item.hours_per_week, -item.marginal_return))


def draw_hours(stage: Stage, plan: TimePlan) -> Figure:
    """Draw the hours of each skill, most first, each with its reason."""
    theme, items = stage.theme, _by_hours(plan.items)
    share = (
        ""
        if plan.soft_share_hours is None
        else (f", {percent_text(plan.soft_share_hours)} of it on soft skills")
    )
    head = Head(
        f"Plan of {plan.profile_id}: {hours_text(plan.hours_per_week)} a week",
        f"On {plan.as_of}{share}; readiness {level_text(plan.readiness_now)} now, "
        f"{level_text(plan.readiness_then)} then, "
        f"{level_text(plan.readiness_idle)} without practice",
        kind_keys(theme, [item.kind for item in items]),
    )
    rows = [Row(item.name, _why(plan, item)) for item in items]
    top = top_of([item.hours_per_week for item in items])
    panel = open_rows(
        stage,
        head,
        rows,
        low=0.0,
        high=top,
        x_label=f"{HOURS} [h]",
        width=10.0,
        note_width=4.6,
        note_size=SMALL,
    )
    for y, item in zip(panel.places, items, strict=True):
        looks = bar_looks(color_of(theme, item.kind), hatch_of(item.kind), theme)
        panel.axes.barh(y, item.hours_per_week, height=BAR, **looks)
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


def _why(plan: TimePlan, item: PlannedSkill) -> str:
    """Return the reason without the name, which stands at the left already."""
    reason = plan.reason(item.skill_id)
    start = reason.find(" gets ")
    for_name = reason[start + 6 :] if start >= 0 and not item.name.count(" gets ") else reason
    return for_name[:1].upper() + for_name[1:]


def draw_plan_levels(stage: Stage, plan: TimePlan) -> Figure:
    """Draw the level of each skill now, at its horizon, and there without practice."""
    theme = stage.theme
    items = sorted(plan.items, key=lambda item: item.proficiency_now - item.proficiency_then)
    head = Head(
        f"What the plan of {plan.profile_id} leads to",
        f"Readiness {level_text(plan.readiness_now)} now, {level_text(plan.readiness_then)} then",
        (
            *kind_keys(theme, [item.kind for item in items], "dot"),
            Key("Now", "dot", theme.muted, marker="o", hollow=True),
            Key("If dropped", "dot", theme.muted, marker="v", hollow=True),
            Key("Target", "tick", theme.ink),
        ),
    )
    rows = [
        Row(i.name, f"{level_text(i.proficiency_now)} \u2192 {level_text(i.proficiency_then)}")
        for i in items
    ]
    panel = open_rows(stage, head, rows, low=0.0, high=1.0, x_label="Proficiency", note_width=1.0)
    for y, item in zip(panel.places, items, strict=True):
        color = color_of(theme, item.kind)
        panel.axes.plot(
            (item.proficiency_now, item.proficiency_then),
            (y, y),
            color=color,
            linewidth=3.0,
            solid_capstyle="butt",
            zorder=2,
        )
        draw_tick(panel.axes, item.target, y, theme)
        draw_point(
            panel.axes, item.proficiency_idle, y + 0.22, theme.muted, theme, marker="v", hollow=True
        )
        draw_point(panel.axes, item.proficiency_now, y, theme.muted, theme, marker="o", hollow=True)
        draw_point(panel.axes, item.proficiency_then, y, color, theme, marker=marker_of(item.kind))
    return panel.canvas.figure


def draw_transfer(stage: Stage, plan: TransferPlan) -> Figure:
    """Draw the hours with transfer counted beside those without."""
    moved = f"{hours_text(plan.hours_moved)} moved, {readiness_text(plan.gain)} gained"
    entries = [
        (item.name, item.kind, item.hours_without, item.hours_per_week) for item in plan.items
    ]
    return _draw_changes(
        stage, "Hours with transfer between skills", moved, entries, ("Without transfer", "with")
    )


def draw_replan(stage: Stage, new: Replan) -> Figure:
    """Draw the hours of the last plan and of the new one."""
    kinds = {item.skill_id: item.kind for item in new.plan.items}
    entries = [
        (c.name, kinds.get(c.skill_id, SkillKind.HARD), c.hours_before, c.hours_after)
        for c in new.changes
    ]
    about = f"Planned with {hours_text(new.capacity)} of {hours_text(new.hours_stated)} a week"
    return _draw_changes(
        stage, "Hours before and after the review", about, entries, ("Before", "after")
    )


def draw_move(stage: Stage, moved: ContextComparison) -> Figure:
    """Draw the weights before and after a move to another field or stage."""
    entries = [(i.name, i.kind, i.weight_before, i.weight_after) for i in moved.items]
    about = (
        f"Readiness {level_text(moved.readiness_before)} before, "
        f"{level_text(moved.readiness_after)} after; soft share "
        f"{percent_text(moved.soft_share_before)} before, {percent_text(moved.soft_share_after)} "
        "after"
    )
    return _draw_changes(
        stage, _move_title(moved), about, entries, ("Before", "after"), percent=True
    )


def draw_move_hours(stage: Stage, moved: ContextComparison) -> Figure:
    """Draw the hours of the best plans before and after a move."""
    if moved.hours_moved is None:
        raise InvalidValueError("view", "'weights' where the comparison has no budget", "hours")
    entries = [(i.name, i.kind, i.hours_before or 0.0, i.hours_after or 0.0) for i in moved.items]
    about = f"{hours_text(moved.hours_moved)} a week moved"
    return _draw_changes(stage, _move_title(moved), about, entries, ("Before", "after"))


def _move_title(moved: ContextComparison) -> str:
    return (
        f"From {moved.field_before}, {moved.stage_before.value}, to {moved.field_after}, "
        f"{moved.stage_after.value}"
    )


def _draw_changes(
    stage: Stage,
    title: str,
    subtitle: str,
    entries: Sequence[tuple[str, SkillKind, float, float]],
    words: tuple[str, str],
    *,
    percent: bool = False,
) -> Figure:
    """Draw hours, or shares in percent, before and after something."""
    theme = stage.theme
    text = percent_text if percent else hours_text
    entries = sorted(entries, key=lambda entry: (-entry[3], -entry[2]))
    head = Head(
        title,
        subtitle,
        (
            Key(words[0], "dot", theme.muted, marker="o", hollow=True),
            *(
                key._replace(label=f"{key.label}, {words[1]}")
                for key in kind_keys(theme, [kind for _, kind, _, _ in entries], "dot")
            ),
        ),
    )
    rows = [
        Row(
            name,
            text(after) if text(before) == text(after) else f"{text(before)} \u2192 {text(after)}",
        )
        for name, _, before, after in entries
    ]
    top = top_of([value for entry in entries for value in entry[2:]], 0.05 if percent else 0.5)
    panel = open_rows(
        stage,
        head,
        rows,
        low=0.0,
        high=top,
        percent=percent,
        note_width=1.6,
        x_label="Share of all weight" if percent else f"{HOURS} [h]",
    )
    for y, (_, kind, before, after) in zip(panel.places, entries, strict=True):
        color = color_of(theme, kind)
        panel.axes.plot(
            (before, after), (y, y), color=color, linewidth=3.0, zorder=2, solid_capstyle="butt"
        )
        draw_point(panel.axes, before, y, theme.muted, theme, marker="o", hollow=True)
        draw_point(panel.axes, after, y, color, theme, marker=marker_of(kind))
    return panel.canvas.figure


# --- planned and done -----------------------------------------------------------------------------


def draw_review(stage: Stage, review: Review) -> Figure:
    """Draw planned against actual hours, skill by skill."""
    kinds = [item.kind for item in review.items]
    about = f"{review.plan_as_of} to {review.as_of}"
    entries = [(item.name, item.kind, item.hours) for item in review.items]
    entries.sort(key=lambda entry: (-entry[2].planned, -entry[2].done))
    return _draw_done(stage, f"Planned and done, {review.profile_id}", about, entries, kinds)


def draw_review_weeks(stage: Stage, review: Review) -> Figure:
    """Draw planned against actual hours, week by week."""
    about = f"All skills; {percent_text(review.adherence)} of the plan to be expected from now on"
    entries = [(f"Week of {week.starts_on}", None, week.hours) for week in review.weeks]
    return _draw_done(stage, f"Planned and done, {review.profile_id}", about, entries, [])


def _draw_done(
    stage: Stage,
    title: str,
    subtitle: str,
    entries: Sequence[tuple[str, SkillKind | None, HoursReview]],
    kinds: Sequence[SkillKind],
) -> Figure:
    theme = stage.theme
    done = tuple(
        key._replace(label=f"Done, {key.label.lower()}") for key in kind_keys(theme, kinds)
    ) or (Key("Done", "bar", theme.series[2]),)
    excused = any(hours.excused for _, _, hours in entries)
    keys = [Key("Planned", "bar", theme.ink, hollow=True), *done]
    if excused:
        keys.append(Key("Excused", "bar", theme.series[3], HATCHES[3]))
    rows = [
        Row(name, f"{hours_text(hours.done)} of {hours_text(hours.planned)}")
        for name, _, hours in entries
    ]
    top = top_of([max(h.planned, h.done + h.excused) for _, _, h in entries])
    panel = open_rows(
        stage,
        Head(title, subtitle, tuple(keys)),
        rows,
        low=0.0,
        high=top,
        x_label="Hours [h]",
        note_width=1.6,
    )
    for y, (_, kind, hours) in zip(panel.places, entries, strict=True):
        color = theme.series[2] if kind is None else color_of(theme, kind)
        hatch = "" if kind is None else hatch_of(kind)
        axes = panel.axes
        axes.barh(y, hours.done, height=0.6 * BAR, **bar_looks(color, hatch, theme))
        axes.barh(
            y,
            hours.excused,
            left=hours.done,
            height=0.6 * BAR,
            **bar_looks(theme.series[3], HATCHES[3], theme),
        )
        axes.barh(
            y, hours.planned, height=1.2 * BAR, **bar_looks(theme.ink, "", theme, hollow=True)
        )
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure
