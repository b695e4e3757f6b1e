"""How well student code is confined: the levels, strongest first, and the one that was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.sandbox.worker.settings import Level

Wanted = Literal["auto", "full", "landlock", "none"]
LEVELS: dict[Wanted, tuple[Level, ...]] = {
    "auto": ("full", "landlock"),
    "full": ("full",),
    "landlock": ("landlock",),
    "none": ("none",),
}
"""The levels to try for each wish, in this order. "none" is only ever asked for by name."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """What the canary confirmed. `detail` is for a person to read; `landlock_abi` is 0 without Landlock."""

    level: Level
    layers: tuple[str, ...]
    landlock_abi: int
    detail: str


def describe(layers: tuple[str, ...], landlock_abi: int, weakened: str) -> str:
    """One sentence on `layers`; `weakened` says why it is not more."""
    words = {
        "namespaces": "a file system, process ids and a network of its own",
        "landlock": f"Landlock (ABI {landlock_abi})",
        "seccomp": "a system call filter",
        "rlimits": "resource limits",
        "user": "a user of its own",
    }
    sentence = "Each student process has " + ", ".join(words[layer] for layer in layers)
    if "seccomp" not in layers:
        sentence += ", which keeps nothing from it: only for one's own code on one's own machine"
    return sentence + (f" ({weakened})." if weakened else ".")
