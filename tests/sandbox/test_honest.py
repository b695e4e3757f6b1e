"""What honest notebooks do works at every level; what a confined process cannot do fails in the usual way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox import Client, Limits, SandboxServer, StudentProcess, StudentRaised, Tensor

HONEST = {
    "train with Adam": """
import torch, torch.nn as nn
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
for _ in range(3):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(torch.randn(4, 1, 28, 28)), torch.randint(0, 10, (4,)))
    loss.backward()
    optimizer.step()
""",
    "every optimizer": """
import torch
for make in (torch.optim.SGD, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad):
    w = torch.ones(2, requires_grad=True)
    optimizer = make([w], lr=0.1)
    torch.optim.lr_scheduler.StepLR(optimizer, 1)
    w.sum().backward()
    optimizer.step()
    assert w[0] < 1
""",
    "a data loader with workers": """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.zeros(10, 2))
loader = DataLoader(data, 3, True, num_workers=2, pin_memory=True, persistent_workers=True, prefetch_factor=2)
assert len(list(loader)) == 4
""",
    "a GPU that is not there": """
import torch
model = torch.nn.Linear(2, 2).cuda().to("cuda").to(torch.device("cuda:0"))
x = torch.ones(1, 2, device="cuda").cuda(0).to("cuda", non_blocking=True)
y = torch.tensor([1.0], device=torch.device("cuda"))
torch.zeros_like(x, device="cuda"), x.new_ones(2, device="cuda")
torch.cuda.synchronize(); torch.cuda.empty_cache(); torch.cuda.manual_seed_all(0)
assert model(x).device.type == "cpu" and not torch.cuda.is_available()
assert x.to(torch.float64).dtype == torch.float64
assert x.type(torch.cuda.FloatTensor).type("torch.cuda.DoubleTensor").device.type == "cpu"
torch.cuda.reset_peak_memory_stats(); torch.mps.empty_cache()
assert model.to("mps")(x.to(torch.device("mps"))).device.type == "cpu"
""",
    "half precision, which a GPU would have": """
import torch
net = torch.nn.Linear(2, 2).half()
y = net(torch.ones(1, 2, dtype=torch.float16)) + torch.ones(2).to(torch.bfloat16).half()
assert y.dtype == torch.float32
""",
    "progress bars": """
import tqdm as whole
import tqdm.auto
from tqdm import tqdm, trange
from tqdm.notebook import tqdm as bar
assert list(tqdm([1, 2], desc="x", leave=False)) == [1, 2] and sum(trange(1, 4)) == 6
with bar(total=3, unit="step") as progress:
    progress.update(2); progress.set_postfix(loss=1); progress.set_description("x")
    assert progress.n == 2 and len(progress) == 3
whole.tqdm.write("between"); assert [i for i, _ in enumerate(whole.auto.tqdm("ab"))] == [0, 1]
assert list(zip(bar(range(2)), tqdm(iter("ab")))) == [(0, "a"), (1, "b")]
""",
    "TorchScript": """
import torch
net = torch.jit.script(torch.nn.Linear(2, 2))
assert torch.jit.trace(net, torch.ones(1, 2)) is net
@torch.jit.script
def f(x: torch.Tensor): return x + 1
assert f(1) == 2
""",
    "torch.compile and torch.func": """
import torch
@torch.compile
def f(x): return (x ** 2).sum()
assert torch.compile(f, mode="max-autotune")(torch.ones(3)) == 3
assert torch.func.grad(f)(torch.ones(3)).tolist() == [2, 2, 2]
assert torch.vmap(f)(torch.ones(2, 3)).tolist() == [3, 3]
assert torch.autograd.functional.hessian(f, torch.ones(2)).tolist() == [[2, 0], [0, 2]]
""",
    "save and load": """
import torch, numpy as np, io
torch.save({"a": torch.ones(3)}, "m.pt"); assert torch.load("m.pt", map_location="cuda")["a"].sum() == 3
class Net(torch.nn.Module): pass
torch.save(Net(), "net.pt"); assert isinstance(torch.load("net.pt", weights_only=False), Net)
np.savez("x.npz", a=np.ones(3)); assert np.load("x.npz")["a"].sum() == 3
""",
    "files, folders, temporary files": """
import tempfile, shutil, pathlib, os
with tempfile.NamedTemporaryFile() as f: f.write(b"x")
with tempfile.TemporaryDirectory() as d: assert os.path.isdir(d)
pathlib.Path("a").write_text("x"); shutil.copy("a", "b"); shutil.copy2("a", "c"); os.makedirs("d/e")
shutil.move("b", "d/e/b"); shutil.copytree("d", "f"); shutil.rmtree("d"); os.rename("c", "f/c")
assert sorted(os.listdir("f")) == ["c", "e"]
open(os.path.expanduser("~/home"), "w").close()
with open(os.devnull, "w") as nothing: print("x", file=nothing)
""",
    "threads and asyncio": """
import asyncio, os
from concurrent.futures import ThreadPoolExecutor
assert list(ThreadPoolExecutor(4).map(abs, [-1, -2])) == [1, 2]
async def f(): await asyncio.sleep(0.001); return 1
assert asyncio.run(f()) == 1
assert os.cpu_count() >= 1
""",
    "the standard library, late": """
import sqlite3, xml.etree.ElementTree, http.client, email, unittest, lzma, statistics, zoneinfo, curses
zoneinfo.ZoneInfo("America/Toronto")
sqlite3.connect(":memory:").execute("select 1")
""",
    "sympy": """
import sympy as s
x = s.symbols("x")
assert s.solve(x**2 - 4) == [-2, 2] and s.lambdify(x, x**2, "numpy")(3) == 9
""",
    "numpy": """
import numpy as np
assert np.linalg.svd(np.random.rand(20, 20))[1].shape == (20,) and np.fft.fft(np.ones(8)).shape == (8,)
assert np.random.default_rng(0).normal(size=3).shape == (3,)
""",
    "a plot": """
import matplotlib.pyplot as plt
plt.plot([1, 2], label="$x^2$"); plt.legend(); plt.title("loss"); plt.savefig("plot.png"); plt.show()
""",
    "an alarm": """
import signal, time
def ring(*_): raise TimeoutError
signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.02)
try: time.sleep(5); assert False
except TimeoutError: pass
""",
    "look at one's own source": """
import inspect
class Net:
    def forward(self): return 1
def f():
    return 2
assert inspect.getsource(f).startswith("def f") and inspect.getsource(Net).startswith("class Net")
""",
    "dataclasses and pickle": """
import dataclasses, pickle, copy
@dataclasses.dataclass
class A: x: int = 1
assert pickle.loads(pickle.dumps(A(3))) == copy.deepcopy(A(3))
assert __name__ == "__main__"
""",
    "warnings and logging": """
import warnings, logging, torch
warnings.warn("w"); logging.warning("l"); print("\\ud800", "é")
""",
    "several threads in torch": """
import torch
torch.set_num_threads(2); a = torch.randn(300, 300); (a @ a).sum()
""",
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_honest_code_works(source: str, client: Client) -> None:
    with client.fork() as process:
        process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 60.0)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("input('name?')", "EOFError"),
        ("import torch_that_is_not_installed", "ModuleNotFoundError"),
        ("import pydantic", "ModuleNotFoundError"),
        ("open('no such file')", "FileNotFoundError"),
        ("get_ipython()", "NameError"),
    ],
)
def test_what_cannot_be_had_fails_as_anywhere_else(source: str, error: str, client: Client) -> None:
    with client.fork() as process, pytest.raises(StudentRaised) as raised:
        process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 10.0)
    assert raised.value.type_name == error


def test_a_function_receives_the_arrays_as_numpy_or_as_torch(process: StudentProcess) -> None:
    source = "def f(a, b, *, c):\n    a += 1\n    return [type(a).__name__, type(b).__name__, a, b * c]"
    process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 10.0)
    sent = np.zeros(2)
    request = {"op": "call", "name": "f", "args": [sent, Tensor(np.ones(2))], "kwargs": {"c": 3}}
    first, second, a, b = process.request(request, 10.0)
    assert (first, second) == ("ndarray", "Tensor")
    assert a.tolist() == [1, 1] and b.tolist() == [3, 3] and sent.tolist() == [0, 0]


def test_the_place_of_an_error_is_its_cell_and_line(process: StudentProcess) -> None:
    process.request(
        {"op": "run", "source": "def f(x):\n    y = 1\n    return x / 0\n", "filename": "<cell 3>"}, 5.0
    )
    process.request({"op": "run", "source": "def g():\n    return f(2)\n", "filename": "<cell 7>"}, 5.0)
    with pytest.raises(StudentRaised) as raised:
        process.request({"op": "call", "name": "g"}, 5.0)
    error = raised.value
    assert (error.type_name, error.message, error.cell, error.line) == (
        "ZeroDivisionError",
        "division by zero",
        3,
        3,
    )
    assert error.traceback.splitlines() == [
        "  cell 7, line 2, in g",
        "    return f(2)",
        "  cell 3, line 3, in f",
        "    return x / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_an_error_inside_a_library_has_the_place_in_the_cell_that_called_it(process: StudentProcess) -> None:
    source = "import torch\n\ntorch.ones(2, 3) @ torch.ones(2, 3)\n"
    with pytest.raises(StudentRaised) as raised:
        process.request({"op": "run", "source": source, "filename": "<cell 2>"}, 5.0)
    assert (raised.value.cell, raised.value.line) == (2, 3)
    assert "site-packages" not in raised.value.traceback


def test_a_syntax_error_has_its_cell_and_line(process: StudentProcess) -> None:
    with pytest.raises(StudentRaised) as raised:
        process.request({"op": "run", "source": "x = 1\nif x\n    y = 2\n", "filename": "<cell 5>"}, 5.0)
    assert (raised.value.type_name, raised.value.cell, raised.value.line) == ("SyntaxError", 5, 2)
    assert "<cell 5>" not in raised.value.message


def test_a_name_that_is_not_there_is_the_students_error(process: StudentProcess) -> None:
    with pytest.raises(StudentRaised) as raised:
        process.request({"op": "call", "name": "nowhere"}, 5.0)
    assert raised.value.type_name == "NameError" and "nowhere" in raised.value.message
    assert raised.value.cell is None


def test_what_is_printed_is_kept_up_to_a_limit(server_for: Callable[[str], SandboxServer]) -> None:
    limits = Limits(kept_output=1000)
    with server_for("none").client(0).fork(limits) as process:
        source = "import sys\nprint('é' * 5000)\nprint('b', file=sys.stderr)"
        process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 5.0)
    assert process.stdout == "é" * 500 and process.stderr == "b\n"


def test_every_process_starts_with_the_same_random_numbers(client: Client) -> None:
    source = (
        "import random, numpy, torch\ndef f(): return [random.random(), numpy.random.rand(), torch.rand(1)]"
    )
    values = []
    for _ in range(2):
        with client.fork() as process:
            process.request({"op": "run", "source": source, "filename": "<cell 1>"}, 5.0)
            values.append(process.request({"op": "call", "name": "f"}, 5.0))
    assert values[0] == values[1]
