"""Class archives: they unpack below the destination within their limits, or not at all."""

from __future__ import annotations

import io
import shutil
import stat
import warnings
import zipfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st

from grader.submission import Limits, SubmissionError, list_hand_ins, unpack

from .edits import edited_bytes, edited_texts
from .seeds import notebooks
from .test_notebooks import assert_is_a_sentence, opened
from .trial import Fuzz

LIMITS = Limits(members=20, member_bytes=200_000, total_bytes=500_000, ratio=50, ratio_from=100_000)
NAMES = [
    "ada/a2-code.ipynb",
    "bob/a2-code.ipynb",
    "bob/sub/x.pdf",
    "c.ipynb",
    "d/",
    "__MACOSX/ada/._a2-code.ipynb",
]
HOSTILE_NAMES = [
    "../up",
    "/abs",
    "a/../../b",
    "C:\\x",
    "a\\b",
    ".",
    "..",
    "a//b",
    "a/" * 30 + "x",
    "n" * 300,
    "CON",
]
MODES = [0, 0o100644, stat.S_IFLNK | 0o777, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR | 0o755, 0xFFFF]


def test_members_of_archives(fuzz: Fuzz, tmp_path: Path) -> None:
    contents = st.sampled_from([b"", b"%PDF", notebooks()[0], b"\0" * 150_000, b"a" * 250_000])
    names = st.sampled_from(NAMES) | st.sampled_from(NAMES + HOSTILE_NAMES) | edited_texts(NAMES, most=1)
    methods = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    members = st.fixed_dictionaries(
        {"name": names, "data": contents, "method": methods, "mode": st.just(0) | st.sampled_from(MODES)}
    )
    cases = st.lists(members, max_size=4) | st.lists(members, max_size=25)
    figures = fuzz.run("archives, members", cases, lambda case: unpacked(archive_of(case), tmp_path))
    assert "unpacked" in figures.outcomes


def test_bytes_of_archives(fuzz: Fuzz, tmp_path: Path) -> None:
    members = [{"name": name, "data": notebooks()[0], "method": 8, "mode": 0} for name in NAMES]
    seeds = [archive_of(members[:2]), archive_of(members), archive_of([])]
    figures = fuzz.run("archives, bytes", edited_bytes(seeds, most=3), lambda case: unpacked(case, tmp_path))
    assert {"unpacked", "BadArchive"} <= set(figures.outcomes)


def archive_of(members: list[dict[str, Any]]) -> bytes:
    """A zip file; what zipfile will not write under its own name is left out."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # of doubled names
        for member in members:
            info = zipfile.ZipInfo("x")
            info.filename = member["name"].encode("utf-8", "replace").decode()[:60_000]
            info.compress_type, info.external_attr = member["method"], member["mode"] << 16
            archive.writestr(info, member["data"])
    return file.getvalue()


def unpacked(data: bytes, folder: Path) -> str:
    """Unpack and open every hand-in; the word for how it went."""
    archive, destination = folder / "class.zip", folder / "class"
    archive.write_bytes(data)
    try:
        files = unpack(archive, destination, LIMITS)
    except SubmissionError as problem:
        assert_is_a_sentence(str(problem))
        assert not destination.exists()
        return type(problem).__name__
    finally:
        beside = set(folder.iterdir()) - {archive, destination}
    try:
        assert not beside
        found = [path for path in destination.rglob("*") if not path.is_dir() or path.is_symlink()]
        assert set(files) == set(found) and all(stat.S_ISREG(path.lstat().st_mode) for path in found)
        assert sum(path.stat().st_size for path in found) <= LIMITS.total_bytes
        for hand_in in list_hand_ins(destination):
            opened(hand_in.path)
    finally:
        shutil.rmtree(destination)
    return "unpacked"
