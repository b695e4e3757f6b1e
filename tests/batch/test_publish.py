"""Files of an output folder are left alone while they are what would be written, else written anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.batch.publish import publish
from grader.markus.folder import MarkusFolder
from grader.store import Store
from grader.store.lock import only_writer

from .course import Course

JSON, REPORT, FEEDBACK = "results/ada.json", "reports/ada.html", "markus/feedback/ada.html"
OF_ADA = {JSON, REPORT, FEEDBACK}


@pytest.fixture
def published(graded: Course) -> Course:
    """The class with everything written, also for MarkUs."""
    written(graded)
    return graded


def written(course: Course) -> set[str]:
    """Publish, and tell which of the hand-ins' files are others than before."""
    before = versions(course.out)
    markus = MarkusFolder(load_assignment(course.assignment), course.out / "markus")
    with only_writer(course.out), Store(course.out) as store:
        publish(store, course.out, (markus,))
    return {name for name, version in versions(course.out).items() if before.get(name) != version}


def versions(out: Path) -> dict[str, tuple[int, int]]:
    """Of the files of hand-ins: which file each is, and when it was written."""
    folders = (out / Path(name).parent for name in OF_ADA)
    files = [path for folder in folders if folder.exists() for path in folder.iterdir()]
    found = {path.relative_to(out).as_posix(): path.stat() for path in files}
    return {name: (status.st_ino, status.st_mtime_ns) for name, status in found.items()}


def test_what_stands_is_left_alone(published: Course) -> None:
    tables = [published.out / name for name in ("marks.csv", "markus/groups.jsonl", "markus/grades.csv")]
    before = [path.read_bytes() for path in tables]
    assert written(published) == set()
    assert [path.read_bytes() for path in tables] == before and "ada" in before[0].decode()


def remove(path: Path) -> None:
    path.unlink()


def damage(path: Path) -> None:
    path.write_text("changed by hand")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "change"),
    [*((name, remove) for name in sorted(OF_ADA)), (JSON, damage), (FEEDBACK, damage), (FEEDBACK, empty)],
)
def test_what_was_lost_or_changed_by_hand_is_written_again(
    published: Course, name: str, change: Callable[[Path], None]
) -> None:
    before = (published.out / name).read_bytes()
    change(published.out / name)
    assert name in written(published) <= OF_ADA
    assert (published.out / name).read_bytes() == before
    assert written(published) == set()


def test_a_report_that_pages_of_the_write_up_were_added_to_keeps_them(published: Course) -> None:
    """As `grader report --class` does."""
    (published.out / REPORT).write_text("with pages of the write-up")
    assert written(published) == set()


def test_a_persons_mark_writes_the_files_of_its_hand_in(published: Course) -> None:
    with only_writer(published.out), Store(published.out) as store:
        store.set_mark("ada", "2/why", 1.0, reason="Well argued.", by="T. A.")
    assert written(published) == OF_ADA
    assert all("Well argued." in (published.out / name).read_text() for name in OF_ADA)
    assert written(published) == set()


def test_a_result_that_changes_writes_them(published: Course) -> None:
    published.change("test_double.py", 'correct("Right.")', 'correct("Quite right.")')
    published.regrade(accept=True)
    assert FEEDBACK in written(published)
    assert all("Quite right." in (published.out / name).read_text() for name in OF_ADA)


def test_another_version_of_the_grader_writes_all_anew(
    published: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.batch.publish._code", lambda: b"another template")
    assert written(published) == set(versions(published.out))
    assert written(published) == set()
