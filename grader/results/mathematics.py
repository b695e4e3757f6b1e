"""MathML as it may stand in a page: only the elements we make, without attributes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from markupsafe import Markup, escape

from grader.results.exhibits import MATHML

MAX_DEPTH = 60


def safe_mathml(text: str) -> Markup:
    """The content of a `math` element, written anew from what was read; empty if it is anything else."""
    if not text or "<!" in text or "<?" in text:
        return Markup()
    try:
        root = ElementTree.fromstring(f"<mrow>{text}</mrow>")
        return Markup("").join(_written(root, 0))
    except (ElementTree.ParseError, ValueError):
        return Markup()


def _written(element: ElementTree.Element, depth: int) -> Iterator[Markup]:
    if element.tag not in MATHML or element.attrib or depth > MAX_DEPTH:
        raise ValueError(f"{element.tag} has no place in a formula")
    yield Markup(f"<{element.tag}>")  # one of our own names
    yield escape(element.text or "")
    for child in element:
        yield from _written(child, depth + 1)
        yield escape(child.tail or "")
    yield Markup(f"</{element.tag}>")
