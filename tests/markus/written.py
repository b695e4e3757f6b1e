"""The folder for MarkUs, made of results that are all there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.assignment import Assignment
from grader.markus.folder import MarkusFolder
from grader.results import Result
from grader.results.rendering import Rendering


def write_markus(results: Iterable[Result], assignment: Assignment, folder: Path) -> str | None:
    """Write it as a batch does; gives the complaint."""
    markus = MarkusFolder(assignment, folder)
    for result in results:
        markus.take(result)
        markus.write(Rendering(result))
    markus.finish()
    return markus.complaint
