"""System calls that Python 3.11 has no function for, by ctypes. Linux only: import it lazily."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

MACHINE = platform.machine()
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def supported_machine() -> bool:
    """Whether the system call tables know this processor."""
    return MACHINE in ("x86_64", "aarch64")


def system_call(what: str, number: int, *arguments: Any) -> int:
    """Raw system call `number`; integers go as C longs. Raises `OSError` naming `what`."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(_libc.syscall(ctypes.c_long(number), *words), what)


def checked(result: int, what: str) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(what: str, option: int, argument: int = 0) -> int:
    zero = ctypes.c_ulong(0)
    return checked(_libc.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), f"prctl({what})")


def unshare(flags: int) -> None:
    checked(_libc.unshare(flags), f"unshare({flags:#x})")


def setns(descriptor: int, kind: int) -> None:
    checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    names = (os.fsencode(source), os.fsencode(target), os.fsencode(kind))
    checked(_libc.mount(*names, ctypes.c_ulong(flags), os.fsencode(options)), f"mount {target}")


def unmount_lazily(target: str) -> None:
    detach = 2
    checked(_libc.umount2(os.fsencode(target), detach), f"umount {target}")


def madvise(address: int, length: int, advice: int) -> None:
    result = _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), advice)
    checked(result, f"madvise({advice})")


def close_from(first: int) -> None:
    """Close every descriptor from `first` on (Python's os.closerange would try each of a million)."""
    system_call("close_range", 436, first, 0x7FFFFFFF, 0)
