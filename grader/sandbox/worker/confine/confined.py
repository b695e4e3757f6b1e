"""All layers in their order, for one student process. Linux only.

Levels: "full" has namespaces, Landlock and seccomp; "landlock" does without namespaces, as in an ordinary
container.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ..limits import Limits
from ..settings import Settings
from ..view import Root, View
from . import kernel, landlock, namespaces, privileges, rlimits, seccomp
from .unconfined import Unconfined

_SOURCE = str(Path(__file__).resolve().parents[1])
"""Our own folder: the server reads it until it is ready, a student process never."""


class Landlocked(Unconfined):
    """Level "landlock": a directory per slot, Landlock, the filter, and another user where root."""

    layers: tuple[str, ...] = ("landlock", "seccomp", "rlimits")

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.scratch)
        if not kernel.supported_machine():
            raise OSError(f"the system call filter does not know this processor ({kernel.MACHINE})")
        offered = landlock.abi()
        self.landlock_abi = offered if settings.landlock_abi is None else min(offered, settings.landlock_abi)
        if self.landlock_abi < 1:
            raise OSError("this kernel offers no Landlock")
        self._view = settings.view
        self._rulesets: dict[int, int] = {}
        self._separate_users = privileges.can_become_other_users() and self._open_to_all()
        if self._separate_users:
            self.layers = (*self.layers, "user")

    def _open_to_all(self) -> bool:
        """Whether another user could reach the readable roots. A Python below /root (mode 0700) is not."""
        places = [self._scratch, *(root.path for root in self._view.roots)]
        ways = {parent for place in places for parent in Path(place).parents}
        return all(way.stat().st_mode & 0o001 for way in ways)

    def ready(self, loaded: int) -> None:
        super().ready(loaded)
        self._filter = seccomp.assemble()

    def prepare(self, slot: int) -> None:
        super().prepare(slot)
        if self._separate_users:
            user = privileges.FIRST_USER + slot
            os.chown(self._slot(slot), user, user)
        if slot not in self._rulesets:
            self._rulesets[slot] = landlock.ruleset(self._rules(self._slot(slot)), self.landlock_abi)

    def _rules(self, scratch: str) -> list[landlock.Rule]:
        return [*readable(self._view), landlock.Rule(scratch, landlock.SCRATCH)]

    def confine(self, slot: int, limits: Limits, server: int) -> str:
        scratch = self._enter_scratch(slot, limits)
        self._give_up_privileges(slot, limits)
        privileges.die_with_parent(server)
        self._seal(self._rulesets[slot], os.getpid())
        return scratch

    def _enter_scratch(self, slot: int, limits: Limits) -> str:
        scratch = self._slot(slot)
        os.umask(0o077)
        os.chdir(scratch)
        return scratch

    def _give_up_privileges(self, slot: int, limits: Limits) -> None:
        if self._separate_users:
            privileges.become(privileges.FIRST_USER + slot)
        rlimits.apply(limits, self._loaded, own_user=self._separate_users)
        privileges.forbid_new_privileges()
        privileges.drop_capabilities()
        privileges.hide_memory()

    def _seal(self, ruleset: int, pid: int) -> None:
        landlock.restrict(ruleset)
        kernel.close_from(4)  # the rulesets: the last descriptors that are not the student's
        seccomp.load(self._filter.for_process(pid))


class Jailed(Landlocked):
    """Level "full": the same inside the jail, each child in a mount and a process id namespace of its own."""

    layers: tuple[str, ...] = ("namespaces", "landlock", "seccomp", "rlimits")

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._processes = namespaces.Processes()
        view = replace(settings.view, roots=(*settings.view.roots, Root(_SOURCE)))
        namespaces.build_jail(view, settings.scratch)
        self._program = b""
        self._ruleset = -1

    def _open_to_all(self) -> bool:
        return True  # directories on the way are the jail's own

    def ready(self, loaded: int) -> None:
        super().ready(loaded)
        # Every child is process 1 and has its scratch at one place: filter and ruleset are made once.
        self._program = self._filter.for_process(1)
        self._ruleset = landlock.ruleset(self._rules(namespaces.SCRATCH_PARENT), self.landlock_abi)
        namespaces.seal_jail(_SOURCE)

    def fork(self) -> int:
        return self._processes.fork()

    def prepare(self, slot: int) -> None:
        pass

    def confine(self, slot: int, limits: Limits, server: int) -> str:
        user = privileges.FIRST_USER + slot if self._separate_users else None
        namespaces.mount_own_scratch(limits, user)
        os.umask(0o077)
        os.chdir(namespaces.SCRATCH)
        self._give_up_privileges(slot, limits)
        landlock.restrict(self._ruleset)
        kernel.close_from(4)
        seccomp.load(self._program)
        return namespaces.SCRATCH

    def clean(self, slot: int) -> None:
        pass  # the scratch ended with the child's mount namespace


def readable(view: View) -> list[landlock.Rule]:
    """The rules that let a process read what the view shows and nothing else."""
    rules = [landlock.Rule(device, landlock.DEVICE) for device in view.devices]
    rules += [landlock.Rule(directory, landlock.LIST) for directory in view.listed]
    for root in view.roots:
        if not root.hidden:
            rules.append(landlock.Rule(root.path, landlock.READ))
            continue
        rules.append(landlock.Rule(root.path, landlock.LIST))
        entries = (entry for entry in Path(root.path).iterdir() if entry.name not in root.hidden)
        rules += [landlock.Rule(str(entry), landlock.READ) for entry in entries]
    return rules
