"""Class archives, honest and hostile, and the list of a class's hand-ins."""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.submission import open_submission
from grader.submission.archive import Limits, list_hand_ins, unpack
from grader.submission.errors import BadArchive, NotARegularFile, NotFound, SubmissionError, TooLarge

Members = Sequence[tuple[str | zipfile.ZipInfo, bytes]]


def zipped(folder: Path, members: Members, method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "class.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # a doubled name, which one test wants
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_folders_and_files_are_unpacked_as_they_were(tmp_path: Path) -> None:
    members = [("alice/a2-code.ipynb", b"{}"), ("bob/", b""), ("bob/sub/的副本.ipynb", b"[]")]
    written = unpack(zipped(tmp_path, members), tmp_path / "out")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "alice/a2-code.ipynb",
        "bob/sub/的副本.ipynb",
    ]
    assert [path.read_bytes() for path in written] == [b"{}", b"[]"]


def test_an_archive_in_the_archive_stays_a_file(tmp_path: Path) -> None:
    inner = zipped(tmp_path, [("a2-code.ipynb", b"{}")]).read_bytes()
    (written,) = unpack(zipped(tmp_path, [("alice/a2.zip", inner)]), tmp_path / "out")
    assert written.read_bytes() == inner


def test_what_macs_add_is_left_out(tmp_path: Path) -> None:
    members = [("__MACOSX/alice/._a.ipynb", b"x"), ("alice/a.ipynb", b"{}")]
    assert len(unpack(zipped(tmp_path, members), tmp_path / "out")) == 1


def test_letters_in_two_forms_of_unicode_name_one_folder(tmp_path: Path) -> None:
    members = [("Ame\u0301lie/a.ipynb", b"{}"), ("Am\u00e9lie/b.pdf", b"%")]
    written = unpack(zipped(tmp_path, members), tmp_path / "out")
    assert {path.parent.name for path in written} == {"Am\u00e9lie"}


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def raw(name: str) -> zipfile.ZipInfo:
    """A member whose name is written as it is, whatever the library would make of it."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (raw("../evil.py"), "leads out of the folder"),
        (raw("alice/../../evil.py"), "leads out of the folder"),
        (raw("/etc/evil"), "leads out of the folder"),
        (raw("C:/evil"), "leads out of the folder"),
        (raw("."), "leads out of the folder"),
        (raw("alice\\..\\evil"), "a backslash or a control character"),
        (raw("alice/a\nb"), "a backslash or a control character"),
        (raw("alice/a.py\0.ipynb"), "a backslash or a control character"),
        (raw("x" * 256), "too long a name"),
        (raw("é" * 128), "too long a name"),
        (raw("a/" * 20 + "x"), "too long a name"),
        (link("alice/link"), "a link or a device"),
    ],
)
def test_a_hostile_name_stops_the_unpacking_and_leaves_nothing(
    tmp_path: Path, member: zipfile.ZipInfo, words: str
) -> None:
    path = zipped(tmp_path, [("alice/a.ipynb", b"{}"), (member, b"/etc/passwd")])
    with pytest.raises(BadArchive, match=words):
        unpack(path, tmp_path / "folder" / "out")
    assert not (tmp_path / "folder" / "out").exists()
    assert not list(tmp_path.rglob("evil*"))


def test_a_doubled_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("alice/a.ipynb", b"1"), ("alice/a.ipynb", b"2")])
    with pytest.raises(BadArchive, match="twice"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_stored_and_deflated_members_are_unpacked(tmp_path: Path, method: int) -> None:
    with pytest.raises(BadArchive, match="other than deflate"):
        unpack(zipped(tmp_path, [("a.ipynb", b"{}")], method), tmp_path / "out")


SMALL = Limits(members=3, member_bytes=2_000_000, total_bytes=3_000_000, ratio=100, ratio_from=500_000)
INCOMPRESSIBLE = bytes(range(256)) * 4_000


@pytest.mark.parametrize(
    ("members", "method", "words"),
    [
        ([("a", b"0" * 1_000_000)], zipfile.ZIP_DEFLATED, '"a", which is too large'),
        ([("a", b"0" * 2_500_000)], zipfile.ZIP_STORED, "limit is 2 MB"),
        ([(name, INCOMPRESSIBLE) for name in "abc"], zipfile.ZIP_STORED, '"c", which is too large'),
        ([(name, b"") for name in "abcd"], zipfile.ZIP_STORED, "4 members, and the limit is 3"),
    ],
    ids=["ratio", "member", "total", "members"],
)
def test_each_cap_holds_and_leaves_nothing(tmp_path: Path, members: Members, method: int, words: str) -> None:
    with pytest.raises(TooLarge, match=words):
        unpack(zipped(tmp_path, members, method), tmp_path / "out", SMALL)
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_refused_by_the_limits_that_apply_by_default(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.ipynb", "w") as member:
        for _ in range(200):
            member.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(TooLarge):
        unpack(path, tmp_path / "out")


def test_a_member_larger_than_it_says_is_not_written_beyond_what_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("a", b"0" * 400_000)])
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 400_000), struct.pack("<L", 10)))
    with pytest.raises(BadArchive, match="damaged"):
        unpack(path, tmp_path / "out", SMALL)
    assert not (tmp_path / "out").exists()


def test_a_list_of_members_of_any_length_is_not_read_into_memory(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("a", b"")])
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\5\6")
    struct.pack_into("<L", data, end + 12, 9_000_000)
    path.write_bytes(bytes(9_000_000) + data)
    with pytest.raises(TooLarge, match="too many members"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\3\4", b"PK\5\6" + bytes(10)])
def test_what_is_no_zip_archive_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "class.zip").write_bytes(data)
    with pytest.raises(BadArchive, match=r"not a zip archive .*give the folder"):
        unpack(tmp_path / "class.zip", tmp_path / "out")


def test_a_missing_archive_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        unpack(tmp_path / "no.zip", tmp_path / "out")


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept")
    with pytest.raises(BadArchive, match="not an empty folder"):
        unpack(zipped(tmp_path, [("a", b"")]), tmp_path / "out")
    assert (tmp_path / "out" / "mine").read_text() == "kept"


changes = st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4)


@given(changes)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_is_unpacked_inside_the_folder_or_refused(
    tmp_path_factory: pytest.TempPathFactory, mutations: list[tuple[int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    data = zipped(folder, [("alice/a.ipynb", b"{}" * 40), ("bob/b.ipynb", b"[]")]).read_bytes()
    for at, piece in mutations:
        data = data[:at] + piece + data[at + len(piece) :]
    (folder / "class.zip").write_bytes(data)
    try:
        written = unpack(folder / "class.zip", folder / "out")
    except SubmissionError:
        assert not (folder / "out").exists()
    else:
        assert all(path.is_relative_to(folder / "out") and path.is_file() for path in written)
    assert {path.name for path in folder.iterdir()} <= {"class.zip", "out"}


def test_hand_ins_are_folders_and_lone_notebooks_by_name(tmp_path: Path) -> None:
    for name in ("zoe", "bob", ".git", "__MACOSX"):
        (tmp_path / name).mkdir()
    for name in ("carol.ipynb", "dave.py", "marks.csv", ".hidden.ipynb"):
        (tmp_path / name).write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "bob")
    hand_ins = list_hand_ins(tmp_path)
    assert [hand_in.name for hand_in in hand_ins] == ["bob", "carol.ipynb", "dave.py", "link", "zoe"]
    assert hand_ins[0].path == tmp_path / "bob"


def test_a_link_in_a_class_folder_is_a_hand_in_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "bob").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "bob")
    with pytest.raises(NotARegularFile, match="symbolic link"):
        open_submission(list_hand_ins(tmp_path)[1].path, notebook_patterns=["*.ipynb"])


def test_a_class_folder_that_is_missing_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        list_hand_ins(tmp_path / "class")
