"""Digests: the addresses of what is stored, and of what it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

DIGEST_BYTES = 20
_PART = 1 << 20


def digest(*parts: bytes) -> bytes:
    """BLAKE2b of the parts, each with its length, so that moving a byte from one to the next shows."""
    hasher = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.digest()


def digest_of_data(data: object) -> bytes:
    """Of plain data (what JSON can say), whatever the order of its keys."""
    return digest(json.dumps(data, sort_keys=True, ensure_ascii=True).encode())


def digest_of_sources(paths: Iterable[Path], top: Path) -> bytes:
    """Of Python files and the files below folders, by their names relative to `top` and their contents."""
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))}
    named = sorted((file.relative_to(top).as_posix(), file) for file in files)
    return digest(*(part for name, file in named for part in (name.encode(), file.read_bytes())))
