"""How pictures are laid out: axes of numbers, rows with a bar each, grids of small panels."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from skillbalance.display import _style
from skillbalance.display._style import NORMAL, SMALL, Theme, line_height, text_width
from skillbalance.display.plots.canvas import MARGIN, Axes, Canvas, Head, Stage, put_text

ROOM_BELOW: Final = 0.50  # ticks, their labels and the label of the axis [inch]
_SMALLEST_FONT: Final = 4.0  # [pt]
_LABEL_PART: Final = 0.34  # of the width, at most, for the names of rows
_WIDEST_LABEL: Final = 2.6  # [inch]
_TITLE_GAP: Final = 0.035  # between the name of a small panel and its top [inch]

# --- axes of numbers ------------------------------------------------------------------------------


def number_axis(
    panel: Axes, which: str, low: float, high: float, length: float, *, percent: bool = False
) -> None:
    """Give an axis limits and as many round ticks as fit its length. [inch]"""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    axis = panel.xaxis if which == "x" else panel.yaxis
    each = 0.6 if which == "x" else 0.35
    bins = max(1, min(6, int(length / each)))
    steps = [1, 2, 2.5, 5, 10] if percent else [1, 2, 5, 10]
    ticks = MaxNLocator(nbins=bins, steps=steps).tick_values(low, high)
    slack = 1e-9 * (high - low)
    axis.set_major_locator(FixedLocator([t for t in ticks if low - slack <= t <= high + slack]))
    write: Callable[[float, int], str] = _percent if percent else _plain
    axis.set_major_formatter(FuncFormatter(write))
    (panel.set_xlim if which == "x" else panel.set_ylim)(low, high)


def _digits(value: float) -> str:
    """Write a tick without a power of ten: all of them are within what people read."""
    digits = f"{value:.8f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits.replace("-", "\u2212")


def _plain(value: float, _place: int) -> str:
    return _digits(value)


def _percent(value: float, _place: int) -> str:
    return f"{_digits(100 * value)} %"


# --- rows: one name, one bar ----------------------------------------------------------------------


class Row(NamedTuple):
    """A row: its name, and a note at the right; a heading has no bar."""

    name: str
    note: str = ""
    heading: bool = False


class RowPanel(NamedTuple):
    """The axes of the bars, and where the rows are on them; the first row is on top."""

    canvas: Canvas
    axes: Axes
    places: tuple[float, ...]  # of rows that are no headings

    @property
    def theme(self) -> Theme:
        """Colors."""
        return self.canvas.theme


def open_rows(
    stage: Stage,
    head: Head,
    rows: Sequence[Row],
    *,
    low: float,
    high: float,
    x_label: str,
    width: float = 8.0,
    note_width: float = 0.0,
    note_size: float = NORMAL,
    percent: bool = False,
) -> RowPanel:
    """
    Lay out a picture of rows: names at the left, bars in the middle, notes at the right.

    Parameters
    ----------
    stage : Stage
        Where to draw.
    head : Head
        Title and legend.
    rows : sequence of Row
        From top to bottom.
    low, high : float
        Ends of the axis.
    x_label : str
        What it shows, with its unit.
    width : float
        Of a figure of our own. [inch]
    note_width : float
        Room for the notes in such a figure. [inch]
    note_size : float
        Font size of the notes. [pt]
    percent : bool
        Whether the axis shows shares.
    """
    shrink = min(stage.room(width) / width, 1.0)
    width, note_width = stage.room(width), note_width * shrink
    names = [row.name for row in rows]
    widest = max((text_width(_style.shown(name), NORMAL, "bold") for name in names), default=0.0)
    label_width = min(widest, _LABEL_PART * width, _WIDEST_LABEL)
    lines = _style.fit_names(names, label_width)
    notes = [_fit_note(row.note, note_width, note_size, 4) for row in rows]
    pitch = max(
        (
            max(len(name) * line_height(NORMAL), len(note) * line_height(note_size))
            for name, note in zip(lines, notes, strict=True)
        ),
        default=0.0,
    )
    wanted = max(len(rows), 1) * max(pitch + 0.12, 0.28) + ROOM_BELOW + 0.05
    body = stage.body(head, width, wanted)
    each = max((body - ROOM_BELOW - 0.05) / max(len(rows), 1), 0.01)
    size, small = NORMAL, note_size
    if each < pitch + 0.06:  # axes of the caller's with less room: one line, in small letters
        size = max(min(NORMAL, each * _style.POINTS_PER_INCH / 1.3), _SMALLEST_FONT)
        small = min(size, note_size)
        n_lines = max(1, min(2, int(each / line_height(size))))
        lines = _style.fit_names(names, label_width, size=size, n_lines=n_lines)
        n_lines = max(1, int(each / line_height(small)))
        notes = [_fit_note(row.note, note_width, small, n_lines) for row in rows]
    canvas = stage.open(head, width, wanted)
    left = MARGIN + label_width + 0.12
    right = MARGIN + (note_width + 0.15 if note_width else 0.20)
    bottom, height = ROOM_BELOW, each * max(len(rows), 1)
    panel = canvas.panel(left, bottom, width - left - right, height)
    number_axis(panel, "x", low, high, width - left - right, percent=percent)
    panel.set_ylim(len(rows) - 0.5 if rows else 0.5, -0.5)
    panel.set_yticks([])
    panel.grid(visible=True, axis="x", color=canvas.theme.grid, linewidth=0.8)
    for place, (row, name, note) in enumerate(zip(rows, lines, notes, strict=True)):
        y = bottom + height - (place + 0.5) * each
        if row.heading:
            canvas.write(MARGIN, y, name, size=size, weight="bold")
        else:
            canvas.write(left - 0.12, y, name, size=size, across="right")
            canvas.write(width - MARGIN - note_width, y, note, size=small, color=canvas.theme.muted)
    label_x(canvas, left, width - right, x_label)
    if not rows:
        canvas.write(MARGIN, bottom + 0.5 * height, ["Nothing to show."], color=canvas.theme.muted)
    places = tuple(float(place) for place, row in enumerate(rows) if not row.heading)
    return RowPanel(canvas, panel, places)


def _fit_note(note: str, width: float, size: float, n_lines: int) -> tuple[str, ...]:
    if not note or width <= 0:
        return ()
    return _style.fit_lines(_style.shown(note), width, size=size, n_lines=n_lines)


def label_x(canvas: Canvas, left: float, right: float, label: str) -> None:
    """Name the axis below its ticks: at its middle, but within the canvas."""
    line = _style.fit_lines(label, canvas.width - 2 * MARGIN, size=SMALL)
    half = 0.5 * text_width(line[0], SMALL)
    middle = min(max(0.5 * (left + right), MARGIN + half), canvas.width - MARGIN - half)
    canvas.write(middle, 0.13, line, size=SMALL, color=canvas.theme.muted, across="center")


def label_y(canvas: Canvas, bottom: float, top: float, label: str) -> None:
    """Name the axis along the left edge, upwards."""
    put_text(
        canvas.ax,
        0.13,
        0.5 * (bottom + top),
        _style.fit_lines(label, max(top - bottom, 0.3), size=SMALL)[0],
        size=SMALL,
        color=canvas.theme.muted,
        rotation=90,
        ha="center",
        va="center",
    )


# --- a grid of small pictures ---------------------------------------------------------------------


def open_grid(
    stage: Stage,
    head: Head,
    titles: Sequence[str],
    *,
    x_label: str,
    y_label: str,
) -> tuple[Canvas, list[Axes], tuple[float, float]]:
    """Lay out one small panel per title, and return them with the size of each. [inch]"""
    n = max(len(titles), 1)
    columns = min(n, 3 if n <= 6 else 4 if n <= 16 else 5)
    lines_of = -(-n // columns)
    width = stage.room(max(2.2 * columns + 0.6, 6.2))
    side, gap = 0.55, 0.22
    each = (width - side - MARGIN - gap * columns) / columns
    title_height = 2 * line_height(SMALL + 0.5) + 0.04
    wanted = lines_of * (title_height + 1.25 + 0.25) + ROOM_BELOW - 0.2
    body = stage.body(head, width, wanted)
    pitch = (body - (ROOM_BELOW - 0.2)) / lines_of
    if pitch < 1.0:  # little room: one line
        title_height = line_height(SMALL + 0.5) + 0.02
    high = max(pitch - title_height - 0.25, 0.1)
    canvas = stage.open(head, width, wanted)
    names = _style.fit_names(titles, each, size=SMALL + 0.5, n_lines=2 if pitch >= 1.0 else 1)
    panels = []
    for place, name in enumerate(names):
        row, column = divmod(place, columns)
        left = side + column * (each + gap)
        top = canvas.top - row * pitch
        middle = top - title_height + _TITLE_GAP + 0.5 * len(name) * line_height(SMALL + 0.5)
        canvas.write(left, middle, name, size=SMALL + 0.5)
        panel = canvas.panel(left, top - title_height - high, each, high)
        panel.grid(visible=True, axis="y", color=canvas.theme.grid, linewidth=0.8)
        panels.append(panel)
        last_of_column = place + columns >= len(names)
        panel.tick_params(labelleft=column == 0, labelbottom=last_of_column, left=False)
    label_x(canvas, side, width, x_label)
    label_y(canvas, ROOM_BELOW, canvas.top, y_label)
    if not titles:
        canvas.write(side, 0.5 * canvas.top, ["Nothing to show."], color=canvas.theme.muted)
    return canvas, panels, (each, high)


def open_one(
    stage: Stage,
    head: Head,
    *,
    x_label: str,
    y_label: str,
    width: float = 7.5,
    tall: float = 3.4,
    below: float = 0.0,
) -> tuple[Canvas, Axes, tuple[float, float]]:
    """Lay out one large panel, and room *below* it; return it with its size. [inch]"""
    left, right = 0.75, 0.3
    width = stage.room(width)
    body = stage.body(head, width, tall)
    canvas = stage.open(head, width, tall)
    bottom = ROOM_BELOW + below
    size = (max(width - left - right, 0.1), max(body - bottom - 0.08, 0.1))
    axes = canvas.panel(left, bottom, *size)
    axes.grid(visible=True, axis="y", color=canvas.theme.grid, linewidth=0.8)
    label_x(canvas, left, width - right, x_label)
    label_y(canvas, bottom, bottom + size[1], y_label)
    return canvas, axes, size
