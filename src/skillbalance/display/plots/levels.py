"""Pictures of where a person stands: weights, levels and gaps, skill by skill."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from skillbalance.display._style import HATCHES, Theme, color_of, hatch_of, marker_of
from skillbalance.display._words import percent_text, plural
from skillbalance.display.plots.canvas import (
    Axes,
    Figure,
    Head,
    Key,
    Stage,
    bar_looks,
    marker_looks,
)
from skillbalance.display.plots.layout import Row, open_rows
from skillbalance.model.balance import Balance, SkillBalance
from skillbalance.model.estimates import ProficiencyEstimates
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.model.weights import SkillWeights

BAR: Final = 0.56  # of the height of a row
_KINDS: Final = ((SkillKind.HARD, "Hard skills"), (SkillKind.SOFT, "Soft skills"))


def names_of(profile: Profile | None) -> Mapping[str, str]:
    """Return the names of skills by id; without a profile ids have to do."""
    return {} if profile is None else {skill.id: skill.name for skill in profile.skills}


def kinds_of(profile: Profile | None) -> Mapping[str, SkillKind]:
    """Return the kinds of skills by id."""
    return {} if profile is None else {skill.id: skill.kind for skill in profile.skills}


def kind_keys(
    theme: Theme, kinds: Sequence[SkillKind], shape: Literal["bar", "dot", "line"] = "bar"
) -> tuple[Key, ...]:
    """Return the legend of the kinds that are there."""
    return tuple(
        Key(label.removesuffix("s"), shape, color_of(theme, kind), hatch_of(kind), marker_of(kind))
        for kind, label in _KINDS
        if kind in kinds
    )


def level_text(level: float) -> str:
    """Write a level or a difference with two decimals, without a negative zero."""
    return f"{level:.2f}".replace("-0.00", "0.00").replace("-", "\u2212")


def draw_interval(axes: Axes, y: float, interval: tuple[float, float], theme: Theme) -> None:
    """Draw an interval as a thin line with ends."""
    axes.plot(
        interval,
        (y, y),
        color=theme.muted,
        linewidth=1.2,
        zorder=2,
        marker="|",
        markersize=8.0,
        markeredgewidth=1.2,
    )


def draw_point(
    axes: Axes, x: float, y: float, color: str, theme: Theme, *, marker: str, hollow: bool = False
) -> None:
    """Draw a value as a marker."""
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=marker,
        zorder=4,
        clip_on=False,
        color=color,
        **marker_looks(color, theme, hollow=hollow),
    )


def draw_tick(axes: Axes, x: float, y: float, theme: Theme) -> None:
    """Draw a target: an upright line across its row."""
    axes.plot([x, x], [y - 0.34, y + 0.34], color=theme.ink, linewidth=2.0, zorder=3, clip_on=False)


# --- weights --------------------------------------------------------------------------------------


def draw_weights(stage: Stage, weights: SkillWeights, *, profile: Profile | None = None) -> Figure:
    """Draw each weight as the sum of its parts: field, stage, career goals, personal goals."""
    names, theme = names_of(profile), stage.theme
    items = sorted(weights.items, key=lambda item: -item.weight)
    parts = [(i.field_part, i.stage_part, i.career_part, i.personal_part) for i in items]
    labels = ("Field", "Career stage", "Career goals", "Personal goals")
    head = Head(
        "Weights and where they come from",
        f"{weights.field}, {weights.stage.value}; soft skills carry "
        f"{percent_text(weights.recommended_soft_share)} of all weight",
        (
            *(
                Key(label, "bar", theme.series[place], HATCHES[place])
                for place, label in enumerate(labels)
            ),
            Key("Weight", "dot", theme.ink, marker="D", hollow=True),
        ),
    )
    rows = [Row(names.get(i.skill_id, i.skill_id), percent_text(i.weight)) for i in items]
    top = max((sum(max(part, 0.0) for part in of) for of in parts), default=0.1)
    least = min((sum(min(part, 0.0) for part in of) for of in parts), default=0.0)
    panel = open_rows(
        stage,
        head,
        rows,
        low=1.05 * least,
        high=1.05 * top or 0.1,
        percent=True,
        x_label="Share of all weight",
        note_width=0.6,
    )
    for y, item, of in zip(panel.places, items, parts, strict=True):
        above = below = 0.0
        for place, part in enumerate(of):
            if part == 0.0:
                continue
            start = above if part > 0 else below
            panel.axes.barh(
                y,
                part,
                height=BAR,
                left=start,
                **bar_looks(theme.series[place], HATCHES[place], theme),
            )
            if part > 0:
                above += part
            else:
                below += part
        draw_point(panel.axes, item.weight, y, theme.ink, theme, marker="D", hollow=True)
    panel.axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    return panel.canvas.figure


# --- levels ---------------------------------------------------------------------------------------


def draw_estimates(
    stage: Stage, estimates: ProficiencyEstimates, *, profile: Profile | None = None
) -> Figure:
    """Draw each estimate with its interval, the highest first."""
    names, kinds, theme = names_of(profile), kinds_of(profile), stage.theme
    items = sorted(estimates.items, key=lambda item: -item.mean)
    keys = kind_keys(theme, list(kinds.values()), "dot") or (
        Key("Estimate", "dot", theme.hard, marker="o"),
    )
    head = Head(
        "Estimated proficiency",
        f"On {estimates.as_of}",
        (*keys, Key("90 % interval", "line", theme.muted, marker="|")),
    )
    rows = [Row(names.get(i.skill_id, i.skill_id), _heard(i.evidence.n_ratings)) for i in items]
    panel = open_rows(stage, head, rows, low=0.0, high=1.0, x_label="Proficiency", note_width=0.9)
    for y, item in zip(panel.places, items, strict=True):
        kind = kinds.get(item.skill_id, SkillKind.HARD)
        draw_interval(panel.axes, y, item.interval, theme)
        draw_point(panel.axes, item.mean, y, color_of(theme, kind), theme, marker=marker_of(kind))
    return panel.canvas.figure


def _heard(n_ratings: int) -> str:
    return "no rating" if n_ratings == 0 else plural(n_ratings, "rating")


def draw_levels(
    stage: Stage,
    balance: Balance,
    *,
    profile: Profile | None = None,
    estimates: ProficiencyEstimates | None = None,
) -> Figure:
    """Draw level against target, the largest shortfall first; intervals if there are estimates."""
    names, theme = names_of(profile), stage.theme
    items = sorted(balance.items, key=lambda item: -item.gap)
    keys = [*kind_keys(theme, [item.kind for item in items], "dot")]
    keys.append(Key("Target", "tick", theme.ink))
    if estimates is not None:
        keys.append(Key("90 % interval", "line", theme.muted, marker="|"))
    head = Head(
        "Levels and targets",
        f"On {balance.as_of}; readiness {level_text(balance.readiness)}",
        tuple(keys),
    )
    rows = [Row(names.get(i.skill_id, i.skill_id), _gap_text(i.gap)) for i in items]
    panel = open_rows(stage, head, rows, low=0.0, high=1.0, x_label="Proficiency", note_width=1.1)
    for y, item in zip(panel.places, items, strict=True):
        color = color_of(theme, item.kind)
        if estimates is not None and item.skill_id in estimates:
            draw_interval(panel.axes, y, estimates[item.skill_id].interval, theme)
        if item.gap > 0:
            panel.axes.plot(
                (item.proficiency, item.target),
                (y, y),
                color=color,
                linewidth=3.0,
                zorder=2.5,
                solid_capstyle="butt",
            )
        draw_tick(panel.axes, item.target, y, theme)
        draw_point(panel.axes, item.proficiency, y, color, theme, marker=marker_of(item.kind))
    return panel.canvas.figure


def _gap_text(gap: float) -> str:
    if round(gap, 2) == 0:
        return "on target"
    return f"{level_text(abs(gap))} {'short' if gap > 0 else 'above'}"


def draw_gaps(stage: Stage, balance: Balance, *, profile: Profile | None = None) -> Figure:
    """Draw what is missing to the right and what is above target to the left, hard then soft."""
    names, theme = names_of(profile), stage.theme
    rows: list[Row] = []
    shown: list[SkillBalance] = []
    for kind, label in _KINDS:
        items = sorted((i for i in balance.items if i.kind is kind), key=lambda item: -item.gap)
        if items:
            rows.append(Row(label, heading=True))
            rows += [Row(names.get(i.skill_id, i.skill_id), _gap_text(i.gap)) for i in items]
            shown += items
    head = Head(
        "Gaps to the targets",
        f"On {balance.as_of}; to the left of 0: above target",
        kind_keys(theme, [item.kind for item in shown]),
    )
    reach = max((abs(item.gap) for item in shown), default=0.0)
    reach = math.ceil(max(reach, 0.05) * 20 + 1e-9) / 20
    panel = open_rows(
        stage,
        head,
        rows,
        low=-reach,
        high=reach,
        x_label="Target minus proficiency",
        note_width=1.1,
    )
    for y, item in zip(panel.places, shown, strict=True):
        looks = bar_looks(color_of(theme, item.kind), hatch_of(item.kind), theme)
        panel.axes.barh(y, item.gap, height=BAR, **looks)
    panel.axes.axvline(0.0, color=theme.ink, linewidth=1.0)
    return panel.canvas.figure
