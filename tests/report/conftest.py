"""A class in memory and in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.report.results import Graded
from grader.results import Result

MakeResult = Callable[..., Result]
MakeClass = Callable[..., tuple[Graded, ...]]


@pytest.fixture
def make_class(make_result: MakeResult) -> MakeClass:
    """Hand-ins by name, each with its rubric."""

    def make(rubrics: dict[str, object], **fields: object) -> tuple[Graded, ...]:
        return tuple(Graded(name, make_result(name, rubric, **fields)) for name, rubric in rubrics.items())

    return make


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[tuple[Graded, ...]], Path]:
    """A batch's folder with these results."""

    def write(graded: tuple[Graded, ...]) -> Path:
        (tmp_path / "results").mkdir()
        (tmp_path / "reports").mkdir()
        for g in graded:
            (tmp_path / "results" / f"{g.stem}.json").write_text(g.result.model_dump_json())
        return tmp_path

    return write
