"""The ways in which a machine may confine, each forced here on a machine that could do better."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65534
HELD = Path(__file__).with_name("held.py")


@dataclass(frozen=True, slots=True)
class Mode:
    """`level` and `abi` are what the sandbox is held to; `is_plain` where the grader has no privileges."""

    name: str
    level: str
    abi: int | None = None
    is_plain: bool = False

    def grader(self, *arguments: str | Path) -> list[str]:
        """A `grader` command in this mode. Skips the test where this machine cannot become a plain user."""
        command = [sys.executable, "-B", str(HELD), self.level, str(self.abi or ""), *map(str, arguments)]
        return as_nobody(command) if self.is_plain else command


OFFERED = Mode("as offered", "auto")
MODES = (
    Mode("full", "full"),
    Mode("without namespaces", "landlock"),
    Mode("Landlock 4", "landlock", abi=4),
    Mode("Landlock 1", "landlock", abi=1),
    Mode("plain user", "full", is_plain=True),
    Mode("plain user without namespaces", "landlock", is_plain=True),
)
"""Kernels 6.7 and 5.13 offer only ABI 4 and 1; the allow-list of system calls must make up for that. Without
namespaces a plain user's students have the grader's own user id: the autotester of MarkUs is such a place.
"""


def as_nobody(command: list[str]) -> list[str]:
    """The command run by a user without privileges, in a mount namespace where the way to it is open."""
    if os.getuid() != 0 or not all(map(shutil.which, ("unshare", "mount", "setpriv"))):
        pytest.skip("needs root and util-linux to become another user")
    base = Path(sys.base_prefix)
    closed = closed_parent(base)
    if closed_parent(ROOT / "x") or closed_parent(Path(sys.prefix) / "x") not in (None, closed):
        pytest.skip("the repository or its environment is closed to other users")
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    script = (opened(closed, base) if closed else "") + f"exec {shlex.join(become)}"
    return ["unshare", "--mount", "sh", "-ec", script]


def closed_parent(path: Path) -> Path | None:
    """The outermost directory on the way to `path` that other users cannot enter, such as /root."""
    return next((way for way in reversed(path.parents) if not way.stat().st_mode & 0o001), None)


def opened(closed: Path, base: Path) -> str:
    """Shell lines that, in a mount namespace of their own, leave of `closed` only the way to `base`."""
    closed_q, base_q = shlex.quote(str(closed)), shlex.quote(str(base))
    return f"""
mount --make-rprivate /
hold=$(mktemp -d); mount --bind {base_q} $hold
mount -t tmpfs -o mode=755 none {closed_q}
mkdir -p {base_q}; mount --move $hold {base_q}; rmdir $hold
"""
