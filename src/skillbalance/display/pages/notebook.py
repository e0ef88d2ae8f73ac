"""Every result as a piece of HTML for notebooks: static, escaped, nothing fetched, no script."""

from skillbalance.display.pages.parts import view_html
from skillbalance.display.summaries import view_of
from skillbalance.model._record import Result


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
    return view_html(view_of(result))
