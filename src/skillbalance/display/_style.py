"""How pictures look: colors that stay apart for every eye, fonts, and text that fits its place."""

import functools
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from skillbalance.display._words import printable
from skillbalance.model.skill import SkillKind

POINTS_PER_INCH: Final = 72.0
LINE_HEIGHT: Final = 1.35  # of the font size: two lines never touch
SMALL, NORMAL, LARGE = 7.5, 9.0, 12.0  # [pt]
FONT: Final = "DejaVu Sans"  # comes with matplotlib: the same letters on every machine
_ELLIPSIS: Final = "\u2026"
_MISSING: Final = "\u25a1"  # an empty box, for a character that no font here has
# Families with what the own font lacks, tried where they are installed.
_MORE_FONTS: Final = {
    "CJK": ("Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "Yu Gothic", "PingFang SC"),
    "HANGUL": ("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo"),
    "HIRAGANA": ("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic"),
    "KATAKANA": ("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic"),
}
_SYMBOL_FONTS: Final = ("Noto Emoji", "Symbola", "Segoe UI Emoji", "Segoe UI Symbol")
# What a picture of a writing is joined with; beside a box it would be one more box.
_JOINERS: Final = "\u200c\u200d\ufe0e\ufe0f"
_SCRATCH_DPI: Final = 300.0
# Letters are set on whole pixels: at 72 to 300 dots per inch lines are up to 8 % wider than in
# print, which is what is measured.
_SAFETY: Final = 1.09
_KEPT_END: Final = 8  # letters


class Theme(NamedTuple):
    """The colors of a picture: of the ground, of words, of lines, and of the series."""

    name: str
    paper: str
    ink: str
    muted: str  # smaller words, axes, intervals
    grid: str  # decoration: says nothing that would be missed
    shade: str  # areas; what they mean is said by their edges
    series: tuple[str, str, str, str]  # blue, vermillion, green, purple

    @property
    def hard(self) -> str:
        """Color of hard skills."""
        return self.series[0]

    @property
    def soft(self) -> str:
        """Color of soft skills."""
        return self.series[1]


# Okabe and Ito (2008), "Color Universal Design", jfly.uni-koeln.de/color: told apart with every
# kind of color vision. All four keep 3:1 on white and on the dark ground, so a color means the
# same in both themes.
_OKABE_ITO: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
THEMES: Final = {
    "light": Theme("light", "#ffffff", "#1b1b1b", "#5a5a5a", "#e4e4e4", "#e9eef2", _OKABE_ITO),
    "dark": Theme("dark", "#121417", "#f1f1f1", "#b3b8be", "#30343a", "#252b31", _OKABE_ITO),
}
# No color alone: what a color says, a hatch, a marker or a dash says too.
HATCHES: Final = ("", "////", "....", "xxxx")
HARD_MARKER, SOFT_MARKER = "o", "D"


def color_of(theme: Theme, kind: SkillKind) -> str:
    """Return the color of a kind of skill."""
    return theme.soft if kind is SkillKind.SOFT else theme.hard


def hatch_of(kind: SkillKind) -> str:
    """Return the hatch of a kind of skill: none for hard, lines for soft."""
    return HATCHES[1] if kind is SkillKind.SOFT else HATCHES[0]


def marker_of(kind: SkillKind) -> str:
    """Return the marker of a kind of skill: round for hard, a diamond for soft."""
    return SOFT_MARKER if kind is SkillKind.SOFT else HARD_MARKER


def contrast(one: str, other: str) -> float:
    """
    Return the contrast of two colors, 1 to 21, as WCAG 2.2 defines it.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    first, second = _luminance(one), _luminance(other)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[place : place + 2], 16) / 255.0 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(color: str, ground: str, share: float) -> str:
    """Return *share* of a color on a ground, without transparency: the same in every file."""
    pairs = ((int(color[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in pairs)


# --- fonts ----------------------------------------------------------------------------------------


def shown(text: str) -> str:
    """Return a text a picture can show: controls as escapes, boxes for what no font has."""
    text = printable(text)
    if text.isascii():
        return text
    missing = _lacking(text, families_for(text))
    if not missing:
        return text
    letters: list[str] = []
    for letter in text:
        if letter in _JOINERS and letters and letters[-1] == _MISSING:
            continue
        letters.append(_MISSING if letter in missing else letter)
    return "".join(letters)


@functools.lru_cache(maxsize=4096)
def families_for(text: str) -> tuple[str, ...]:
    """Return the font families a text needs: our own, then others that have what it lacks."""
    missing = _lacking(text, (FONT,))
    families = [FONT]
    for letter in sorted(missing):
        for family in _candidates(letter):
            if family not in families and not _lacking(letter, (family,)):
                families.append(family)
                break
    return tuple(families)


def font_of(text: str, weight: str = "normal") -> dict[str, Any]:
    """Return how a text is set: its families, and never as mathematics."""
    families = families_for(text)
    # Fonts of symbols have one weight, and matplotlib says so each time.
    weight = weight if len(families) == 1 else "normal"
    return {"family": list(families), "weight": weight, "parse_math": False}


def _candidates(letter: str) -> Iterable[str]:
    """Return the installed families that may have a letter."""
    script = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    noto = f"Noto Sans {script.title()}"
    wanted = (*_MORE_FONTS.get(script, ()), noto, *_SYMBOL_FONTS, "Noto Sans Symbols2")
    return [family for family in wanted if family in _installed()]


@functools.lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font_names())


def _lacking(text: str, families: tuple[str, ...]) -> frozenset[str]:
    """Return the letters of a text that none of the families has."""
    return frozenset(text) - frozenset().union(
        *({letter for letter in text if ord(letter) in _letters_of(family)} for family in families)
    )


@functools.lru_cache(maxsize=64)
def _letters_of(family: str) -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(font_manager.findfont(family)).get_charmap())


# --- text that fits -------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1)
def _scratch() -> tuple[Any, Any]:
    """Return a figure that is never drawn, to measure on."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(dpi=_SCRATCH_DPI)
    canvas: Any = FigureCanvasAgg(figure)
    return figure, canvas.get_renderer()


@functools.lru_cache(maxsize=16384)
def text_width(text: str, size: float = NORMAL, weight: str = "normal") -> float:
    """Return the width of one line of text. [inch]"""
    from matplotlib.text import Text

    if not text:
        return 0.0
    figure, renderer = _scratch()
    drawn = Text(0, 0, text, size=size, **font_of(text, weight))
    drawn.set_figure(figure)
    return float(drawn.get_window_extent(renderer).width) / _SCRATCH_DPI * _SAFETY


def line_height(size: float = NORMAL) -> float:
    """Return the height of a line of text with the room around it. [inch]"""
    return size * LINE_HEIGHT / POINTS_PER_INCH


def fit_lines(
    text: str, width: float, *, size: float = NORMAL, weight: str = "normal", n_lines: int = 1
) -> tuple[str, ...]:
    """
    Break a text into at most *n_lines* lines of a width, the last ending in an ellipsis if cut.

    Parameters
    ----------
    text : str
        Text as a picture can show it.
    width : float
        Room for each line. [inch]
    size : float
        Font size. [pt]
    weight : str
        ``"normal"`` or ``"bold"``.
    n_lines : int
        The most lines.
    """
    lines: list[str] = []
    rest = text
    while len(lines) < n_lines - 1 and text_width(rest, size, weight) > width:
        kept = _longest_start(rest, width, size, weight)
        space = rest.rfind(" ", 1, kept + 1)
        kept = space if space > 0 else kept
        lines.append(rest[:kept].rstrip())
        rest = rest[kept:].lstrip()
    return (*lines, _cut(rest, width, size, weight))


def _cut(text: str, width: float, size: float, weight: str) -> str:
    if text_width(text, size, weight) <= width:
        return text
    kept = _longest_start(text, width, size, weight, _ELLIPSIS)
    return text[:kept].rstrip(" " + _JOINERS) + _ELLIPSIS


def _longest_start(text: str, width: float, size: float, weight: str, end: str = "") -> int:
    """Count the letters that fit, at least one; marks stay with their letter."""
    low, high = 1, min(len(text), 400)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle] + end, size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    while low > 1 and low < len(text) and unicodedata.combining(text[low]):
        low -= 1
    return low


def fit_names(
    names: Sequence[str], width: float, *, size: float = NORMAL, n_lines: int = 2
) -> list[tuple[str, ...]]:
    """
    Break names into lines of a width; names that would be cut to the same keep their ends.

    Parameters
    ----------
    names : sequence of str
        Names as people typed them.
    width : float
        Room for each line. [inch]
    size : float
        Font size. [pt]
    n_lines : int
        The most lines.
    """
    texts = [shown(name) for name in names]
    fitted = [fit_lines(text, width, size=size, n_lines=n_lines) for text in texts]
    for lines in set(fitted):
        alike = [place for place, found in enumerate(fitted) if found == lines]
        if len({texts[place] for place in alike}) == 1:
            continue
        ends = [texts[place][-_KEPT_END:] for place in alike]
        if len(set(ends)) < len(ends):
            ends = [f"#{place + 1}" for place in alike]
        for place, end in zip(alike, ends, strict=True):
            start = _cut(texts[place], width - text_width(end, size), size, "normal")
            fitted[place] = (start + end,)
    return fitted
