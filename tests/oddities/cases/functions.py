"""The functions of section 1: what they take, how they compute, and what they return."""

from __future__ import annotations

from ..draft import Change, all_of, first, replaced, written

SGD_IN_TORCH = """\
def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    g = torch.Generator().manual_seed(seed)
    n, d = X.shape
    w = torch.zeros(d, dtype=X.dtype)
    for _ in range(steps):
        rows = torch.randperm(n, generator=g)[:batch_size]
        w -= lr * 2 / batch_size * X[rows].T @ (X[rows] @ w - t[rows])
    return w"""

SGD_WITH_AUTOGRAD = """\
def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    torch.manual_seed(seed)
    X, t = torch.as_tensor(X).double(), torch.as_tensor(t).double()
    w = torch.zeros(X.shape[1], dtype=torch.double, requires_grad=True)
    opt = torch.optim.SGD([w], lr=lr)
    for _ in range(steps):
        idx = torch.randperm(len(t))[:batch_size]
        loss = F.mse_loss(X[idx] @ w, t[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return w"""

SGD_WITH_A_LOADER = """\
from torch.utils.data import DataLoader, TensorDataset

def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    torch.manual_seed(seed)
    data = TensorDataset(torch.tensor(X), torch.tensor(t))
    w = torch.zeros(X.shape[1], dtype=torch.float64)
    done = 0
    while done < steps:
        for xb, tb in DataLoader(data, batch_size=batch_size, shuffle=True, num_workers=2, drop_last=True):
            w = w - lr * 2 / len(tb) * xb.T @ (xb @ w - tb)
            done += 1
            if done == steps:
                break
    return w.numpy()"""

SGD_BY_EPOCHS = """\
def batches(n, size, rng):
    while True:
        order = rng.permutation(n)
        yield from (order[i : i + size] for i in range(0, n - size + 1, size))


def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    stream = batches(len(t), batch_size, np.random.RandomState(seed))
    w = np.zeros((X.shape[1], 1))
    for _, rows in zip(range(steps), stream):
        A, b = X[rows], t[rows].reshape(-1, 1)
        w -= lr * np.mean([2 * (A[i] @ w - b[i]) * A[i][:, None] for i in range(len(b))], axis=0)
    return w"""

SGD_BY_LOOPS = """\
import random


def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    random.seed(seed)
    n, d = len(X), len(X[0])
    w = [0.0] * d
    for step in range(steps):
        batch = random.sample(range(n), batch_size)
        grad = [0.0] * d
        for i in batch:
            error = sum(X[i][j] * w[j] for j in range(d)) - t[i]
            for j in range(d):
                grad[j] += 2 * error * X[i][j] / batch_size
        w = [w[j] - lr * grad[j] for j in range(d)]
    return w"""

SGD_WITH_NN_LINEAR = """\
def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    torch.manual_seed(seed)
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    X = torch.tensor(X, dtype=torch.float32, device=device)
    t = torch.tensor(t, dtype=torch.float32, device=device).unsqueeze(1)
    model = nn.Linear(X.shape[1], 1, bias=False).to(device)
    nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for step in range(steps):
        batch = np.random.default_rng(seed + step).choice(len(X), batch_size, replace=False)
        loss = nn.MSELoss()(model(X[batch]), t[batch])
        optimizer.zero_grad(); loss.backward(); optimizer.step()
    return model.weight.data.cpu().numpy().squeeze()"""

SGD_IN_A_CLASS = """\
class MinNormSGD:
    def __init__(self, lr: float, batch_size: int, seed: int = 0):
        self.lr, self.batch_size = lr, batch_size
        self.rng = np.random.default_rng(seed)
        self.w: np.ndarray | None = None

    @staticmethod
    def gradient(X, t, w):
        return 2 / len(t) * X.T @ (X @ w - t)

    def fit(self, X, t, *, steps):
        self.w = np.zeros(X.shape[1])
        for _ in range(steps):
            rows = self.rng.permutation(len(t))[: self.batch_size]
            self.w -= self.lr * self.gradient(X[rows], t[rows], self.w)
        return self


def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    return MinNormSGD(lr, batch_size, seed).fit(X, t, steps=steps).w"""

SGD_PLOTTED = """\
from tqdm.notebook import tqdm, trange


def sgd_min_norm(X, t, lr, batch_size, steps, seed=0):
    np.random.seed(seed)
    w, losses = np.zeros(X.shape[1]), []
    for step in tqdm(range(steps), desc="SGD"):
        rows = np.random.choice(X.shape[0], batch_size, replace=False)
        w = w - lr * 2 / batch_size * X[rows].T.dot(X[rows].dot(w) - t[rows])
        losses.append(np.mean((X @ w - t) ** 2))
        if step % 100 == 0:
            print(f"step {step}: loss {losses[-1]:.4f}")
    plt.plot(losses)
    plt.yscale("log")
    plt.show()
    return w"""

RMSPROP_IN_TORCH = """\
@torch.no_grad()
def rmsprop(X, t, w0, lr, beta, eps, steps):
    X, t, w = (torch.as_tensor(z, dtype=torch.float64) for z in (X, t, w0))
    w, v = w.clone(), torch.zeros_like(w)
    for _ in range(steps):
        g = 2 * torch.mean((X @ w - t)[:, None] * X, dim=0)
        v.mul_(beta).addcmul_(g, g, value=1 - beta)
        w.addcdiv_(g, v.sqrt().add_(eps), value=-lr)
    return w.cpu().numpy()"""

RMSPROP_OF_TORCH_OPTIM = """\
def rmsprop(X, t, w0, lr, beta, eps, steps):
    w = torch.tensor(w0, requires_grad=True)
    optimizer = torch.optim.RMSprop([w], lr=lr, alpha=beta, eps=eps)
    for _ in range(steps):
        optimizer.zero_grad()
        ((torch.tensor(X) @ w - torch.tensor(t)) ** 2).mean().backward()
        optimizer.step()
    return w.detach().tolist()"""

RMSPROP_IN_COLUMNS = """\
def rmsprop(X, t, w0, lr, beta, eps, steps):
    t, w = t[:, np.newaxis], w0[:, np.newaxis].copy()
    v = 0
    for _ in range(steps):
        g = (2.0 / X.shape[0]) * np.matmul(X.transpose(), np.matmul(X, w) - t)
        v = beta * v + (1.0 - beta) * np.square(g)
        w = w - lr * g / (np.sqrt(v) + eps)
    return w"""

RMSPROP_IN_PLACE = """\
def rmsprop(X, t, w0, lr, beta, eps, steps):
    w, v = w0, np.zeros_like(w0)
    for _ in range(steps):
        g = 2 * X.T @ (X @ w - t) / len(t)
        v *= beta
        v += (1 - beta) * g * g
        w -= lr * g / (np.sqrt(v) + eps)
    return w"""

RMSPROP_IN_JAX_STYLE = """\
from functools import reduce

def rmsprop(X, t, w0, lr, beta, eps, steps):
    grad = lambda w: np.einsum("nd,n->d", X, np.einsum("nd,d->n", X, w) - t) * 2 / X.shape[0]

    def step(state, _):
        w, v = state
        g = grad(w)
        v = beta * v + (1 - beta) * g ** 2
        return w - lr * g / (v ** 0.5 + eps), v

    return reduce(step, range(steps), (w0, 0 * w0))[0]"""

IMPORTED = first("from fractions import Fraction", "import sympy")


def returning(name: str, old: str, new: str) -> Change:
    """One function whose `return` gives its value in another form."""
    return replaced((f"return {old}", f"return {new}"), only=name)


ODDITIES: dict[str, Change] = {
    "SGD in torch with a generator": written(SGD_IN_TORCH),
    "SGD by autograd and torch.optim, returned with its gradient": written(SGD_WITH_AUTOGRAD),
    "SGD over a shuffled DataLoader with workers": written(SGD_WITH_A_LOADER),
    "SGD over epochs of shuffled batches from a generator": written(SGD_BY_EPOCHS),
    "SGD in plain Python lists": written(SGD_BY_LOOPS),
    "SGD as the training of an nn.Linear in single precision": written(SGD_WITH_NN_LINEAR),
    "SGD in a class with a static method": written(SGD_IN_A_CLASS),
    "SGD with tqdm, prints and a plot": written(SGD_PLOTTED),
    "SGD without a seed": replaced(
        ("steps, seed=0)", "steps)"), ("default_rng(seed)", "default_rng()"), only="sgd_min_norm"
    ),
    "SGD seeded by a global constant": replaced(
        ("def sgd_min_norm", "SEED = 413\nnp.random.seed(SEED)\n\ndef sgd_min_norm"),
        ("default_rng(seed)", "default_rng(seed or SEED)"),
        only="sgd_min_norm",
    ),
    "SGD that returns its losses on request": replaced(
        ("seed=0)", "seed=0, return_losses=False)"),
        ("return w", "return (w, []) if return_losses else w"),
        only="sgd_min_norm",
    ),
    "SGD with a learning rate called alpha and steps called num_iters": replaced(
        ("lr", "alpha"), ("steps", "num_iters"), ("batch_size", "B"), only="sgd_min_norm"
    ),
    "SGD whose data are called features and labels": replaced(
        ("X, t, lr", "features, labels, lr"),
        ("    rng =", "    X, t = features, labels\n    rng ="),
        only="sgd_min_norm",
    ),
    "SGD with parameters in another order": replaced(
        ("(X, t, lr, batch_size, steps, seed=0)", "(steps, batch_size, lr, seed, X, t)"), only="sgd_min_norm"
    ),
    "SGD with defaults for everything but the data": replaced(
        ("lr, batch_size, steps", "lr=0.1, batch_size=2, steps=1000"), only="sgd_min_norm"
    ),
    "SGD with keyword-only parameters": replaced(("(X, t, lr", "(X, t, *, lr"), only="sgd_min_norm"),
    "SGD with positional-only parameters": replaced(("(X, t, lr", "(X, t, /, lr"), only="sgd_min_norm"),
    "SGD with **kwargs": replaced(
        (
            "(X, t, lr, batch_size, steps, seed=0):",
            "(X, t, **kw):\n    lr, batch_size = kw['lr'], kw['batch_size']\n"
            "    steps, seed = kw['steps'], kw.get('seed', 0)",
        ),
        only="sgd_min_norm",
    ),
    "weights as a column": returning("sgd_min_norm", "w", "w.reshape(-1, 1)"),
    "weights as a row": returning("sgd_min_norm", "w", "w[None, :]"),
    "weights as a list of numpy floats": returning("sgd_min_norm", "w", "list(w)"),
    "weights as a tuple of Python floats": returning("sgd_min_norm", "w", "tuple(map(float, w))"),
    "weights as a tensor with a gradient": returning(
        "sgd_min_norm", "w", "torch.tensor(w, requires_grad=True)"
    ),
    "weights as an nn.Parameter": returning("sgd_min_norm", "w", "nn.Parameter(torch.tensor(w))"),
    "weights in single precision": returning("sgd_min_norm", "w", "w.astype(np.float32)"),
    "weights as a matrix": returning("sgd_min_norm", "w", "np.asmatrix(w).T"),
    "weights as a list of 0-d tensors": returning("sgd_min_norm", "w", "[torch.tensor(v) for v in w]"),
    "weights as fractions of integers": all_of(
        IMPORTED, returning("sgd_min_norm", "w", "[Fraction(v) for v in w]")
    ),
    "weights as numbers of sympy": all_of(
        IMPORTED, returning("sgd_min_norm", "w", "[sympy.Float(v) for v in w]")
    ),
    "weights as a reversed view of a reversed copy": returning("sgd_min_norm", "w", "w[::-1].copy()[::-1]"),
    "weights as a masked array": returning("sgd_min_norm", "w", "np.ma.masked_array(w)"),
    "weights as an array of objects": returning("sgd_min_norm", "w", "np.array(list(w), dtype=object)"),
    "weights in long double": returning("sgd_min_norm", "w", "w.astype(np.longdouble)"),
    "RMSProp in torch under no_grad": written(RMSPROP_IN_TORCH),
    "RMSProp by torch.optim": written(RMSPROP_OF_TORCH_OPTIM),
    "RMSProp on columns": written(RMSPROP_IN_COLUMNS),
    "RMSProp that changes its argument in place": written(RMSPROP_IN_PLACE),
    "RMSProp by einsum and reduce": written(RMSPROP_IN_JAX_STYLE),
    "RMSProp in single precision": replaced(("dtype=float", "dtype=np.float32"), only="rmsprop"),
    "RMSProp with a default for w0": replaced(
        ("w0, lr, beta, eps, steps)", "w0=None, lr=1e-3, beta=0.9, eps=1e-8, steps=100)"), only="rmsprop"
    ),
}
