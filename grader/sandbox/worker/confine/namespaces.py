"""A file system of our own, no network, and process ids of our own. namespaces(7), mount_setattr(2).

The server enters a jail once: a tmpfs as root with read-only bind mounts of exactly the readable roots.
Directories on the way to a root are ours and open to all, so an interpreter below a closed home directory
works too. Each student process then gets a mount namespace with its own scratch, and a process id namespace
in which it is process 1.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from typing import NoReturn

from ..limits import Limits
from ..view import Root, View
from . import kernel, privileges
from .wipe import wipe

SCRATCH_PARENT = "/scratch"
SCRATCH = "/scratch/own"
"""Writable for the server until `seal_jail`; afterwards each student process mounts its own tmpfs here."""

_NEW_MOUNTS, _NEW_UTS, _NEW_IPC = 0x20000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 1 << 14, 1 << 18
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442  # the same on every processor
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_FROM_EMPTY_PATH = 1, 4
_READ_ONLY, _NO_SETUID, _NO_DEVICES = 1, 2, 4


class Processes:
    """The server's process id namespace, kept open so that it can come back after making one for a child."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """`os.fork`, with the child as process 1 of a new namespace: killing it kills all it started."""
        kernel.unshare(_NEW_PIDS)
        try:
            pid = os.fork()
        except OSError:
            kernel.setns(self._own, _NEW_PIDS)
            raise
        if pid:
            kernel.setns(self._own, _NEW_PIDS)
        return pid


def become_first_process() -> None:
    """Go on as process 1 of new namespaces; the calling process only waits for it and ends as it ends.

    Without the right to do so this takes a user namespace, in which we are ourselves with all capabilities.
    """
    try:
        kernel.unshare(_NEW_PIDS)
    except PermissionError:
        _enter_user_namespace()
        kernel.unshare(_NEW_PIDS)
    pid = os.fork()
    if pid:
        _end_like(pid)
    privileges.die_with_parent()
    kernel.unshare(_NEW_MOUNTS | _NEW_IPC | _NEW_UTS | _NEW_NETWORK)


def _enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    try:
        kernel.unshare(_NEW_USER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError as error:
        raise OSError(error.errno, "this machine gives us no user namespace") from error


def _end_like(pid: int) -> NoReturn:
    kernel.close_from(0)  # the control sockets are the server's alone: their end of file must mean its end
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def build_jail(view: View, staging: str) -> None:
    """Make the tree of `view` on the empty directory `staging` and change the root to it."""
    kernel.mount("none", "/", "none", _MS_REC | _MS_PRIVATE)
    kernel.mount("tmpfs", staging, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=16m,nr_inodes=8k,mode=0755")
    for root in sorted(view.roots, key=lambda root: root.path):
        _bind(root.path, staging, _READ_ONLY | _NO_SETUID | _NO_DEVICES)
        _mask(root, staging)
    for device in view.devices:
        _bind(device, staging, _READ_ONLY | _NO_SETUID)
    for link in view.links:
        place = Path(staging + link.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(link.target)
    Path(staging + SCRATCH).mkdir(parents=True)
    Path(staging + SCRATCH_PARENT).chmod(0o755)
    os.chdir(staging)
    kernel.system_call(
        "pivot_root", _PIVOT_ROOT[kernel.MACHINE], ctypes.c_char_p(b"."), ctypes.c_char_p(b".")
    )
    kernel.unmount_lazily(".")  # the old root lies under the new one at the same place
    os.chdir("/")


def _bind(path: str, staging: str, attributes: int) -> None:
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    name = ctypes.c_char_p(os.fsencode(path))
    tree = kernel.system_call(f"open_tree {path}", _OPEN_TREE, _AT_FDCWD, name, flags)
    try:
        _set_attributes(tree, "", attributes, _AT_EMPTY_PATH | _AT_RECURSIVE)
        place = Path(staging + path)
        if Path(path).is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                place.touch()
        empty, target = ctypes.c_char_p(b""), ctypes.c_char_p(os.fsencode(place))
        kernel.system_call(
            f"move_mount {path}", _MOVE_MOUNT, tree, empty, _AT_FDCWD, target, _MOVE_MOUNT_FROM_EMPTY_PATH
        )
    finally:
        os.close(tree)


def _mask(root: Root, staging: str) -> None:
    for name in root.hidden:
        place = f"{staging}{root.path}/{name}"
        if Path(place).is_dir():
            options = "size=64k,nr_inodes=1k,mode=0755"
            kernel.mount("tmpfs", place, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)


def _set_attributes(directory: int, path: str, attributes: int, flags: int) -> None:
    description = ctypes.create_string_buffer(struct.pack("<QQQQ", attributes, 0, 0, 0))
    name = ctypes.c_char_p(os.fsencode(path))
    kernel.system_call("mount_setattr", _MOUNT_SETATTR, directory, name, flags, description, 32)


def seal_jail(source: str) -> None:
    """Hide our own `source`, and let nothing be written any more but what a child mounts for itself."""
    kernel.unmount_lazily(source)
    os.removedirs(source)
    wipe(SCRATCH)
    _set_attributes(_AT_FDCWD, "/", _READ_ONLY, _AT_RECURSIVE)


def mount_own_scratch(limits: Limits, user: int | None) -> None:
    """A mount namespace for this process, with an empty tmpfs as its scratch that ends with it."""
    kernel.unshare(_NEW_MOUNTS)
    options = f"size={limits.scratch_size},nr_inodes={limits.scratch_files},mode=0700"
    if user is not None:
        options += f",uid={user},gid={user}"
    kernel.mount("tmpfs", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)
