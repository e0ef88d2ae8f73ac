"""Pictures: what is drawn is the result, nothing is clipped or covered, no color says it alone."""

import datetime as dt
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import attrs
import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image
from sample_results import AS_OF, HOSTILE_NAMES, RESULTS, sample_profile, sample_results

import skillbalance as sb
from skillbalance.display import _style
from skillbalance.display.plots.draw import VIEWS, plot_of
from skillbalance.reference.defaults import BALANCE_BAND

BASELINE = Path(__file__).parent / "baseline"
BASELINE_DPI = 50
IDS_ALONE = {
    "Balance",
    "EstimateHistory",
    "ProficiencyEstimates",
    "Questions",
    "SkillWeights",
    "SourceBreakdown",
}


def options_of(result, view, n_skills, *, hostile=False):
    """Return what makes a picture full: names where a result has ids alone, limits."""
    profile = sample_profile(n_skills, hostile=hostile)
    if view == "curves":
        first = profile.skills[0].id
        budget = sb.TimeBudget(hours_per_week=6, max_hours={first: 2})
        return {"profile": profile, "budget": budget}
    # The share of a balance names no skill.
    return {"profile": profile} if type(result).__name__ in IDS_ALONE and view != "share" else {}


def views_of(result):
    """List the pictures a result has."""
    return next(views for kind, views in VIEWS.items() if isinstance(result, kind))


def draw(name, view=None, n_skills=3, *, hostile=False, **options):
    """Draw a sample result, with names."""
    result = sample_results(n_skills, hostile=hostile)[name]
    options = options_of(result, view, n_skills, hostile=hostile) | options
    return plot_of(result, view=view, **options)


def panels_of(figure):
    """List the axes with data."""
    return figure.axes[0].child_axes


def bars_of(panel, *, hollow=False):
    """List the bars of a panel from top to bottom."""
    bars = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
    return [bar for bar in bars if (bar.get_facecolor()[3] == 0.0) == hollow]


def markers_of(panel, shape, *, hollow=None):
    """List the places of markers of a shape, from top to bottom."""
    found = []
    for line in panel.lines:
        if line.get_marker() == shape and line.get_linestyle() == "None":
            full = line.get_markerfacecolor() == line.get_markeredgecolor()
            if hollow is None or full != hollow:
                found.append((line.get_xdata()[0], line.get_ydata()[0]))
    return sorted(found, key=lambda place: place[1])


def ticks_of(panel, color="#1b1b1b"):
    """List the upright marks of targets, from top to bottom."""
    found = [
        (line.get_xdata()[0], float(np.mean(line.get_ydata())))
        for line in panel.lines
        if len(line.get_xdata()) == 2
        and line.get_xdata()[0] == line.get_xdata()[1]
        and line.get_linewidth() == 2.0
        and line.get_color() == color
    ]
    return sorted(found, key=lambda place: place[1])


def line_of(panel, dashes, width):
    """Return the data of the only line drawn like this."""
    (found,) = [
        line
        for line in panel.lines
        if line.get_linestyle() == dashes and line.get_linewidth() == width
    ]
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def names_of_rows(figure):
    """List the lines of the names at the left of rows, from top to bottom."""
    texts = [text for text in figure.axes[0].texts if text.get_ha() == "right"]
    return [text.get_text() for text in sorted(texts, key=lambda text: -text.get_position()[1])]


def texts_of(artist):
    """Give every visible text below an artist, labels of ticks included."""
    if not artist.get_visible():
        return
    if isinstance(artist, Text):
        if artist.get_text():
            yield artist
    elif isinstance(artist, mpl.axis.Axis):
        if artist.axes.axison:
            for tick in artist._update_ticks():
                yield from (label for label in (tick.label1, tick.label2) if label.get_visible())
    else:
        for child in artist.get_children():
            yield from texts_of(child)


def faults_of(figure, within=None):
    """List the texts that leave the picture, and the pairs that cover each other."""
    figure.draw_without_rendering()
    renderer = FigureCanvasAgg(figure).get_renderer()
    within = figure.bbox if within is None else within
    texts = [text for text in texts_of(figure) if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    outside = [
        text
        for text, box in boxes
        if box.x0 < within.x0 - 0.5
        or box.y0 < within.y0 - 0.5
        or box.x1 > within.x1 + 0.5
        or box.y1 > within.y1 + 0.5
    ]
    covered = [
        (one, other)
        for place, (one, a) in enumerate(boxes)
        for other, b in boxes[place + 1 :]
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1.0 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1.0
    ]
    return outside, covered


EVERY = [(name, view) for name in RESULTS for view in views_of(sample_results(3)[name])]
# One picture for each way of laying out: rows, rows with reasons, grids, and those of their own.
LAYOUTS = [
    ("balance", "levels"),
    ("balance", "radar"),
    ("plan", "hours"),
    ("plan", "curves"),
    ("week", "grid"),
    ("roadmap", "share"),
    ("frontier", "readiness"),
]


@pytest.mark.parametrize(("name", "view"), EVERY)
def test_every_result_plots_with_nothing_clipped_or_covered(name, view):
    """Each picture of each result is a figure, with all its words inside and apart."""
    result = sample_results(3)[name]
    figure = result.plot(view=view, **options_of(result, view, 3))
    assert type(figure) is Figure
    assert faults_of(figure) == ([], [])


@pytest.mark.parametrize("n_skills", [12, 30])
@pytest.mark.parametrize(("name", "view"), LAYOUTS)
def test_many_skills_find_their_places(name, view, n_skills):
    """Twelve and thirty skills have room too."""
    assert faults_of(draw(name, view, n_skills)) == ([], [])


@pytest.mark.parametrize(("name", "view"), EVERY)
def test_hostile_names_stay_words(name, view):
    """No name leaves its place, becomes mathematics or lacks a letter without a box for it."""
    figure = draw(name, view, 8, hostile=True)  # a missing letter would warn, which is an error
    assert faults_of(figure) == ([], [])
    own = [text for text in texts_of(figure) if "x_1" in text.get_text()]
    assert not any(text.get_parse_math() for text in own)


def test_every_result_of_the_front_door_has_a_picture():
    """What derives from `Result` can be drawn."""
    results = sample_results(3)
    assert {type(result) for result in results.values()} == set(VIEWS)
    for views in VIEWS.values():
        assert all(draw.__doc__ for draw in views.values())


# --- what is drawn --------------------------------------------------------------------------------


def test_hours_are_the_lengths_of_the_bars():
    """One bar per skill, the most hours first, hatched where soft, with its reason."""
    plan = sample_results(8)["plan"]
    figure = plan.plot()
    (panel,) = panels_of(figure)
    items = sorted(plan.items, key=lambda item: (-item.hours_per_week, -item.marginal_return))
    assert " ".join(names_of_rows(figure)) == " ".join(item.name for item in items)
    bars = bars_of(panel)
    assert [bar.get_width() for bar in bars] == [item.hours_per_week for item in items]
    assert [bool(bar.get_hatch()) for bar in bars] == [item.kind.value == "soft" for item in items]
    assert [round(bar.get_y() + bar.get_height() / 2, 9) for bar in bars] == [*range(8)]
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    for item in items:
        assert plan.reason(item.skill_id).removeprefix(f"{item.name} gets ")[1:] in words


def test_levels_of_a_plan_go_from_now_to_then():
    """Now, then, without practice and target stand where the plan says."""
    plan = sample_results(3)["plan"]
    (panel,) = panels_of(plan.plot(view="levels"))
    items = sorted(plan.items, key=lambda item: item.proficiency_now - item.proficiency_then)
    then = sorted(markers_of(panel, "o", hollow=False) + markers_of(panel, "D"), key=lambda p: p[1])
    assert [x for x, _ in then] == [item.proficiency_then for item in items]
    now = markers_of(panel, "o", hollow=True)
    assert [x for x, _ in now] == [item.proficiency_now for item in items]
    assert [x for x, _ in ticks_of(panel)] == [item.target for item in items]
    assert [x for x, _ in markers_of(panel, "v")] == [item.proficiency_idle for item in items]


def test_curves_pass_through_the_chosen_point_and_are_dashed_outside_the_limits():
    """The plan's point lies on its curve; solid from least to most, dashed beyond."""
    profile = sample_profile(3)
    first = profile.skills[0].id
    budget = sb.TimeBudget(hours_per_week=6, min_hours={first: 0.5}, max_hours={first: 2})
    plan = sb.plan_time(profile, budget, as_of=AS_OF)
    for panel, item in zip(
        panels_of(plan.plot(view="curves", profile=profile, budget=budget)),
        plan.items,
        strict=True,
    ):
        least, most = (0.5, 2.0) if item.skill_id == first else (0.0, 6.0)
        x, y = line_of(panel, "-", 1.6)
        assert (x[0], x[-1]) == (least, most)
        # A chord of a concave curve lies below it, by less than a pixel.
        assert np.interp(item.hours_per_week, x, y) == pytest.approx(
            item.proficiency_then, abs=2e-3
        )
        dashed = [line for line in panel.lines if line.get_linestyle() == "--"]
        ends = sorted(float(end) for line in dashed for end in line.get_xdata()[[0, -1]])
        assert ends == ([0.0, 0.5, 2.0, 7.5] if item.skill_id == first else [6.0, 7.5])
        points = markers_of(panel, "o") + markers_of(panel, "D")
        assert points == [(item.hours_per_week, item.proficiency_then)]


def test_levels_stand_against_targets_the_largest_gap_first():
    """Level, target and interval of each skill, sorted by what is missing."""
    results = sample_results(8)
    balance, estimates = results["balance"], results["estimates"]
    (panel,) = panels_of(balance.plot(estimates=estimates))
    items = sorted(balance.items, key=lambda item: -item.gap)
    points = sorted(markers_of(panel, "o") + markers_of(panel, "D"), key=lambda p: p[1])
    assert [x for x, _ in points] == [item.proficiency for item in items]
    assert [x for x, _ in ticks_of(panel)] == [item.target for item in items]
    intervals = [tuple(line.get_xdata()) for line in panel.lines if line.get_marker() == "|"]
    assert intervals == [estimates[item.skill_id].interval for item in items]


def test_gaps_diverge_from_zero_hard_above_soft():
    """What is missing goes right, what is above target left; both kinds under their heading."""
    profile = sample_profile(8)
    balance = sample_results(8)["balance"]
    figure = balance.plot(view="gaps", profile=profile)
    (panel,) = panels_of(figure)
    by_kind = [[item for item in balance.items if item.kind.value == k] for k in ("hard", "soft")]
    items = [item for of in by_kind for item in sorted(of, key=lambda item: -item.gap)]
    assert [bar.get_width() for bar in bars_of(panel)] == [item.gap for item in items]
    assert min(item.gap for item in items) < 0 < max(item.gap for item in items)
    # Headings take rows of their own: 0 and 5.
    places = [round(bar.get_y() + bar.get_height() / 2) for bar in bars_of(panel)]
    assert places == [1, 2, 3, 4, 6, 7, 8, 9]
    low, high = panel.get_xlim()
    assert low == -high


def test_the_radar_holds_each_level_at_its_angle():
    """Distance from the center is the level; dashes are the targets."""
    balance = sample_results(8)["balance"]
    (panel,) = panels_of(balance.plot(view="radar"))
    items = sorted(balance.items, key=lambda item: item.kind.value)
    x, y = line_of(panel, "-", 1.6)
    assert np.hypot(x, y)[:-1] == pytest.approx([item.proficiency for item in items])
    assert np.unwrap(np.arctan2(x, y))[:-1] % (2 * np.pi) == pytest.approx(
        2 * np.pi * np.arange(8) / 8
    )
    x, y = line_of(panel, "--", 1.6)
    assert np.hypot(x, y)[:-1] == pytest.approx([item.target for item in items])


def test_the_balance_stands_on_its_recommended_band():
    """The band reaches as far as the default says; parts of the recommendation add up to it."""
    balance = sample_results(8)["balance"]
    (panel,) = panels_of(balance.plot(view="share"))
    held, recommended = markers_of(panel, "D")
    assert held == (balance.actual_soft_share, 0.0)
    assert recommended == (balance.recommended_soft_share, 1.0)
    (area,) = panel.collections
    box = area.get_datalim(panel.transData)
    middle = balance.recommended_soft_share
    assert (box.x0, box.x1) == pytest.approx(
        (max(middle - BALANCE_BAND.value, 0), middle + BALANCE_BAND.value)
    )
    bars = bars_of(panel)
    assert [bar.get_width() for bar in bars] == list(balance.recommended_parts.values())
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(middle)


def test_weights_are_the_sums_of_their_parts():
    """Parts above 0 stack to the right and those below to the left; together the weight."""
    weights = sample_results(8)["weights"]
    (panel,) = panels_of(weights.plot())
    items = sorted(weights.items, key=lambda item: -item.weight)
    for place, item in enumerate(items):
        bars = [bar for bar in bars_of(panel) if abs(bar.get_y() + 0.28 - place) < 0.01]
        assert sum(bar.get_width() for bar in bars) == pytest.approx(item.weight)
        right = [bar for bar in bars if bar.get_width() > 0]
        ends = [0.0, *(bar.get_x() + bar.get_width() for bar in right)]
        assert [bar.get_x() for bar in right] == ends[:-1]
        assert len({bar.get_hatch() for bar in bars}) == len(bars)
    assert [x for x, _ in markers_of(panel, "D")] == [item.weight for item in items]


def test_trajectories_have_their_band_and_what_fades():
    """Each panel: the planned course, the edges of its band, the course of doing nothing."""
    promise = sample_results(3)["forecast"]
    panels = panels_of(promise.plot())
    for panel, item in zip(panels, promise.items, strict=True):
        assert line_of(panel, "-", 2.0)[1] == pytest.approx(item.planned.level)
        assert line_of(panel, "--", 1.3)[1] == pytest.approx(item.idle.level)
        edges = [line.get_ydata() for line in panel.lines if line.get_linewidth() == 0.7]
        assert np.array(edges) == pytest.approx(np.array([item.planned.low, item.planned.high]))
    (panel,) = panels_of(promise.plot(view="readiness"))
    assert line_of(panel, "-", 2.0)[1] == pytest.approx(promise.readiness.level)
    (panel,) = panels_of(promise.plot(view="goals"))
    goals = sorted(promise.goals, key=lambda goal: goal.on)
    assert [bar.get_width() for bar in bars_of(panel)] == [goal.probability for goal in goals]
    assert [x for x, _ in ticks_of(panel)] == [goal.probability_idle for goal in goals]


def test_the_frontier_has_the_marginal_hour_below_it():
    """Readiness above, what one more hour adds below, over the same hours."""
    found = sample_results(3)["frontier"]
    upper, lower = panels_of(found.plot(hours=5))
    hours = [point.hours_per_week for point in found.points]
    for panel, values in (
        (upper, [point.readiness for point in found.points]),
        (lower, [point.marginal_return for point in found.points]),
    ):
        x, y = line_of(panel, "-", 1.8)
        assert (list(x), list(y)) == (hours, values)
        assert line_of(panel, "-.", 1.6)[0][0] == 5
    assert upper.get_xlim() == lower.get_xlim()
    assert upper.get_position().y0 > lower.get_position().y1


def test_a_session_fills_its_hours_on_its_day():
    """A box per session, as high as it is long, in the column of its day."""
    week = sample_results(8)["week"]
    figure = week.plot()
    boxes = sorted(
        (b for b in figure.axes[0].patches if b.get_linewidth() == 0.8 and b.get_height() > 0.12),
        key=lambda box: (box.get_x(), -box.get_y()),
    )
    assert len(boxes) == len(week.sessions)
    heights = [box.get_height() + 0.024 for box in boxes]
    pitch = heights[0] / week.sessions[0].hours
    assert heights == pytest.approx([session.hours * pitch for session in week.sessions])
    days = [(session.start.date() - week.starts_on).days for session in week.sessions]
    column = (figure.get_figwidth() - 0.55 - 0.15) / 7
    assert [round((box.get_x() - 0.58) / column, 6) for box in boxes] == days
    tops = [box.get_y() + box.get_height() + 0.012 for box in boxes]
    starts = [session.start.hour + session.start.minute / 60 for session in week.sessions]
    assert np.ptp(np.array(tops) + pitch * np.array(starts)) == pytest.approx(0.0, abs=1e-9)


def test_a_session_over_midnight_has_a_box_on_each_day():
    """Sunday's part after midnight is next week's; Monday's is Tuesday's."""
    zone = dt.UTC
    late = dt.datetime(2026, 1, 5, 23, tzinfo=zone)
    week = sample_results(3)["week"]
    session = attrs.evolve(week.sessions[0], start=late, end=late + dt.timedelta(hours=2))
    sunday = attrs.evolve(
        session, start=late + dt.timedelta(6), end=session.end + dt.timedelta(6), uid="other"
    )
    figure = plot_of(attrs.evolve(week, sessions=(session, sunday)))
    boxes = [box for box in figure.axes[0].patches if box.get_linewidth() == 0.8]
    assert len(boxes) == 3
    assert faults_of(figure) == ([], [])


def test_planned_hours_frame_those_that_were_done():
    """Frames are the plan, bars what was done; by skill and by week."""
    review = sample_results(8)["review"]
    by_plan = sorted(review.items, key=lambda item: (-item.hours.planned, -item.hours.done))
    for view, hours in (
        ("skills", [item.hours for item in by_plan]),
        ("weeks", [week.hours for week in review.weeks]),
    ):
        (panel,) = panels_of(review.plot(view=view))
        frames = bars_of(panel, hollow=True)
        assert [bar.get_width() for bar in frames] == [one.planned for one in hours]
        done = [bar.get_width() for bar in bars_of(panel) if bar.get_x() == 0.0]
        assert [width for width in done if width] == [one.done for one in hours if one.done]


def test_a_roadmap_steps_at_the_dates_of_its_periods():
    """The share of each period spans its days, recommended and planned."""
    road = sample_results(3)["roadmap"]
    (panel,) = panels_of(road.plot())
    spans = [
        (tuple(line.get_xdata()), line.get_ydata()[0])
        for line in panel.lines
        if line.get_linewidth() == 2.0 and line.get_xdata()[0] != line.get_xdata()[1]
    ]
    assert spans == [
        ((p.from_on.toordinal(), p.until_on.toordinal()), p.soft_share_recommended)
        for p in road.periods
    ]
    planned = [share for _, share in sorted(markers_of(panel, "D"))]
    assert planned == [period.soft_share_hours for period in road.periods]


def test_ranges_of_hours_surround_the_plan():
    """The interval of each skill's hours, and the plan of today on it."""
    robustness = sample_results(8)["robustness"]
    (panel,) = panels_of(robustness.plot())
    items = sorted(robustness.items, key=lambda item: (-item.hours_per_week, -item.time_share))
    intervals = [tuple(line.get_xdata()) for line in panel.lines if line.get_marker() == "|"]
    assert intervals == [item.hours_interval for item in items]
    points = sorted(markers_of(panel, "o") + markers_of(panel, "D"), key=lambda p: p[1])
    assert [x for x, _ in points] == [item.hours_per_week for item in items]
    (panel,) = panels_of(robustness.plot(view="assumptions"))
    prices = [one.regret for one in robustness.assumptions]
    prices += [one.price for one in robustness.limits]
    assert [bar.get_width() for bar in bars_of(panel)] == prices


def test_changes_of_hours_go_from_before_to_after():
    """Hollow before, full after: of a new plan, of transfer, and of a move."""
    results = sample_results(8)
    for figure, pairs in (
        (
            results["replan"].plot(),
            [(c.hours_before, c.hours_after) for c in results["replan"].changes],
        ),
        (
            results["transfer"].plot(),
            [(i.hours_without, i.hours_per_week) for i in results["transfer"].items],
        ),
        (
            results["contexts"].plot(),
            [(i.weight_before, i.weight_after) for i in results["contexts"].items],
        ),
    ):
        (panel,) = panels_of(figure)
        before = [x for x, _ in markers_of(panel, "o", hollow=True)]
        after = markers_of(panel, "o", hollow=False) + markers_of(panel, "D")
        after = [x for x, _ in sorted(after, key=lambda p: p[1])]
        assert sorted(zip(before, after, strict=True)) == sorted(pairs)
        assert after == sorted(after, reverse=True)


def test_bars_of_questions_and_advice_are_what_they_are_worth():
    """The best first; at most as many as asked for."""
    questions, advice = sample_results(3)["questions"], sample_results(8)["advice"]
    (panel,) = panels_of(questions.plot(most=5))
    assert [b.get_width() for b in bars_of(panel)] == [q.value for q in questions.items[:5]]
    (panel,) = panels_of(advice.plot())
    assert [b.get_width() for b in bars_of(panel)] == [a.value for a in advice.items[:15]]


# --- looks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", _style.THEMES.values(), ids=lambda theme: theme.name)
def test_colors_keep_their_contrast(theme):
    """Series and lines 3:1 against the ground, words 4.5:1, also on the tint of a session."""
    for color in (*theme.series, theme.muted, theme.ink):
        assert _style.contrast(color, theme.paper) >= 3.0
    for color in (theme.ink, theme.muted):
        assert _style.contrast(color, theme.paper) >= 4.5
        assert _style.contrast(color, theme.shade) >= 4.5
    for color in theme.series[:2]:
        tint = _style.mix(color, theme.paper, 0.18)
        assert _style.contrast(theme.ink, tint) >= 4.5
        assert _style.contrast(color, tint) >= 2.5


def test_contrast_is_that_of_the_standard():
    """The values published with WCAG: white and black 21, #767676 on white 4.54."""
    assert _style.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert _style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_a_dark_picture_differs_in_its_ground_and_words_alone():
    """Series keep their colors, so that they mean the same."""
    plan = sample_results(3)["plan"]
    light, dark = plan.plot(), plan.plot(theme="dark")
    assert mpl.colors.to_hex(dark.get_facecolor()) == _style.THEMES["dark"].paper
    colors = [[bar.get_facecolor() for bar in bars_of(panels_of(f)[0])] for f in (light, dark)]
    assert colors[0] == colors[1]
    assert faults_of(dark) == ([], [])


def png_of(figure):
    """Render a figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=BASELINE_DPI)
    return buffer.getvalue()


def test_the_same_result_gives_the_same_picture_whatever_the_caller_set():
    """Style sheets and settings of the caller's change nothing, and stay as they were."""
    plan = sample_results(3)["plan"]
    first = png_of(plan.plot())
    with mpl.rc_context({"font.size": 30, "xtick.direction": "in", "hatch.linewidth": 4.0}):
        second = png_of(plan.plot())
        assert mpl.rcParams["font.size"] == 30
    assert first == second


def test_a_figure_pickles_and_shows_itself_in_a_notebook():
    """No part of it is bound to this process; a notebook asks for a PNG."""
    figure = sample_results(3)["balance"].plot()
    again = pickle.loads(pickle.dumps(figure))
    assert png_of(again) == png_of(figure)
    assert figure._repr_png_().startswith(b"\x89PNG")


# --- axes of the caller's -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "view"), LAYOUTS)
def test_a_picture_keeps_to_the_axes_it_is_given(name, view):
    """All words stay within the rectangle of the axes, even of 12 skills in little room."""
    figure = Figure(figsize=(14, 11), dpi=100)
    axes = figure.subplots(2, 2)
    found = draw(name, view, 12, ax=axes[0, 1])
    assert found is figure
    box = axes[0, 1].get_window_extent()
    for other in axes.flat:
        other.set_visible(other is axes[0, 1])
    assert faults_of(figure, within=box) == ([], [])


# --- what is refused ------------------------------------------------------------------------------


def test_what_cannot_be_drawn_is_refused():
    """Unknown results, pictures, themes and options are named."""
    plan = sample_results(3)["plan"]
    with pytest.raises(sb.InvalidValueError, match="result must be a result that has a picture"):
        plot_of("plan")
    with pytest.raises(sb.InvalidValueError, match="view must be one of 'hours', 'levels'"):
        plan.plot(view="pie")
    with pytest.raises(sb.InvalidValueError, match="theme must be one of 'light', 'dark'"):
        plan.plot(theme="pink")
    with pytest.raises(sb.InvalidValueError, match="profile must be the profile the plan is of"):
        plan.plot(view="curves")
    other = attrs.evolve(sample_profile(3), skills=(), assessments=(), goals=())
    with pytest.raises(sb.UnknownSkillError, match="skill_0"):
        plan.plot(view="curves", profile=other)
    with pytest.raises(TypeError, match="color"):
        plan.plot(color="red")
    no_budget = sb.compare_contexts(sample_profile(3), stage="manager", as_of=AS_OF)
    with pytest.raises(sb.InvalidValueError, match="no budget"):
        no_budget.plot(view="hours")


@pytest.mark.parametrize("name", ["balance", "plan", "forecast", "estimates", "weights"])
def test_nobody_with_no_skills_still_has_a_picture(name):
    """Without skills there is a sheet that says so."""
    nobody = attrs.evolve(sample_profile(3), skills=(), assessments=(), goals=())
    plan = sb.plan_time(nobody, sb.TimeBudget(hours_per_week=3), as_of=AS_OF)
    result = {
        "balance": lambda: sb.measure_balance(nobody, as_of=AS_OF),
        "plan": lambda: plan,
        "forecast": lambda: sb.forecast(plan, nobody),
        "estimates": lambda: sb.estimate_proficiency(nobody, as_of=AS_OF),
        "weights": lambda: sb.weigh_skills(nobody),
    }[name]()
    for view in views_of(result):
        options = {"profile": nobody} if view == "curves" else {}
        assert faults_of(plot_of(result, view=view, **options)) == ([], [])


def test_a_history_without_a_day_still_has_a_picture():
    """Where nobody has said anything there is a sheet that says so, as the text does."""
    unheard = attrs.evolve(sample_profile(3), assessments=())
    history = sb.estimate_history(unheard)
    assert (history.dates, len(history.items)) == ((), 3)
    for options in ({}, {"profile": unheard}):
        figure = history.plot(**options)
        assert {"No days", "Nothing to show."} <= {text.get_text() for text in texts_of(figure)}
        assert faults_of(figure) == ([], [])


@pytest.mark.parametrize(
    ("price", "words"),
    [(0.0, "nothing"), (0.00071, "0.0007 of readiness"), (3e-5, "less than 0.0001 of readiness")],
)
def test_prices_are_said_as_people_say_them(price, words):
    """What costs or gains nothing is said so, never 0.0000."""
    plan = attrs.evolve(sample_results(3)["plan"], price_of_balance=price)
    share = {text.get_text() for text in texts_of(plan.plot(view="share"))}
    assert any(text.endswith(f"keeping within them costs {words}") for text in share)
    transfer = attrs.evolve(sample_results(3)["transfer"], gain=price)
    moved = {text.get_text() for text in texts_of(transfer.plot())}
    assert any(text.endswith(f"moved, {words} gained") for text in moved)


def run(code):
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_plotting_package_is_loaded_until_a_plot_is_asked_for():
    """Neither the front door nor the module of pictures loads matplotlib; a plot never pyplot."""
    answer = run(
        "import sys, datetime, skillbalance as sb\n"
        "import skillbalance.display.plots.draw\n"
        "print('matplotlib' in sys.modules, 'PIL' in sys.modules)\n"
        "ada = sb.Profile(id='ada', field='sales', stage='mid',"
        " skills=[sb.Skill(id='sql', kind='hard')])\n"
        "balance = sb.measure_balance(ada, as_of=datetime.date(2026, 1, 5))\n"
        "print('matplotlib' in sys.modules)\n"
        "balance.plot().savefig('/dev/null', format='png')\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)\n"
    )
    assert answer.split() == ["False", "False", "False", "True", "False"]


def test_without_matplotlib_the_error_says_what_to_install():
    """The extra is named."""
    answer = run(
        "import sys, datetime, skillbalance as sb\n"
        "sys.modules['matplotlib'] = None\n"
        "ada = sb.Profile(id='ada', field='sales', stage='mid')\n"
        "try:\n"
        "    sb.weigh_skills(ada).plot()\n"
        "except sb.MissingExtraError as error:\n"
        "    print(error)\n"
    )
    assert "skillbalance[plot]" in answer


# --- text that fits -------------------------------------------------------------------------------

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    HOSTILE_NAMES
)


@settings(max_examples=40)
@given(name=NAMES, width=st.floats(0.4, 3.0), n_lines=st.integers(1, 3))
def test_lines_are_as_wide_as_allowed_and_hold_the_start_of_the_text(name, width, n_lines):
    """At most so many lines, each within the width, the last ending in an ellipsis if cut."""
    text = _style.shown(name)
    lines = _style.fit_lines(text, width, n_lines=n_lines)
    assert 1 <= len(lines) <= n_lines
    assert all(_style.text_width(line) <= width + 1e-9 for line in lines)
    said = "".join(lines).replace(" ", "")
    if said != text.replace(" ", ""):
        assert said.endswith("…")
        assert text.replace(" ", "").startswith(said.removesuffix("…"))


def test_names_that_begin_alike_stay_apart():
    """Cut names that would read the same keep their ends, or a number where these agree too."""
    alike = ["x" * 100 + "one", "x" * 100 + "two", "short"]
    first, second, third = _style.fit_names(alike, 1.5)
    assert first[-1].endswith("one")
    assert second[-1].endswith("two")
    assert third == ("short",)
    same_ends = ["x" * 100 + "y" * 50, "x" * 101 + "y" * 50]
    assert [lines[-1][-2:] for lines in _style.fit_names(same_ends, 1.0)] == ["#1", "#2"]
    assert all(
        _style.text_width(line) <= 1.5 for lines in _style.fit_names(alike, 1.5) for line in lines
    )


def test_letters_that_no_font_has_become_boxes():
    """A private letter is a box; joiners beside it are dropped; controls are escapes."""
    assert _style.shown("a\ue123b") == "a□b"
    assert _style.shown("\ue123\u200d\ue124") == "□□"
    assert _style.shown("a\u202eb") == "a\\u202eb"


# --- drift ----------------------------------------------------------------------------------------

PICTURES = [
    ("balance", "levels"),
    ("balance", "gaps"),
    ("balance", "radar"),
    ("plan", "hours"),
    ("plan", "curves"),
    ("forecast", "levels"),
    ("week", "grid"),
    ("weights", "parts"),
]


@pytest.mark.parametrize(("name", "view"), PICTURES)
def test_pictures_do_not_drift(name, view):
    """
    A picture looks as it did when it was looked at; UPDATE_BASELINE=1 draws it anew.

    The tests above say whether it is right; this one only that somebody should look again.
    """
    path = BASELINE / f"{name}_{view}.png"
    picture = Image.open(io.BytesIO(png_of(draw(name, view, 3)))).convert("RGB")
    if os.environ.get("UPDATE_BASELINE"):
        BASELINE.mkdir(exist_ok=True)
        picture.save(path, optimize=True)
    was = Image.open(path).convert("RGB")
    # Sums over columns are rounded differently elsewhere: a pixel of the size is not a change.
    assert np.abs(np.subtract(was.size, picture.size)).max() <= 1
    size = tuple(np.minimum(was.size, picture.size))
    box = (0, 0, *map(int, size))
    apart = np.asarray(was.crop(box), float) - np.asarray(picture.crop(box), float)
    assert np.sqrt(np.mean(apart**2)) < 12.0
