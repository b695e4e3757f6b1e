"""The worker's operations in this very process, as the notebook's own kernel needs them."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from grader.sandbox.errors import StudentRaised
from grader.sandbox.worker import faults, frames, student_code
from grader.sandbox.worker.session import Session

OPERATIONS = {
    "load": student_code.load,
    "call_function": student_code.call_function,
    "build_network": student_code.build_network,
    "forward": student_code.forward,
    "gradients": student_code.gradients,
    "trace_network": student_code.trace_network,
}


def perform(session: Session, request: Mapping[str, Any]) -> Any:
    """One operation; its value as it would come out of another process. Raises StudentRaised.

    What the student's code prints is dropped, and random numbers go on as if nothing had been called. Without
    oneDNN, which compiles code for every new shape: much longer than a small network runs.
    """
    with _quiet(), _same_random_numbers(), torch.backends.mkldnn.flags(enabled=False):
        try:
            value = OPERATIONS[request["op"]](session, request)
            return frames.decode(frames.pack({"value": value})[frames.HEADER.size :])["value"]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = faults.describe(error)
            raise StudentRaised(
                told["type"], told["message"], told["cell"], told["line"], told["traceback"]
            ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _same_random_numbers() -> Iterator[None]:
    kept = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])
        torch.set_rng_state(kept[2])
