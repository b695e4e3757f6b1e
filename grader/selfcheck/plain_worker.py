"""What runs in a PlainProcess: requests on standard input, replies on what was standard output."""

from __future__ import annotations

import os
import sys
from typing import Any

from grader.sandbox.worker import faults, frames, preload
from grader.sandbox.worker.session import Session, new_session
from grader.selfcheck.here import OPERATIONS


def serve() -> None:
    """Answer until the other side hangs up. What the student's code prints goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    requests = os.fdopen(os.dup(0), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 -- for as long as the process lives
    os.environ["MPLBACKEND"] = "Agg"
    preload.load("single")
    session = new_session()
    _send(replies, {"ready": True})
    while len(header := requests.read(frames.HEADER.size)) == frames.HEADER.size:
        (length,) = frames.HEADER.unpack(header)
        _send(replies, _answer(session, requests.read(length)))


def _answer(session: Session, body: bytes) -> dict[str, Any]:
    try:
        request = frames.decode(body)
        value = OPERATIONS[request["op"]](session, request)
        frames.pack(value)
        return {"ok": True, "value": value}
    except BaseException as error:
        return {"ok": False, "error": faults.describe(error)}


def _send(replies: Any, reply: dict[str, Any]) -> None:
    replies.write(frames.pack(reply))
    replies.flush()
