"""What one student process may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, times are seconds.

    `memory` is what the process may map beyond what the server had loaded. `kept_output` is how much of
    stdout and of stderr is kept; `output_flood` is how much of both is read at all before the process is
    killed. `threads` counts only where the process has a user of its own, `scratch_*` only where it has a
    file system of its own.
    """

    cpu_seconds: int = 120
    memory: int = 2 << 30
    threads: int = 64
    open_files: int = 64
    file_size: int = 64 << 20
    scratch_size: int = 64 << 20
    scratch_files: int = 2048
    reply: int = 64 << 20
    kept_output: int = 64 << 10
    output_flood: int = 256 << 20
