"""Text that is safe on a page: every sign escaped, no control, no name that turns its neighbors."""

import unicodedata
from collections.abc import Sequence
from html import escape

from skillbalance.display._words import printable


def say(text: str) -> str:
    r"""
    Return a text as it is shown on a page: on one line, without controls, every sign escaped.

    Examples
    --------
    >>> say("<b>'SQL' & more\u202e</b>")
    '&lt;b&gt;&#x27;SQL&#x27; &amp; more\\u202e&lt;/b&gt;'
    """
    return escape(printable(text), quote=True)


def flow(text: str) -> str:
    r"""
    Return a sentence for a page, words of right-to-left scripts isolated from what follows them.

    Without that a name in Hebrew at the start would draw the colon and the number behind it to
    its other side.

    Examples
    --------
    >>> print(ascii(flow("\u05e9\u05dc: 2 h")))
    '<bdi>\u05e9\u05dc</bdi>: 2 h'
    """
    shown = printable(text)
    if shown.isascii():
        return escape(shown, quote=True)
    turned = [unicodedata.bidirectional(character) in {"R", "AL"} for character in shown]
    parts: list[str] = []
    at = 0
    while at < len(shown):
        start, end = at, at + 1
        if turned[at]:
            # A run goes on over spaces and signs as long as the same script follows them.
            while (follows := _next_turned(shown, turned, end)) is not None:
                end = follows + 1
            parts.append(f"<bdi>{escape(shown[start:end], quote=True)}</bdi>")
        else:
            while end < len(shown) and not turned[end]:
                end += 1
            parts.append(escape(shown[start:end], quote=True))
        at = end
    return "".join(parts)


def _next_turned(text: str, turned: Sequence[bool], at: int) -> int | None:
    """Return where right-to-left letters go on, None where something else comes first."""
    while at < len(text):
        if turned[at]:
            return at
        if text[at].isalnum():
            return None
        at += 1
    return None
