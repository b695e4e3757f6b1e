"""Starting and ending the fork server (`worker/`), and choosing how strongly it confines."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.sandbox import canary, readable
from grader.sandbox.client import Client
from grader.sandbox.errors import NoConfinement, SandboxError
from grader.sandbox.isolation import LEVELS, Isolation, Wanted, describe
from grader.sandbox.scratch import SANDBOX, Scratch, remove_left_behind
from grader.sandbox.worker import frames
from grader.sandbox.worker.settings import Level, Preload, Settings

_WORKER = Path(__file__).with_name("worker")
_START_SECONDS = 120.0
_ALONE = ("-P", "-s", "-S", "-B")
"""What `-I` stands for, but for `-E`: the environment is ours, and seeds the hashes of strings."""
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "MPLBACKEND": "Agg",
}


class SandboxServer:
    """A running fork server. Use `SandboxServer.start` as a context manager.

    The server ends with the thread that started it, at `close`, or when all its judging processes have ended.
    """

    def __init__(
        self, isolation: Wanted, clients: int, preload: Preload, landlock_abi: int | None = None
    ) -> None:
        self._wanted: Wanted = isolation
        self._clients = clients
        self._preload: Preload = preload
        self._landlock_abi = landlock_abi
        self._running = self._start()

    @classmethod
    def start(
        cls,
        isolation: Wanted = "auto",
        clients: int = 1,
        preload: Preload = "batch",
        *,
        landlock_abi: int | None = None,
    ) -> Self:
        """Start at the strongest level that `isolation` admits and the canary confirms.

        `clients` is the number of judging processes; `preload` "single" starts seconds sooner, "batch" forks
        faster. `landlock_abi` holds Landlock to an older version, to test what an older kernel would do.
        Raises `NoConfinement` when nothing confines.
        """
        return cls(isolation, clients, preload, landlock_abi)

    @property
    def isolation(self) -> Isolation:
        return self._running.isolation

    @property
    def alive(self) -> bool:
        return self._running.process.poll() is None

    def client(self, index: int) -> Client:
        """The line for judging process `index`, counted from 0; each process uses its own."""
        return self._running.clients[index]

    def restart(self) -> None:
        """End this server and start another; clients taken before are of no use afterwards."""
        self.close()
        self._running = self._start()

    def close(self) -> None:
        """End the server and with it every student process."""
        self._running.end()

    def _start(self) -> _Running:
        failures: list[str] = []
        for level in LEVELS[self._wanted]:
            try:
                return _Running(level, self._clients, self._preload, self._landlock_abi, "; ".join(failures))
            except SandboxError as error:
                if level == "none":
                    raise SandboxError(f"The server for student code did not start: {error}") from None
                failures.append(f'no level "{level}": {error}')
        raise NoConfinement(
            "This machine cannot confine student code, so nothing was run. On your own machine, for your own "
            'code, ask for isolation "none". Reasons: ' + "; ".join(failures)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Running:
    """One server process, with its control sockets and its directory, from start to end."""

    def __init__(
        self, level: Level, clients: int, preload: Preload, landlock_abi: int | None, weakened: str
    ) -> None:
        self._level = level
        self._weakened = weakened
        remove_left_behind()
        self._held = Scratch(SANDBOX)
        self.scratch = str(self._held.path)
        self._held.path.chmod(0o711)  # students with users of their own pass through to their slots
        pairs = [socket.socketpair() for _ in range(clients)]
        self._controls = [ours for ours, _ in pairs]
        self._theirs = [theirs for _, theirs in pairs]
        self.process = self._launch()
        try:
            self._tell_settings(preload, landlock_abi)
            self.isolation = self._await_ready()
            self.clients = [Client(control) for control in self._controls]
            self._ask_canary()
        except BaseException:
            self.end()
            raise

    def _launch(self) -> subprocess.Popen[bytes]:
        with Path(self.scratch, "server.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *_ALONE, str(_WORKER), *readable.package_folders()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=_ENVIRONMENT,
                pass_fds=[theirs.fileno() for theirs in self._theirs],
                start_new_session=True,
            )

    def _tell_settings(self, preload: Preload, landlock_abi: int | None) -> None:
        settings = Settings(
            level=self._level,
            preload=preload,
            parent=os.getpid(),
            controls=tuple(theirs.fileno() for theirs in self._theirs),
            packages=tuple(readable.package_folders()),
            scratch=self.scratch,
            view=readable.view(),  # looked up while the other interpreter starts
            landlock_abi=landlock_abi,
        )
        for theirs in self._theirs:
            theirs.close()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), self.process.stdin as stdin:  # `_await_ready` will say why
            stdin.write(settings.to_json())

    def _await_ready(self) -> Isolation:
        control = self._controls[0]
        control.settimeout(_START_SECONDS)
        try:
            message = control.recv(1 << 16)
        except (TimeoutError, ConnectionError):
            message = b""
        if not message:
            log = Path(self.scratch, "server.log").read_text("utf-8", "replace")[-1000:].strip()
            raise SandboxError(f"the server ended at its start: {log or 'it said nothing'}")
        report = frames.decode(message[frames.HEADER.size :])
        if "failed" in report:
            raise SandboxError(report["failed"])
        layers, abi = tuple(report["layers"]), report["landlock_abi"]
        return Isolation(self._level, layers, abi, describe(layers, abi, self._weakened))

    def _ask_canary(self) -> None:
        if self.isolation.level == "none":
            return
        surprises = canary.surprises(self.clients[0], self.isolation, self.scratch)
        if surprises:
            raise SandboxError("the canary was surprised: " + "; ".join(surprises))

    def end(self) -> None:
        """Kill the server, and by that its children; remove its directory."""
        for control in self._controls:
            control.close()
        self.process.kill()
        self.process.wait()
        self._held.close()
