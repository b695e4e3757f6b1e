"""Landlock: which files a process may reach, and no TCP, no signals and no abstract sockets beyond itself.

landlock(7). Rights unknown to the running kernel are left out: the seccomp allow-list already refuses
sockets, kill, ioctl and truncate, so ABI 1 (Linux 5.13) is enough. Landlock does not mediate stat, chmod,
chown, utime or xattr.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from . import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_QUERY = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = 1, 2, 4, 8, 16, 32
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV, _RESOLVE_UNIX = 1 << 13, 1 << 14, 1 << 15, 1 << 16
_FIRST_ABI = (1 << 13) - 1
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

LIST = _READ_DIR
READ = _READ_FILE | _READ_DIR
DEVICE = _READ_FILE | _WRITE_FILE
SCRATCH = READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


@dataclass(frozen=True, slots=True)
class Rule:
    """`rights` for everything at and below `path`."""

    path: str
    rights: int


def abi() -> int:
    """The version this kernel offers; 0 for none."""
    try:
        return kernel.system_call("landlock version", _CREATE_RULESET, None, 0, _VERSION_QUERY)
    except OSError:
        return 0


def ruleset(rules: Iterable[Rule], version: int) -> int:
    """A descriptor of a ruleset that handles everything `version` knows and allows what the rules say."""
    files = _FIRST_ABI
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV), (9, _RESOLVE_UNIX)):
        files |= right if version >= since else 0
    tcp = 3 if version >= 4 else 0
    udp = 12 if version >= 10 else 0
    scopes = 3 if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = _RulesetAttributes(files, tcp | udp, scopes)
    descriptor = kernel.system_call("landlock ruleset", _CREATE_RULESET, ctypes.byref(attributes), size, 0)
    for rule in rules:
        _add(descriptor, rule, files)
    return descriptor


def _add(ruleset_descriptor: int, rule: Rule, handled: int) -> None:
    parent = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = rule.rights & handled
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _ON_FILES
        beneath = ctypes.byref(_PathBeneath(rights, parent))
        kernel.system_call(
            f"landlock {rule.path}", _ADD_RULE, ruleset_descriptor, _RULE_PATH_BENEATH, beneath, 0
        )
    finally:
        os.close(parent)


def restrict(ruleset_descriptor: int) -> None:
    """For good, for this thread and all it starts. NO_NEW_PRIVS must be set."""
    kernel.system_call("landlock restrict", _RESTRICT_SELF, ruleset_descriptor, 0)
