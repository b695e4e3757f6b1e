"""A result in the forms that the files of a batch hold."""

from __future__ import annotations

from functools import cached_property

from grader.results.html import hand_in_page
from grader.results.model import Result


class Rendering:
    """A result's texts, each made when it is first asked for, and once, however many files hold it."""

    def __init__(self, result: Result) -> None:
        self.result = result

    @cached_property
    def json(self) -> str:
        """The published format."""
        return self.result.model_dump_json(indent=2) + "\n"

    @cached_property
    def page(self) -> str:
        """The report as HTML."""
        return hand_in_page(self.result)
