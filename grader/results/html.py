"""Reports as self-contained HTML pages: no script, no outside address, every student text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from grader.results.model import Result
from grader.results.notable import to_look_at


def hand_in_page(result: Result) -> str:
    """The report on one hand-in, for the student and the TA."""
    return _template("hand_in.html").render(result=result)


def class_page(results: Sequence[Result], links: Mapping[str, str]) -> str:
    """The class at a glance; `links` leads from a hand-in's name to its page."""
    return _template("class.html").render(results=results, links=links)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("grader.results"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["marks"] = lambda value: "–" if value is None else f"{value:g}"
    environment.filters["to_look_at"] = to_look_at
    environment.filters["words"] = lambda outcome: outcome.replace("_", " ")
    return environment.get_template(name)
