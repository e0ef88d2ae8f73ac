"""Pictures of doubt and of what it would take: robustness, questions, hours needed."""

from collections.abc import Sequence
from typing import Final

from skillbalance.display._style import HATCHES, SMALL, color_of, marker_of
from skillbalance.display._words import amount_text, hours_text, percent_text
from skillbalance.display.plots.canvas import Figure, Head, Key, Stage, bar_looks
from skillbalance.display.plots.hours import HOURS, top_of
from skillbalance.display.plots.layout import Row, open_rows
from skillbalance.display.plots.levels import (
    BAR,
    draw_interval,
    draw_point,
    draw_tick,
    kind_keys,
    level_text,
    names_of,
)
from skillbalance.model.advice import Advice
from skillbalance.model.inverse import EarliestDate, HoursNeeded, LeastHours
from skillbalance.model.profile import Profile
from skillbalance.model.questions import Questions
from skillbalance.model.robustness import Robustness

_ASSUMPTIONS: Final = {
    "weights": "Weights",
    "levels": "Levels",
    "learning_rates": "Learning rates",
    "goal_share": "Share of goals",
    "rho": "Complementarity (rho)",
    "beyond": "Worth beyond a target",
}


# --- how sure -------------------------------------------------------------------------------------


def draw_robustness(stage: Stage, robustness: Robustness) -> Figure:
    """Draw the range of each skill's hours over all draws around the plan of today."""
    theme = stage.theme
    items = sorted(robustness.items, key=lambda item: (-item.hours_per_week, -item.time_share))
    head = Head(
        f"How sure the hours are, {robustness.profile_id}",
        f"{robustness.n_draws} ways to be a little off",
        (
            *(
                key._replace(label=f"{key.label}, plan of today")
                for key in kind_keys(theme, [item.kind for item in items], "dot")
            ),
            Key("90 % of the best plans", "line", theme.muted, marker="|"),
        ),
    )
    rows = [Row(i.name, f"time in {percent_text(i.time_share)}") for i in items]
    top = top_of([max(item.hours_per_week, item.hours_interval[1]) for item in items])
    panel = open_rows(stage, head, rows, low=0.0, high=top, x_label=f"{HOURS} [h]", note_width=1.15)
    for y, item in zip(panel.places, items, strict=True):
        draw_interval(panel.axes, y, item.hours_interval, theme)
        draw_point(
            panel.axes,
            item.hours_per_week,
            y,
            color_of(theme, item.kind),
            theme,
            marker=marker_of(item.kind),
        )
    return panel.canvas.figure


def draw_assumptions(stage: Stage, robustness: Robustness) -> Figure:
    """Draw what each assumption alone would cost if it were off, and what each limit costs."""
    theme = stage.theme
    limits = [(one.limit, one.price) for one in robustness.limits]
    assumed = [
        (_ASSUMPTIONS.get(a.assumption, a.assumption), a.regret) for a in robustness.assumptions
    ]
    head = Head(
        f"What the plan of {robustness.profile_id} depends on",
        "Readiness lost on average if the assumption is off, or gained without the limit",
        (
            Key("Assumption", "bar", theme.series[2], HATCHES[2]),
            Key("Limit", "bar", theme.series[3], HATCHES[3]),
        ),
    )
    rows = [Row("Assumptions", heading=True), *(Row(n, amount_text(v)) for n, v in assumed)]
    if limits:
        rows += [Row("Limits", heading=True), *(Row(n, amount_text(v)) for n, v in limits)]
    values = [value for _, value in (*assumed, *limits)]
    panel = open_rows(
        stage, head, rows, low=0.0, high=top_of(values, 0.001), x_label="Readiness", note_width=1.25
    )
    for place, (y, value) in enumerate(zip(panel.places, values, strict=True)):
        which = 2 if place < len(assumed) else 3
        panel.axes.barh(
            y, value, height=BAR, **bar_looks(theme.series[which], HATCHES[which], theme)
        )
    return panel.canvas.figure


def draw_questions(
    stage: Stage, questions: Questions, *, profile: Profile | None = None, most: int = 15
) -> Figure:
    """Draw what the answer to each question is expected to be worth, the best ones."""
    names, theme = names_of(profile), stage.theme
    items = questions.items[:most]
    head = Head(
        f"Whom to ask next, {questions.profile_id}",
        f"The {len(items)} best of {len(questions)} questions",
        (Key("Expected gain", "bar", theme.series[2], HATCHES[2]),),
    )
    rows = [
        Row(
            f"{i.rater_kind.value}{f' {i.rater_id}' if i.rater_id else ''}: "
            f"{names.get(i.skill_id, i.skill_id)}",
            amount_text(i.value),
        )
        for i in items
    ]
    panel = open_rows(
        stage,
        head,
        rows,
        low=0.0,
        x_label="Readiness",
        high=top_of([item.value for item in items], 0.0001),
        note_width=1.25,
    )
    for y, item in zip(panel.places, items, strict=True):
        panel.axes.barh(y, item.value, height=BAR, **bar_looks(theme.series[2], HATCHES[2], theme))
    return panel.canvas.figure


def draw_advice(stage: Stage, advice: Advice, *, most: int = 15) -> Figure:
    """Draw what each piece of advice is worth, the best ones, with what to do."""
    theme = stage.theme
    items = advice.items[:most]
    head = Head(
        f"Advice for {advice.profile_id}",
        f"On {advice.as_of}; the {len(items)} best of {len(advice)}",
        (Key("Readiness it adds", "bar", theme.series[2], HATCHES[2]),),
    )
    rows = [Row(item.kind.value.replace("_", " ").capitalize(), item.action) for item in items]
    values = [item.value for item in items]
    low = 1.06 * min([0.0, *values])
    panel = open_rows(
        stage,
        head,
        rows,
        low=low,
        high=top_of(values, 0.0001),
        width=10.0,
        x_label="Readiness at the horizon",
        note_width=4.6,
        note_size=SMALL,
    )
    for y, value in zip(panel.places, values, strict=True):
        panel.axes.barh(y, value, height=BAR, **bar_looks(theme.series[2], HATCHES[2], theme))
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


# --- the questions asked backwards ----------------------------------------------------------------


def draw_least(stage: Stage, least: LeastHours) -> Figure:
    """Draw the fewest hours that reach each target by its date."""
    total = (
        f"{hours_text(least.hours_per_week)} a week in all"
        if least.hours_per_week is not None
        else f"{len(least.unreachable)} out of reach; the others take "
        f"{hours_text(least.hours_of_reachable)} a week"
    )
    return _draw_needed(stage, "The fewest hours for all goals", total, least.items)


def draw_needed(stage: Stage, needed: HoursNeeded) -> Figure:
    """Draw the fewest hours for one target."""
    return _draw_needed(stage, "The fewest hours a week", needed.reason(), (needed,))


def _draw_needed(stage: Stage, title: str, subtitle: str, items: Sequence[HoursNeeded]) -> Figure:
    theme = stage.theme
    items = sorted(items, key=lambda item: -(item.hours_per_week or item.max_hours))
    keys = [Key("Hours needed", "bar", theme.series[0])]
    if any(item.hours_per_week is None for item in items):
        keys.append(Key("Not enough", "bar", theme.ink, hollow=True))
    rows = [
        Row(
            i.name,
            f"{level_text(i.target)} by {i.by}"
            if i.reachable
            else f"{level_text(i.target)} is out of reach by {i.by}",
        )
        for i in items
    ]
    hours = [i.max_hours if i.hours_per_week is None else i.hours_per_week for i in items]
    panel = open_rows(
        stage,
        Head(title, subtitle, tuple(keys)),
        rows,
        low=0.0,
        high=top_of(hours),
        x_label=f"{HOURS} [h]",
        note_width=2.6,
    )
    for y, item, length in zip(panel.places, items, hours, strict=True):
        looks = (
            bar_looks(theme.ink, "", theme, hollow=True)
            if item.hours_per_week is None
            else bar_looks(theme.series[0], "", theme)
        )
        panel.axes.barh(y, length, height=BAR, **looks)
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


def draw_earliest(stage: Stage, earliest: EarliestDate) -> Figure:
    """Draw where the skill is, where it is to be, and the most these hours lead to."""
    theme = stage.theme
    head = Head(
        "The earliest day",
        earliest.reason(),
        (
            Key("Now", "dot", theme.hard, marker="o"),
            Key("Target", "tick", theme.ink),
            Key("In the end", "dot", theme.muted, marker="v", hollow=True),
        ),
    )
    note = "never" if earliest.weeks is None else f"{earliest.weeks:.1f} weeks"
    panel = open_rows(
        stage,
        head,
        [Row(earliest.name, note)],
        low=0.0,
        high=1.0,
        x_label="Proficiency",
        note_width=1.0,
    )
    panel.axes.plot(
        (earliest.proficiency_now, earliest.ceiling), (0, 0), color=theme.muted, linewidth=1.2
    )
    draw_tick(panel.axes, earliest.target, 0.0, theme)
    draw_point(panel.axes, earliest.ceiling, 0.0, theme.muted, theme, marker="v", hollow=True)
    draw_point(panel.axes, earliest.proficiency_now, 0.0, theme.hard, theme, marker="o")
    return panel.canvas.figure
