"""Choosing the notebook and the write-up among what a student left in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from grader.submission import files
from grader.submission.errors import (
    ArchiveInside,
    NoNotebook,
    NotANotebook,
    NotARegularFile,
    SubmissionError,
    TooManyFiles,
    shown,
)
from grader.submission.files import FoundFiles, find_files

NOTEBOOKS = ("a2-code.ipynb", "a2_code.ipynb", "*.ipynb*", "*.py")
WRITEUPS = ("a2-writeup.pdf", "*.pdf")
ASKED = ("PoolUpsampleNet", "ConvTransposeNet", "count_weights")


def find(root: Path) -> FoundFiles:
    return find_files(root, NOTEBOOKS, WRITEUPS, ASKED)


def taken(root: Path) -> str:
    notebook = find(root).notebook
    return str(notebook.path.relative_to(root)) if notebook else ""


@pytest.mark.parametrize(
    "name",
    [
        "a2-code.ipynb",
        "A2-CODE.IPYNB",
        "a2_code.ipynb",
        "a2-cnn.ipynb",
        "CSC413_PA2_Code.ipynb",
        "a2-code (1).ipynb",
        '"a2-code".ipynb 的副本',
        "Copy of a2 code.ipynb",
        "code/deep er/a2-code.ipynb",
        "a2.py",
        "ａ2-code.ipynb",
    ],
)
def test_every_name_seen_in_real_hand_ins_is_found(make: Any, name: str) -> None:
    data = b"class PoolUpsampleNet: pass" if name.endswith(".py") else b'{"cells": []}'
    make.write_bytes(data, name)
    assert taken(make.folder) == name


@pytest.mark.parametrize(
    "name",
    [
        ".ipynb_checkpoints/a2-code-checkpoint.ipynb",
        "__MACOSX/._a2-code.ipynb",
        "._a2-code.ipynb",
        ".git/a2-code.ipynb",
        ".gitkeep",
        "a2-code.txt",
        "1/2/3/4/5/6/7/8/9/a2-code.ipynb",
    ],
)
def test_what_is_hidden_too_deep_or_of_another_kind_is_no_hand_in(make: Any, name: str) -> None:
    make.write_bytes(b'{"cells": []}', name)
    with pytest.raises(NoNotebook):
        find(make.folder)


def test_an_earlier_pattern_wins(make: Any) -> None:
    make.write(make.code("class PoolUpsampleNet: pass"), name="deep/a2_code.ipynb")
    make.write(make.code("class PoolUpsampleNet: pass"), name="other.ipynb")
    assert taken(make.folder) == "deep/a2_code.ipynb"


def test_of_several_the_one_that_defines_the_most_asked_names_is_taken_and_said(make: Any) -> None:
    make.write(make.code("class PoolUpsampleNet: pass"), name="a.ipynb")
    make.write(
        make.code("class PoolUpsampleNet:\n  pass\nif True:\n  def count_weights(): pass"), name="b.ipynb"
    )
    make.write(make.markdown("class PoolUpsampleNet\ndef count_weights"), name="c.ipynb")
    assert taken(make.folder) == "b.ipynb"
    assert find(make.folder).notices == ('"b.ipynb" was taken, not "a.ipynb", "c.ipynb".',)


def test_a_well_named_notebook_without_any_asked_name_gives_way(make: Any) -> None:
    make.write(make.code("print(1)"), name="a2-code.ipynb")
    make.write(make.code("class ConvTransposeNet: pass"), name="final.ipynb")
    assert taken(make.folder) == "final.ipynb"


def test_the_template_under_the_asked_name_gives_way_to_the_work_beside_it(make: Any) -> None:
    make.write(make.code("class PoolUpsampleNet:\n    def forward(self): ..."), name="a2-code.ipynb")
    make.write(make.code("class PoolUpsampleNet:\n    def forward(self): return 1"), name="mine.ipynb")
    assert taken(make.folder) == "mine.ipynb"


def test_without_any_asked_name_the_first_pattern_decides(make: Any) -> None:
    make.write(make.code("print(1)"), name="zz/a2-code.ipynb")
    make.write(make.code("print(2)"), name="b.ipynb")
    assert taken(make.folder) == "zz/a2-code.ipynb"
    assert find(make.folder).notices == ('"zz/a2-code.ipynb" was taken, not "b.ipynb".',)


def test_of_equals_the_shallower_then_the_first_by_name_is_taken(make: Any) -> None:
    for name in ("x/a.ipynb", "c.ipynb", "b.ipynb"):
        make.write(make.code("class PoolUpsampleNet: pass"), name=name)
    assert taken(make.folder) == "b.ipynb"


def test_a_broken_notebook_beside_a_good_one_is_a_notice(make: Any) -> None:
    make.write_bytes(b"", "a2-code.ipynb")
    make.write(make.code("class PoolUpsampleNet: pass"), name="b.ipynb")
    assert taken(make.folder) == "b.ipynb"
    assert "the file is empty" in find(make.folder).notices[0]


def test_a_broken_notebook_alone_is_an_error(make: Any) -> None:
    make.write_bytes(b"", "a2-code.ipynb")
    with pytest.raises(NotANotebook):
        find(make.folder)


def test_a_writeup_alone_is_a_hand_in_without_a_notebook(make: Any) -> None:
    path = make.write_bytes(b"%PDF", "report/my writeup.PDF")
    found = find(make.folder)
    assert (found.notebook, found.writeup) == (None, path)
    assert found.notices == ("There is no notebook, only the write-up.",)


def test_the_writeup_asked_for_by_name_is_preferred(make: Any) -> None:
    make.write_bytes(b'{"cells": []}')
    make.write_bytes(b"%PDF", "a.pdf")
    path = make.write_bytes(b"%PDF", "x/A2-Writeup.pdf")
    assert find(make.folder).writeup == path


def test_an_empty_folder_says_what_is_wanted(make: Any) -> None:
    with pytest.raises(NoNotebook, match=r"it is empty\. Hand in a file whose name matches a2-code\.ipynb"):
        find(make.folder)


def test_a_folder_of_other_files_says_what_it_holds(make: Any) -> None:
    make.write_bytes(b"", "notes.txt")
    with pytest.raises(NoNotebook, match=r'it holds "notes\.txt"'):
        find(make.folder)


def test_an_archive_instead_of_files_is_one_clear_sentence(make: Any) -> None:
    make.write_bytes(b"PK", "work/a2.zip")
    with pytest.raises(ArchiveInside) as caught:
        find(make.folder)
    assert str(caught.value) == '"work/a2.zip" is an archive, which is not opened: hand in the files in it.'


def test_an_archive_beside_a_notebook_is_a_notice(make: Any) -> None:
    make.write_bytes(b'{"cells": []}')
    make.write_bytes(b"PK", "backup.zip")
    assert find(make.folder).notices == ('Archives are not opened: "backup.zip".',)


def test_links_to_files_and_folders_are_not_followed(make: Any, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a2-code.ipynb").write_text('{"cells": []}')
    (make.folder / "folder").symlink_to(outside)
    (make.folder / "a2-code.ipynb").symlink_to(outside / "a2-code.ipynb")
    (make.folder / "loop").symlink_to(make.folder)
    os.mkfifo(make.folder / "pipe.ipynb")
    with pytest.raises(NotARegularFile, match=r'"a2-code\.ipynb" is a link'):
        find(make.folder)
    make.write_bytes(b"%PDF", "a.pdf")
    notice = find(make.folder).notices[0]
    assert notice.endswith('"a2-code.ipynb", "folder", "loop", "pipe.ipynb".')


def test_more_entries_than_the_cap_are_refused(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ENTRIES", 3)
    for number in range(4):
        make.write_bytes(b"", f"data/{number}")
    with pytest.raises(TooManyFiles, match="remove data sets"):
        find(make.folder)


def test_a_chain_of_folders_ends_at_the_depth_cap_with_a_notice(make: Any) -> None:
    make.write_bytes(b'{"cells": []}')
    make.write_bytes(b"", "/".join("abcdefghijkl") + "/x.ipynb")
    notice = '"a/b/c/d/e/f/g/h/i"'
    assert find(make.folder).notices == (f"Not searched, as they lie too deep: {notice}.",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a b.ipynb", '"a b.ipynb"'),
        ("的副本", '"的副本"'),
        ("a\nb", '"a\\nb"'),
        ("a\x1b[31m", '"a\\x1b[31m"'),
        ("evil\u202eypni.exe", '"evil\\u202eypni.exe"'),
        ("a\udc80", '"a\\udc80"'),
        ("x" * 300, '"' + "x" * 60 + "…" + "x" * 60 + '"'),
    ],
)
def test_names_are_shown_without_control_characters(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_a_name_that_is_not_utf8_does_not_break_the_search(make: Any) -> None:
    with open(os.fsencode(make.folder) + b"/\xff.ipynb", "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b'{"cells": []}')
    make.write_bytes(b'{"cells": []}')
    notice = find(make.folder).notices[0]
    assert '"\\udcff.ipynb"' in notice
    notice.encode()


def test_a_folder_with_only_unreadable_members_raises_a_submission_error(make: Any) -> None:
    make.write_bytes(b"<html>", "a2-code.ipynb")
    make.write_bytes(b"[]", "b.ipynb")
    with pytest.raises(SubmissionError, match="web page"):
        find(make.folder)
