"""Pictures of the balance of hard and soft skills, and of all levels around a circle."""

import math
from collections.abc import Sequence
from typing import Final

from skillbalance.display import _style
from skillbalance.display._style import HATCHES, NORMAL, Theme, color_of, marker_of
from skillbalance.display._words import percent_text, readiness_text, signed_percent
from skillbalance.display.plots.canvas import (
    MARGIN,
    Axes,
    Figure,
    Head,
    Key,
    Stage,
    bar_looks,
    put_text,
)
from skillbalance.display.plots.layout import Row, RowPanel, open_rows
from skillbalance.display.plots.levels import BAR, draw_interval, draw_point, kind_keys, names_of
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.reference.defaults import BALANCE_BAND

_RADIUS: Final = 2.0  # [inch]
_MINUS: Final = "\u2212"  # as long as a plus, in the font of pictures
_PARTS: Final = (
    ("field", "Field"),
    ("stage", "Career stage"),
    ("career_goals", "Career goals"),
    ("personal_goals", "Personal goals"),
)


# --- balance --------------------------------------------------------------------------------------


def draw_share(stage: Stage, balance: Balance) -> Figure:
    """Draw the soft share held on the recommended band, and what the recommendation is made of."""
    theme = stage.theme
    recommended = balance.recommended_soft_share
    band = (max(recommended - BALANCE_BAND.value, 0.0), min(recommended + BALANCE_BAND.value, 1.0))
    low, high = balance.actual_soft_share_interval
    head = Head(
        "Balance of hard and soft skills",
        _verdict(balance.actual_soft_share, band),
        (
            Key("Soft share", "dot", theme.soft, marker="D"),
            Key("90 % interval", "line", theme.muted, marker="|"),
            Key("Recommended", "line", theme.ink, dashes="--"),
            Key("Recommended band", "area", theme.muted),
            Key("Part of it", "bar", theme.series[2], HATCHES[2]),
        ),
    )
    parts = [(label, balance.recommended_parts.get(part, 0.0)) for part, label in _PARTS]
    rows = [
        Row("Held today", f"{percent_text(balance.actual_soft_share)}"),
        Row("Recommended", percent_text(recommended)),
        Row("What recommends it", heading=True),
        *(Row(label, signed_percent(part).replace("-", _MINUS)) for label, part in parts),
    ]
    least = min(0.0, *(part for _, part in parts))
    panel = open_rows(
        stage,
        head,
        rows,
        low=least,
        high=1.0,
        percent=True,
        x_label="Soft share (0 % all hard, 100 % all soft)",
        note_width=0.7,
    )
    _draw_band(panel, band, recommended, rows=2)
    draw_interval(panel.axes, 0.0, (low, high), theme)
    draw_point(panel.axes, balance.actual_soft_share, 0.0, theme.soft, theme, marker="D")
    draw_point(panel.axes, recommended, 1.0, theme.ink, theme, marker="D", hollow=True)
    start = 0.0
    for y, (_, part) in zip(panel.places[2:], parts, strict=True):
        panel.axes.barh(
            y, part, height=BAR, left=start, **bar_looks(theme.series[2], HATCHES[2], theme)
        )
        start += part
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


def _draw_band(panel: RowPanel, band: tuple[float, float], middle: float, *, rows: int) -> None:
    """Draw a band across the first rows."""
    theme, (top, bottom) = panel.theme, (-0.5, rows - 0.5)
    panel.axes.fill_betweenx(
        (top, bottom), band[0], band[1], color=theme.shade, zorder=0.5, linewidth=0
    )
    for edge in band:
        panel.axes.plot((edge, edge), (top, bottom), color=theme.muted, linewidth=0.8, zorder=1)
    panel.axes.plot(
        (middle, middle), (top, bottom), color=theme.ink, linewidth=1.4, linestyle="--", zorder=1
    )


def _verdict(share: float, band: tuple[float, float]) -> str:
    where = "within" if band[0] <= share <= band[1] else "above" if share > band[1] else "below"
    return (
        f"Soft skills make up {percent_text(share)} of what is held, {where} the recommended "
        f"{percent_text(band[0])} to {percent_text(band[1])}"
    )


def draw_plan_share(stage: Stage, plan: TimePlan) -> Figure:
    """Draw the soft share of planned hours on the limits it was held within."""
    theme = stage.theme
    share, band = plan.soft_share_hours, plan.soft_share_limits
    head = Head(
        "Soft share of the planned hours",
        f"Limits {percent_text(band[0])} to {percent_text(band[1])}; keeping within them costs "
        f"{readiness_text(plan.price_of_balance)}",
        (
            Key("Planned hours", "dot", theme.soft, marker="D"),
            Key("Recommended", "line", theme.ink, dashes="--"),
            Key("Limits", "area", theme.muted),
        ),
    )
    rows = [Row("Planned hours", "no hours" if share is None else percent_text(share))]
    panel = open_rows(
        stage,
        head,
        rows,
        low=0.0,
        high=1.0,
        percent=True,
        note_width=0.8,
        x_label="Soft share (0 % all hard, 100 % all soft)",
    )
    _draw_band(panel, band, plan.soft_share_recommended, rows=1)
    if share is not None:
        draw_point(panel.axes, share, 0.0, theme.soft, theme, marker="D")
    return panel.canvas.figure


# --- radar ----------------------------------------------------------------------------------------


def draw_radar(stage: Stage, balance: Balance, *, profile: Profile | None = None) -> Figure:
    """Draw level and target around a circle, hard skills first; names in two columns beside it."""
    names, theme, items = names_of(profile), stage.theme, _by_kind(balance.items)
    head = Head(
        "Levels and targets",
        f"On {balance.as_of}; center 0, rim 1",
        (
            *kind_keys(theme, [item.kind for item in items], "dot"),
            Key("Level", "line", theme.series[2]),
            Key("Target", "line", theme.ink, dashes="--"),
        ),
    )
    n = max(len(items), 1)
    angles = [math.tau * place / n for place in range(len(items))]
    pitch = _style.line_height(NORMAL) + 0.03
    per_side = -(-n // 2) + 1
    width = stage.room(9.5)
    wanted = max(2 * _RADIUS + 0.5, per_side * pitch + 0.3)
    body = stage.body(head, width, wanted)
    canvas = stage.open(head, width, wanted)
    size = min(NORMAL, max(4.0, (body - 0.1) / per_side * 72 / 1.45))
    radius = min(_RADIUS, 0.5 * body - 0.15, 0.22 * width)
    axes = canvas.panel(MARGIN, 0.02, width - 2 * MARGIN, max(body - 0.04, 0.05))
    half, tall = 0.5 * (width - 2 * MARGIN) / radius, 0.5 * (body - 0.04) / radius
    axes.set_xlim(-half, half)
    axes.set_ylim(-tall, tall)
    axes.set_axis_off()
    circle = [math.tau * step / 180 for step in range(181)]
    for ring in (0.25, 0.5, 0.75, 1.0):
        axes.plot(
            [ring * math.sin(a) for a in circle],
            [ring * math.cos(a) for a in circle],
            color=theme.grid if ring < 1 else theme.muted,
            linewidth=0.8,
            zorder=0.5,
        )
    for angle in angles:
        axes.plot(
            (0, math.sin(angle)), (0, math.cos(angle)), color=theme.grid, linewidth=0.8, zorder=0.5
        )
    for color, dashes, levels in (
        (theme.series[2], "-", [item.proficiency for item in items]),
        (theme.ink, "--", [item.target for item in items]),
    ):
        points = [(r * math.sin(a), r * math.cos(a)) for r, a in zip(levels, angles, strict=True)]
        points += points[:1]
        axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=color,
            linewidth=1.6,
            linestyle=dashes,
            zorder=3,
        )
    for item, angle in zip(items, angles, strict=True):
        draw_point(
            axes,
            item.proficiency * math.sin(angle),
            item.proficiency * math.cos(angle),
            color_of(theme, item.kind),
            theme,
            marker=marker_of(item.kind),
        )
    column = 0.5 * width - radius - MARGIN - 0.45
    fitted = _style.fit_names(
        [names.get(i.skill_id, i.skill_id) for i in items], column, size=size, n_lines=1
    )
    _label_spokes(
        axes, angles, fitted, theme, size=size, pitch=pitch * size / NORMAL / radius, tall=tall
    )
    return canvas.figure


def _by_kind(items: Sequence[SkillBalance]) -> list[SkillBalance]:
    return sorted(items, key=lambda item: item.kind is SkillKind.SOFT)


def _label_spokes(
    axes: Axes,
    angles: Sequence[float],
    labels: Sequence[tuple[str, ...]],
    theme: Theme,
    *,
    size: float,
    pitch: float,
    tall: float,
) -> None:
    """Write the names beside the circle, apart from each other, each led to its spoke."""
    for side in (1, -1):
        # From the top down; a spoke straight up or down belongs to the right.
        spokes = [p for p, a in enumerate(angles) if (math.sin(a) >= -1e-9) == (side == 1)]
        spokes.sort(key=lambda p: -math.cos(angles[p]))
        heights = _spread([1.05 * math.cos(angles[p]) for p in spokes], pitch, tall)
        for place, y in zip(spokes, heights, strict=True):
            x, rim = side * 1.16, angles[place]
            axes.plot(
                (math.sin(rim), x, x + side * 0.04),
                (math.cos(rim), y, y),
                color=theme.muted,
                linewidth=0.6,
                zorder=1,
                clip_on=False,
            )
            put_text(
                axes,
                x + side * 0.08,
                y,
                labels[place][0],
                size=size,
                color=theme.ink,
                ha="left" if side == 1 else "right",
            )


def _spread(wanted: Sequence[float], pitch: float, tall: float) -> list[float]:
    """Move heights, from the top down, apart by at least a pitch, and keep them on the sheet."""
    heights: list[float] = []
    for y in wanted:
        heights.append(min(y, heights[-1] - pitch) if heights else min(y, tall - 0.6 * pitch))
    floor = -tall + 0.6 * pitch
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = max(heights[place], floor)
        floor = heights[place] + pitch
    return heights
