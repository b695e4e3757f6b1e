"""Results for tests of what reads and carries them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.results import CriterionResult, Isolation, QuestionResult, Result, Verdict, correct, needs_person

Rubric = dict[str, Sequence[tuple[float, Verdict]]]
MakeResult = Callable[..., Result]


def result_of(name: str = "ada", rubric: Rubric | None = None, **fields: Any) -> Result:
    """The result of a hand-in from each question's marks and verdicts; its criteria are a, b, c and so on."""
    rubric = rubric or {
        "1.1": [(2, correct("The update is right."))],
        "2": [(3, needs_person("A person reads it."))],
    }
    questions = [
        QuestionResult.of(
            id,
            f"Question {id}",
            sum(marks for marks, _ in lines),
            [
                CriterionResult.of("abcdef"[place], f"Part {place}", marks, verdict)
                for place, (marks, verdict) in enumerate(lines)
            ],
        )
        for id, lines in rubric.items()
    ]
    known: dict[str, Any] = {
        "assignment": "toy",
        "assignment_title": "A toy assignment",
        "isolation": Isolation(level="full", layers=("landlock", "seccomp")),
        "versions": {"python": "3.11"},
        "seed": 413,
        "seconds": 0.1,
    }
    return Result.of(questions, submission=name, **(known | fields))


@pytest.fixture
def make_result() -> MakeResult:
    """`result_of`, for any test."""
    return result_of


@pytest.fixture
def title_in_browser(tmp_path: Path) -> Callable[[Path], str]:
    """Opens a page in a real browser and gives its title, which a script that runs would have changed."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("there is no chromium to render the reports with")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]

    def title(page: Path) -> str:
        command = [chromium, *options, "--dump-dom", page.as_uri()]
        dumped = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
        found = re.search(r"<title>(.*?)</title>", dumped, re.DOTALL)
        return found[1].strip() if found else ""

    return title
