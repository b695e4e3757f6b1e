"""A class's hand-ins: unpacking the archive that MarkUs gives, and listing the hand-ins of a folder.

An archive is hostile until unpacked: it may declare sizes that are not true, hold a gigabyte in a megabyte,
or names that lead out of the folder. Members are streamed with caps, and names are refused rather than
repaired.
"""

from __future__ import annotations

import io
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.submission.errors import BadArchive, NotFound, SubmissionError, TooLarge, Unreadable, shown
from grader.submission.files import IGNORED_FOLDERS
from grader.submission.reading import MEGABYTE, open_regular

NOTEBOOK_SUFFIXES = (".ipynb", ".py")

_CHUNK = 1 << 20
_MAX_DEPTH = 20
_MAX_NAME_BYTES = 255
# The central directory is read in one piece: 8 MB hold some 80 000 members and take about 100 MB when parsed.
_MAX_SINGLE_READ = 8 * MEGABYTE
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SPLIT = "split it into several archives."
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on what an archive unpacks to, in bytes; `ratio` is unpacked over packed, for large members."""

    members: int = 50_000
    member_bytes: int = 100 * MEGABYTE
    total_bytes: int = 8_000 * MEGABYTE
    ratio: int = 200
    ratio_from: int = 10 * MEGABYTE


@dataclass(frozen=True, slots=True)
class HandIn:
    """One hand-in of a class: the folder's or file's name, and where it lies.

    only: the questions to grade; all of them if it is empty.
    """

    name: str
    path: Path
    only: tuple[str, ...] = ()


def list_hand_ins(path: Path) -> tuple[HandIn, ...]:
    """Every direct sub-folder and lone notebook of a class folder by name, but hidden ones.

    A link is listed too: opening it says that links are not followed, so nobody is passed over in silence.
    """
    if not path.is_dir():
        raise NotFound(path)
    found = []
    try:
        entries = list(path.iterdir())
    except OSError as error:
        raise Unreadable(path, error.strerror or type(error).__name__) from None
    for entry in entries:
        if entry.name.startswith(".") or entry.name in IGNORED_FOLDERS:
            continue
        if (
            entry.is_symlink()
            or entry.is_dir()
            or (entry.is_file() and entry.name.lower().endswith(NOTEBOOK_SUFFIXES))
        ):
            found.append(HandIn(entry.name, entry))
    return tuple(sorted(found, key=lambda hand_in: hand_in.name))


def unpack(zip_path: Path, destination: Path, limits: Limits | None = None) -> tuple[Path, ...]:
    """Unpack a class archive into an empty or new folder and return the files written.

    Archives inside it are written as files. A name that leads elsewhere, a link, an encrypted or doubled
    member, or a cap that is passed raises SubmissionError, and what had been written is removed.
    """
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise BadArchive(zip_path, f"{shown(destination)} is not an empty folder")
    try:
        with _BoundedReads(open_regular(zip_path), "rb") as file, zipfile.ZipFile(file) as archive:
            return tuple(_unpack_members(archive, zip_path, destination, limits or Limits()))
    except (SubmissionError, OSError, _DirectoryTooLarge, *_DAMAGED) as error:
        shutil.rmtree(destination, ignore_errors=True)
        raise _explained(error, zip_path) from None


def _explained(error: Exception, zip_path: Path) -> SubmissionError:
    if isinstance(error, SubmissionError):
        return error
    if isinstance(error, _DirectoryTooLarge):
        limit = f"{_MAX_SINGLE_READ // MEGABYTE} MB of names"
        return TooLarge(zip_path, "has too many members", limit, _SPLIT)
    if isinstance(error, OSError):
        return BadArchive(zip_path, error.strerror or type(error).__name__)
    return BadArchive(zip_path, f"it is damaged or not a zip archive ({error})")


class _DirectoryTooLarge(Exception):  # noqa: N818
    """The archive's own list of members is over the cap."""


class _BoundedReads(io.FileIO):
    """A file not to be read in one huge piece, as zipfile reads a list of members of any length."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > _MAX_SINGLE_READ:
            raise _DirectoryTooLarge
        return super().read(-1 if size is None else size) or b""


def _unpack_members(
    archive: zipfile.ZipFile, zip_path: Path, destination: Path, limits: Limits
) -> Iterator[Path]:
    members = archive.infolist()
    if len(members) > limits.members:
        raise TooLarge(zip_path, f"has {len(members)} members", f"{limits.members}", _SPLIT)
    room = limits.total_bytes
    destination.mkdir(parents=True, exist_ok=True)
    for member in members:
        name = _safe_name(member, zip_path)
        if set(name.parts) & IGNORED_FOLDERS:
            continue
        target = destination / name
        if member.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        room -= _write(archive, member, target, zip_path, limits, room)
        yield target


def _safe_name(member: zipfile.ZipInfo, zip_path: Path) -> PurePosixPath:
    """The member's relative path in NFC, or BadArchive when it is no plain name below the destination."""
    raw = member.orig_filename
    reason = None
    name = PurePosixPath(unicodedata.normalize("NFC", raw))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if "\0" in raw or "\\" in raw or any(unicodedata.category(c) in ("Cc", "Cs") for c in raw):
        reason = "has a backslash or a control character in its name"
    elif name.is_absolute() or ".." in name.parts or raw[1:2] == ":" or not name.parts:
        reason = "leads out of the folder"
    elif len(name.parts) > _MAX_DEPTH or any(len(part.encode()) > _MAX_NAME_BYTES for part in name.parts):
        reason = "has too long a name"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        reason = "is a link or a device"
    elif member.flag_bits & 0x1:
        reason = "is locked with a password"
    elif member.compress_type not in _METHODS:
        reason = "is packed by a method other than deflate"
    if reason:
        raise BadArchive(zip_path, f"its member {shown(raw)} {reason}")
    return name


def _write(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    target: Path,
    zip_path: Path,
    limits: Limits,
    room: int,
) -> int:
    """Stream one member to `target` and return its bytes, counted and not as declared."""
    what = f"holds {shown(member.filename)}, which is too large"
    by_ratio = max(limits.ratio * member.compress_size, limits.ratio_from)
    cap = min(limits.member_bytes, by_ratio, room)
    written = 0
    try:
        with archive.open(member) as source, target.open("xb") as file:
            while chunk := source.read(min(_CHUNK, cap - written + 1)):
                written += len(chunk)
                if written > cap:
                    raise TooLarge(zip_path, what, f"{cap / MEGABYTE:.0f} MB", "remove that file.")
                file.write(chunk)
    except FileExistsError:
        raise BadArchive(zip_path, f"it holds {shown(member.filename)} twice") from None
    return written
