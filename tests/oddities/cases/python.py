"""Python as students write it: how code is split, repeated, broken, guarded and renamed."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, Draft, all_of, before, first, last, replaced


def defined_twice(draft: Draft) -> None:
    """A wrong first attempt above the right one."""
    wrong = draft.definition("PoolUpsampleNet")["source"].replace("nn.MaxPool2d(2)", "nn.AvgPool2d(2)")
    draft.insert(draft.definition("PoolUpsampleNet"), wrong)


def everything_in_one_cell(draft: Draft) -> None:
    """All definitions one below the other; answers and training stay."""
    code = [cell for cell in draft.cells if cell["cell_type"] == "code" and not cell["outputs"]]
    code[0]["source"] = "\n\n\n".join(cell["source"] for cell in code)
    for cell in code[1:]:
        draft.cells.remove(cell)


def imports_in_the_cell_of_the_class(draft: Draft) -> None:
    """No cell of imports; each definition has its own above it."""
    draft.cells.remove(draft.find("import matplotlib"))
    for cell in draft.cells:
        if cell["source"].startswith("def "):
            cell["source"] = "import numpy as np\n\n" + cell["source"]
        if cell["source"].startswith("class "):
            cell["source"] = "import torch\nfrom torch import nn\n\n" + cell["source"]


def classes_last(draft: Draft) -> None:
    """The networks stand below the cells that train them, as in a notebook run out of order."""
    for name in ("PoolUpsampleNet", "ConvTransposeNet"):
        cell = draft.definition(name)
        draft.cells.remove(cell)
        draft.cells.append(cell)


def methods_added_later(draft: Draft) -> None:
    """The constructor in one cell, forward in the next."""
    cell = draft.definition("PoolUpsampleNet")
    head, _, forward = cell["source"].partition("\n\n    def forward")
    body = ("def forward" + forward).replace("\n    ", "\n")
    cell["source"] = head
    position = draft.cells.index(cell) + 1
    draft.insert(draft.cells[position], body, "PoolUpsampleNet.forward = forward\ndel forward")


GUARDED = """\
if __name__ == "__main__":
    torch.manual_seed(0)
    net = PoolUpsampleNet(3, 32, num_colours, num_in_channels)
    train(args, net)
    torch.save(net.state_dict(), "/content/drive/MyDrive/net.pt")"""

BROKEN_SCRATCH = """\
x = torch.randn(2, 3
print(x.shape)
for i in range(3) print(i)
def half_an_idea(a, b:
    return a +"""

ODDITIES: dict[str, Change] = {
    "a wrong first attempt, defined again correctly": defined_twice,
    "everything in one cell": everything_in_one_cell,
    "imports in the cell of each definition": imports_in_the_cell_of_the_class,
    "definitions below the cells that use them": classes_last,
    "a method that is added to its class in a later cell": methods_added_later,
    "a cell with a duplicate of every definition": lambda draft: draft.append(
        *[
            cell["source"]
            for cell in draft.cells
            if cell["cell_type"] == "code" and "args = " not in cell["source"]
        ]
    ),
    "training behind if __name__ == '__main__'": last(GUARDED),
    "definitions behind if __name__ == '__main__'": lambda draft: draft.definition("l2_coefficient").update(
        source="if __name__ == '__main__':\n    "
        + draft.definition("l2_coefficient")["source"].replace("\n", "\n    ")
    ),
    "definitions in a try": lambda draft: draft.definition("l2_coefficient").update(
        source="try:\n    "
        + draft.definition("l2_coefficient")["source"].replace("\n", "\n    ")
        + "\nexcept Exception as e:\n    print(e)"
    ),
    "definitions in an if with an else": lambda draft: draft.definition("l2_coefficient").update(
        source="USE_TORCH = False\nif USE_TORCH:\n    def l2_coefficient(lam, eta):\n        return None\nelse:\n    "
        + draft.definition("l2_coefficient")["source"].replace("\n", "\n    ")
    ),
    "half-finished scratch that is no Python": last(BROKEN_SCRATCH),
    "scratch that is no Python in the cell of a definition": replaced(
        ("def l2_coefficient", "for i in range(3) print(i)\n\ndef l2_coefficient")
    ),
    "a line of prose in a code cell": before(
        "PoolUpsampleNet", "this is the network from figure 4a, see the handout"
    ),
    "code indented by tabs": replaced(("    ", "\t"), only="PoolUpsampleNet"),
    "code indented by two spaces": replaced(("    ", "  "), only="PoolUpsampleNet"),
    "a cell indented as a whole": lambda draft: draft.definition("l2_coefficient").update(
        source="    " + draft.definition("l2_coefficient")["source"].replace("\n", "\n    ")
    ),
    "trailing blanks, form feeds and many empty lines": replaced(
        ("\n    def", "   \n\n\n\x0c\n    def"), only="PoolUpsampleNet"
    ),
    "curly quotes in a comment and emoji in a string": replaced(
        ("    return lam", "    # “weight decay” ≙ L2 — see §2.2\n    print('done 🎉')\n    return lam"),
        only="l2_coefficient",
    ),
    "names in Greek and in Chinese": replaced(
        ("    a = X @ w0 - t\n", "    误差 = X @ w0 - t\n    a = 误差\n"),
        ("v = ", "ν = "),
        ("(v)", "(ν)"),
        ("* v ", "* ν "),
        ("like(w)", "like(w)"),
    ),
    "modules under other names": replaced(
        ("import numpy as np", "import numpy as numpy_\nimport numpy"),
        ("np.", "numpy."),
        ("import torch.nn as nn", "from torch import nn as layers"),
        ("nn.", "layers."),
    ),
    "star imports": replaced(
        ("import torch.nn as nn", "from torch.nn import *\nimport torch.nn as nn"), ("nn.Conv2d", "Conv2d")
    ),
    "single names imported from modules": replaced(
        (
            "import torch.nn as nn",
            "import torch.nn as nn\nfrom torch.nn import Conv2d, BatchNorm2d as BN, Module",
        ),
        ("nn.Conv2d(", "Conv2d("),
        ("nn.BatchNorm2d(", "BN("),
        ("(nn.Module)", "(Module)"),
    ),
    "a __future__ import in a middle cell": before(
        "PoolUpsampleNet", "from __future__ import print_function, annotations"
    ),
    "imports that fail, with and without a try": first(
        "import torchsummary, cv2\nfrom google.colab import drive, files\nfrom torchvision import transforms",
        "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n    print('no wandb')",
        "from helper_functions import *\nimport my_utils as mu",
    ),
    "a module that cannot be imported, used where nothing is asked": before(
        "PoolUpsampleNet",
        "from torchvision.utils import make_grid\n\ndef show(images):\n    plt.imshow(make_grid(images))",
    ),
    "constants of the course, defined in a cell that fails half-way": all_of(
        before("PoolUpsampleNet", "STRIDE = 2\ncolours = np.load('colours.npy')\nnum_colours = len(colours)"),
        replaced(("stride=2", "stride=STRIDE")),
    ),
    "a constant that a later training cell changes": all_of(
        before("ConvTransposeNet", "stride = 2"),
        replaced(("stride=2", "stride=stride")),
        last("for stride in [2]:\n    train(args, ConvTransposeNet(3, 32, 24, 1))"),
    ),
    "a settings object that cells fill one after the other": all_of(
        before(
            "PoolUpsampleNet",
            "class AttrDict(dict):\n    def __init__(self, *a, **k):\n        super().__init__(*a, **k)\n"
            "        self.__dict__ = self\n\ncfg = AttrDict()",
            "cfg.update({'pool': 2})",
            "cfg['up'] = cfg.pool",
        ),
        replaced(("nn.MaxPool2d(2)", "nn.MaxPool2d(cfg.pool)"), ("scale_factor=2", "scale_factor=cfg.up")),
    ),
    "a setting by argparse": all_of(
        before(
            "PoolUpsampleNet",
            "import argparse\nparser = argparse.ArgumentParser()\n"
            "parser.add_argument('--pool', type=int, default=2)\nopts = parser.parse_args([])",
        ),
        replaced(("nn.MaxPool2d(2)", "nn.MaxPool2d(opts.pool)")),
    ),
    "a setting by argparse that reads the command line": all_of(
        before(
            "PoolUpsampleNet",
            "import argparse\nparser = argparse.ArgumentParser()\n"
            "parser.add_argument('--pool', type=int, default=2)\nopts, _ = parser.parse_known_args()",
        ),
        replaced(("nn.MaxPool2d(2)", "nn.MaxPool2d(opts.pool)")),
    ),
    "a setting from the environment": all_of(
        before(
            "PoolUpsampleNet",
            "import os\nos.environ['CUDA_LAUNCH_BLOCKING'] = '1'\nPOOL = int(os.environ.get('POOL', 2))",
        ),
        replaced(("nn.MaxPool2d(2)", "nn.MaxPool2d(POOL)")),
    ),
    "an enum, a Protocol and a TypedDict": all_of(
        before(
            "PoolUpsampleNet",
            "import enum\nfrom typing import Protocol, TypedDict\n\nclass Resize(enum.Enum):\n    POOL = 2\n\n"
            "class HasForward(Protocol):\n    def forward(self, x): ...\n\nclass Options(TypedDict):\n    kernel: int",
        ),
        replaced(("nn.MaxPool2d(2)", "nn.MaxPool2d(Resize.POOL.value)")),
    ),
    "an abstract base class": all_of(
        before(
            "PoolUpsampleNet",
            "from abc import ABC, abstractmethod\n\nclass Colourizer(nn.Module, ABC):\n"
            "    @abstractmethod\n    def forward(self, x):\n        raise NotImplementedError",
        ),
        replaced(("(nn.Module):", "(Colourizer):")),
    ),
    "a base class that is abstract by NotImplementedError": all_of(
        before(
            "PoolUpsampleNet",
            "class Base(nn.Module):\n    def forward(self, x):\n        for block in self.blocks():\n"
            "            x = block(x)\n        return x\n\n    def blocks(self):\n        raise NotImplementedError",
        ),
        replaced(
            ("class PoolUpsampleNet(nn.Module)", "class PoolUpsampleNet(Base)"),
            (
                "    def forward(self, x):\n        x = self.block1(x)\n        x = self.block2(x)\n        x = self.block3(x)\n"
                "        x = self.block4(x)\n        return self.block5(x)",
                "    def blocks(self):\n        yield from (self.block1, self.block2, self.block3, self.block4, self.block5)",
            ),
            only="PoolUpsampleNet",
        ),
    ),
    "one network that inherits from the other": lambda draft: draft.write(
        draft.definition("ConvTransposeNet")["source"]
        .replace("(nn.Module)", "(PoolUpsampleNet)")
        .replace("super().__init__()", "super().__init__(kernel, num_filters, num_colours, num_in_channels)")
        .partition("\n\n    def forward")[0]
    ),
    "a generator, a closure and a nested function": replaced(
        (
            "    return lam / (2 * eta)",
            "    def make(scale):\n        def inner(value):\n            return value / scale\n        return inner\n"
            "    return next(make(2 * eta)(v) for v in [lam])",
        ),
    ),
    "a context manager of the student's own": all_of(
        before(
            "PoolUpsampleNet",
            "from contextlib import contextmanager\nimport time\n\n@contextmanager\ndef timed(name):\n"
            "    start = time.time()\n    yield\n    print(f'{name}: {time.time() - start:.1f}s')",
        ),
        replaced(
            ("        x = self.block2(x)", "        with timed('block2'):\n            x = self.block2(x)")
        ),
    ),
    "warnings, silenced and not": all_of(
        first(
            "import warnings\nwarnings.filterwarnings('error', category=DeprecationWarning)\nwarnings.warn('beware')"
        ),
        replaced(
            ("        x = self.block2(x)", "        warnings.warn('block 2')\n        x = self.block2(x)")
        ),
    ),
    "logging set up and used": all_of(
        first(
            "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level=logging.DEBUG)\nlog = logging.getLogger(__name__)"
        ),
        replaced(
            (
                "        x = self.block2(x)",
                "        log.info('shape %s', x.shape)\n        x = self.block2(x)",
            )
        ),
    ),
    "every random number generator seeded": first(
        "import os, random\nimport numpy as np\nimport torch\n\ndef seed_everything(seed=413):\n    random.seed(seed)\n"
        "    os.environ['PYTHONHASHSEED'] = str(seed)\n    np.random.seed(seed)\n    torch.manual_seed(seed)\n"
        "    torch.cuda.manual_seed_all(seed)\n    torch.backends.cudnn.deterministic = True\n"
        "    torch.use_deterministic_algorithms(True)\n\nseed_everything()"
    ),
    "a name of the notebook that shadows a builtin": all_of(
        before(
            "PoolUpsampleNet", "list = [1, 2, 3]\nsum = 0\nfor i in list:\n    sum = sum + i\ninput = sum"
        ),
    ),
    "a variable named like a function": last(
        "rmsprop_ = rmsprop\nloss = l2_coefficient(0.1, 0.2)\nl2 = loss"
    ),
    "the result kept under the function's own name in a later cell": last(
        "w1, rmsprop_result = None, None\nprint(rmsprop_result)"
    ),
    "names deleted at the end": last("del args, cnn, X, t"),
    "a cell that ends in an exception": last(
        "raise RuntimeError('stop here')", "1 / 0", "assert False, 'not reached'"
    ),
    "a cell that calls exit": first("import sys\nif 'torch' not in sys.modules:\n    sys.exit()"),
    "a cell that waits for input": last("name = input('Your name: ')\nprint('Hello', name)"),
    "a cell that runs for ever": last("while True:\n    pass"),
    "a very long cell of data": last("table = [\n" + "    0.123456789,\n" * 8000 + "]"),
    "a property, a class method and slots in a helper": before(
        "PoolUpsampleNet",
        "class Meter:\n    __slots__ = ('total', 'n')\n\n    def __init__(self):\n        self.total, self.n = 0.0, 0\n\n"
        "    @property\n    def mean(self):\n        return self.total / self.n\n\n    @classmethod\n    def empty(cls):\n        return cls()\n\nmeter = Meter.empty()",
    ),
    "Python 2 left-overs in cells that nothing needs": last(
        "print 'loss', loss\nprint \"done\"", "exec 'x = 1'", "raise ValueError, 'no'"
    ),
    "a top-level await": last("import asyncio\nawait asyncio.sleep(0)"),
    "semicolons and several statements in a line": replaced(
        ("    n = len(t)\n    a = X @ w0 - t", "    n = len(t); a = X @ w0 - t;"), only="loss_derivative"
    ),
    "backslash continuations": replaced(
        ("return lam / (2 * eta)", "return \\\n        lam \\\n        / (2 * eta)")
    ),
    "commented-out attempts and long strings as comments": replaced(
        (
            "    return lam / (2 * eta)",
            "    '''\n    return lam / eta\n    '''\n    # return lam\n    return lam / (2 * eta)",
        ),
    ),
    "the starter's comment frames left in": replaced(
        (
            "        padding = kernel // 2\n",
            "        # Useful parameters\n        padding = kernel // 2\n        ############### YOUR CODE GOES HERE ###############\n",
        ),
        ("    def forward", "        ###################################################\n\n    def forward"),
    ),
    "the starter's raise NotImplementedError left below the answer": replaced(
        ("    return lam / (2 * eta)", "    return lam / (2 * eta)\n    raise NotImplementedError"),
    ),
    "the untouched starter of a question kept in a cell above": before(
        "l2_coefficient",
        "def l2_coefficient(lam, eta):\n    # YOUR CODE GOES HERE\n    raise NotImplementedError",
    ),
    "the untouched starter of a question kept in a cell below": last(
        "def l2_coefficient(lam, eta):\n    # YOUR CODE GOES HERE\n    raise NotImplementedError"
    ),
    "an unfinished UNet without a body": last(
        "class UNet(nn.Module):\n    def __init__(self):\n        ### YOUR CODE ###\n\n    def forward(self, x):\n        ### YOUR CODE ###\n"
    ),
}
