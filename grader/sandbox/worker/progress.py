"""A stand-in for tqdm that shows nothing: progress bars need a terminal or widgets, and there is neither.

It stands in also where tqdm is installed, as `tqdm.notebook` would ask for ipywidgets.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType
from typing import Any, Self


class Bar:
    """What `tqdm(iterable, total=...)` gives: the iterable itself, with methods that do nothing."""

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        desc: str | None = None,
        total: float | None = None,
        **_: Any,
    ) -> None:
        self.iterable = iterable
        self.desc = desc
        self.total = len(iterable) if total is None and hasattr(iterable, "__len__") else total  # type: ignore[arg-type]
        self.n: float = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable or ():
            yield item
            self.n += 1

    def __len__(self) -> int:
        return int(self.total or 0)

    def __bool__(self) -> bool:
        return self.total is None or self.total > 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is no bar to close."""

    def update(self, n: float = 1) -> None:
        """Count on."""
        self.n += n

    @classmethod
    def write(cls, text: str, *_: Any, **__: Any) -> None:
        """Print, as there is no bar in the way."""
        print(text)

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None  # set_postfix, set_description, close, refresh, ...


def _counting(*bounds: int, **options: Any) -> Bar:
    return Bar(range(*bounds), **options)


def install() -> None:
    """Put the stand-in where every way of importing tqdm finds it."""
    package = ModuleType("tqdm")
    for name in ("tqdm", "tqdm.auto", "tqdm.autonotebook", "tqdm.notebook", "tqdm.std"):
        module = package if name == "tqdm" else ModuleType(name)
        module.__spec__ = ModuleSpec(name, loader=None)  # who asks whether it is installed looks for one
        module.__dict__.update(tqdm=Bar, trange=_counting, tqdm_notebook=Bar, tnrange=_counting)
        sys.modules[name] = module
        setattr(package, name.rpartition(".")[2], module if module is not package else Bar)
