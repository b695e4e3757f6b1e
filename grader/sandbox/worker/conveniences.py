"""Small kindnesses to honest notebooks that assume another machine. None of this is a defence.

What asks for a GPU gets the CPU, and half precision, which saves a GPU's time, is single precision. A
DataLoader loads in its own process, `torch.compile` and TorchScript leave the model as it is, and
`inspect.getsource` finds classes that cells define.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any

_FACTORIES = (
    *(
        "arange",
        "as_tensor",
        "empty",
        "empty_like",
        "eye",
        "full",
        "full_like",
        "linspace",
        "load",
        "logspace",
    ),
    *("normal", "ones", "ones_like", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like"),
    *("randperm", "tensor", "zeros", "zeros_like"),
)

_TENSOR_TYPES = ("FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "ByteTensor", "BoolTensor")


def install() -> None:
    """Change torch and inspect in this process. Call once, in the server."""
    import torch
    import torch.utils.data

    if not torch.cuda.is_available():
        _use_the_cpu(torch)
    torch.compile = torch.jit.script = _uncompiled
    torch.jit.trace = lambda function, *args, **kwargs: function
    torch.utils.data.DataLoader.__init__ = _without_workers(torch.utils.data.DataLoader.__init__)
    inspect.getfile = _finding_cells(inspect.getfile)  # type: ignore[assignment]


def _use_the_cpu(torch: Any) -> None:
    half = (torch.float16, torch.bfloat16)

    def here(asked: Any) -> Any:
        """The device, the type of tensor (`torch.cuda.FloatTensor`) or the precision to use instead."""
        if isinstance(asked, (str, torch.device)) and str(asked).partition(":")[0] in ("cuda", "mps"):
            return torch.device("cpu")
        if isinstance(asked, str):
            return asked.replace("torch.cuda.", "torch.")
        return torch.float32 if isinstance(asked, torch.dtype) and asked in half else asked

    def redirected(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def on_the_cpu(*args: Any, **kwargs: Any) -> Any:
            for name in ("device", "map_location", "dtype"):
                if name in kwargs:
                    kwargs[name] = here(kwargs[name])
            return function(*map(here, args), **kwargs)

        return on_the_cpu

    for name in ("to", "type", "new_tensor", "new_zeros", "new_ones", "new_full", "new_empty"):
        setattr(torch.Tensor, name, redirected(getattr(torch.Tensor, name)))
    for name in _FACTORIES:
        setattr(torch, name, redirected(getattr(torch, name)))
    torch.set_default_device = redirected(torch.set_default_device)
    torch.Tensor.cuda = lambda tensor, *args, **kwargs: tensor
    torch.Tensor.half = torch.Tensor.bfloat16 = lambda tensor, *args, **kwargs: tensor.float()
    for name in _TENSOR_TYPES:
        setattr(torch.cuda, name, getattr(torch, name))
    for name in ("synchronize", "set_device", "empty_cache", "reset_peak_memory_stats", "ipc_collect"):
        setattr(torch.cuda, name, _nothing_to_do())
    for name in ("synchronize", "empty_cache", "manual_seed"):
        setattr(torch.mps, name, _nothing_to_do())


def _nothing_to_do() -> Callable[..., None]:
    def on_the_cpu(*args: Any, **kwargs: Any) -> None:
        """There is no GPU to wait for."""

    return on_the_cpu  # a new one each time: torch._dynamo keeps a table by function


def _uncompiled(model: Any = None, **options: Any) -> Any:
    return (lambda function: function) if model is None else model


def _without_workers(initialise: Callable[..., None]) -> Callable[..., None]:
    """Processes cannot be started; with 0 workers the options that steer them are not allowed."""
    signature = inspect.signature(initialise)
    steering = (
        "prefetch_factor",
        "persistent_workers",
        "timeout",
        "multiprocessing_context",
        "worker_init_fn",
    )

    @functools.wraps(initialise)
    def in_this_process(*args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.arguments["num_workers"] = 0
        bound.arguments["pin_memory"] = False
        for name in steering:
            bound.arguments.pop(name, None)
        initialise(*bound.args, **bound.kwargs)

    return in_this_process


def _finding_cells(getfile: Callable[[Any], str]) -> Callable[[Any], str]:
    """A class in `__main__` has no file; its methods know the cell they came from."""

    @functools.wraps(getfile)
    def with_cells(thing: Any) -> str:
        if inspect.isclass(thing) and thing.__module__ == "__main__":
            for member in vars(thing).values():
                code = getattr(member, "__code__", None)
                if isinstance(code, CodeType):
                    return code.co_filename
        return getfile(thing)

    return with_cells
