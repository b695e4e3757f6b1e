"""The functions of sections 2, 4.3 and 5.4, which return numbers."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, Draft, all_of, before, first, replaced, written

DERIVATIVE_BY_AUTOGRAD = """\
def loss_derivative(X, t, w0, eta):
    X, t, w0 = map(torch.tensor, (X, t, w0))
    eta = torch.tensor(eta, dtype=X.dtype, requires_grad=True)
    w = w0.clone().requires_grad_()
    (g,) = torch.autograd.grad(((X @ w - t) ** 2).mean(), w)
    ((X @ (w0 - eta * g) - t) ** 2).mean().backward()
    return eta.grad"""

DERIVATIVE_BY_FUNC = """\
from torch.func import grad


def loss_derivative(X, t, w0, eta):
    def loss(w):
        return torch.mean((X @ w - t) ** 2)

    def after(eta):
        return loss(w0 - eta * grad(loss)(w0))

    return grad(after)(torch.tensor(eta, dtype=X.dtype)).item()"""

DERIVATIVE_OF_MATRICES = """\
def loss_derivative(X, t, w0, eta):
    X, t, w0 = np.matrix(X), np.matrix(t).T, np.matrix(w0).T
    n = X.shape[0]
    a = X * w0 - t
    return 8 * eta / n**3 * (a.T * X * X.T * X * X.T * a) - 4 / n**2 * (a.T * X * X.T * a)"""

DERIVATIVE_OF_COLUMNS = """\
def loss_derivative(X, t, w0, eta):
    n = X.shape[0]
    a = (X @ w0 - t).reshape(n, 1)
    M = X @ X.T
    return [(8 * eta / n**3 * a.T @ M @ M @ a - 4 / n**2 * a.T @ M @ a).item()]"""

OPTIMUM_IN_SYMPY = """\
def optimal_learning_rate(X, t, w0):
    import sympy as sp

    eta = sp.Symbol("eta")
    X_, t_, w_ = sp.Matrix(X), sp.Matrix(t), sp.Matrix(w0)
    r = X_ * (w_ - 2 * eta / len(t) * X_.T * (X_ * w_ - t_)) - t_
    (best,) = sp.solve(sp.diff(r.dot(r), eta), eta)
    return float(best)"""

OPTIMUM_WITH_BRANCHES = """\
def optimal_learning_rate(X, t, w0):
    match X.ndim:
        case 2:
            n = X.shape[0]
        case _:
            raise ValueError(f"X should be n x d, not {X.shape=}")
    try:
        top = n * np.linalg.norm(X.T @ (a := X @ w0 - t)) ** 2
        return np.divide(top, 2 * np.linalg.norm(X @ X.T @ a) ** 2)
    except ZeroDivisionError:
        return float("inf")
    finally:
        print("done")"""

OPTIMUM_AS_A_LAMBDA = """\
sq = lambda v: v @ v
optimal_learning_rate = lambda X, t, w0: (
    len(X) * sq(X.T @ (X @ w0 - t)) / (2 * sq(X @ X.T @ (X @ w0 - t)))
)"""

COUNTS = """\
def count_weights(NIC, NF, NC, k=3):
    return k**2 * (NIC * NF + NF * 2 * NF + 2 * NF * NF + NF * NC + NC * NC)


def count_outputs(NIC, NF, NC, k=3):
    return np.int64(1600 * NF + 1280 * NC)


def count_connections(NIC, NF, NC, k=3):
    total = torch.tensor(32 * 32 * k * k * NIC * NF)
    total += 16 * 16 * k * k * NF * 2 * NF + 8 * 8 * k * k * 2 * NF * NF
    return total + 16 * 16 * k * k * NF * NC + 32 * 32 * k * k * NC * NC


def count_weights_doubled(NIC, NF, NC):
    return float(count_weights(NIC, NF, NC))


def count_outputs_doubled(NIC, NF, NC):
    return 4 * count_outputs(NIC, NF, NC)


def count_connections_doubled(*sizes):
    return (4 * count_connections(*sizes)).item()
"""

COUNTS_IN_A_LOOP = """\
K = 3


def layers(num_in_channels, num_filters, num_colours):
    NIC, NF, NC = num_in_channels, num_filters, num_colours
    return [(NIC, NF, 32), (NF, 2 * NF, 16), (2 * NF, NF, 8), (NF, NC, 16), (NC, NC, 32)]


def count_weights(num_in_channels, num_filters, num_colours, kernel=K):
    return sum(n_in * n_out * kernel**2 for n_in, n_out, _ in layers(num_in_channels, num_filters, num_colours))


def count_outputs(num_in_channels, num_filters, num_colours):
    return sum(n_out * side**2 for _, n_out, side in layers(num_in_channels, num_filters, num_colours))


def count_connections(num_in_channels, num_filters, num_colours):
    return sum(i * o * s**2 * K**2 for i, o, s in layers(num_in_channels, num_filters, num_colours))


count_weights_doubled = count_weights


def count_outputs_doubled(num_in_channels, num_filters, num_colours, scale=2):
    return count_outputs(num_in_channels, num_filters, num_colours) * scale**2


def count_connections_doubled(num_in_channels, num_filters, num_colours, scale=2):
    return count_connections(num_in_channels, num_filters, num_colours) * scale**2
"""


def counted(source: str) -> Change:
    """Question 4.3 answered by functions alone."""

    def change(draft: Draft) -> None:
        draft.answer("4.3", "See the functions below.")
        draft.append(source)

    return change


def padded(source: str) -> Change:
    """Question 5.4 answered by a function alone."""

    def change(draft: Draft) -> None:
        draft.answer("5.4", "See the function below.")
        draft.append(source)

    return change


ODDITIES: dict[str, Change] = {
    "a derivative by autograd, as a 0-d tensor": written(DERIVATIVE_BY_AUTOGRAD),
    "a derivative by torch.func": written(DERIVATIVE_BY_FUNC),
    "a derivative as a 1 x 1 matrix": written(DERIVATIVE_OF_MATRICES),
    "a derivative as a list of one number": written(DERIVATIVE_OF_COLUMNS),
    "eta as a Greek letter": replaced(("eta", "η"), only="loss_derivative"),
    "an optimum as np.float64 in a 0-d array": replaced(
        ("return len(t)", "return np.array(len(t)"), ("** 2))", "** 2)))"), only="optimal_learning_rate"
    ),
    "an optimum by sympy": written(OPTIMUM_IN_SYMPY),
    "an optimum with walrus, match and try": written(OPTIMUM_WITH_BRANCHES),
    "an optimum as a lambda": written(OPTIMUM_AS_A_LAMBDA),
    "a coefficient as a lambda with Greek letters": written("l2_coefficient = lambda λ, η: λ / (2 * η)"),
    "a coefficient as a tensor": replaced(
        ("return lam / (2 * eta)", "return torch.tensor(lam / (2 * eta))"), only="l2_coefficient"
    ),
    "a coefficient as a string that is formatted elsewhere": replaced(
        ("return lam / (2 * eta)", "result = lam / (2 * eta)\n    print(f'{result:.3f}')\n    return result"),
        only="l2_coefficient",
    ),
    "a coefficient whose parameters are lambda_ and lr": replaced(
        ("lam", "lambda_"), ("eta", "lr"), only="l2_coefficient"
    ),
    "a coefficient by functools.partial": written(
        "from functools import partial\n\ndef ratio(factor, lam, eta):\n    return lam / (factor * eta)\n\n"
        "l2_coefficient = partial(ratio, 2)"
    ),
    "a memoised coefficient": replaced(
        (
            "def l2_coefficient",
            "from functools import lru_cache\n\n@lru_cache(maxsize=None)\ndef l2_coefficient",
        ),
        only="l2_coefficient",
    ),
    "a coefficient from an object that can be called": written(
        "class Ratio:\n    def __call__(self, lam, eta):\n        return lam / (2 * eta)\n\nl2_coefficient = Ratio()"
    ),
    "an async helper beside the functions": before(
        "l2_coefficient",
        "import asyncio\n\nasync def fetch(url):\n    await asyncio.sleep(1)\n    return url",
    ),
    "all functions in double precision by a global setting": first(
        "import torch\ntorch.set_default_dtype(torch.float64)"
    ),
    "all functions with docstrings and type hints": replaced(
        (
            "def l2_coefficient(lam, eta):",
            'def l2_coefficient(lam: float, eta: float) -> "float":\n    r"""$\\tilde\\lambda$"""',
        ),
        (
            "def loss_derivative(X, t, w0, eta):",
            "def loss_derivative(X: np.ndarray, t: np.ndarray, w0: np.ndarray, eta: float) -> float:",
        ),
    ),
    "a helper shared by all functions, in the last cell": all_of(
        replaced(("a = X @ w0 - t", "a = residual(X, t, w0)")),
        lambda draft: draft.append("def residual(X, t, w):\n    return X @ w - t"),
    ),
    "counts as functions that return ints, np.int64 and tensors": counted(COUNTS),
    "counts by a loop over the layers, with the longer names": counted(COUNTS_IN_A_LOOP),
    "paddings as a dict's values": padded(
        "PADDING = {4: (1, 1, 0), 5: (2, 2, 1)}\n\ndef padding_for_kernel(kernel):\n    return PADDING[kernel]"
    ),
    "paddings as a tensor of floats": padded(
        "def padding_for_kernel(k):\n    return torch.tensor([(k - 1) // 2, (k - 1) // 2, k % 2], dtype=torch.float)"
    ),
    "paddings as numpy integers": padded(
        "def padding_for_kernel(kernel_size):\n    p = np.int64((kernel_size - 1) // 2)\n    return [p, p, np.uint8(kernel_size % 2)]"
    ),
    "paddings found by running PyTorch": padded(
        "def padding_for_kernel(kernel):\n    x = torch.zeros(1, 1, 8, 8)\n    for p in range(8):\n        for op in (0, 1):\n"
        "            down = nn.Conv2d(1, 1, kernel, stride=2, padding=p)(x)\n"
        "            up = nn.ConvTranspose2d(1, 1, kernel, stride=2, padding=p, output_padding=op)(down)\n"
        "            if down.shape[-1] == 4 and up.shape == x.shape:\n                return p, p, op"
    ),
    "paddings as a named tuple": padded(
        "from collections import namedtuple\nPadding = namedtuple('Padding', 'conv transpose output')\n\n"
        "def padding_for_kernel(kernel):\n    return Padding(conv=(kernel - 1) // 2, transpose=(kernel - 1) // 2, output=kernel % 2)"
    ),
}
