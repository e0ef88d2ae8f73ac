"""
The sheet a picture is drawn on: laid out in inches, every word measured before it is set.

A picture keeps to the rectangle of its axes: that one is switched off, and panels are put into
it. So a figure of our own and axes of the caller's are drawn alike, and nothing can be clipped
that was measured.
"""

import functools
import io
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from skillbalance.display import _style
from skillbalance.display._style import LARGE, NORMAL, Theme, line_height, text_width

# matplotlib is an extra: its types are not at hand where it is not installed.
Axes: TypeAlias = Any
Figure: TypeAlias = Any

DPI: Final = 120.0
MARGIN: Final = 0.15  # [inch]
_SWATCH: Final = 0.30  # [inch]


class Key(NamedTuple):
    """An entry of the legend: what a mark means."""

    label: str
    shape: Literal["bar", "area", "tick", "line", "dot"]
    color: str
    hatch: str = ""
    marker: str = ""
    dashes: str = "-"
    hollow: bool = False


class Head(NamedTuple):
    """What stands above a picture."""

    title: str
    subtitle: str = ""
    keys: tuple[Key, ...] = ()


class Stage(NamedTuple):
    """Where a picture is to be drawn, and how."""

    theme: Theme
    ax: Axes = None

    def room(self, width: float) -> float:
        """Return the width a picture has: what it wants, or that of the caller's axes. [inch]"""
        return width if self.ax is None else _size_of(self.ax)[0]

    def body(self, head: Head, width: float, height: float) -> float:
        """Return the height left below the head: what it wants, or what the axes have. [inch]"""
        if self.ax is None:
            return height
        return max(_size_of(self.ax)[1] - head_height(head, self.room(width)), 0.2)

    def open(self, head: Head, width: float, height: float) -> "Canvas":
        """Open a canvas whose body below the head is *width* by *height*, with the head set."""
        width = self.room(width)
        total = self.body(head, width, height) + head_height(head, width)
        ax = self.ax if self.ax is not None else _new_axes(width, total, self.theme)
        canvas = Canvas(ax, self.theme, width, total)
        if self.ax is not None:  # a figure of our own has its ground already
            canvas.draw_box(0.0, 0.0, width, total, facecolor=self.theme.paper, zorder=-10)
        canvas.set_head(head)
        return canvas


def _size_of(ax: Axes) -> tuple[float, float]:
    box = ax.get_window_extent()
    dpi = ax.figure.dpi
    return box.width / dpi, box.height / dpi


def _new_axes(width: float, height: float, theme: Theme) -> Axes:
    from matplotlib import figure as figures

    figure: Figure = figures.Figure(figsize=(width, height), dpi=DPI, facecolor=theme.paper)
    # Notebooks show figures of pyplot by themselves; this one brings its own picture.
    figure._repr_png_ = functools.partial(png_of, figure)
    return figure.add_axes((0.0, 0.0, 1.0, 1.0))


def png_of(figure: Figure) -> bytes:
    """Return the picture as PNG, for notebooks."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=figure.get_facecolor())
    return buffer.getvalue()


class Canvas:
    """A rectangle measured in inches from its lower left corner; ``top`` is where the body ends."""

    def __init__(self, ax: Axes, theme: Theme, width: float, height: float) -> None:
        self.ax, self.theme, self.width, self.height = ax, theme, width, height
        self.top = height
        ax.set_axis_off()
        ax.set_xlim(0.0, width)
        ax.set_ylim(0.0, height)
        ax.set_aspect("auto")

    @property
    def figure(self) -> Figure:
        """The figure drawn on."""
        return self.ax.get_figure(root=True)

    def draw_box(self, x: float, y: float, width: float, height: float, **looks: Any) -> None:
        """Draw a rectangle."""
        from matplotlib.patches import Rectangle

        looks = {"linewidth": 0.0} | looks
        self.ax.add_patch(Rectangle((x, y), width, height, **looks))

    def write(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = NORMAL,
        color: str | None = None,
        across: str = "left",
        weight: str = "normal",
    ) -> None:
        """Set lines of text, *y* the middle of them all."""
        pitch = line_height(size)
        for place, line in enumerate(lines):
            middle = y + (0.5 * (len(lines) - 1) - place) * pitch
            put_text(
                self.ax,
                x,
                middle,
                line,
                size=size,
                color=color or self.theme.ink,
                ha=across,
                weight=weight,
            )

    def panel(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return axes of their own in a rectangle of the canvas, in the look of the house."""
        box = (
            left / self.width,
            bottom / self.height,
            max(width, 0.05) / self.width,
            max(height, 0.05) / self.height,
        )
        panel = self.ax.inset_axes(box)
        theme = self.theme
        panel.set_facecolor("none")
        for side, spine in panel.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(theme.muted)
            spine.set_linewidth(0.8)
        panel.tick_params(
            colors=theme.muted,
            labelcolor=theme.muted,
            labelsize=_style.SMALL,
            labelfontfamily=_style.FONT,
            length=3,
            width=0.8,
            pad=3,
        )
        panel.set_axisbelow(True)
        panel.grid(visible=False)
        return panel

    def set_head(self, head: Head) -> None:
        """Set title, subtitle and legend, and lower the top of the body to below them."""
        y = self.height - MARGIN
        room = self.width - 2 * MARGIN
        for text, size, weight, color in (
            (head.title, LARGE, "bold", self.theme.ink),
            (head.subtitle, NORMAL, "normal", self.theme.muted),
        ):
            if text:
                lines = _head_lines(text, room, size, weight)
                height = len(lines) * line_height(size)
                self.write(MARGIN, y - 0.5 * height, lines, size=size, weight=weight, color=color)
                y -= height
        for row in _legend_rows(head.keys, room):
            x = MARGIN
            y -= line_height(NORMAL) * 1.2
            for key in row:
                self._draw_key(key, x, y + 0.5 * line_height(NORMAL))
                label = _style.fit_lines(key.label, room - _SWATCH - 0.08)
                self.write(x + _SWATCH + 0.08, y + 0.5 * line_height(NORMAL), label)
                x += _key_width(key)
        self.top = y - 0.10

    def _draw_key(self, key: Key, x: float, y: float) -> None:
        middle = x + 0.5 * _SWATCH
        match key.shape:
            case "bar":
                looks = bar_looks(key.color, key.hatch, self.theme, hollow=key.hollow)
                self.draw_box(x, y - 0.055, _SWATCH, 0.11, **looks)
            case "area":
                self.draw_box(
                    x,
                    y - 0.055,
                    _SWATCH,
                    0.11,
                    facecolor=self.theme.shade,
                    edgecolor=key.color,
                    linewidth=0.8,
                )
            case "tick":
                self.ax.plot(
                    [middle, middle],
                    [y - 0.07, y + 0.07],
                    color=key.color,
                    linewidth=2.0,
                    linestyle=key.dashes,
                )
            case _:
                line = key.shape == "line"
                self.ax.plot(
                    [x, middle, x + _SWATCH] if line else [middle],
                    [y] * (3 if line else 1),
                    color=key.color,
                    linestyle=key.dashes if line else "none",
                    linewidth=1.8,
                    marker=key.marker or "none",
                    markevery=[1] if line else None,
                    solid_capstyle="butt",
                    **marker_looks(key.color, self.theme, hollow=key.hollow),
                )


def put_text(ax: Axes, x: float, y: float, text: str, **looks: Any) -> Any:
    """Put one line of text into axes: never mathematics, in fonts that have its letters."""
    looks = {"size": NORMAL, "va": "center_baseline", "ha": "left"} | looks
    looks |= _style.font_of(text, str(looks.get("weight", "normal")))
    return ax.text(x, y, text, clip_on=False, **looks)


def bar_looks(color: str, hatch: str, theme: Theme, *, hollow: bool = False) -> dict[str, Any]:
    """Return how a bar is filled: the hatch is cut out of it in the color of the ground."""
    if hollow:
        return {"facecolor": "none", "edgecolor": color, "linewidth": 1.0, "hatch": ""}
    return {"facecolor": color, "edgecolor": theme.paper, "linewidth": 0.0, "hatch": hatch}


def marker_looks(color: str, theme: Theme, *, hollow: bool = False) -> dict[str, Any]:
    """Return how a marker is filled; a hollow one shows the ground."""
    return {
        "markerfacecolor": theme.paper if hollow else color,
        "markeredgecolor": color,
        "markeredgewidth": 1.2,
        "markersize": 6.0,
    }


def _head_lines(text: str, room: float, size: float, weight: str) -> tuple[str, ...]:
    return _style.fit_lines(_style.shown(text), room, size=size, weight=weight, n_lines=3)


def head_height(head: Head, width: float) -> float:
    """Return what title, subtitle and legend take. [inch]"""
    room = width - 2 * MARGIN
    height = MARGIN + 0.10
    if head.title:
        height += len(_head_lines(head.title, room, LARGE, "bold")) * line_height(LARGE)
    if head.subtitle:
        height += len(_head_lines(head.subtitle, room, NORMAL, "normal")) * line_height(NORMAL)
    return height + len(_legend_rows(head.keys, room)) * line_height(NORMAL) * 1.2


def _key_width(key: Key) -> float:
    return _SWATCH + 0.08 + text_width(key.label) + 0.22


def _legend_rows(keys: Sequence[Key], room: float) -> list[list[Key]]:
    """Break the legend into lines."""
    rows: list[list[Key]] = []
    used = 0.0
    for key in keys:
        width = _key_width(key)
        if not rows or used + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append(key)
        used += width
    return rows
