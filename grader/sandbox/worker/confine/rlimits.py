"""Resource limits of one student process: processor time, address space, threads, file sizes."""

from __future__ import annotations

import resource

from ..limits import Limits


def apply(limits: Limits, loaded: int, own_user: bool) -> None:
    """Set them for this process; `loaded` is the server's address space in bytes (0: leave memory unlimited).

    RLIMIT_NPROC counts every process of a user, so it is set only where the child has a user of its own.
    """
    cpu = limits.cpu_seconds
    _lower(resource.RLIMIT_CPU, cpu, cpu + 1)  # SIGXCPU, then SIGKILL
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.file_size)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_MEMLOCK, 0)
    if loaded:
        _lower(resource.RLIMIT_AS, loaded + limits.memory)
    if own_user:
        _lower(resource.RLIMIT_NPROC, limits.threads)
    for name in ("RLIMIT_MSGQUEUE", "RLIMIT_RTPRIO", "RLIMIT_NICE"):  # Linux only
        if hasattr(resource, name):
            _lower(getattr(resource, name), 0)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above the hard limit that the process was started with."""
    ceiling = resource.getrlimit(kind)[1]
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, wanted = min(soft, ceiling), min(wanted, ceiling)
    resource.setrlimit(kind, (soft, wanted))
