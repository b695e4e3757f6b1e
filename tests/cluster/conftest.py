"""The small course, and a cluster of real worker processes to grade it on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from grader.cluster.connect import connected
from grader.sandbox import NoConfinement, SandboxServer

from ..batch.course import Course


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    """Two workers on this machine."""
    try:
        SandboxServer.start("auto", preload="single").close()
    except NoConfinement as problem:
        pytest.skip(str(problem))
    with connected("local:2") as client:
        yield client


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The course, with nobody in it."""
    return Course(tmp_path)
