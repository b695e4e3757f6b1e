"""The fork server: forks one confined child for each request of a judging process.

It holds no secret: no reference, no key, no expected value, an empty environment. A request comes as a frame
on a control socket with four descriptors (requests, stdout, stderr, ended) and is answered with the child's
process id and, on Linux, its pidfd. When the child has ended, how it ended is written to *ended*; when the
grader closes its end of *ended*, the child is killed.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from . import birth, child, frames
from .confine.unconfined import Unconfined
from .limits import Limits

MAX_CHILDREN = 256
_DESCRIPTORS = 4


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    slot: int
    ended: int


class Server:
    """Serves several control sockets, one for each judging process, which reaches only its own children."""

    def __init__(self, controls: list[socket.socket], confiner: Unconfined) -> None:
        self._controls = {control.fileno(): control for control in controls}
        self._confiner = confiner
        self._children: dict[int, _Child] = {}  # by the descriptor `ended`
        self._spoilt: set[int] = set()
        self._poll = select.poll()
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for descriptor in (*self._controls, self._wake):
            self._poll.register(descriptor, select.POLLIN)

    def report(self) -> dict[str, object]:
        """What confines the children."""
        return {"layers": self._confiner.layers, "landlock_abi": self._confiner.landlock_abi}

    def serve(self) -> None:
        """Until every judging process has hung up."""
        while self._controls:
            ready = {descriptor for descriptor, _ in self._poll.poll()}
            # In this order: a descriptor that reaping closes must not be met again as somebody else's.
            for descriptor in ready & self._children.keys():
                self._kill(self._children[descriptor])
            for descriptor in ready & self._controls.keys():
                self._serve_one(self._controls[descriptor])
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
        for running in self._children.values():
            os.kill(running.pid, signal.SIGKILL)

    def _serve_one(self, control: socket.socket) -> None:
        with suppress(ConnectionError):  # it died in the middle; its children end for want of a reader
            message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, _DESCRIPTORS)
            if message:
                self._answer(control, message, descriptors)
                return
        self._poll.unregister(control.fileno())
        del self._controls[control.fileno()]
        control.close()

    def _answer(self, control: socket.socket, message: bytes, descriptors: list[int]) -> None:
        kept = None
        request = frames.decode(message[frames.HEADER.size :])
        reply = {"request": request["request"]}
        try:
            born = self._fork(Limits(**request["limits"]), descriptors)
            kept = born.ended  # until the child ends
        except OSError as error:
            control.sendall(frames.pack({**reply, "failed": f"no process could be started: {error}"}))
        else:
            self._announce(control, {**reply, "pid": born.pid})
        finally:
            for descriptor in descriptors:
                if descriptor != kept:
                    os.close(descriptor)

    def _announce(self, control: socket.socket, reply: dict[str, int]) -> None:
        if not hasattr(os, "pidfd_open"):
            control.sendall(frames.pack(reply))
            return
        handle = os.pidfd_open(reply["pid"])
        try:
            socket.send_fds(control, [frames.pack(reply)], [handle])
        finally:
            os.close(handle)

    def _fork(self, limits: Limits, descriptors: list[int]) -> _Child:
        taken = self._spoilt.union(running.slot for running in self._children.values())
        slot = next((slot for slot in range(MAX_CHILDREN) if slot not in taken), None)
        if slot is None:
            raise OSError(f"all {MAX_CHILDREN} slots for student processes are taken")
        self._confiner.prepare(slot)
        server = os.getpid()
        pid = self._confiner.fork()
        if pid == 0:
            self._become_child(limits, slot, server, descriptors)
        born = _Child(pid, slot, descriptors[-1])
        self._children[born.ended] = born
        self._poll.register(born.ended, 0)  # only the error that tells that the reader has gone
        return born

    def _become_child(self, limits: Limits, slot: int, server: int, descriptors: list[int]) -> NoReturn:
        try:
            birth.take_descriptors(*descriptors[:3])
            try:
                birth.settle(self._confiner.confine(slot, limits, server))
            except BaseException as error:
                os.write(birth.REQUESTS, frames.pack({"failed": f"{type(error).__name__}: {error}"[:500]}))
            else:
                child.serve()
        finally:
            os._exit(97)

    def _kill(self, running: _Child) -> None:
        os.kill(running.pid, signal.SIGKILL)  # not reaped yet, so the id is still its own
        self._poll.unregister(running.ended)

    def _reap(self) -> None:
        for running in list(self._children.values()):
            pid, status, usage = os.wait4(running.pid, os.WNOHANG)
            if pid == 0:
                continue
            del self._children[running.ended]
            with suppress(KeyError):  # `_kill` has done so already
                self._poll.unregister(running.ended)
            report = {
                "exit": os.waitstatus_to_exitcode(status),
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "max_rss": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            }
            with suppress(BrokenPipeError):  # nobody waits for it any more
                os.write(running.ended, frames.pack(report))
            os.close(running.ended)
            try:
                self._confiner.clean(running.slot)
            except OSError:  # whatever it left there, no other student shall find it
                self._spoilt.add(running.slot)
