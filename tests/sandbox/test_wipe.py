from __future__ import annotations

import contextlib
import os
from pathlib import Path

from grader.sandbox.worker.confine.wipe import wipe


def test_files_folders_and_closed_folders_are_removed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_text("x")
    (tmp_path / "wiped-0" / "wiped-1").mkdir(parents=True)
    (tmp_path / "closed").mkdir(mode=0)
    wipe(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    inside = tmp_path / "inside"
    (inside / "deep").mkdir(parents=True)
    (inside / "link").symlink_to(outside)
    (inside / "deep" / "link").symlink_to(outside)
    wipe(str(inside))
    assert list(inside.iterdir()) == [] and (outside / "kept").exists()


def test_a_folder_nested_beyond_any_path_is_removed(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        for _ in range(3000):
            Path("deeper").mkdir()
            os.chdir("deeper")
        Path("file").touch()
    wipe(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
