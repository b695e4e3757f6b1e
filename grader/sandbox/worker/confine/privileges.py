"""Giving up privileges: the user, the capabilities, and the way back to them."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
from pathlib import Path

from . import kernel

FIRST_USER = 64000
"""The student process in slot n runs as user and group FIRST_USER + n where the server is root."""

_PDEATHSIG, _DUMPABLE, _BOUNDING_DROP, _NO_NEW_PRIVILEGES, _AMBIENT = 1, 4, 24, 38, 47
_AMBIENT_CLEAR_ALL = 4
_TO_CHANGE_USER = 1 << 0 | 1 << 6 | 1 << 7  # CAP_CHOWN, CAP_SETGID, CAP_SETUID
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522


def can_become_other_users() -> bool:
    """Whether this process may change its user, and its user namespace has the users of the slots."""
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    if effective & _TO_CHANGE_USER != _TO_CHANGE_USER:
        return False
    spans = (line.split() for line in Path("/proc/self/uid_map").read_text().splitlines())
    return any(int(first) <= FIRST_USER < int(first) + int(count) - 1000 for first, _, count in spans)


def become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def forbid_new_privileges() -> None:
    kernel.prctl("NO_NEW_PRIVS", _NO_NEW_PRIVILEGES, 1)


def drop_capabilities() -> None:
    """Empty the ambient, bounding, effective, permitted and inheritable sets."""
    kernel.prctl("CAP_AMBIENT", _AMBIENT, _AMBIENT_CLEAR_ALL)
    for capability in range(64):
        try:
            kernel.prctl("CAPBSET_DROP", _BOUNDING_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:  # past the last capability of this kernel
                break
            # EPERM: without CAP_SETPCAP; NO_NEW_PRIVS makes the bounding set moot
            if error.errno != errno.EPERM:
                raise
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    number = _CAPSET[kernel.MACHINE]
    kernel.system_call("capset", number, ctypes.c_char_p(header), ctypes.c_char_p(bytes(24)))


def hide_memory() -> None:
    """No ptrace, no /proc/<pid>/mem for processes of the same user."""
    kernel.prctl("DUMPABLE", _DUMPABLE, 0)


def die_with_parent(parent: int | None = None) -> None:
    """SIGKILL for this process when its parent ends. Raises when that is no longer `parent`, if given.

    A change of user clears this, so call it after `become`.
    """
    kernel.prctl("PDEATHSIG", _PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        raise OSError(errno.ESRCH, "the parent process has gone")
