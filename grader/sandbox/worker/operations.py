"""What a student process can be asked to do: the table, and the two basic operations.

An operation is a function `(session, request) -> value` where the value fits a frame; it raises what the
student's code raises. To add one, write it in a module of its own and name it in `OPERATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import student_code
from .cells import remember_source
from .session import Session

Operation = Callable[[Session, dict[str, Any]], Any]


def run(session: Session, request: dict[str, Any]) -> None:
    """Execute `source` in the student's namespace; `filename` is the name that errors and tracebacks show."""
    source, filename = request["source"], request["filename"]
    remember_source(filename, source)
    exec(compile(source, filename, "exec"), session.namespace)  # noqa: S102 -- confined, as all student code is


def call(session: Session, request: dict[str, Any]) -> Any:
    """Call what `name` is bound to with `args` and `kwargs`, and return its value."""
    function = session.lookup(request["name"])
    return function(*request.get("args", ()), **request.get("kwargs", {}))


OPERATIONS: dict[str, Operation] = {
    "run": run,
    "call": call,
    "load": student_code.load,
    "call_function": student_code.call_function,
    "build_network": student_code.build_network,
    "shapes": student_code.shapes,
    "set_state": student_code.set_state,
    "forward": student_code.forward,
    "gradients": student_code.gradients,
    "trace_network": student_code.trace_network,
    "graphs": student_code.network_graphs,
}
