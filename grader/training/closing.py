"""Closing a process off from the machine: what it has opened is all that it will ever have. Linux only.

The kernels of a numerical library check their arguments, but not against an enemy, and these come from a
student's process. So the process that calls them gives up files, programs, sockets and privileges first.
"""

from __future__ import annotations

import os

from grader.sandbox.worker.confine import kernel, landlock, privileges, seccomp


def close_off() -> None:
    """As far as this machine offers it: a second line of defence, after the list of operations."""
    privileges.forbid_new_privileges()
    privileges.hide_memory()
    version = landlock.abi()
    if version:
        nothing = landlock.ruleset((), version)
        landlock.restrict(nothing)
        os.close(nothing)
    if kernel.supported_machine():
        seccomp.load(seccomp.assemble().for_process(os.getpid()))
