"""From an empty interpreter to a serving fork server: confine it, load the libraries, freeze, serve."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from typing import TYPE_CHECKING

from . import birth, frames, imports
from .confine.unconfined import Unconfined
from .process import OwnProcess
from .settings import Settings

if TYPE_CHECKING:
    from .server import Server


def main(settings: Settings) -> None:
    """Report to the first control socket that the server is ready, or why it cannot be, then serve."""
    birth.occupy_standard_descriptors()
    controls = [socket.socket(fileno=descriptor) for descriptor in settings.controls]
    try:
        server = _prepare(settings, controls)
    except (OSError, ImportError, RuntimeError) as error:
        controls[0].sendall(frames.pack({"failed": f"{type(error).__name__}: {error}"}))
        sys.exit(1)
    controls[0].sendall(frames.pack(server.report()))
    server.serve()


def _prepare(settings: Settings, controls: list[socket.socket]) -> Server:
    confiner, own, temporary = _confine(settings)
    imports.hide_unreadable(settings.packages, settings.view)
    os.environ["TMPDIR"] = os.environ["MPLCONFIGDIR"] = tempfile.tempdir = temporary
    # Only now what imports torch: before the fork in _confine it would stay in memory twice. And before
    # `ready`: afterwards our source is out of sight.
    from . import preload
    from .server import Server

    preload.load(settings.preload)
    threads = own.threads()
    if threads != 1:
        raise RuntimeError(f"the server runs {threads} threads after its imports; a fork would not be safe")
    confiner.ready(own.address_space())
    preload.freeze()
    if settings.preload == "batch":
        own.use_huge_pages()
    return Server(controls, confiner)


def _confine(settings: Settings) -> tuple[Unconfined, OwnProcess, str]:
    """The confiner, this process, and a directory for temporary files while libraries load."""
    if settings.level == "none":
        return Unconfined(settings.scratch), OwnProcess(), settings.scratch
    from .confine import confined, namespaces, privileges

    privileges.die_with_parent(settings.parent)
    if settings.level == "landlock":
        return confined.Landlocked(settings), OwnProcess(), settings.scratch
    namespaces.become_first_process()
    own = OwnProcess()
    return confined.Jailed(settings), own, namespaces.SCRATCH
