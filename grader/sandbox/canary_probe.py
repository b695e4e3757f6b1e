"""What the canary runs in a student process, as student code: the grader sends this file's text.

`surprises` tries what must fail and what must work, and returns a line for each that went otherwise.
"""

# It tries the system's own calls, and most of these files never open.
# ruff: noqa: PTH107, PTH123, PTH208, SIM115
from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import socket
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

# ptrace mount unshare setns bpf perf_event_open memfd_create process_vm_readv pidfd_open io_uring_setup
CALLS = {
    "x86_64": (101, 165, 272, 308, 321, 298, 319, 310, 434, 425),
    "aarch64": (117, 40, 97, 268, 280, 241, 279, 270, 434, 425),
}
ENVIRONMENT = {"PATH", "LANG", "HOME", "TMPDIR", "MPLBACKEND", "MPLCONFIGDIR", "LC_CTYPE"}


def surprises(secrets: Sequence[str], grader: int, user: int, own_user: bool, jailed: bool) -> list[str]:
    """`grader` and `user` are the grader's process and user id, `own_user` and `jailed` what to expect."""
    found: list[str] = []

    def must_fail(what: str, action: Callable[[], Any]) -> None:
        try:
            action()
        except (OSError, ValueError, ModuleNotFoundError):
            return
        found.append(what + " was possible")

    for secret in secrets:
        must_fail(f"reading {secret}", partial(open, secret, "rb"))
        must_fail(f"writing beside {secret}", partial(open, secret + ".canary", "wb"))
        if jailed:
            must_fail(f"seeing {secret}", partial(os.stat, secret))
    must_fail("listing /", lambda: os.listdir("/"))
    must_fail("writing to /var/tmp", lambda: open("/var/tmp/grader-canary", "wb"))
    for process in ("self", str(grader)):
        must_fail(f"reading /proc/{process}", partial(open, f"/proc/{process}/environ", "rb"))
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        must_fail(f"a socket ({family!r})", partial(socket.socket, family))
    must_fail("a datagram pair", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
    must_fail("a process", lambda: os.fork() or os._exit(0))
    must_fail("a program", lambda: os.execv("/bin/true", ["true"]))
    must_fail("a signal to the grader", lambda: os.kill(grader, 0))
    must_fail("raising a limit", lambda: resource.setrlimit(resource.RLIMIT_CPU, (-1, -1)))
    must_fail("importing the grader", lambda: __import__("grader"))
    must_fail("importing the reference", lambda: __import__("reference"))

    libc = ctypes.CDLL(None, use_errno=True)
    for number in CALLS[platform.machine()]:
        possible = libc.syscall(number, 0, 0, 0, 0, 0) != -1
        if possible or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            found.append(f"system call {number} was not refused")

    if set(os.environ) - ENVIRONMENT:
        found.append(f"the environment holds {sorted(set(os.environ) - ENVIRONMENT)}")
    if own_user and os.getuid() == user:
        found.append("the process has the grader's user")
    if jailed and os.getpid() != 1:
        found.append("the process sees the machine's process ids")
    for descriptor in range(4, 1024):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(f"descriptor {descriptor} is open")
    return found + what_does_not_work()


def what_does_not_work() -> list[str]:
    try:
        import statistics  # a module that the server does not load, from the standard library
        import wave  # noqa: F401

        import torch

        with open("canary", "w") as file:
            file.write("sings")
        os.remove("canary")
        thread = threading.Thread(target=statistics.mean, args=([1.0],))
        thread.start()
        thread.join()
        if float((torch.ones(2, 2) @ torch.ones(2, 2)).sum()) != 8.0:
            return ["a matrix product is wrong"]
    except Exception as error:
        return [f"honest code failed: {type(error).__name__}: {error}"]
    return []
