"""MarkUs' own download as a class: `<group name>/<path>`, names with spaces, `.gitkeep`, folders."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli.batch import hand_ins_of
from grader.submission import open_submission

CODE = "def double(x):\n    return 2 * x\n"


def downloaded(folder: Path, *entries: str) -> Path:
    """As app/jobs/download_submissions_job.rb makes it: no entries for folders, no list of contents."""
    path = folder / "A2_instructor1.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(entry, "" if entry.endswith(".gitkeep") else CODE)
    return path


@pytest.fixture
def names_in(tmp_path: Path) -> Callable[..., dict[str, str]]:
    def names(*entries: str) -> dict[str, str]:
        """Each hand-in's notebook."""
        with hand_ins_of(downloaded(tmp_path, *entries)) as hand_ins:
            found = {}
            for hand_in in hand_ins:
                opened = open_submission(hand_in.path, notebook_patterns=("*.py",), name=hand_in.name)
                assert opened.name == hand_in.name and opened.notebook is not None
                found[hand_in.name] = str(opened.notebook.path.relative_to(hand_in.path))
            return found

    return names


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            ("group 1/a2.py", "group_0002/src/deep er/a2.py", "group_0002/.gitkeep", "c5anthei/a2.py"),
            {"group 1": "a2.py", "group_0002": "src/deep er/a2.py", "c5anthei": "a2.py"},
        ),
        (("group 1/.gitkeep", "group 1/a2.py"), {"group 1": "a2.py"}),
        (("group 1/src/a2.py",), {"group 1": "src/a2.py"}),
        (("group 1/a2.py", "group 1/data/x/notes.txt", "group 1/src/y"), {"group 1": "a2.py"}),
        (("group 1/.gitkeep", "group 1/data/x.txt", "group 1/src/a2.py"), {"group 1": "src/a2.py"}),
        (("class/ada/a2.py", "class/bo/a2.py"), {"ada": "a2.py", "bo": "a2.py"}),
        (("-dash/a2.py", "a b c/a2.py"), {"-dash": "a2.py", "a b c": "a2.py"}),
    ],
)
def test_each_group_is_one_hand_in_by_its_name(
    names_in: Callable[..., dict[str, str]], entries: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert names_in(*entries) == expected
