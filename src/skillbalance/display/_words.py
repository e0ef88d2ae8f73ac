"""
Words and numbers as people read them: hours, shares and gains without digits nobody needs.

Everything a reader may have typed (names, ids, comments) passes through :func:`printable`, so
that a control character cannot disturb a terminal and a character the output cannot encode is
escaped *before* anything is measured.
"""

import math
import unicodedata

# A zero-width joiner or non-joiner is part of how a word is spelt (Persian, Hindi, emoji); every
# other format character (right-to-left override, for one) can make text read as something else.
JOINERS = "\u200c\u200d"
_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Sums of shares miss 0 and 1 by about 1e-16; a reader should not see that as "< 1 %", nor the
# difference of two equal readinesses as a gain.
ROUNDING_NOISE = 1e-9


def printable(text: str, *, encoding: str = "utf-8") -> str:
    r"""
    Return *text* on one line, safe to print: what cannot be shown as it is becomes an escape.

    Parameters
    ----------
    text : str
        Any text, from a document or an error.
    encoding : str
        Encoding of the output; a character it lacks is escaped too.

    Returns
    -------
    str
        The text with control, format and lone surrogate characters, line separators and
        characters outside *encoding* written as ``\x1b``, ``\n``, ``\u202e`` and so on.

    Examples
    --------
    >>> printable("SQL\n\x1b[31m")
    'SQL\\n\\x1b[31m'
    >>> printable("Gespräch", encoding="ascii")
    'Gespr\\xe4ch'
    """
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(
        _escape(character) if _is_unsafe(character) else character for character in text
    )
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def hours_text(hours: float) -> str:
    """
    Return a time the way people say it, to the minute.

    Examples
    --------
    >>> hours_text(1.5), hours_text(0.5), hours_text(2), hours_text(1.1)
    ('1 h 30', '30 min', '2 h', '1 h 06')
    """
    minutes = round(hours * 60)
    if minutes == 0:
        return "0 min" if hours <= 0 else "< 1 min"
    whole, rest = divmod(minutes, 60)
    if whole == 0:
        return f"{rest} min"
    return f"{whole} h" if rest == 0 else f"{whole} h {rest:02d}"


def decimal_hours(hours: float) -> str:
    """
    Return a time inside a sentence, as a decimal number without digits nobody plans by.

    Examples
    --------
    >>> decimal_hours(1.5), decimal_hours(1.333), decimal_hours(0.004), decimal_hours(0)
    ('1.5 h', '1.33 h', '0.004 h', '0 h')
    """
    shown = round(hours, 2)
    return f"{shown:g} h" if shown > 0.0 else f"{hours:.1g} h"


def step_text(block_hours: float | None) -> str:
    """
    Name the step in which hours are planned, to follow "one more" or "the next".

    Examples
    --------
    >>> step_text(None), step_text(0.5), step_text(0.75)
    ('hour', 'half hour', 'block of 45 min')
    """
    if block_hours is None or block_hours == 1.0:
        return "hour"
    return "half hour" if block_hours == 0.5 else f"block of {hours_text(block_hours)}"


def percent_text(share: float) -> str:
    """
    Return a share as whole percent.

    A share that is small but not zero does not read as zero, nor one just short of 1 as all.

    Examples
    --------
    >>> percent_text(0.625), percent_text(0.004), percent_text(0)
    ('62 %', '< 1 %', '0 %')
    """
    percent = round(share * 100)
    if percent == 0 and share > ROUNDING_NOISE:
        return "< 1 %"
    if percent == 100 and share < 1 - ROUNDING_NOISE:
        return "> 99 %"
    return f"{percent} %"


def signed_percent(share: float) -> str:
    """
    Return a signed share as whole percent, with its sign.

    Examples
    --------
    >>> signed_percent(0.07), signed_percent(-0.07), signed_percent(0.001)
    ('+7 %', '-7 %', '0 %')
    """
    percent = round(100 * share)
    return f"{percent:+d} %" if percent else "0 %"


def plural(number: float, noun: str) -> str:
    """
    Return a count with its noun.

    Examples
    --------
    >>> plural(1, "week"), plural(26.0, "week"), plural(0, "item")
    ('1 week', '26 weeks', '0 items')
    """
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def range_text(low: float, high: float) -> str:
    """
    Return a range of shares as whole percent.

    Examples
    --------
    >>> range_text(0.384, 0.68)
    '38 to 68 %'
    """
    return f"{round(100 * low)} to {round(100 * high)} %"


def amount_text(change: float) -> str:
    """
    Return a gain or a cost, at least 0, with the digits that matter.

    Examples
    --------
    >>> amount_text(0.01234), amount_text(0.00071), amount_text(0.00001), amount_text(0)
    ('0.012', '0.0007', 'less than 0.0001', 'nothing')
    """
    if change <= ROUNDING_NOISE:
        return "nothing"
    if change < 0.0001:
        return "less than 0.0001"
    digits = 4 if change < 0.001 else 3
    return f"{change:.{digits}f}"


def readiness_text(change: float) -> str:
    """
    Return a gain or a cost in readiness, at least 0, in words.

    Examples
    --------
    >>> readiness_text(0.01234), readiness_text(0)
    ('0.012 of readiness', 'nothing')
    """
    amount = amount_text(change)
    return amount if amount == "nothing" else f"{amount} of readiness"


def bound_text(bound: float) -> str:
    """
    Return a proved upper bound to four decimals, rounded up: what is printed is proved as well.

    Examples
    --------
    >>> bound_text(0.00441), bound_text(1e-7), bound_text(0.0044)
    ('0.0045', '0.0001', '0.0044')
    """
    return f"{math.ceil(bound * 1e4 - ROUNDING_NOISE) / 1e4:.4f}"


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in _ESCAPED_CATEGORIES and character not in JOINERS


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
