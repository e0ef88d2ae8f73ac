"""Every result as a piece of HTML for notebooks: static, escaped, nothing fetched, no script."""

from typing import Final

from skillbalance.display._html_parts import PART_STYLE, flow, part_html, style_text
from skillbalance.display.summaries import view_of
from skillbalance.model._record import Result

# JupyterLab stripes rows and sets the color of text; both are left to it.
_STYLE: Final = style_text(PART_STYLE)


def html_of(result: Result) -> str:
    """
    Return a result as HTML to stand in a page: what notebooks ask for as ``_repr_html_``.

    Text takes the colour of the page around it and the background is left alone, so it reads in
    light and dark themes. Tables have captions and scopes, numbers stand beside every small
    picture, and a chart says in words what it shows.

    Parameters
    ----------
    result : Result
        What a verb gave.

    Returns
    -------
    str
        One ``div`` with its style. Names and all other text are escaped; control characters, and
        signs that turn the direction of text round, are shown as escapes.
    """
    view = view_of(result)
    parts = "".join(part_html(part) for part in view.parts)
    title = f'<p class="sb-title">{flow(view.title)}</p>'
    return f'<div class="skillbalance" lang="en"><style>{_STYLE}</style>{title}{parts}</div>'
