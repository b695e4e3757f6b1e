"""Calling a student's function or class with the question's arguments, whatever the student named them.

Arguments go by name where the student's parameter has one of the accepted spellings, the rest by place.
Arrays are given as the student's code expects them (numpy, or torch in double or single precision), found
from the names the code uses and, where that fails, by trying the other kinds.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Argument:
    """A value and the names a student may give its parameter; an optional one may find no place."""

    names: tuple[str, ...]
    value: Any
    optional: bool = False

    @classmethod
    def from_request(cls, fields: Mapping[str, Any]) -> Argument:
        """Read the frame's form of an argument."""
        return cls(tuple(fields["names"]), fields["value"], bool(fields.get("optional")))


def parameters_of(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """What the function or class takes, in order."""
    return tuple(inspect.signature(function).parameters.values())


def bind(
    function: Callable[..., Any], parameters: Sequence[inspect.Parameter], arguments: Sequence[Argument]
) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments for a call; TypeError where the parameters cannot take them."""
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY, p.POSITIONAL_ONLY)]
    chosen: dict[str, Argument] = {}
    for argument in arguments:
        spelling = next((p.name for p in named if p.name in argument.names and p.name not in chosen), None)
        if spelling is not None:
            chosen[spelling] = argument
    left = [argument for argument in arguments if argument not in chosen.values()]
    for parameter in named:
        if parameter.name not in chosen and left and parameter.default is parameter.empty:
            chosen[parameter.name] = left.pop(0)
    takes_more = any(p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) for p in parameters)
    for parameter in named:
        needed = [argument for argument in left if not argument.optional]
        if parameter.name not in chosen and needed and not takes_more:
            chosen[parameter.name] = needed[0]
            left.remove(needed[0])
    extra: list[Any] = []
    keywords: dict[str, Any] = {}
    taken_apart = _words_of(function) if any(p.kind is p.VAR_KEYWORD for p in parameters) else frozenset()
    for argument in left:
        if any(p.kind is p.VAR_KEYWORD for p in parameters):
            spelling = next((name for name in argument.names if name in taken_apart), argument.names[0])
            keywords[spelling] = argument.value
        elif any(p.kind is p.VAR_POSITIONAL for p in parameters):
            extra.append(argument.value)
        elif not argument.optional:
            raise TypeError(f"{_name(function)}() has no parameter for {argument.names[0]}")
    missing = [p.name for p in named if p.name not in chosen and p.default is p.empty]
    if missing:
        raise TypeError(f"{_name(function)}() needs {', '.join(missing)}, which the question does not give")
    positional = [chosen[p.name].value for p in named if p.kind is p.POSITIONAL_ONLY]
    keywords |= {
        p.name: chosen[p.name].value for p in named if p.name in chosen and p.kind is not p.POSITIONAL_ONLY
    }
    if extra:
        in_order = [
            chosen[p.name].value for p in named if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in chosen
        ]
        return [*positional, *in_order, *extra], {
            p.name: chosen[p.name].value for p in named if p.kind is p.KEYWORD_ONLY and p.name in chosen
        }
    return positional, keywords


def call(function: Callable[..., Any], arguments: Sequence[Argument]) -> Any:
    """Call with arrays of the kind the student's code expects; raises what the first attempt raised.

    `*args` gets the optional arguments as well, and if that fails goes without.
    """
    first: Exception | None = None
    parameters = parameters_of(function)
    for convert in _converters(function, arguments):
        for given in _with_and_without_optional(parameters, arguments):
            positional, keywords = bind(function, parameters, given)
            try:
                return function(
                    *(convert(value) for value in positional),
                    **{name: convert(value) for name, value in keywords.items()},
                )
            except Exception as error:
                first = first or error
    assert first is not None
    raise first


def _with_and_without_optional(
    parameters: Sequence[inspect.Parameter], arguments: Sequence[Argument]
) -> tuple[Sequence[Argument], ...]:
    needed = [argument for argument in arguments if not argument.optional]
    takes_any = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return (arguments, needed) if takes_any and len(needed) < len(arguments) else (arguments,)


def _converters(function: Callable[..., Any], arguments: Sequence[Argument]) -> tuple[Converter, ...]:
    if not any(isinstance(argument.value, np.ndarray) for argument in arguments):
        return (_as_is,)
    kinds: tuple[Converter, ...] = (_as_double_tensor, _as_single_tensor, _as_array)
    return kinds if uses_torch(function) else (_as_array, *kinds[:2])


def _as_is(value: Any) -> Any:
    return value


def _as_array(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _as_double_tensor(value: Any) -> Any:
    return torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value


def _as_single_tensor(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return torch.from_numpy(value.astype(np.float32))
    return _as_double_tensor(value)


def uses_torch(function: Callable[..., Any]) -> bool:
    """Whether the function, or a helper of the notebook that it calls, mentions torch."""
    return any(
        _is_of_torch(helper.__globals__.get(name))
        for helper in _with_helpers(function)
        for code in _codes_in(helper.__code__)
        for name in code.co_names
    )


def _with_helpers(function: Callable[..., Any]) -> Iterator[FunctionType]:
    """The function or the class's constructor, the notebook's functions that it mentions, and theirs."""
    seen: set[CodeType] = set()
    pending: list[Any] = [function.__init__ if inspect.isclass(function) else inspect.unwrap(function)]
    while pending:
        candidate = pending.pop()
        if not isinstance(candidate, FunctionType) or candidate.__code__ in seen:
            continue
        seen.add(candidate.__code__)
        yield candidate
        names = (name for code in _codes_in(candidate.__code__) for name in code.co_names)
        pending += [candidate.__globals__.get(name) for name in names]


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    nested: Iterable[CodeType] = (c for c in code.co_consts if isinstance(c, CodeType))
    for inner in nested:
        yield from _codes_in(inner)


def _words_of(function: Callable[..., Any]) -> frozenset[str]:
    """Names of parameters and texts in the function's code: what it may look up in its `**kwargs`."""
    codes = [code for helper in _with_helpers(function) for code in _codes_in(helper.__code__)]
    texts = (constant for code in codes for constant in code.co_consts if isinstance(constant, str))
    return frozenset(texts).union(*(code.co_varnames[: code.co_argcount] for code in codes))


def _is_of_torch(value: Any) -> bool:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return isinstance(name, str) and name.partition(".")[0] == "torch"


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", "the function"))
