"""What every record can do for the program it lives in, looked up only when it is asked."""

from collections.abc import Iterator
from typing import Any

__all__ = ["Record", "Result"]


class Record:
    """
    The base of every record: nothing is stored here, and nothing imported until it is used.

    A record is a body and an answer of web frameworks that use pydantic: faults of a document
    become its validation errors, each at its own location.
    """

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
        """Tell pydantic how to read and write the record."""
        from skillbalance.formats._pydantic import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _core_schema: object, _handler: object) -> dict[str, Any]:
        """Tell pydantic what the record's document looks like."""
        from skillbalance.formats._pydantic import flat_schema_of

        return flat_schema_of(cls)


class Result(Record):
    """The base of what the verbs give: a record that can be looked at, printed and drawn."""

    __slots__ = ()

    def summary(self) -> str:
        """Say the result in plain text, as the shell prints it, 100 columns wide at most."""
        from skillbalance.display.summaries import summary_of

        return summary_of(self)

    def _repr_html_(self) -> str:
        """Show the result in a notebook: static, escaped, without scripts or outside resources."""
        from skillbalance.display.pages.notebook import html_of

        return html_of(self)

    def __rich_console__(self, _console: object, options: Any) -> Iterator[Any]:
        """Show the summary where rich prints the result, as wide as the terminal is."""
        from rich.text import Text

        from skillbalance.display.summaries import summary_of

        # As a text, so that brackets in names are no markup.
        yield Text(summary_of(self, width=min(options.max_width, 100)))

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """
        Draw the result with matplotlib (extra ``plot``).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        **options
            What the picture of this result takes, see :mod:`skillbalance.display.plots.draw`.

        Returns
        -------
        matplotlib.figure.Figure
            The figure drawn on, never shown by itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from skillbalance.display.plots.draw import plot_of

        return plot_of(self, ax=ax, **options)
