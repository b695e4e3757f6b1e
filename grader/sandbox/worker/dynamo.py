"""A light stand-in for `torch._dynamo`, whose import would cost the first `optimizer.step()` a second.

Optimizers use two of its functions, `disable` and `graph_break`, and both only matter to compiled code, of
which there is none here. Whatever else is asked of the stand-in loads the real module, which takes its place.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"


class _Dynamo(ModuleType):
    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Where compiled code would be cut."""

    @staticmethod
    def disable(fn: Callable[..., Any] | None = None, *options: Any, **more: Any) -> Callable[..., Any]:
        """A function, or a decorator, that runs uncompiled, as everything does."""
        return (lambda function: function) if fn is None else fn

    def __getattr__(self, name: str) -> Any:
        # `inspect` asks every module for __file__ and the like; only an import asks for __path__
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        return getattr(_real(self), name)


def stand_in() -> None:
    """Put the stand-in where `import torch._dynamo` finds it, unless the real module is loaded."""
    import torch

    if _NAME not in sys.modules:
        sys.modules[_NAME] = torch._dynamo = _Dynamo(_NAME)


def _real(standing_in: ModuleType) -> ModuleType:
    import torch

    if sys.modules.get(_NAME) is standing_in:
        del sys.modules[_NAME], torch._dynamo
    real = importlib.import_module(_NAME)
    real.config.disable = True
    return real
