"""
Small pictures for pages, as inline SVG: bars, tracks, changes, courses, and one chart.

Each stands beside its number, so that readers of the number miss nothing: the small ones are
hidden from screen readers, the chart says in words what it shows. Hard skills are full and blue,
soft ones outlined and vermillion (Okabe and Ito); either is at least 3:1 against white and against
the dark backgrounds of notebooks, so the same picture serves both, and prints.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from skillbalance.display._style import THEMES
from skillbalance.display.pages.escaping import say
from skillbalance.display.views.parts import Bar, Change, Chart, Course, Picture, Spark, Track

HARD_COLOR: Final = THEMES["light"].hard  # the same in the dark
SOFT_COLOR: Final = THEMES["light"].soft

_BAR_WIDTH, _BAR_HEIGHT = 64.0, 10.0
_TRACK_WIDTH, _TRACK_HEIGHT = 120.0, 16.0
_SPARK_WIDTH, _SPARK_HEIGHT = 110.0, 28.0
_CHART_WIDTH, _CHART_HEIGHT = 640.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 84.0, 14.0, 38.0
_LABEL_HEIGHT = 14.0
# Small pictures grow and shrink with the text they stand in, drawn for letters of this size.
_EM = 14.0
# Room for a line at the edge of a picture.
_EDGE = 4.0


def picture_svg(picture: Picture) -> str:
    """Return a small picture as SVG, hidden from screen readers: its number stands beside it."""
    match picture:
        case Bar():
            return _svg(_BAR_WIDTH, _BAR_HEIGHT, _bar(picture))
        case Track():
            return _svg(_TRACK_WIDTH, _TRACK_HEIGHT, _track(picture))
        case Change():
            return _svg(_BAR_WIDTH, _BAR_HEIGHT, _change(picture))
        case Spark():
            return _svg(_SPARK_WIDTH, _SPARK_HEIGHT, _spark(picture))


def chart_svg(chart: Chart) -> str:
    """Return a chart as SVG, with what it shows in words for those who do not see it."""
    values = [one for course in chart.courses for part in course[1:4] for one in part]
    low, high, ticks = _axis(min(values), max(values))
    first, last = min(chart.x), max(chart.x)
    right = _CHART_WIDTH - _RIGHT
    bottom = _CHART_HEIGHT - _BOTTOM

    def to_x(value: float) -> float:
        return _LEFT + (right - _LEFT) * ((value - first) / (last - first) if last > first else 0.5)

    def to_y(value: float) -> float:
        return bottom - (bottom - _TOP) * (value - low) / (high - low)

    parts = [
        (
            f'<path d="M{_n(_LEFT)} {_n(to_y(tick))}H{_n(right)}" stroke="currentColor" '
            f'stroke-opacity="0.2"/>{_text(_LEFT - 6, to_y(tick) + 4, label, anchor="end")}'
        )
        for tick, label in ticks
    ]
    shown = _apart([(to_x(at), label) for at, label in chart.ticks])
    parts += [_text(at, bottom + 18, label, anchor="middle") for at, label in shown]
    if chart.x_label:
        parts.append(_text((_LEFT + right) / 2, _CHART_HEIGHT - 4, chart.x_label, anchor="middle"))
    parts.append(
        f'<text x="12" y="{_n((_TOP + bottom) / 2)}" text-anchor="middle" '
        f'transform="rotate(-90 12 {_n((_TOP + bottom) / 2)})">{say(chart.y_label)}</text>'
    )
    xs = [to_x(value) for value in chart.x]
    for course in chart.courses:
        color = SOFT_COLOR if course.dashed else HARD_COLOR
        parts.append(_band(xs, course.low, course.high, to_y, color))
        dashes = ' stroke-dasharray="6 4"' if course.dashed else ""
        parts.append(
            f'<path d="{_path(xs, map(to_y, course.level))}" fill="none" stroke="{color}" '
            f'stroke-width="2"{dashes}/>'
        )
    parts += _end_labels(chart.courses, to_y, right + 6)
    told = say(chart.told)
    return (
        f'<svg class="sb-chart" role="img" aria-label="{told}" '
        f'viewBox="0 0 {_n(_CHART_WIDTH)} {_n(_CHART_HEIGHT)}" width="{_n(_CHART_WIDTH)}" '
        f'height="{_n(_CHART_HEIGHT)}" font-size="12" fill="currentColor">'
        f"<title>{told}</title>{''.join(parts)}</svg>"
    )


def _bar(bar: Bar) -> str:
    long = _part(bar.value, bar.top) * (_BAR_WIDTH - 2.0)
    return _rect(1.0, long, soft=bar.soft) if long > 0.0 else ""


def _change(change: Change) -> str:
    middle = _BAR_WIDTH / 2.0
    long = _part(abs(change.value), change.top) * (middle - 1.0)
    start = middle if change.value > 0.0 else middle - long
    bar = _rect(start, long, soft=change.soft) if long > 0.0 else ""
    axis = f'<path d="M{_n(middle)} 0V{_n(_BAR_HEIGHT)}" stroke="currentColor"/>'
    return bar + axis


def _track(track: Track) -> str:
    color = _color(soft=track.soft)
    middle = _TRACK_HEIGHT / 2.0

    def to_x(value: float) -> float:
        return _EDGE + _part(value, track.top) * (_TRACK_WIDTH - 2.0 * _EDGE)

    parts = [
        (
            f'<path d="M{_n(_EDGE)} {_n(middle)}H{_n(_TRACK_WIDTH - _EDGE)}" '
            'stroke="currentColor" stroke-opacity="0.3"/>'
        )
    ]
    if track.low is not None and track.high is not None:
        left, right = to_x(track.low), to_x(track.high)
        parts.append(
            f'<rect x="{_n(left)}" y="{_n(middle - 4)}" width="{_n(max(right - left, 1.0))}" '
            f'height="8" fill="{color}" fill-opacity="0.3" stroke="{color}" stroke-width="0.7"/>'
        )
    elif track.low is not None:
        parts.append(_tick(to_x(track.low), middle, 3.5, "currentColor", 1.2))
    if track.start is not None and track.end is not None:
        parts.append(
            f'<path d="M{_n(to_x(track.start))} {_n(middle)}H{_n(to_x(track.end))}" '
            f'stroke="{color}" stroke-width="2.5"/>'
        )
    if track.target is not None:
        parts.append(_tick(to_x(track.target), middle, middle, "currentColor", 1.6))
    if track.start is not None:
        parts.append(
            f'<circle cx="{_n(to_x(track.start))}" cy="{_n(middle)}" r="3.2" class="sb-hollow" '
            f'fill="none" stroke="{color}" stroke-width="1.6"/>'
        )
    if track.end is not None:
        parts.append(
            f'<circle cx="{_n(to_x(track.end))}" cy="{_n(middle)}" r="3.6" fill="{color}"/>'
        )
    return "".join(parts)


def _spark(spark: Spark) -> str:
    count = len(spark.level)
    xs = [
        _EDGE + (_SPARK_WIDTH - 2.0 * _EDGE) * (at / (count - 1) if count > 1 else 0.5)
        for at in range(count)
    ]
    known = [*spark.level, *spark.low, *spark.high, *spark.idle]
    known += [] if spark.target is None else [spark.target]
    low, high = min(known), max(known)
    spread = high - low if high > low else 1.0

    def to_y(value: float) -> float:
        return _SPARK_HEIGHT - 2.0 - (_SPARK_HEIGHT - 4.0) * (value - low) / spread

    color = _color(soft=spark.soft)
    parts = [_band(xs, spark.low, spark.high, to_y, color)]
    if spark.target is not None:
        parts.append(
            f'<path d="M0 {_n(to_y(spark.target))}H{_n(_SPARK_WIDTH)}" stroke="currentColor" '
            'stroke-dasharray="1 3" stroke-width="1.2"/>'
        )
    if spark.idle:
        parts.append(
            f'<path d="{_path(xs, map(to_y, spark.idle))}" fill="none" stroke="currentColor" '
            'stroke-dasharray="5 3" stroke-width="1.2"/>'
        )
    if count > 1:
        parts.append(
            f'<path d="{_path(xs, map(to_y, spark.level))}" fill="none" stroke="{color}" '
            'stroke-width="2"/>'
        )
    end = to_y(spark.level[-1])
    parts.append(f'<circle cx="{_n(xs[-1])}" cy="{_n(end)}" r="2.2" fill="{color}"/>')
    return "".join(parts)


def _svg(width: float, height: float, inside: str) -> str:
    return (
        f'<svg class="sb-pic" aria-hidden="true" focusable="false" width="{width / _EM:.2f}em" '
        f'height="{height / _EM:.2f}em" viewBox="0 0 {_n(width)} {_n(height)}">{inside}</svg>'
    )


def _rect(start: float, long: float, *, soft: bool) -> str:
    color = _color(soft=soft)
    filled = 'fill-opacity="0.25"' if soft else ""
    return (
        f'<rect x="{_n(start)}" y="1" width="{_n(max(long, 1.0))}" height="{_n(_BAR_HEIGHT - 2)}" '
        f'fill="{color}" {filled} stroke="{color}"/>'
    )


def _tick(x: float, middle: float, half: float, color: str, width: float) -> str:
    return (
        f'<path d="M{_n(x)} {_n(middle - half)}V{_n(middle + half)}" stroke="{color}" '
        f'stroke-width="{width}"/>'
    )


def _band(
    xs: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    to_y: Callable[[float], float],
    color: str,
) -> str:
    if len(xs) < 2 or not low:
        return ""
    back = _path(reversed(xs), [to_y(value) for value in reversed(low)]).replace("M", "L", 1)
    return (
        f'<path d="{_path(xs, map(to_y, high))}{back}Z" fill="{color}" fill-opacity="0.18" '
        'stroke="none"/>'
    )


def _path(xs: Iterable[float], ys: Iterable[float]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in zip(xs, ys, strict=True))


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{say(text)}</text>'


def _end_labels(courses: Sequence[Course], to_y: Callable[[float], float], x: float) -> list[str]:
    """Name each course at its end, pushed apart where two ends meet."""
    ends = sorted((to_y(course.level[-1]) + 4.0, course.name) for course in courses if course.name)
    texts: list[str] = []
    free = _TOP
    for y, name in ends:
        at = max(y, free)
        texts.append(_text(x, at, name))
        free = at + _LABEL_HEIGHT
    return texts


def _apart(labels: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Leave out labels that would touch the one before."""
    kept: list[tuple[float, str]] = []
    for at, label in labels:
        room = 3.5 * (len(label) + 2)
        if not kept or at - kept[-1][0] > room + 3.5 * len(kept[-1][1]):
            kept.append((at, label))
    return kept


def _axis(low: float, high: float) -> tuple[float, float, list[tuple[float, str]]]:
    """Return rounded ends of an axis around the values, and its ticks with labels."""
    spread = max(high - low, 0.01)
    step = next(one for one in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if spread / one <= 6)
    first, last = int(low / step // 1), int(-(-high / step // 1))
    last = max(last, first + 1)
    digits = 3 if step < 0.01 else 2
    ticks = [(n * step, f"{n * step:.{digits}f}") for n in range(first, last + 1)]
    return first * step, last * step, ticks


def _part(value: float, top: float) -> float:
    """Return the part of the scale, held to the picture."""
    return min(max(value / top, 0.0), 1.0) if top > 0.0 else 0.0


def _color(*, soft: bool) -> str:
    return SOFT_COLOR if soft else HARD_COLOR


def _n(number: float) -> str:
    """Write a coordinate to a tenth, without what adds nothing."""
    return f"{number:.1f}".removesuffix(".0")
