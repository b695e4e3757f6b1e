"""The arguments of layers and constructors, and what stands in them beside the layers."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, all_of, before, replaced

ODDITIES: dict[str, Change] = {
    "kernels as tuples": replaced(
        ("kernel, padding=padding", "(kernel, kernel), padding=(padding, padding)")
    ),
    "every argument by name, bias, groups and dilation included": replaced(
        (
            ", kernel, padding=padding)",
            ", kernel_size=kernel, padding=padding, stride=1, dilation=1, groups=1, bias=True)",
        ),
    ),
    "same padding": replaced((", kernel, padding=padding)", ", kernel, padding='same')")),
    "zero padding as a layer of its own": replaced(
        (
            "nn.Conv2d(num_filters, num_colours, kernel, padding=padding),",
            "nn.ZeroPad2d(padding),\n            nn.Conv2d(num_filters, num_colours, kernel),",
        ),
    ),
    "super in the style of Python 2": replaced(
        ("class PoolUpsampleNet(nn.Module):", "class PoolUpsampleNet(nn.Module, object):"),
        ("super().__init__()", "nn.Module.__init__(self)"),
    ),
    "the constructor's arguments in another order": replaced(
        (
            "kernel, num_filters, num_colours, num_in_channels):",
            "num_in_channels, num_filters, num_colours, kernel=3):",
        ),
    ),
    "the constructor's arguments by other names": replaced(
        (
            "def __init__(self, kernel, num_filters, num_colours, num_in_channels):",
            "def __init__(self, k, NF, NC, NIC):\n        kernel, num_filters, num_colours, num_in_channels = k, NF, NC, NIC",
        ),
    ),
    "the constructor has defaults for everything": replaced(
        (
            "kernel, num_filters, num_colours, num_in_channels):",
            "kernel=3, num_filters=32, num_colours=24, num_in_channels=1):",
        ),
    ),
    "the constructor takes keywords only": replaced(
        ("(self, kernel, num_filters", "(self, *, kernel, num_filters"),
    ),
    "the constructor takes *args": replaced(
        (
            "def __init__(self, kernel, num_filters, num_colours, num_in_channels):",
            "def __init__(self, *args):\n        kernel, num_filters, num_colours, num_in_channels = args",
        ),
    ),
    "the constructor takes **kwargs": replaced(
        (
            "def __init__(self, kernel, num_filters, num_colours, num_in_channels):",
            "def __init__(self, **kw):\n        kernel, num_filters = kw['kernel'], kw['num_filters']\n"
            "        num_colours, num_in_channels = kw['num_colours'], kw['num_in_channels']",
        ),
    ),
    "the constructor takes more that has defaults": replaced(
        ("num_in_channels):", "num_in_channels, dropout=0.0, activation=nn.ReLU, verbose=True):"),
    ),
    "the constructor prints the network and its size": replaced(
        (
            "    def forward",
            "        print(self, sum(p.numel() for p in self.parameters()))\n\n    def forward",
        ),
    ),
    "the constructor initialises its weights": replaced(
        (
            "    def forward",
            "        self.apply(self.init)\n\n    @staticmethod\n    def init(m):\n        if isinstance(m, nn.Conv2d):\n"
            "            nn.init.kaiming_normal_(m.weight, nonlinearity='relu')\n            nn.init.zeros_(m.bias)\n\n    def forward",
        ),
    ),
    "the constructor moves the network to the GPU, guarded": replaced(
        (
            "    def forward",
            "        self.device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n        self.to(self.device)\n\n    def forward",
        ),
        ("x = self.block1(x)", "x = self.block1(x.to(self.device))"),
    ),
    "the constructor moves the network to the GPU, unguarded": replaced(
        ("    def forward", "        self.cuda()\n\n    def forward"),
        ("x = self.block1(x)", "x = self.block1(x.cuda())"),
    ),
    "the input is moved to a device that is asked from the parameters": replaced(
        ("x = self.block1(x)", "x = self.block1(x.to(next(self.parameters()).device))"),
    ),
    "the input is made a Variable of floats first": replaced(
        ("x = self.block1(x)", "x = self.block1(torch.autograd.Variable(x).float())"),
    ),
    "activations are kept on self": replaced(("x = self.block1(x)", "self.out1 = x = self.block1(x)")),
    "forward checks shapes by assert and prints them": replaced(
        (
            "x = self.block2(x)",
            "assert x.dim() == 4, x.shape\n        print('after block1:', x.shape)\n        x = self.block2(x)",
        ),
    ),
    "forward shows a plot of its activations": replaced(
        (
            "x = self.block2(x)",
            "plt.imshow(x[0, 0].detach().cpu().numpy())\n        plt.show()\n        x = self.block2(x)",
        ),
    ),
    "forward under autocast where there is a GPU": replaced(
        (
            "return self.block5(x)",
            "with torch.autocast('cuda', enabled=torch.cuda.is_available()):\n            return self.block5(x)",
        ),
    ),
    "the convolution in double precision, and back": replaced(
        (
            "return self.block5(x)",
            "return F.conv2d(x.double(), self.block5.weight.double(), self.block5.bias.double(), padding=self.block5.padding).float()",
        ),
    ),
    "the whole network in double precision": replaced(
        ("    def forward", "        self.double()\n\n    def forward"),
        ("x = self.block1(x)", "x = self.block1(x.double())"),
    ),
    "the last convolution in half precision": replaced(
        (
            "return self.block5(x)",
            "w, b = self.block5.weight.bfloat16(), self.block5.bias.bfloat16()\n"
            "        return F.conv2d(x.bfloat16(), w, b, padding=self.block5.padding).float()",
        ),
    ),
    "half precision, as a GPU would have it": replaced(
        ("    def forward", "        self.half()\n\n    def forward"),
        ("x = self.block1(x)", "x = self.block1(x.half())"),
        ("return self.block5(x)", "return self.block5(x).float()"),
    ),
    "memory in channels_last order": replaced(
        ("    def forward", "        self.to(memory_format=torch.channels_last)\n\n    def forward"),
        ("x = self.block1(x)", "x = self.block1(x.contiguous(memory_format=torch.channels_last))"),
    ),
    "gradient checkpointing": replaced(
        ("x = self.block2(x)", "x = torch.utils.checkpoint.checkpoint(self.block2, x, use_reentrant=False)"),
        ("import torch\n", "import torch\nimport torch.utils.checkpoint\n"),
    ),
    "hooks that look at the activations": replaced(
        (
            "    def forward",
            "        self.seen = []\n        self.block1.register_forward_hook(lambda m, i, o: self.seen.append(o.shape))\n\n    def forward",
        ),
    ),
    "a buffer and an unused layer": replaced(
        (
            "    def forward",
            "        self.register_buffer('mean', torch.zeros(1))\n        self.skip = nn.Linear(3, 3)\n\n    def forward",
        ),
    ),
    "weight_norm that is removed again": replaced(
        (
            "    def forward",
            "        self.block5 = nn.utils.parametrizations.weight_norm(self.block5)\n"
            "        nn.utils.parametrize.remove_parametrizations(self.block5, 'weight')\n\n    def forward",
        ),
    ),
    "a compiled block and a compiled network": replaced(
        (
            "    def forward",
            "        self.block5 = torch.compile(self.block5)\n\n    @torch.compile\n    def forward",
        ),
    ),
    "a scripted block": replaced(
        ("    def forward", "        self.block1 = torch.jit.script(self.block1)\n\n    def forward"),
    ),
    "an initialiser decorated with functools.wraps": all_of(
        before(
            "PoolUpsampleNet",
            "import functools\n\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n"
            "        print(f.__name__)\n        return f(*args, **kwargs)\n    return inner",
        ),
        replaced(("    def __init__(self, kernel", "    @logged\n    def __init__(self, kernel")),
    ),
    "a decorated class that counts its instances": all_of(
        before(
            "PoolUpsampleNet",
            "registry = {}\ndef register(cls):\n    registry[cls.__name__] = cls\n    return cls",
        ),
        replaced(("class PoolUpsampleNet", "@register\nclass PoolUpsampleNet")),
    ),
    "the network under another name, and the asked name for it": replaced(
        ("class PoolUpsampleNet(nn.Module):", "class MyNet(nn.Module):"),
        ("        return self.block5(x)", "        return self.block5(x)\n\nPoolUpsampleNet = MyNet"),
        only="PoolUpsampleNet",
    ),
}
