"""The address of a hand-in's content: what changes it and what does not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.submission.content import content_digest, last_change

PATTERNS = ("*.ipynb", "*.PDF")


@pytest.fixture
def hand_in(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    (folder / "inner").mkdir(parents=True)
    for name in ("work.ipynb", "essay.pdf", "inner/data.bin", ".hidden"):
        (folder / name).write_text(f"This is {name}.")
    return folder


def test_the_name_of_the_folder_and_dates_do_not_count(hand_in: Path, tmp_path: Path) -> None:
    before = content_digest(hand_in, PATTERNS)
    os.utime(hand_in / "work.ipynb", (0, 0))
    hand_in.rename(tmp_path / "bo")
    assert content_digest(tmp_path / "bo", PATTERNS) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "work.ipynb").write_text("This is work!ipynb."),
        lambda folder: (folder / "essay.pdf").write_text("This is essay!pdf."),
        lambda folder: (folder / "inner" / "data.bin").write_text("longer than it was before"),
        lambda folder: (folder / "inner" / "data.bin").unlink(),
        lambda folder: (folder / "work.ipynb").rename(folder / "other.ipynb"),
        lambda folder: (folder / "new.txt").touch(),
    ],
    ids=["a notebook", "a write-up", "another file's size", "a file gone", "a new name", "a new file"],
)
def test_what_can_matter_changes_the_digest(hand_in: Path, change: Callable[[Path], object]) -> None:
    before = content_digest(hand_in, PATTERNS)
    change(hand_in)
    assert content_digest(hand_in, PATTERNS) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / ".hidden").write_text("changed"),
        lambda folder: (folder / "__MACOSX").mkdir(),
        lambda folder: (folder / "inner" / "data.bin").write_text("THIS IS inner/data.bin."),
    ],
    ids=["a hidden file", "a folder of the system", "bytes of a data file"],
)
def test_what_is_neither_graded_nor_shown_does_not(hand_in: Path, change: Callable[[Path], object]) -> None:
    before = content_digest(hand_in, PATTERNS)
    change(hand_in)
    assert content_digest(hand_in, PATTERNS) == before


def test_what_cannot_be_read_has_a_digest_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "empty").mkdir()
    digests = {
        content_digest(path, PATTERNS) for path in (tmp_path, tmp_path / "empty", tmp_path / "link.ipynb")
    }
    assert len(digests) == 3
    assert content_digest(tmp_path / "missing", PATTERNS) == content_digest(tmp_path / "empty", PATTERNS)


def test_the_last_change_is_that_of_the_newest_file(hand_in: Path) -> None:
    for number, path in enumerate(sorted(path for path in hand_in.rglob("*") if path.is_file())):
        os.utime(path, (0, 1000 + number))
    assert last_change(hand_in) == 1003
    assert last_change(hand_in / "missing") == 0
