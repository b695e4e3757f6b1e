"""`grader report` and `grader marks import` on a batch's folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app, marks
from grader.errors import Exit
from grader.results import Result, correct, needs_person
from grader.results.exhibits import StudentText

MakeResult = Callable[..., Result]

EXAMPLES = Path(__file__).parents[2] / "examples" / "csc413_a2_2025"
PENDING = needs_person("A person reads this part.", exhibits=(StudentText("Because.", 4, 2),))


@pytest.fixture
def batch(make_result: MakeResult, tmp_path: Path) -> Path:
    """The folder of a batch of two, one of which has a write-up among the examples."""
    for part in ("results", "reports"):
        (tmp_path / part).mkdir()
    for name in ("ada_okafor", "bo"):
        result = make_result(
            name, {"1.1.1": [(2, correct("Right.")), (3, PENDING)]}, assignment="csc413_a2_2025"
        )
        (tmp_path / "results" / f"{name}.json").write_text(result.model_dump_json())
        (tmp_path / "reports" / f"{name}.html").write_text("as the batch wrote it")
    return tmp_path


def test_a_report_is_written_beside_the_results(batch: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(batch)])
    assert done.exit_code == Exit.DONE
    assert "2 parts wait for a person" in done.output and str(batch / "class.html") in done.output
    assert {path.name for path in batch.iterdir()} >= {"class.html", "queue.html", "queue.csv", "items.csv"}
    assert (batch / "reports" / "bo.html").read_text() == "as the batch wrote it"


def test_with_the_class_the_pages_of_write_ups_are_shown(batch: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(batch), "--class", str(EXAMPLES)])
    assert done.exit_code == Exit.DONE, done.output
    if not (batch / "queue" / "pages" / "ada_okafor-1.jpg").is_file():
        pytest.skip("nothing confines the reading of PDFs on this machine")
    part = (batch / "queue" / "1.1.1-b.html").read_text()
    assert "Because." in part and "pages/ada_okafor-1.jpg" in part
    assert 'src="data:image/jpeg;base64,' in (batch / "reports" / "ada_okafor.html").read_text()
    assert (batch / "reports" / "bo.html").read_text() == "as the batch wrote it"


def test_figures_are_printed_as_json(batch: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(batch), "--json"])
    assert json.loads(done.output)["waiting"] == 2


@pytest.mark.parametrize(
    ("extra", "says"), [([], "grader batch --out"), (["--canvas", "nothing.csv"], "nothing.csv")]
)
def test_what_cannot_be_read_is_said_in_a_sentence(batch: Path, extra: list[str], says: str) -> None:
    folder = batch if extra else batch / "reports"
    done = CliRunner().invoke(app, ["report", str(folder), *extra])
    assert done.exit_code == Exit.USAGE and says in done.output


def fill_in(batch: Path, **columns: str) -> Path:
    """queue.csv with the first row filled in."""
    CliRunner().invoke(app, ["report", str(batch)])
    rows = list(csv.DictReader((batch / "queue.csv").open()))
    rows[0].update(columns)
    file = batch / "filled.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.parametrize("accept", [False, True])
def test_marks_are_shown_and_kept_only_when_accepted(
    batch: Path, accept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[object, ...]] = []

    class Store:
        def set_mark(self, name: str, criterion: str, earned: float | None, *, reason: str, by: str) -> None:
            kept.append((name, criterion, earned, reason, by))

    @contextmanager
    def store(folder: Path) -> Iterator[Store]:
        assert folder == batch
        yield Store()

    monkeypatch.setattr(marks, "persons_marks", store)
    file = fill_in(batch, earned="2.5", reason="Nearly.", by="Ana")
    command = ["marks", "import", str(file), str(batch), *(["--accept"] if accept else [])]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == Exit.DONE, done.output
    assert "Nearly." in done.output and ("Kept: 1 marks" if accept else "Nothing was kept yet") in done.output
    assert kept == ([("ada_okafor", "1.1.1/b", 2.5, "Nearly.", "Ana")] if accept else [])


def test_a_table_with_a_mistake_is_refused_as_a_whole(batch: Path) -> None:
    file = fill_in(batch, earned="7", reason="Too much.", by="Ana")
    done = CliRunner().invoke(app, ["marks", "import", str(file), str(batch), "--accept"])
    assert done.exit_code == Exit.USAGE and "not between 0 and 3" in done.output
