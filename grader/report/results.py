"""The results of a batch, read back from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.errors import Exit, GraderError
from grader.results import CriterionResult, QuestionResult, Result


class NoResults(GraderError):  # noqa: N818 - what is the matter with the folder
    """The folder holds no results of a batch."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Graded:
    """A result and the stem of its files: `reports/STEM.html` is its page."""

    stem: str
    result: Result

    @property
    def name(self) -> str:
        """The hand-in's name."""
        return self.result.submission

    @property
    def page(self) -> str:
        """Where its report is, from the batch's folder."""
        return f"reports/{self.stem}.html"

    def criteria(self) -> list[tuple[QuestionResult, CriterionResult]]:
        """Every criterion with its question."""
        return [(question, c) for question in self.result.questions for c in question.criteria]


def read_results(folder: Path) -> tuple[Graded, ...]:
    """Every result below `folder/results`, by name; NoResults if there is none, or one cannot be read."""
    found = [Graded(path.stem, _read(path)) for path in sorted((folder / "results").glob("*.json"))]
    if not found:
        raise NoResults(f"{folder} holds no results: give the folder that `grader batch --out` wrote.")
    if len({graded.result.assignment for graded in found}) > 1:
        raise NoResults(
            f"{folder} holds results of several assignments: give each batch a folder of its own."
        )
    return tuple(sorted(found, key=lambda graded: graded.name))


def _read(path: Path) -> Result:
    try:
        return Result.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        raise NoResults(
            f"{path} is no result of this version of the grader: grade the class again "
            f"({str(problem).splitlines()[0]})."
        ) from problem
