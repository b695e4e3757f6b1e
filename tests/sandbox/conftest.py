"""Running servers, one for each way of confining that this machine offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from grader.sandbox import Client, NoConfinement, SandboxServer, StudentProcess

WAYS: dict[str, dict[str, Any]] = {
    "full": {"isolation": "full"},
    "landlock": {"isolation": "landlock"},
    "landlock abi 4": {"isolation": "landlock", "landlock_abi": 4},
    "landlock abi 1": {"isolation": "landlock", "landlock_abi": 1},
    "none": {"isolation": "none"},
}
"""Kernels 6.7 and 5.13 offer only ABI 4 and 1; the allow-list of system calls must make up for that."""


@pytest.fixture(scope="session")
def server_for() -> Iterator[Callable[[str], SandboxServer]]:
    """A server by the name of its way, started when first asked for; skips where it is not to be had."""
    started: dict[str, SandboxServer | NoConfinement] = {}
    with ExitStack() as servers:

        def get(way: str) -> SandboxServer:
            if way not in started:
                try:
                    started[way] = servers.enter_context(SandboxServer.start(preload="single", **WAYS[way]))
                except NoConfinement as refusal:
                    started[way] = refusal
            server = started[way]
            if isinstance(server, NoConfinement):
                pytest.skip(str(server))
            return server

        yield get


@pytest.fixture(params=[way for way in WAYS if way != "none"])
def confined(request: pytest.FixtureRequest, server_for: Callable[[str], SandboxServer]) -> SandboxServer:
    """Every confining server in turn."""
    return server_for(request.param)


@pytest.fixture(params=["full", "landlock", "none"])
def client(request: pytest.FixtureRequest, server_for: Callable[[str], SandboxServer]) -> Client:
    return server_for(request.param).client(0)


@pytest.fixture
def process(server_for: Callable[[str], SandboxServer]) -> Iterator[StudentProcess]:
    """A student process at the strongest level there is, for tests that are not about confinement."""
    try:
        server = server_for("full")
    except pytest.skip.Exception:
        server = server_for("none")
    with server.client(0).fork() as forked:
        yield forked
