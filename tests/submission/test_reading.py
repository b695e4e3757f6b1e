"""Files whose size is not what it was said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.submission.errors import NotARegularFile, NotFound, TooLarge
from grader.submission.reading import read_capped

LYING = Path("/proc/self/status")


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_capped(tmp_path / "a", 5, "shorten it.") == b"12345"


def test_a_file_one_byte_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123456")
    with pytest.raises(TooLarge, match=r"shorten it\."):
        read_capped(tmp_path / "a", 5, "shorten it.")


@pytest.mark.skipif(not LYING.exists(), reason="no /proc: no file of size 0 with content")
def test_a_file_that_says_it_is_empty_and_is_not_is_refused_at_the_limit() -> None:
    with pytest.raises(TooLarge):
        read_capped(LYING, 10, "shorten it.")


@pytest.mark.parametrize("path", ["no\0file", "missing"])
def test_a_path_without_a_file_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        read_capped(Path(path), 100, "")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotARegularFile):
        read_capped(tmp_path, 100, "")
