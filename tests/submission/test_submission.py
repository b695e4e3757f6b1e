"""Opening one hand-in, whatever its form."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.submission.errors import ArchiveInside, BadArchive, NotARegularFile, NotFound, TooLarge
from grader.submission.submission import Submission, open_submission


def opened(path: Path, name: str | None = None) -> Submission:
    return open_submission(path, notebook_patterns=["*.ipynb"], writeup_patterns=["*.pdf"], name=name)


def test_a_folder_gives_its_notebook_its_writeup_and_its_name(make: Any) -> None:
    notebook = make.write(make.code("x"), name="c5smith/a2-code.ipynb")
    writeup = make.write_bytes(b"%PDF", "c5smith/a2.pdf")
    submission = opened(make.folder / "c5smith")
    assert submission.notebook is not None
    assert (submission.name, submission.notebook.path, submission.writeup) == ("c5smith", notebook, writeup)
    assert submission.notices == ()


def test_a_single_file_is_a_submission_named_after_it(make: Any) -> None:
    submission = opened(make.write(make.code("x"), name="c5smith.ipynb"))
    assert submission.notebook is not None and submission.writeup is None
    assert submission.name == "c5smith.ipynb"


def test_a_given_name_replaces_the_folders(make: Any) -> None:
    assert opened(make.write(make.code("x")), name="group_7").name == "group_7"


def test_the_current_folder_has_its_real_name(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make.write(make.code("x"), name="c5smith/a2-code.ipynb")
    monkeypatch.chdir(make.folder / "c5smith")
    assert opened(Path()).name == "c5smith"


def test_notices_of_the_notebook_are_notices_of_the_submission(make: Any) -> None:
    make.write(make.code("#" * 300_000), name="c5smith/a2-code.ipynb")
    assert any("left out" in notice for notice in opened(make.folder / "c5smith").notices)


def test_a_missing_folder_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"missing.*check the path"):
        opened(tmp_path / "missing")


def test_an_archive_is_not_a_submission(make: Any) -> None:
    with pytest.raises(ArchiveInside):
        opened(make.write_bytes(b"PK", "a2.zip"))


def zipped(make: Any, members: dict[str, bytes], name: str = "a2.zip") -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    path: Path = make.write_bytes(packed.getvalue(), f"c5smith/{name}")
    return path.parent


def test_a_notebook_in_a_zip_is_found_and_told(make: Any) -> None:
    notebook = make.write(make.code("x")).read_bytes()
    folder = zipped(
        make, {"A2/a2-code.ipynb": notebook, "A2/a2.pdf": b"%PDF", "__MACOSX/._a2-code.ipynb": b"x"}
    )
    submission = opened(folder)
    assert submission.notebook is not None and submission.notebook.cells[0].source == "x"
    assert submission.notebook.path.name == "a2-code.ipynb"
    assert submission.writeup == folder / "a2.zip"
    assert submission.notices == ('"a2.zip" was opened, and "a2-code.ipynb" in it taken.',)


def test_a_zip_beside_a_notebook_is_not_opened(make: Any) -> None:
    folder = zipped(make, {"a2-code.ipynb": b"not JSON"})
    make.write(make.code("x"), name="c5smith/a2-code.ipynb")
    assert opened(folder).notices == ('Archives are not opened: "a2.zip".',)


def test_of_a_writeup_and_a_zip_both_are_taken(make: Any) -> None:
    folder = zipped(make, {"a2-code.ipynb": make.write(make.code("x")).read_bytes(), "other.pdf": b"%PDF"})
    writeup = make.write_bytes(b"%PDF", "c5smith/a2-writeup.pdf")
    submission = opened(folder)
    assert submission.notebook is not None and submission.writeup == writeup


def test_a_damaged_zip_costs_no_writeup(make: Any) -> None:
    make.write_bytes(b"PK", "c5smith/a2.zip")
    with pytest.raises(BadArchive, match="damaged"):
        opened(make.folder / "c5smith")
    make.write_bytes(b"%PDF", "c5smith/a2-writeup.pdf")
    submission = opened(make.folder / "c5smith")
    assert submission.notebook is None and "damaged" in submission.notices[-1]


def test_a_zip_in_a_zip_and_a_bomb_are_not_opened(make: Any) -> None:
    inner = zipped(make, {"a2-code.ipynb": b"x"}) / "a2.zip"
    with pytest.raises(ArchiveInside):
        opened(zipped(make, {"inner.zip": inner.read_bytes()}))
    with pytest.raises(TooLarge):
        opened(zipped(make, {f"{n}.ipynb": b"" for n in range(501)}))


@pytest.mark.parametrize("target", ["a2-code.ipynb", "nowhere"])
def test_a_link_to_a_file_is_refused(make: Any, target: str) -> None:
    make.write(make.code("x"))
    (make.folder / "link.ipynb").symlink_to(make.folder / target)
    with pytest.raises(NotARegularFile, match="symbolic link"):
        opened(make.folder / "link.ipynb")
