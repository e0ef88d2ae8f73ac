"""Numbers and names as sentences of coaching write them: few digits, one line."""

from collections.abc import Sequence

__all__ = ["amount", "hours", "level", "listing", "percent", "plain", "quoted"]


def plain(text: str) -> str:
    """Return a text on one line, control characters escaped."""
    return text if text.isprintable() else repr(text)[1:-1]


def quoted(text: str) -> str:
    """Return an id of a goal in quotes."""
    return f'"{plain(text)}"'


def amount(readiness: float) -> str:
    """Write a change of readiness; below a thousandth with a digit more, or as nothing."""
    size = abs(readiness)
    if size < 5e-5:
        return "nothing"
    return f"{size:.3f}" if size >= 0.001 else f"{size:.4f}"


def hours(value: float) -> str:
    """Write 1.5 as "1.5 h"; what would round to nothing keeps a digit."""
    shown = round(value, 2)
    return f"{shown:g} h" if shown != 0.0 or value == 0.0 else f"{value:.1g} h"


def level(value: float) -> str:
    """Write a proficiency with two digits."""
    return f"{value:.2f}"


def percent(share: float) -> str:
    """Write a share as percent, below ten with a digit more."""
    shown = 100.0 * share
    return f"{shown:.0f} %" if abs(shown) >= 10.0 or shown == 0.0 else f"{shown:.1f} %"


def listing(names: Sequence[str]) -> str:
    """Write names as "A, B and C"."""
    shown = [plain(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
