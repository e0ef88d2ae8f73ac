"""How Sphinx builds the docs: with nothing fetched, every reference resolved, every example run."""

import doctest
import re
import sys
import tomllib
from pathlib import Path

from docutils import nodes
from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.domains.python import PyObject
from sphinx.util.typing import stringify_annotation

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

metadata = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = metadata["name"]
author = metadata["authors"][0]["name"]
release = metadata["version"]
version = release
project_copyright = f"2026, {author}"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "myst_parser",
    "mathml",
    "tables",
]
exclude_patterns = ["_build"]
nitpicky = True
default_role = "code"  # single backquotes in docstrings name arguments

html_theme = "furo"
html_title = f"skillbalance {release}"
html_math_renderer = "mathml"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["skillbalance.css"]
pygments_style = "friendly"
pygments_dark_style = "monokai"

# Types stand in the signature, one parameter a line; the docstrings give shapes and units.
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
# Shapes are prose ("ndarray of shape (n_skills,)"), so they are set as text, not as references.
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# Scripts become pages and notebooks. Nothing that hangs on the clock or fetches is written.
sphinx_gallery_conf = {
    "examples_dirs": ["../examples/gallery"],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"\.py$",
    "within_subsection_order": "gallery.StoryOrder",
    "image_scrapers": ("gallery.save_figure",),
    "capture_repr": ("_repr_html_", "__repr__"),
    "ignore_repr_types": r"matplotlib\.figure|Explorer",
    "reset_modules": (),
    "write_computation_times": False,
    "show_memory": False,
    "min_reported_time": 1e9,
    "download_all_examples": False,
    "abort_on_example_error": True,
    # Run by the first builder that passes `-t examples`; the second one takes what is there.
    "run_stale_examples": tags.has("examples"),  # noqa: F821 - Sphinx hands it in
}

# The docs are built without network, so the inventories of Python and NumPy are not at hand.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|datetime|enum|numpy|os|pathlib|types|typing)\..*"),
    (r"py:.*", r".*\b(ipywidgets|matplotlib)\..*"),
    # Type variables and helpers of our own that signatures show and nobody needs to look up.
    (r"py:.*", r"skillbalance\.(.*\.)?_\w+(\.\w+)?"),
    (r"py:class", r"FrozenMapping"),
    # Attribute types are prose as well ("mapping of str to float"); real names are qualified.
    (r"py:class", r"[a-z][^.]*"),
    (r"py:class", r"S \+ 1"),
]

# What an error says is part of an example; Sphinx would ignore it by default.
doctest_default_flags = doctest.ELLIPSIS
# Warnings are errors in the examples as well.
doctest_global_setup = """
import warnings
warnings.simplefilter("error")
"""
# The examples of docstrings run with the tests; here those of the pages, in doctest directives.
doctest_test_doctest_blocks = ""
trim_doctest_flags = True

ALIASES = {
    stringify_annotation(ArrayLike, mode): "~numpy.typing.ArrayLike"
    for mode in ("fully-qualified-except-typing", "smart")
}

# Records have attributes; Sphinx would call them variables.
for field_type in PyObject.doc_field_types:
    if field_type.name == "variable":
        field_type.label = "Attributes"


def shorten_signature(
    _app: Sphinx,
    _what: str,
    _name: str,
    _object: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Show array types by the names of the source, and a default that attrs computes as dots."""
    return shorten(signature), shorten(returns)


def shorten(text: str | None) -> str | None:
    """Undo what resolving the annotations does to NumPy's aliases and attrs' markers."""
    if text is None:
        return None
    for long, short in ALIASES.items():
        text = text.replace(long, short)
    text = re.sub(
        r"[\w.~]*ndarray\[tuple\[[\w.~]*Any, \.\.\.\], [\w.~]*dtype\[([\w.~]+)\]\]",
        r"~numpy.typing.NDArray[\1]",
        text,
    )
    return text.replace("= NOTHING", "= ...")


# Stands for the spaces in `low, high` while Sphinx looks for a type before the name.
JOINT = "\u2060"


def join_names(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Keep the names of a line like `low, high : float` together; all but the last look a type."""
    for at, line in enumerate(lines):
        shared = re.match(r":(?:ivar|vartype) \w+(?:, \w+)+:", line)
        if shared is not None:
            lines[at] = shared[0].replace(", ", f",{JOINT}") + line[shared.end() :]


def part_names(_app: Sphinx, doctree: nodes.document) -> None:
    """Set the joint names with their spaces again."""
    for text in list(doctree.findall(nodes.Text)):
        if JOINT in text:
            text.parent.replace(text, nodes.Text(text.replace(JOINT, " ")))


def setup(app: Sphinx) -> None:
    """Connect what the settings above cannot say."""
    # After napoleon (500) has made fields of the docstring.
    app.connect("autodoc-process-docstring", join_names, priority=600)
    app.connect("doctree-read", part_names)
    app.connect("autodoc-process-signature", shorten_signature)
