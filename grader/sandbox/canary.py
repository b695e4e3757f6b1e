"""The start's last step: a child must fail at what is forbidden and succeed at what honest code does.

A layer that silently is not there looks the same as one that works until somebody tries; here somebody does.
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from grader.sandbox.client import Client
from grader.sandbox.errors import StudentFault
from grader.sandbox.isolation import Isolation

_PROBE = Path(__file__).with_name("canary_probe.py")
_SECONDS = 20.0


def surprises(client: Client, isolation: Isolation, scratch: str) -> list[str]:
    """What went otherwise than it must, a line each; none when the confinement holds.

    A secret is planted in `scratch`, which a child passes through on the way to its own directory.
    """
    planted = Path(scratch, "planted")
    planted.write_text("no student process may read this")
    planted.chmod(0o644)
    request = {
        "op": "call",
        "name": "surprises",
        "args": [
            [str(planted), *_ours()],
            os.getpid(),
            os.getuid(),
            "user" in isolation.layers,
            "namespaces" in isolation.layers,
        ],
    }
    try:
        with client.fork() as process:
            process.request({"op": "run", "source": _PROBE.read_text(), "filename": "<canary>"}, _SECONDS)
            found = process.request(request, _SECONDS)
    except StudentFault as fault:
        return [f"it died of what must merely fail: {fault}"]
    finally:
        planted.unlink()
    return [str(line) for line in found] if isinstance(found, list) else ["it gave no answer"]


def _ours() -> list[str]:
    """Files that exist and must stay out of sight: sources of the grader and reference, our metadata."""
    files = [__file__]
    reference = find_spec("reference")
    if reference is not None and reference.origin is not None:
        files.append(reference.origin)
    try:
        metadata = distribution("nn-course-grader")
    except PackageNotFoundError:
        return files
    ours = (file for file in metadata.files or () if file.name == "METADATA")
    return files + [str(metadata.locate_file(file)) for file in ours]
