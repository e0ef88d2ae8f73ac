"""The gallery: scripts of ``examples/gallery`` as pages, their figures drawn without pyplot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

# The order in which a reader meets them.
STORY = (
    "first_plan",
    "feedback_360",
    "career_change",
    "team_in_a_frame",
    "own_scale",
    "after_a_bad_month",
    "what_if",
)


class StoryOrder:
    """Sort the examples as a reader meets them; sphinx-gallery makes one with the folder."""

    def __init__(self, _folder: str) -> None:
        """Take the folder, as the interface asks."""

    def __call__(self, name: str) -> int:
        """Place of a script."""
        return STORY.index(Path(name).stem)


def save_figure(_block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the figure that the last line of a cell gave, and return its reStructuredText."""
    from matplotlib.figure import Figure
    from sphinx_gallery.scrapers import figure_rst

    shown = block_vars["example_globals"].get("___")
    if not isinstance(shown, Figure):
        return ""
    block_vars["example_globals"]["___"] = None  # drawn once
    paths: Iterator[str] = block_vars["image_path_iterator"]
    path = str(next(paths))
    words = describe(shown)  # before it is drawn: then ticks have words too
    shown.savefig(path, format="png", dpi=150, facecolor="white")
    return str(figure_rst([path], gallery_conf["src_dir"], words))


def describe(figure: Any) -> str:
    """Say for those who cannot see it what a picture is of: the title, and the line below it."""
    from matplotlib.text import Text

    words = (" ".join(text.get_text().split()) for text in figure.findobj(Text))
    return ". ".join(list(filter(None, words))[:2]) + "."
