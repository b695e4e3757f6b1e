"""A student's function gets the question's arguments, whatever its parameters are called and whatever arrays
it wants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from grader.sandbox.worker.calling import Argument, bind, call, parameters_of, uses_torch

SGD = [
    Argument(("X", "A", "data", "x"), "X"),
    Argument(("t", "y", "targets"), "t"),
    Argument(("eta", "lr", "alpha"), "eta"),
    Argument(("batch_size", "b", "B"), "batch_size"),
    Argument(("steps", "T", "n_iters"), "steps"),
    Argument(("seed", "rng_seed"), "seed", optional=True),
]


def received(function: Callable[..., Any]) -> Any:
    positional, keywords = bind(function, parameters_of(function), SGD)
    return function(*positional, **keywords)


ALL = ("X", "t", "eta", "batch_size", "steps", "seed")

SIGNATURES: dict[str, tuple[Callable[..., Any], Any]] = {
    "the handout's names": (
        lambda X, t, eta, batch_size, steps, seed: (X, t, eta, batch_size, steps, seed),
        ALL,
    ),
    "aliases": (lambda A, y, lr, b, T, rng_seed: (A, y, lr, b, T, rng_seed), ALL),
    "aliases in another order": (lambda lr, T, B, y, x, seed: (x, y, lr, B, T, seed), ALL),
    "unknown names, by place": (lambda p, q, r, s, u, v: (p, q, r, s, u, v), ALL),
    "some known names, the rest by place": (lambda steps, p, q, r, s: (p, q, r, s, steps), ALL[:5]),
    "the optional one left out": (
        lambda X, t, eta, batch_size, steps: (X, t, eta, batch_size, steps),
        ALL[:5],
    ),
    "defaults are overridden by name": (
        lambda X, t, eta=9, batch_size=9, steps=9, seed=9: (X, t, eta, batch_size, steps, seed),
        ALL,
    ),
    "defaults with unknown names are filled by place": (
        lambda X, t, step=9, size=9, n=9: (X, t, step, size, n),
        ALL[:5],
    ),
    "an optional argument does not go where it may not belong": (
        lambda X, t, eta, batch_size, steps, verbose=False: (X, t, eta, batch_size, steps, verbose),
        (*ALL[:5], False),
    ),
    "keyword only": (
        lambda X, t, *, steps, batch_size, eta, seed=0: (X, t, eta, batch_size, steps, seed),
        ALL,
    ),
    "positional only": (lambda X, t, eta, b, T, seed, /: (X, t, eta, b, T, seed), ALL),
    "*args": (lambda *args: args, ALL),
    "some names and *args": (lambda X, t, *rest: (X, t, *rest), ALL),
    "**kwargs get the handout's names": (lambda **kwargs: tuple(kwargs[name] for name in ALL), ALL),
    "**kwargs get the spelling that the code looks up": (
        lambda **kw: (kw["X"], kw["y"], kw["lr"], kw.get("B"), kw["n_iters"], kw["seed"]),
        ALL,
    ),
    "**kwargs get the spelling of the function they are passed on to": (
        lambda X, **options: _passed_on_to(X, **options),
        ALL[:4],
    ),
    "some names and **kwargs": (
        lambda X, y, **kwargs: (X, y, *(kwargs[name] for name in ALL[2:])),
        ALL,
    ),
}


def _passed_on_to(A: Any, y: Any, alpha: Any, b: Any, **rest: Any) -> Any:
    return A, y, alpha, b


@pytest.mark.parametrize("style", SIGNATURES)
def test_arguments_find_their_parameters(style: str) -> None:
    function, expected = SIGNATURES[style]
    assert tuple(received(function)) == tuple(expected)


def test_what_fails_with_the_optional_arguments_goes_without_them() -> None:
    def unpacks(*sizes: Any) -> Any:
        a, b, c, d, e = sizes
        return [a, b, c, d, e]

    assert call(unpacks, SGD) == list(ALL[:5])
    assert call(lambda *sizes: len(sizes), SGD) == 6


def test_a_class_is_bound_by_its_constructor() -> None:
    class Net:
        def __init__(self, data: str, y: str, lr: str, b: str, T: str) -> None:
            self.got = (data, y, lr, b, T)

    assert received(Net).got == ALL[:5]


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (lambda X, t: None, "no parameter for eta"),
        (lambda X, t, eta, batch_size, steps, seed, device: None, "needs device"),
    ],
)
def test_a_signature_that_cannot_take_the_question_is_named(
    function: Callable[..., Any], complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        bind(function, parameters_of(function), SGD)


VECTOR = np.array([3.0, 4.0])


def norm_of(function: Callable[..., Any]) -> Any:
    return call(function, [Argument(("w",), VECTOR)])


def _numpy(w: Any) -> Any:
    return np.linalg.norm(w)


def _torch(w: Any) -> Any:
    return torch.linalg.norm(w)


def _torch_with_single_constants(w: Any) -> Any:
    return torch.sqrt(torch.ones(2) @ (w * w))


def _methods_of_tensors_only(w: Any) -> Any:
    return w.clone().pow(2).sum().sqrt()


def _imports_inside(w: Any) -> Any:
    import torch as th

    return th.sqrt(th.sum(w * w))


def _through_a_helper(w: Any) -> Any:
    return _torch(w)


@pytest.mark.parametrize(
    ("function", "precision"),
    [
        (_numpy, np.float64),
        (_torch, torch.float64),
        (_torch_with_single_constants, torch.float32),
        (_methods_of_tensors_only, torch.float64),
        (_imports_inside, torch.float64),
        (_through_a_helper, torch.float64),
    ],
)
def test_arrays_come_in_the_kind_and_precision_that_the_code_wants(
    function: Callable[..., Any], precision: Any
) -> None:
    result = norm_of(function)
    assert float(result) == pytest.approx(5.0)
    assert result.dtype == precision


def test_the_first_attempts_error_is_the_one_told() -> None:
    def wrong(w: Any) -> Any:
        raise KeyError(type(w).__name__)

    with pytest.raises(KeyError, match="ndarray"):
        norm_of(wrong)


def test_changing_an_argument_in_place_harms_nobody() -> None:
    def greedy(w: Any) -> Any:
        w *= 0
        return w

    assert norm_of(greedy).sum() == 0
    assert VECTOR.tolist() == [3.0, 4.0]


def test_each_attempt_gets_untouched_arrays() -> None:
    def spoils_then_needs_a_tensor(w: Any) -> Any:
        w *= 2
        return w.clone().sum()

    assert float(norm_of(spoils_then_needs_a_tensor)) == 14.0


def test_without_arrays_a_failing_function_is_called_once() -> None:
    calls = []

    def fails(k: int) -> None:
        calls.append(k)
        raise ValueError

    with pytest.raises(ValueError):
        call(fails, [Argument(("k",), 3)])
    assert calls == [3]


def test_torch_is_seen_in_a_nested_function_and_a_torch_name() -> None:
    from torch import matmul

    namespace = {"matmul": matmul}
    exec("def f(w):\n    def g():\n        return matmul(w, w)\n    return g()", namespace)  # noqa: S102 -- a notebook's cell
    assert uses_torch(namespace["f"])
    assert not uses_torch(_numpy)
