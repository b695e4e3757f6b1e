"""Where student code runs: a fork server, confined processes, typed frames, deadlines."""

from grader.sandbox.client import Client
from grader.sandbox.errors import (
    Crashed,
    NoConfinement,
    ProtocolViolation,
    SandboxError,
    StudentFault,
    StudentRaised,
    TimedOut,
)
from grader.sandbox.isolation import Isolation
from grader.sandbox.process import StudentProcess, Usage, pack_request, reply_value, unpack_request
from grader.sandbox.server import SandboxServer
from grader.sandbox.worker.frames import FrameError, Tensor
from grader.sandbox.worker.limits import Limits

__all__ = [
    "Client",
    "Crashed",
    "FrameError",
    "Isolation",
    "Limits",
    "NoConfinement",
    "ProtocolViolation",
    "SandboxError",
    "SandboxServer",
    "StudentFault",
    "StudentProcess",
    "StudentRaised",
    "Tensor",
    "TimedOut",
    "Usage",
    "pack_request",
    "reply_value",
    "unpack_request",
]
