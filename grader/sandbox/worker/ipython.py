"""The names that Jupyter and Colab put into every notebook, doing nothing: there is no kernel and no page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class _Shell:
    """What `get_ipython()` gives; `%magic` and `!command` inside a function are calls of its methods."""

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        """`files = !ls` prints nothing here."""
        return []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """Show or run nothing."""


def names() -> dict[str, Any]:
    """The names, to be put into a notebook's namespace before its first statement."""
    return {"display": _nothing, "get_ipython": _Shell}
