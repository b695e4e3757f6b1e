"""Autograder and solution checker for neural-network courses. For students: `from grader import check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.selfcheck import check

__all__ = ["check"]


def __getattr__(name: str) -> Any:
    """Load the self-check when it is asked for, so that `import grader` stays light (PEP 562)."""
    if name == "check":
        from grader.selfcheck import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
