"""The system calls a student process may make: an allow-list in classic BPF, assembled by hand. seccomp(2).

Threads, files, memory, time: yes. Processes, programs, sockets, signals to others, new privileges: no. The
list, not Landlock, is what holds on old kernels, so nothing is allowed that Landlock ABI 1 would have to
mediate and does not.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from dataclasses import dataclass

from . import kernel
from .syscalls import AUDIT_ARCHITECTURE, FIRST_UNKNOWN, NUMBERS

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER = 1

# Instructions: (opcode, value, jump if true, jump if false).
Instruction = tuple[int, int, int, int]
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_CALL_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_X32_BIT = 0x40000000
_OWN_PID = 0x7FFFFFF1
"""Stands for the child's process id in a program assembled before the child exists."""


def _answer(action: int) -> Instruction:
    return (_RETURN, action, 0, 0)


def _argument(index: int, upper: bool = False) -> Instruction:
    return (_LOAD, 16 + 8 * index + (4 if upper else 0), 0, 0)  # little-endian on both processors


_ALLOW = _answer(0x7FFF0000)
_KILL = _answer(0x80000000)
_SUCCEED = _answer(0x00050000)  # errno 0: the call does nothing and seems to work


def _fail(code: int) -> Instruction:
    return _answer(0x00050000 | code)


_REFUSE = _fail(errno.EPERM)


def _names(text: str) -> list[str]:
    return text.split()


_ALLOWED = [
    *_names("read write readv writev pread64 pwrite64 preadv pwritev lseek sendfile copy_file_range"),
    *_names("close close_range dup dup2 dup3 flock fsync fdatasync ftruncate fallocate fadvise64"),
    *_names("pipe pipe2 eventfd2 poll ppoll select pselect6"),
    *_names("epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2"),
    *_names("open openat creat access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs"),
    *_names(
        "readlink readlinkat getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat"
    ),
    *_names("rename renameat renameat2 umask"),
    *_names("mmap mprotect munmap mremap msync madvise brk mbind get_mempolicy set_mempolicy membarrier"),
    *_names("futex futex_waitv set_robust_list get_robust_list set_tid_address rseq arch_prctl"),
    *_names("sched_yield sched_getaffinity getcpu"),
    *_names(
        "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack"
    ),
    *_names(
        "pause restart_syscall nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times"
    ),
    *_names("getitimer setitimer alarm"),
    *_names("getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups"),
    *_names("getpgrp getpgid getsid getpriority getrlimit getrusage sysinfo uname getrandom"),
    *_names("wait4 waitid exit exit_group"),
    *_names("getsockopt getsockname getpeername shutdown"),
]
# Landlock does not mediate these; shutil.copy and copytree need them to seem to work, or to fail in this way.
_PRETENDED = _names("chmod fchmod fchmodat fchmodat2 utimensat")
_NO_XATTR = [
    *_names("setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr"),
    *_names("removexattr lremovexattr fremovexattr"),
]

_CLONE_THREAD = 0x10000
_CLONE_NAMESPACES = 0x7E020000 | 0x80
_PR_SET_NAME, _PR_GET_NAME = 15, 16
# DUPFD GETFD SETFD GETFL SETFL GETLK SETLK SETLKW, the OFD locks, DUPFD_CLOEXEC, pipe sizes. Without SETOWN
# and SETSIG, which would send any signal to a process of the same user when a pipe becomes ready.
_HARMLESS_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_MASK = 1, 1, 0xF
# TCGETS TIOCGWINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX
_HARMLESS_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)


def _if_one_of(commands: tuple[int, ...], otherwise: int) -> list[Instruction]:
    """Allow when the second argument is one of `commands`, else fail with `otherwise`."""
    checks = [(_EQUAL, command, len(commands) - i, 0) for i, command in enumerate(commands)]
    return [_argument(1), *checks, _fail(otherwise), _ALLOW]


def _with_conditions() -> dict[str, list[Instruction]]:
    """The calls whose arguments decide."""
    no_address = [
        _argument(4),
        (_EQUAL, 0, 0, 3),
        _argument(4, upper=True),
        (_EQUAL, 0, 0, 1),
        _ALLOW,
        _REFUSE,
    ]
    return {
        # threads of this process, in no new namespace
        "clone": [
            _argument(0),
            (_AND, _CLONE_THREAD | _CLONE_NAMESPACES, 0, 0),
            (_EQUAL, _CLONE_THREAD, 0, 1),
            _ALLOW,
            _REFUSE,
        ],
        # their flags lie behind a pointer; ENOSYS makes libc fall back to clone and openat
        "clone3": [_fail(errno.ENOSYS)],
        "openat2": [_fail(errno.ENOSYS)],
        "tgkill": [_argument(0), (_EQUAL, _OWN_PID, 0, 1), _ALLOW, _REFUSE],
        "sched_setaffinity": [_argument(0), (_EQUAL, 0, 1, 0), (_EQUAL, _OWN_PID, 0, 1), _ALLOW, _REFUSE],
        # reading limits only: the new value must be a null pointer
        "prlimit64": [
            _argument(2),
            (_EQUAL, 0, 0, 3),
            _argument(2, upper=True),
            (_EQUAL, 0, 0, 1),
            _ALLOW,
            _REFUSE,
        ],
        "prctl": [_argument(0), (_EQUAL, _PR_SET_NAME, 1, 0), (_EQUAL, _PR_GET_NAME, 0, 1), _ALLOW, _REFUSE],
        "ioctl": _if_one_of(_HARMLESS_IOCTLS, errno.ENOTTY),
        "fcntl": _if_one_of(_HARMLESS_FCNTLS, errno.EPERM),
        # asyncio wants a stream pair; a datagram pair could send to any socket that has a path
        "socketpair": [
            _argument(0),
            (_EQUAL, _AF_UNIX, 0, 4),
            _argument(1),
            (_AND, _SOCK_TYPE_MASK, 0, 0),
            (_EQUAL, _SOCK_STREAM, 0, 1),
            _ALLOW,
            _REFUSE,
        ],
        "sendto": no_address,
        "recvfrom": no_address,
    }


@dataclass(frozen=True, slots=True)
class Filter:
    """An assembled program with a hole for the process id."""

    program: tuple[Instruction, ...]

    def for_process(self, pid: int) -> bytes:
        """The bytes to load in the process whose id, in its own namespace, is `pid`."""
        filled = ((i[0], pid, *i[2:]) if i[:2] == (_EQUAL, _OWN_PID) else i for i in self.program)
        return b"".join(struct.pack("HBBI", code, yes, no, value) for code, value, yes, no in filled)


def assemble(machine: str = kernel.MACHINE) -> Filter:
    """The filter for a processor. A foreign instruction set (int 0x80, x32) kills the process."""
    numbers = NUMBERS[machine]
    program: list[Instruction] = [
        (_LOAD, _ARCHITECTURE, 0, 0),
        (_EQUAL, AUDIT_ARCHITECTURE[machine], 1, 0),
        _KILL,
        (_LOAD, _CALL_NUMBER, 0, 0),
    ]
    if machine == "x86_64":
        program += [(_AT_LEAST, _X32_BIT, 0, 1), _KILL]
    answers = (
        {name: [_ALLOW] for name in _ALLOWED}
        | {name: [_SUCCEED] for name in _PRETENDED}
        | {name: [_fail(errno.EOPNOTSUPP)] for name in _NO_XATTR}
        | _with_conditions()
    )
    for name, body in answers.items():
        if name in numbers:
            program += [(_EQUAL, numbers[name], 0, len(body)), *body]
    program += [(_AT_LEAST, FIRST_UNKNOWN, 0, 1), _fail(errno.ENOSYS), _REFUSE]
    return Filter(tuple(program))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def load(program: bytes) -> None:
    """For good, for this process. NO_NEW_PRIVS must be set."""
    buffer = ctypes.create_string_buffer(program, len(program))
    description = _Program(len(program) // 8, ctypes.addressof(buffer))
    kernel.system_call("seccomp", _SECCOMP[kernel.MACHINE], _SET_FILTER, 0, ctypes.byref(description))
