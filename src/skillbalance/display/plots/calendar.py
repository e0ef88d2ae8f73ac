"""Pictures of the calendar: the sessions of a week, and the road of a career."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from skillbalance.display import _style
from skillbalance.display._style import NORMAL, SMALL, color_of, hatch_of, line_height, text_width
from skillbalance.display._words import hours_text, percent_text
from skillbalance.display.plots.canvas import (
    MARGIN,
    Axes,
    Canvas,
    Figure,
    Head,
    Key,
    Stage,
    put_text,
)
from skillbalance.display.plots.layout import label_y, number_axis
from skillbalance.display.plots.levels import draw_point, kind_keys
from skillbalance.model.roadmap import Roadmap, RoadmapPeriod
from skillbalance.model.week import Session, Week

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SIDE: Final = 0.55  # for the hours of the day [inch]
_STRIPE: Final = 0.08  # [inch]
_TINY: Final = 6.0  # [pt]
_TALLEST: Final = 9.0  # of the grid of a week, unless sessions are very short [inch]


class _Box(NamedTuple):
    """A session, or its part on one day: which day, and from which hour to which."""

    session: Session
    day: int
    start: float
    end: float


def draw_week(stage: Stage, week: Week) -> Figure:
    """Draw the sessions of a week: a column per day, hours downwards."""
    theme = stage.theme
    boxes = [box for session in week.sessions for box in _boxes_of(session, week.starts_on)]
    keys = list(kind_keys(theme, [session.kind for session in week.sessions]))
    if any(session.is_review for session in week.sessions):
        keys.append(Key("Dashed frame: review", "line", theme.ink, dashes="--"))
    total = sum(session.hours for session in week.sessions)
    head = Head(
        f"Week of {week.starts_on}, {week.profile_id}",
        f"{hours_text(total)} in {len(week.sessions)} sessions, time of {week.time_zone}",
        tuple(keys),
    )
    first = int(min((box.start for box in boxes), default=8.0))
    last = -int(-max((box.end for box in boxes), default=18.0) // 1)
    shortest = min((box.end - box.start for box in boxes), default=1.0)
    # The shortest session has room for a line, as long as the page stays a page.
    hour = min(max(0.5, 0.17 / max(shortest, 0.01)), max(_TALLEST / max(last - first, 1), 0.5))
    width = stage.room(9.5)
    wanted = 0.35 + hour * max(last - first, 1) + 0.15
    body = stage.body(head, width, wanted)
    canvas = stage.open(head, width, wanted)
    hour = max(body - 0.5, 0.1) / max(last - first, 1)
    column = (width - _SIDE - MARGIN) / 7
    top = canvas.top - 0.35
    _draw_days(canvas, week, first, last, hour=hour, column=column, top=top)
    for box in boxes:
        _draw_session(
            canvas,
            box,
            x=_SIDE + box.day * column,
            y=top - (box.end - first) * hour,
            width=column,
            height=(box.end - box.start) * hour,
        )
    if not boxes:
        canvas.write(_SIDE + 0.1, top - 0.3, ["No sessions."], color=theme.muted)
    return canvas.figure


def _boxes_of(session: Session, monday: dt.date) -> list[_Box]:
    """Cut a session at midnight; what lies outside the week is left out."""
    boxes = []
    midnight = dt.datetime.combine(monday, dt.time(), tzinfo=None)
    start = (session.start.replace(tzinfo=None) - midnight) / dt.timedelta(hours=1)
    end = (session.end.replace(tzinfo=None) - midnight) / dt.timedelta(hours=1)
    for day in range(7):
        low, high = max(start - 24 * day, 0.0), min(end - 24 * day, 24.0)
        if high > low:
            boxes.append(_Box(session, day, low, high))
    return boxes


def _draw_days(
    canvas: Canvas, week: Week, first: int, last: int, *, hour: float, column: float, top: float
) -> None:
    theme = canvas.theme
    bottom = top - (last - first) * hour
    each = max(1, -int(-0.16 / hour // 1))  # hours between two labels
    for step in range(last - first + 1):
        y = top - step * hour
        canvas.ax.plot((_SIDE, _SIDE + 7 * column), (y, y), color=theme.grid, linewidth=0.8)
        if step % each == 0:
            canvas.write(
                _SIDE - 0.07,
                y,
                [f"{(first + step) % 24:02d}:00"],
                size=SMALL,
                color=theme.muted,
                across="right",
            )
    labels = [
        f"{name} {(week.starts_on + dt.timedelta(day)).day}" for day, name in enumerate(_DAYS)
    ]
    widest = max(text_width(label, NORMAL, "bold") for label in labels)
    size = min(NORMAL, NORMAL * (column - 0.06) / widest)
    for day, label in enumerate(labels):
        x = _SIDE + day * column
        canvas.write(
            x + 0.5 * column, top + 0.2, [label], size=size, weight="bold", across="center"
        )
        for edge in (x, x + column):
            canvas.ax.plot((edge, edge), (bottom, top), color=theme.grid, linewidth=0.8)


def _draw_session(
    canvas: Canvas, box: _Box, *, x: float, y: float, width: float, height: float
) -> None:
    """Draw a box in a light tint with a strong edge, and as many of its words as fit."""
    theme, session = canvas.theme, box.session
    color = color_of(theme, session.kind)
    gap = min(0.012, 0.1 * height)
    canvas.draw_box(
        x + 0.03,
        y + gap,
        width - 0.06,
        height - 2 * gap,
        facecolor=_style.mix(color, theme.paper, 0.16),
        edgecolor=theme.ink if session.is_review else color,
        linestyle="--" if session.is_review else "-",
        linewidth=0.8,
        zorder=2,
    )
    canvas.draw_box(
        x + 0.03,
        y + gap,
        _STRIPE,
        height - 2 * gap,
        facecolor=color,
        edgecolor=theme.paper,
        hatch=2 * hatch_of(session.kind),
        zorder=3,
    )
    room = width - 0.06 - _STRIPE - 0.1
    size = min(SMALL, max((height - 2 * gap) * _style.POINTS_PER_INCH / 1.2, 0.0))
    if size < _TINY:
        return  # said in the list of the week; half a word would be worse
    n_lines = max(1, int((height - 2 * gap) / line_height(size)))
    name = _style.fit_lines(_style.shown(session.name), room, size=size, n_lines=min(n_lines, 3))
    rest = [f"{session.start:%H:%M}\u2013{session.end:%H:%M}", session.activity.value]
    lines = [*name, *(line for line in rest if text_width(line, size) <= room)][:n_lines]
    middle = y + height - gap - 0.5 * len(lines) * line_height(size)
    if len(lines) == 1 and n_lines == 1:
        middle = y + 0.5 * height
    canvas.write(x + 0.03 + _STRIPE + 0.05, middle, lines, size=size)


# --- roadmap --------------------------------------------------------------------------------------


def draw_roadmap(stage: Stage, road: Roadmap) -> Figure:
    """Draw the soft share recommended and planned, period by period, numbered and listed below."""
    theme = stage.theme
    head = Head(
        f"Career path of {road.profile_id}: the share of soft skills",
        f"Largest shift of the recommended share: {_points(road.largest_shift)}",
        (
            Key("Recommended", "line", theme.series[0], marker="o"),
            Key("In the planned hours", "line", theme.series[1], dashes="--", marker="D"),
        ),
    )
    width = stage.room(8.5)
    room = width - 2 * MARGIN - 0.3
    texts = [
        _style.fit_lines(_style.shown(_period_text(p)), room, size=SMALL, n_lines=2)
        for p in road.periods
    ]
    pitch = line_height(SMALL)
    listed = sum(map(len, texts)) * pitch + 0.05 * len(texts)
    wanted = 2.9 + listed
    body = stage.body(head, width, wanted)
    size = SMALL
    if body < listed + 1.2:  # little room: the list gets half of it, one line each
        size = min(SMALL, max(4.0, 0.5 * body / max(len(texts), 1) * 72 / 1.5))
        texts = [
            _style.fit_lines(_style.shown(_period_text(p)), room, size=size) for p in road.periods
        ]
        pitch = line_height(size)
        listed = len(texts) * (pitch + 0.02)
    canvas = stage.open(head, width, wanted)
    _draw_share_over_time(canvas, road.periods, left=0.75, bottom=listed + 0.55)
    y = listed + 0.08
    for place, lines in enumerate(texts):
        y -= len(lines) * pitch
        middle = y + 0.5 * len(lines) * pitch
        canvas.write(
            MARGIN, y + (len(lines) - 0.5) * pitch, [f"{place + 1}"], size=size, weight="bold"
        )
        canvas.write(MARGIN + 0.3, middle, lines, size=size)
        y -= 0.05 if size == SMALL else 0.02
    return canvas.figure


def _draw_share_over_time(
    canvas: Canvas, periods: Sequence[RoadmapPeriod], *, left: float, bottom: float
) -> None:
    theme = canvas.theme
    width, height = canvas.width - left - 0.35, max(canvas.top - bottom - 0.05, 0.2)
    axes = canvas.panel(left, bottom, width, height)
    axes.grid(visible=True, axis="y", color=theme.grid, linewidth=0.8)
    days = [period.from_on.toordinal() for period in periods]
    days.append(periods[-1].until_on.toordinal())
    scale = width / (days[-1] - days[0])
    shares = [period.soft_share_recommended for period in periods]
    planned = [period.soft_share_hours for period in periods]
    for place, (start, end) in enumerate(pairwise(days)):
        middle = 0.5 * (start + end)
        if place:
            axes.axvline(start, color=theme.muted, linewidth=0.8, linestyle=":")
            axes.plot(
                (start, start),
                shares[place - 1 : place + 1],
                color=theme.series[0],
                linewidth=2.0,
                zorder=3,
            )
        axes.plot(
            (start, end),
            (shares[place],) * 2,
            color=theme.series[0],
            linewidth=2.0,
            zorder=3,
            solid_capstyle="butt",
        )
        draw_point(
            axes, start + 0.38 * (end - start), shares[place], theme.series[0], theme, marker="o"
        )
        share = planned[place]
        if share is not None:
            axes.plot(
                (start, end),
                (share, share),
                color=theme.series[1],
                linewidth=1.6,
                linestyle="--",
                zorder=3,
            )
            draw_point(
                axes, start + 0.62 * (end - start), share, theme.series[1], theme, marker="D"
            )
        number = f"{place + 1}"
        if (end - start) * scale > text_width(number, NORMAL, "bold") + 0.05:
            put_text(axes, middle, 1.06, number, weight="bold", color=theme.ink, ha="center")
    number_axis(axes, "y", 0.0, 1.12, height, percent=True)
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= 1.0])
    axes.set_xlim(days[0], days[-1])
    _date_ticks(axes, days, scale)
    label_y(canvas, bottom, bottom + height, "Soft share")


def _date_ticks(axes: Axes, days: Sequence[int], scale: float) -> None:
    """Write the days on which periods start, as many as stand apart."""
    from matplotlib.ticker import FixedLocator, FuncFormatter

    apart = text_width("2000-00-00", SMALL) + 0.12
    kept = [days[0]]
    for day in days[1:-1]:
        if (day - kept[-1]) * scale >= apart and (days[-1] - day) * scale >= apart:
            kept.append(day)
    kept.append(days[-1])
    axis = axes.xaxis
    axis.set_major_locator(FixedLocator(kept))
    axis.set_major_formatter(FuncFormatter(_iso))


def _iso(day: float, _place: int) -> str:
    return dt.date.fromordinal(round(day)).isoformat()


def _points(shift: float) -> str:
    sign = "\u2212" if shift < 0 else "+"
    return f"{sign}{abs(100 * shift):.0f} percentage points"


def _period_text(period: RoadmapPeriod) -> str:
    hours = (
        "none planned" if period.soft_share_hours is None else percent_text(period.soft_share_hours)
    )
    return (
        f"{period.stage.value}, {period.field}, from {period.from_on}: recommended "
        f"{percent_text(period.soft_share_recommended)}, planned hours {hours}, readiness "
        f"{period.plan.readiness_now:.2f} \u2192 {period.readiness_then:.2f}"
    )
