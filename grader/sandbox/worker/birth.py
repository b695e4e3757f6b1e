"""What a freshly forked process does before it serves: descriptors, streams, environment, seeds."""

from __future__ import annotations

import gc
import io
import os
import random
import signal
import sys
import tempfile

REQUESTS = 3
"""The descriptor that requests come from and replies go to."""


def occupy_standard_descriptors() -> None:
    """In the server, at its start: nothing it opens later may land where a child's own descriptors go."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= REQUESTS:
        pass
    os.close(descriptor)


def take_descriptors(requests: int, stdout: int, stderr: int) -> None:
    """0 is empty, 1 and 2 go to the grader's pipes, 3 is the request channel. No terminal."""
    os.setsid()
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((empty, 0), (stdout, 1), (stderr, 2), (requests, REQUESTS)):
        os.dup2(source, target, inheritable=False)


def settle(scratch: str) -> None:
    """A clean environment, the same random numbers in every child, and the collector on again."""
    os.environ.clear()
    os.environ.update(
        PATH="/usr/bin",
        LANG="C.UTF-8",
        HOME=scratch,
        TMPDIR=scratch,
        MPLBACKEND="Agg",
        MPLCONFIGDIR=scratch,
    )
    tempfile.tempdir = scratch
    sys.stdin = io.TextIOWrapper(io.FileIO(0))
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), "utf-8", errors="backslashreplace")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), "utf-8", errors="backslashreplace", line_buffering=True)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(0)
    gc.enable()
