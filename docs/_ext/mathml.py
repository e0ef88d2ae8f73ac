"""Formulas as MathML, made by docutils while the page is built: no script, no network, no LaTeX."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def convert(tex: str, node: nodes.Element, *, as_block: bool) -> str:
    """MathML of a formula; one that docutils cannot read is a warning, hence fails the build."""
    # Two things that LaTeX allows and docutils does not: a size switch in mid-formula (the sizes
    # are the style sheet's) and large brackets without their side.
    tex = tex.replace(r"\textstyle", "")
    tex = re.sub(r"\\([bB]igg?)(?=[(\[])", r"\\\1l", tex)
    tex = re.sub(r"\\([bB]igg?)(?=[)\]])", r"\\\1r", tex)
    if as_block and r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    try:
        return tex2mathml(tex, as_block=as_block)
    except MathError as error:
        logger.warning("formula not understood: %s: %r", error, tex, location=node)
        return nodes.literal_block(tex, tex).astext()


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    self.body.append(convert(node.astext(), node, as_block=False))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(convert(node.astext(), node, as_block=True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Offer the renderer under the name `mathml`."""
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_math_block, None),
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
