"""What stands in the cells around the answers: magics, shell lines, Colab, GPUs, progress bars, plots."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, Draft, all_of, before, first, last, replaced


def headed(line: str, *names: str) -> Change:
    """A first line for the cells that define these names."""

    def change(draft: Draft) -> None:
        for name in names:
            cell = draft.definition(name)
            cell["source"] = f"{line}\n{cell['source']}"

    return change


def doubled_and_without_titles(draft: Draft) -> None:
    """Every code cell twice, headings deleted."""
    draft.notebook["cells"] = [
        cell
        for cell in draft.cells
        if not cell["source"].startswith("# ")
        for _ in range(2 if cell["cell_type"] == "code" and not cell["outputs"] else 1)
    ]


COLAB_FORM = """\
#@title Weight decay { run: "auto", display-mode: "form", vertical-output: true }
factor = 2 #@param {type:"slider", min:1, max:10, step:1}
name = "adam" #@param ["adam", "sgd"] {allow-input: true}
def l2_coefficient(lam, eta):
    return lam / (factor * eta)"""

LIGHTNING_TRAINING = """\
model = PoolUpsampleNet(3, 32, 24, 1).cuda()
x = torch.rand(100, 1, 32, 32).cuda()
optimizer = torch.optim.Adam(model.parameters())
scaler = torch.cuda.amp.GradScaler()
for epoch in tqdm(range(25)):
    optimizer.zero_grad()
    with torch.cuda.amp.autocast():
        loss = model(x).mean()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()"""

ODDITIES: dict[str, Change] = {
    "matplotlib inline, autoreload and a retina display": first(
        "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n%config InlineBackend.figure_format = 'retina'"
    ),
    "pip and apt in cells of their own": first(
        "!pip install -q torch torchvision --upgrade\n!apt-get update && apt-get install -y libgl1\n%pip install tqdm",
        "!nvidia-smi\n!ls -la $HOME | head -n 3\nfiles = !ls",
    ),
    "a mounted drive, a clone and a changed folder": first(
        "from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)",
        "!git clone https://github.com/someone/a2.git\n%cd a2\nimport sys\nsys.path.append('/content/a2')\nfrom a2_helpers import *",
    ),
    "timed cells": headed("%%time", "sgd_min_norm", "PoolUpsampleNet"),
    "captured cells": headed("%%capture --no-stderr out", "rmsprop", "ConvTransposeNet"),
    "a timed loop and a profile": last(
        "%timeit -n 10 l2_coefficient(0.1, 0.2)", "%prun l2_coefficient(1, 2)\n%%memit x = 1"
    ),
    "cells of bash, html, javascript and latex": last(
        "%%bash\nfor i in 1 2 3; do echo $i; done",
        "%%html\n<b>def rmsprop</b>",
        "%%javascript\nalert('hi')",
        "%%latex\n\\frac{1}{2}",
    ),
    "a cell that writes the network to a file and runs it": last(
        "%%writefile model.py\nclass PoolUpsampleNet:\n    pass",
        "%run model.py\n%load_ext tensorboard\n%tensorboard --logdir runs",
    ),
    "help by question marks": last("?nn.Conv2d", "nn.ConvTranspose2d??", "PoolUpsampleNet?"),
    "shell lines in the cell of a definition": replaced(
        ("def rmsprop", "!mkdir -p outputs\n%cd outputs\nn_files = !ls | wc -l\n\ndef rmsprop")
    ),
    "a magic inside a function": replaced(
        ("    return lam / (2 * eta)", "    %time x = lam\n    !echo computing\n    return lam / (2 * eta)")
    ),
    "an escaped percent sign that begins a line": replaced(
        ("    return lam / (2 * eta)", "    print('%d %s'\n      % (1, lam))\n    return lam / (2 * eta)")
    ),
    "a Colab form": lambda draft: draft.write(COLAB_FORM),
    "Colab's upload, download and output widgets": first(
        "from google.colab import files, output\nuploaded = files.upload()\noutput.eval_js('1')",
        "files.download('a2.zip')",
    ),
    "get_ipython, display and clear_output": all_of(
        first(
            "from IPython.display import display, HTML, clear_output, Markdown\nfrom IPython import get_ipython\n"
            "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('ls')\n%pylab inline"
        ),
        replaced(
            (
                "    return lam / (2 * eta)",
                "    clear_output(wait=True)\n    display(Markdown('$\\\\lambda$'))\n    return lam / (2 * eta)",
            )
        ),
    ),
    "display without an import": replaced(
        ("    return lam / (2 * eta)", "    display(lam)\n    return lam / (2 * eta)")
    ),
    "ipywidgets and interactive plots": first(
        "import ipywidgets as widgets\nfrom ipywidgets import interact\n@interact(x=(0, 10))\ndef show(x=1):\n    print(x)"
    ),
    "a guarded device used everywhere": all_of(
        before(
            "PoolUpsampleNet",
            "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\nprint(device)",
        ),
        replaced(
            ("x = self.block1(x)", "x = self.block1(x.to(device))"),
            ("return self.block5(x)", "return self.block5(x).to(device)"),
        ),
    ),
    "an unguarded device used everywhere": all_of(
        before(
            "PoolUpsampleNet", "device = 'cuda:0'\ntorch.cuda.set_device(device)\ntorch.cuda.empty_cache()"
        ),
        replaced(
            ("    def forward", "        self.to(device)\n\n    def forward"),
            ("x = self.block1(x)", "x = self.block1(x.to(device, non_blocking=True))"),
        ),
    ),
    "a notebook that insists on a GPU": first(
        "import torch\nassert torch.cuda.is_available(), 'Runtime > Change runtime type > GPU'",
        "gpu_info = !nvidia-smi\nprint(torch.cuda.get_device_name(0), torch.cuda.memory_allocated() / 1e9)",
    ),
    "tensors made on the GPU inside functions": replaced(
        ("    return w", "    w = torch.tensor(w, device='cuda').cuda().cpu().numpy()\n    return w"),
        only="rmsprop",
    ),
    "CUDA tensor types": replaced(
        ("    return w", "    w = torch.from_numpy(w).type(torch.cuda.DoubleTensor).cpu()\n    return w"),
        only="rmsprop",
    ),
    "a stream, an event and the memory of the GPU": replaced(
        (
            "    return w",
            "    torch.cuda.synchronize()\n    print(torch.cuda.memory_allocated(), torch.cuda.device_count())\n"
            "    torch.cuda.reset_peak_memory_stats()\n    return w",
        ),
        only="rmsprop",
    ),
    "a default device for all tensors": first(
        "import torch\ntorch.set_default_device('cuda' if torch.cuda.is_available() else 'cpu')"
    ),
    "a default tensor type of the GPU": first(
        "import torch\ntorch.set_default_tensor_type('torch.cuda.FloatTensor')"
    ),
    "Apple's GPU where there is one": all_of(
        before("PoolUpsampleNet", "device = 'mps' if torch.backends.mps.is_available() else 'cpu'"),
        replaced(("x = self.block1(x)", "x = self.block1(x.to(device))")),
    ),
    "Apple's GPU, unguarded": all_of(
        before("PoolUpsampleNet", "device = torch.device('mps')"),
        replaced(
            ("x = self.block1(x)", "x = self.block1(x.to(device))"),
            ("    def forward", "        self.to(device)\n\n    def forward"),
        ),
    ),
    "data on several GPUs": last(
        "cnn = nn.DataParallel(PoolUpsampleNet(3, 32, 24, 1), device_ids=[0, 1]).cuda()"
    ),
    "mixed precision and a progress bar at top level": last("from tqdm import tqdm\n" + LIGHTNING_TRAINING),
    "tqdm in a function": all_of(
        before("sgd_min_norm", "from tqdm import tqdm"),
        replaced(("in range(steps)", "in tqdm(range(steps), leave=False)")),
    ),
    "tqdm.auto's trange in a function": all_of(
        before("sgd_min_norm", "from tqdm.auto import tqdm, trange"),
        replaced(("in range(steps)", "in trange(steps)")),
    ),
    "prints in every loop": replaced(
        ("    for _ in range(steps):\n", "    for _ in range(steps):\n        print('w =', w)\n")
    ),
    "a plot in every function": replaced(
        (
            "    return w",
            "    plt.figure(figsize=(8, 6))\n    plt.plot(w, label=r'$w$')\n    plt.legend()\n    plt.tight_layout()\n    plt.show()\n    return w",
        )
    ),
    "a plot saved, and a style that is not installed": all_of(
        first(
            "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nplt.style.use('seaborn')\nimport seaborn as sns\nsns.set()"
        ),
        replaced(
            ("    return w", "    plt.plot(w)\n    plt.savefig('w.png')\n    plt.close('all')\n    return w")
        ),
    ),
    "a saved and loaded checkpoint": replaced(
        (
            "    return w",
            "    np.save('w.npy', w)\n    torch.save({'w': torch.tensor(w)}, 'w.pt')\n    w = torch.load('w.pt')['w'].numpy()\n    return w",
        ),
        only="rmsprop",
    ),
    "a log in TensorBoard and in wandb": first(
        "from torch.utils.tensorboard import SummaryWriter\nwriter = SummaryWriter()",
        "import wandb\nwandb.init(project='a2')\nwandb.log({'x': 1})",
    ),
    "every code cell twice and no headings": doubled_and_without_titles,
    "empty cells everywhere": lambda draft: draft.notebook.update(
        cells=[
            each
            for cell in draft.cells
            for each in (
                cell,
                {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None},
            )
        ]
    ),
    "the self-check in the last cell": last(
        "from grader import check\n\ncheck()", "%pip install grader-check.zip"
    ),
    "a summary of the network": last(
        "from torchsummary import summary\nsummary(cnn, (1, 32, 32))",
        "print(cnn)\nfor name, p in cnn.named_parameters():\n    print(name, p.shape)",
    ),
    "unit tests of the student's own": last(
        "import unittest\nclass TestNets(unittest.TestCase):\n    def test_shape(self):\n"
        "        self.assertEqual(PoolUpsampleNet(3, 4, 5, 1)(torch.zeros(2, 1, 32, 32)).shape, (2, 5, 32, 32))\n"
        "unittest.main(argv=[''], exit=False)"
    ),
    "anomaly detection, printing options and threads": first(
        "import numpy as np\nimport torch\ntorch.autograd.set_detect_anomaly(True)\ntorch.set_printoptions(precision=2)\nnp.set_printoptions(suppress=True)\n"
        "np.seterr(all='raise')\ntorch.set_num_threads(4)\ntorch.set_num_interop_threads(2)"
    ),
    "gradients switched off at the end": last("torch.set_grad_enabled(False)"),
    "pandas for a table of results": last("import pandas as pd\npd.DataFrame({'bs': [32, 64]}).plot()"),
}
