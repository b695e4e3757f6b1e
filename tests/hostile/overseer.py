"""Run a command and say what it left running: overseer.py REPORT COMMAND...

Processes that outlive the command become this one's children (PR_SET_CHILD_SUBREAPER), whatever session or
group they have moved to. Their command lines go to REPORT, a line each; then they are killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 3.0
"""For processes that were told to end and are about to."""


def children() -> list[int]:
    """The living children of this process; those that have ended are buried."""
    found = []
    for process in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, process.read_text().split()):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                found.append(pid)
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "?"


def main(report: str, *command: str) -> int:
    ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = subprocess.run(command, check=False).returncode
    deadline = time.monotonic() + GRACE_SECONDS
    while (left := children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    Path(report).write_text("".join(f"{pid} {command_line(pid)}\n" for pid in left))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
