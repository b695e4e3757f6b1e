"""Devices by their names: "cpu", "cuda:0", "cuda:1"."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from grader.errors import Exit, GraderError

LOCKS = Path("/tmp")
_NAME = re.compile(r"cpu|cuda(:\d{1,2})?")


class DeviceMissing(GraderError):  # noqa: N818 - what happened
    """There is no such device here."""

    exit_code = Exit.USAGE


def device_named(name: str) -> str:
    """The device's whole name: "cuda:0" for "cuda". Raises DeviceMissing for what is no device's name."""
    if not _NAME.fullmatch(name):
        raise DeviceMissing(f"{name!r} is no device: say cpu, cuda, or cuda:1 for the second one.")
    return f"cuda:{_number(name)}" if is_accelerator(name) else name


def check_device(name: str) -> None:
    """Raises DeviceMissing unless there is a device of that name on this machine."""
    if name not in devices():
        raise DeviceMissing(
            f"There is no {name} for PyTorch {torch.__version__} on this machine: say --device cpu, or leave "
            "the training checks out."
        )


def devices() -> tuple[str, ...]:
    """Those of this machine."""
    return ("cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count())))


def is_accelerator(name: str) -> bool:
    """Whether the device is something apart from the processors that everything runs on."""
    return name != "cpu"


@contextmanager
def held_alone(name: str) -> Iterator[None]:
    """Hold an accelerator until the end of the block; waits while another process of this user does.

    Processors need no turns: there are as many as there are jobs. The lock ends with the process.
    """
    if not is_accelerator(name):
        yield
        return
    path = Path(LOCKS, f"grader-{os.getuid()}-cuda-{_card(_number(name))}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _card(number: int) -> str:
    """What the machine calls the card that is this process's `number`."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    return re.sub(r"[^\w-]", "", visible[number]) if number < len(visible) and visible[0] else str(number)


def _number(name: str) -> int:
    return int(name.partition(":")[2] or 0)
