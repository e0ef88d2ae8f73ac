"""Pictures of courses: response curves, trajectories, history, the frontier."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from skillbalance.coaching.rates import rates_of
from skillbalance.display import _style
from skillbalance.display._style import Theme, color_of, marker_of
from skillbalance.display._words import percent_text
from skillbalance.display.plots.canvas import (
    Axes,
    Figure,
    Head,
    Key,
    Stage,
    bar_looks,
)
from skillbalance.display.plots.layout import (
    ROOM_BELOW,
    Row,
    label_y,
    number_axis,
    open_grid,
    open_one,
    open_rows,
)
from skillbalance.display.plots.levels import (
    BAR,
    draw_point,
    draw_tick,
    kind_keys,
    kinds_of,
    level_text,
    names_of,
)
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.forecast import Forecast, Trajectory
from skillbalance.model.history import EstimateHistory
from skillbalance.model.inverse import Frontier
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.numeric.curve import proficiency_after

_STEPS: Final = 97  # points of a curve: smooth in print


# --- response curves ------------------------------------------------------------------------------


def draw_curves(
    stage: Stage,
    plan: TimePlan,
    *,
    profile: Profile | None = None,
    budget: TimeBudget | None = None,
) -> Figure:
    """
    Draw the level at the horizon against hours a week, the planned hours marked.

    Curves are solid within the limits of *budget* and dashed outside; the most hours are all
    that the plan has.
    """
    if profile is None:
        raise InvalidValueError(
            "profile", "the profile the plan is of, for its learning rates", None
        )
    theme = stage.theme
    skills = {skill.id: skill for skill in profile.skills}
    total = plan.hours_per_week + plan.unused_hours if budget is None else budget.hours_per_week
    end = 1.25 * total or 1.0
    head = Head(
        f"What hours lead to, {plan.profile_id}",
        "Level at the horizon by hours a week",
        (
            *kind_keys(theme, [item.kind for item in plan.items], "dot"),
            Key("Within the limits", "line", theme.ink),
            Key("Outside", "line", theme.ink, dashes="--"),
            Key("Target", "line", theme.muted, dashes=":"),
        ),
    )
    canvas, panels, (width, height) = open_grid(
        stage,
        head,
        [item.name for item in plan.items],
        x_label="Hours a week [h]",
        y_label="Proficiency at the horizon",
    )
    for panel, item in zip(panels, plan.items, strict=False):
        skill = skills.get(item.skill_id)
        if skill is None:
            raise UnknownSkillError(item.skill_id, tuple(skills))
        rates = rates_of([skill])
        least = 0.0 if budget is None else budget.min_hours.get(item.skill_id, 0.0)
        most = total if budget is None else budget.max_hours.get(item.skill_id, total)
        most = min(most, total)
        for start, stop, dashes in ((0, least, "--"), (least, most, "-"), (most, end, "--")):
            hours = np.linspace(start, stop, _STEPS)
            level = proficiency_after(
                item.proficiency_now,
                hours,
                learning_rate=rates.learning,
                forgetting_rate=rates.forgetting,
                weeks=item.horizon_weeks,
                floor=rates.retained * item.proficiency_now,
            )
            if stop > start:
                panel.plot(
                    hours,
                    level,
                    color=color_of(theme, item.kind),
                    linewidth=1.6,
                    linestyle=dashes,
                    zorder=3,
                )
        panel.axhline(item.target, color=theme.muted, linewidth=1.2, linestyle=":")
        draw_point(
            panel,
            item.hours_per_week,
            item.proficiency_then,
            color_of(theme, item.kind),
            theme,
            marker=marker_of(item.kind),
        )
        number_axis(panel, "x", 0.0, end, width)
        number_axis(panel, "y", 0.0, 1.0, height)
    return canvas.figure


# --- trajectories ---------------------------------------------------------------------------------


def draw_forecast(stage: Stage, promise: Forecast) -> Figure:
    """Draw each skill week by week with its band, and what fades if it is dropped."""
    theme = stage.theme
    head = Head(
        f"Forecast of {promise.profile_id}",
        f"From {promise.as_of} to {promise.dates[-1]}",
        _trajectory_keys(theme, [item.kind for item in promise.items]),
    )
    canvas, panels, size = open_grid(
        stage,
        head,
        [item.name for item in promise.items],
        x_label=f"Weeks from {promise.as_of}",
        y_label="Proficiency",
    )
    for panel, item in zip(panels, promise.items, strict=False):
        _draw_trajectory(panel, item.planned, item.idle, color_of(theme, item.kind), theme)
        panel.axhline(item.target, color=theme.muted, linewidth=1.2, linestyle=":")
        _weeks_axis(panel, promise, size)
    return canvas.figure


def draw_readiness(stage: Stage, promise: Forecast) -> Figure:
    """Draw readiness week by week with its band, planned and without practice."""
    theme = stage.theme
    head = Head(
        f"Readiness of {promise.profile_id}",
        f"{level_text(promise.readiness.level[0])} on {promise.as_of}, "
        f"{level_text(promise.readiness.level[-1])} on {promise.dates[-1]}",
        (
            Key("Planned", "line", theme.series[2]),
            Key("90 % band", "area", theme.series[2]),
            Key("Without practice", "line", theme.ink, dashes="--"),
        ),
    )
    canvas, axes, size = open_one(
        stage, head, x_label=f"Weeks from {promise.as_of}", y_label="Readiness"
    )
    _draw_trajectory(axes, promise.readiness, promise.readiness_idle, theme.series[2], theme)
    _weeks_axis(axes, promise, size)
    return canvas.figure


def draw_goals(stage: Stage, promise: Forecast) -> Figure:
    """Draw the chance of each goal, with the plan and without practice."""
    theme = stage.theme
    head = Head(
        f"Chances of the goals, {promise.profile_id}",
        "That all targets of a goal are held on its day",
        (
            Key("At the planned hours", "bar", theme.series[2], _style.HATCHES[2]),
            Key("Without practice", "tick", theme.ink),
        ),
    )
    goals = sorted(promise.goals, key=lambda goal: goal.on)
    rows = [Row(goal.goal_id, f"{percent_text(goal.probability)} on {goal.on}") for goal in goals]
    panel = open_rows(
        stage, head, rows, low=0.0, high=1.0, percent=True, x_label="Probability", note_width=1.6
    )
    for y, goal in zip(panel.places, goals, strict=True):
        panel.axes.barh(
            y, goal.probability, height=BAR, **bar_looks(theme.series[2], _style.HATCHES[2], theme)
        )
        draw_tick(panel.axes, goal.probability_idle, y, theme)
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


def _trajectory_keys(theme: Theme, kinds: Sequence[SkillKind]) -> tuple[Key, ...]:
    return (
        *kind_keys(theme, kinds, "line"),
        Key("90 % band", "area", theme.muted),
        Key("If dropped", "line", theme.ink, dashes="--"),
        Key("Target", "line", theme.muted, dashes=":"),
    )


def _draw_trajectory(
    axes: Axes, planned: Trajectory, idle: Trajectory, color: str, theme: Theme
) -> None:
    weeks = range(len(planned.level))
    axes.fill_between(
        weeks,
        planned.low,
        planned.high,
        color=_style.mix(color, theme.paper, 0.18),
        linewidth=0,
        zorder=1,
    )
    for edge in (planned.low, planned.high):
        axes.plot(weeks, edge, color=color, linewidth=0.7, zorder=2)
    axes.plot(weeks, idle.level, color=theme.ink, linewidth=1.3, linestyle="--", zorder=3)
    axes.plot(weeks, planned.level, color=color, linewidth=2.0, zorder=4)


def _weeks_axis(axes: Axes, promise: Forecast, size: tuple[float, float]) -> None:
    number_axis(axes, "x", 0.0, max(len(promise.dates) - 1, 1), size[0])
    number_axis(axes, "y", 0.0, 1.0, size[1])


def draw_history(
    stage: Stage, history: EstimateHistory, *, profile: Profile | None = None
) -> Figure:
    """Draw the estimates of each skill over time with their intervals."""
    names, kinds, theme = names_of(profile), kinds_of(profile), stage.theme
    of_items = [kinds.get(item.skill_id, SkillKind.HARD) for item in history.items]
    days = history.dates
    head = Head(
        "Estimates over time",
        f"From {days[0]} to {days[-1]}" if days else "No days",
        (
            *kind_keys(theme, of_items if kinds else [], "line"),
            Key("90 % interval", "area", theme.muted),
        ),
    )
    canvas, panels, (width, height) = open_grid(
        stage,
        head,
        [names.get(item.skill_id, item.skill_id) for item in history.items] if days else [],
        x_label=f"Weeks from {days[0]}" if days else "Weeks",
        y_label="Proficiency",
    )
    weeks = [(day - days[0]).days / 7 for day in days]
    for panel, item, kind in zip(panels, history.items, of_items, strict=False):
        color = color_of(theme, kind)
        low, high = zip(*(point.interval for point in item.points), strict=True)
        panel.fill_between(
            weeks, low, high, color=_style.mix(color, theme.paper, 0.18), linewidth=0, zorder=1
        )
        for edge in (low, high):
            panel.plot(weeks, edge, color=color, linewidth=0.7, zorder=2)
        panel.plot(
            weeks,
            [point.mean for point in item.points],
            color=color,
            linewidth=2.0,
            marker=marker_of(kind),
            markersize=3.5,
            clip_on=False,
            zorder=4,
        )
        number_axis(panel, "x", 0.0, weeks[-1] or 1.0, width)
        number_axis(panel, "y", 0.0, 1.0, height)
    return canvas.figure


# --- the frontier ---------------------------------------------------------------------------------


def draw_frontier(stage: Stage, found: Frontier, *, hours: float | None = None) -> Figure:
    """Draw readiness against hours a week, and below it what one more hour adds."""
    theme = stage.theme
    chosen = () if hours is None else (Key("Your hours", "line", theme.series[3], dashes="-."),)
    head = Head(
        f"What more hours buy, {found.profile_id}",
        f"On {found.as_of}; the best plan for each budget",
        (
            Key("Readiness", "line", theme.series[0], marker="o"),
            Key("Today", "line", theme.muted, dashes=":"),
            Key("Without practice", "line", theme.ink, dashes="--"),
            Key("One more hour adds", "line", theme.series[2], marker="s"),
            *chosen,
        ),
    )
    below = 1.5 if stage.ax is None else 0.38 * stage.body(head, 7.0, 5.0)
    canvas, upper, (width, height) = open_one(
        stage, head, x_label="Hours a week [h]", y_label="Readiness", tall=4.9, below=below
    )
    lower = canvas.panel(0.75, ROOM_BELOW, width, below - 0.2)
    lower.grid(visible=True, axis="y", color=theme.grid, linewidth=0.8)
    x = [point.hours_per_week for point in found.points]
    y = [point.readiness for point in found.points]
    added = [point.marginal_return for point in found.points]
    end = max([*x, *(() if hours is None else (hours,))], default=1.0) or 1.0
    upper.plot(
        x,
        y,
        color=theme.series[0],
        linewidth=1.8,
        marker="o",
        markersize=4.5,
        zorder=3,
        clip_on=False,
    )
    upper.axhline(found.readiness_now, color=theme.muted, linewidth=1.4, linestyle=":")
    upper.axhline(found.readiness_idle, color=theme.ink, linewidth=1.3, linestyle="--")
    lower.plot(
        x,
        added,
        color=theme.series[2],
        linewidth=1.8,
        marker="s",
        markersize=4.5,
        zorder=3,
        clip_on=False,
    )
    if hours is not None:
        for axes in (upper, lower):
            axes.axvline(hours, color=theme.series[3], linewidth=1.6, linestyle="-.")
    levels = [*y, found.readiness_now, found.readiness_idle]
    room = 0.06 * max(max(levels) - min(levels), 0.05)
    for axes, low, high, tall in (
        (upper, min(levels) - room, max(levels) + room, height),
        (lower, 0.0, 1.1 * max(added, default=0.0) or 0.01, below - 0.2),
    ):
        number_axis(axes, "x", 0.0, end, width)
        number_axis(axes, "y", low, high, tall)
    upper.tick_params(labelbottom=False)
    label_y(canvas, ROOM_BELOW, ROOM_BELOW + below - 0.2, "Readiness per hour")
    return canvas.figure
