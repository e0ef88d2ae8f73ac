"""Pictures of sources: what each group of raters says, and how severe kinds of rater are."""

from typing import Final

from skillbalance.display.plots.canvas import Figure, Head, Key, Stage
from skillbalance.display.plots.layout import Row, open_rows
from skillbalance.display.plots.levels import draw_interval, draw_point, level_text, names_of
from skillbalance.model.profile import Profile
from skillbalance.model.rater_fit import RaterFit
from skillbalance.model.sources import SourceBreakdown
from skillbalance.numeric.normal import HALF_WIDTH

_MARKERS: Final = ("o", "D", "s", "^", "v", "P", "X", "*")


def draw_sources(
    stage: Stage, breakdown: SourceBreakdown, *, profile: Profile | None = None
) -> Figure:
    """Draw what each group of raters says about each skill, groups too small withheld."""
    names, theme = names_of(profile), stage.theme
    groups: list[str] = []
    for item in breakdown.items:
        for view in item.views:
            group = " and ".join(kind.value for kind in view.kinds)
            if group not in groups:
                groups.append(group)
    groups.sort()
    looks = {
        group: (theme.series[place % 4], _MARKERS[place % 8], place >= 8)
        for place, group in enumerate(groups)
    }
    head = Head(
        "What each source says",
        f"On {breakdown.as_of}; groups of fewer than {breakdown.min_raters} withheld",
        tuple(Key(g, "dot", c, marker=m, hollow=h) for g, (c, m, h) in looks.items()),
    )
    rows = [
        Row(names.get(i.skill_id, i.skill_id), "some withheld" if i.withheld else "")
        for i in breakdown.items
    ]
    panel = open_rows(
        stage, head, rows, low=0.0, high=1.0, x_label="Mean rating as proficiency", note_width=1.0
    )
    for y, item in zip(panel.places, breakdown.items, strict=True):
        means = [view.mean for view in item.views]
        if means:
            panel.axes.plot((min(means), max(means)), (y, y), color=theme.muted, linewidth=1.0)
        for view in item.views:
            color, marker, hollow = looks[" and ".join(kind.value for kind in view.kinds)]
            # Equal means lie on each other; those of other groups stay visible around them.
            same = [other for other in item.views if abs(other.mean - view.mean) < 0.015]
            offset = 0.0 if len(same) == 1 else 0.4 * (same.index(view) / (len(same) - 1) - 0.5)
            draw_point(
                panel.axes, view.mean, y + offset, color, theme, marker=marker, hollow=hollow
            )
    return panel.canvas.figure


def draw_rater_fit(stage: Stage, fit: RaterFit) -> Figure:
    """Draw how lenient each kind of rater was found to be, with its interval."""
    theme = stage.theme
    found = [one for one in fit.parameters if one.name == "leniency" and one.rater_kind]
    head = Head(
        "Leniency by kind of rater",
        f"From {fit.n_ratings} ratings by {fit.n_raters} raters; held: {fit.reference}",
        (
            Key("Leniency", "dot", theme.hard, marker="o"),
            Key("90 % interval", "line", theme.muted, marker="|"),
        ),
    )
    rows = [Row(str(one.rater_kind), level_text(one.value)) for one in found]
    ends = [
        (
            one.value - HALF_WIDTH * (one.standard_error or 0.0),
            one.value + HALF_WIDTH * (one.standard_error or 0.0),
        )
        for one in found
    ]
    reach = 1.1 * max([abs(end) for pair in ends for end in pair], default=0.1) or 0.1
    panel = open_rows(
        stage,
        head,
        rows,
        low=-reach,
        high=reach,
        note_width=0.6,
        x_label="Rates above (right) or below (left) the truth",
    )
    panel.axes.axvline(0.0, color=theme.ink, linewidth=1.0)
    for y, one, interval in zip(panel.places, found, ends, strict=True):
        draw_interval(panel.axes, y, interval, theme)
        draw_point(panel.axes, one.value, y, theme.hard, theme, marker="o")
    return panel.canvas.figure
