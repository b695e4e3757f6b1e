"""The API key: from an environment variable or a file, never from the command line, and never shown."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.markus.errors import BadKey

VARIABLE = "MARKUS_API_KEY"
HOW = f"Put your key (MarkUs, Settings) into {VARIABLE} or into a file of your own given with --key-file."

_KEY = re.compile(r"[^\s,]{8,500}")
_LARGEST = 1000


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that is not shown by accident: `str` and `repr` hide it."""

    secret: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"MarkUsAuth {self.secret}"

    def hidden_in(self, text: str) -> str:
        """A server's words without the key, should it echo it."""
        return text.replace(self.secret, "[key]")


def read_key(path: Path | None, environment: Mapping[str, str] = os.environ) -> Key:
    """The key in the file, else in the environment; BadKey says where to put it."""
    if path is None:
        text = environment.get(VARIABLE, "")
        if not text.strip():
            raise BadKey(f"There is no key for MarkUs. {HOW}")
        return _checked(text, VARIABLE)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, encoding="utf-8") as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise BadKey(f"{path} is not a file. {HOW}")
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise BadKey(
                    f"Others may read {path}, and the key in it gives your rights: chmod 600 it first."
                )
            return _checked(file.read(_LARGEST), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadKey(f"Cannot read the key in {path} ({reason}). {HOW}") from None


def _checked(text: str, where: str) -> Key:
    """Without saying what the text is: it may be a key with a slip."""
    key = text.strip()
    if not _KEY.fullmatch(key) or not key.isascii():
        raise BadKey(f"What {where} holds is not a key of MarkUs: it is one word without commas. {HOW}")
    return Key(key)
