"""Networks in the many hands that write them: every style computes the networks of figure 4."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, all_of, before, replaced, written

LAYERS_ONE_BY_ONE = """\
class PoolUpsampleNet(nn.Module):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        super(PoolUpsampleNet, self).__init__()
        NF, NC, NIC = num_filters, num_colours, num_in_channels
        self.c1 = nn.Conv2d(NIC, NF, kernel, padding=kernel // 2)
        self.n1 = nn.BatchNorm2d(NF)
        self.c2 = nn.Conv2d(NF, NF * 2, kernel, padding=kernel // 2)
        self.n2 = nn.BatchNorm2d(NF * 2)
        self.c3 = nn.Conv2d(NF * 2, NF, kernel, padding=kernel // 2)
        self.n3 = nn.BatchNorm2d(NF)
        self.c4 = nn.Conv2d(NF, NC, kernel, padding=kernel // 2)
        self.n4 = nn.BatchNorm2d(NC)
        self.c5 = nn.Conv2d(NC, NC, kernel, padding=kernel // 2)

    def forward(self, x):
        x = ACT(self.n1(POOL(self.c1(x))))
        x = ACT(self.n2(POOL(self.c2(x))))
        x = ACT(self.n3(UP(self.c3(x))))
        x = ACT(self.n4(UP(self.c4(x))))
        return self.c5(x)
"""

WITH_HELPERS = """\
def block(n_in, n_out, kernel, resize):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2), resize, nn.BatchNorm2d(n_out), nn.ReLU()
    )

"""

OUT_OF_ORDER = """\
class ConvTransposeNet(nn.Module):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        super().__init__()
        self.last = nn.Conv2d(num_colours, num_colours, kernel, padding=kernel // 2)
        up = dict(kernel_size=kernel, stride=2, padding=kernel // 2, output_padding=1)
        self.up2, self.up1 = nn.ConvTranspose2d(num_filters, num_colours, **up), None
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (num_colours, num_filters, 2 * num_filters)])
        self.norm1 = nn.BatchNorm2d(num_filters)
        self.up1 = nn.ConvTranspose2d(2 * num_filters, num_filters, **up)
        self.down2 = nn.Conv2d(num_filters, 2 * num_filters, kernel, stride=2, padding=kernel // 2)
        self.down1 = nn.Conv2d(num_in_channels, num_filters, kernel, stride=2, padding=kernel // 2)

    def forward(self, x):
        x = F.relu(self.norm1(self.down1(x)))
        x = F.relu(self.norms[2](self.down2(x)))
        x = F.relu(self.norms[1](self.up1(x)))
        x = F.relu(self.norms[0](self.up2(x)))
        return self.last(x)
"""

FUNCTIONAL = """\
class ConvTransposeNet(nn.Module):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        super().__init__()
        NIC, NF, NC, k = num_in_channels, num_filters, num_colours, kernel
        self.k = k
        shapes = [(NF, NIC, k, k), (2 * NF, NF, k, k), (2 * NF, NF, k, k), (NF, NC, k, k), (NC, NC, k, k)]
        self.weights = nn.ParameterList([nn.Parameter(0.1 * torch.randn(shape)) for shape in shapes])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(n)) for n in (NF, 2 * NF, NF, NC, NC)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (NF, 2 * NF, NF, NC)])

    def forward(self, x):
        p = self.k // 2
        for i in range(2):
            x = F.conv2d(x, self.weights[i], self.biases[i], stride=2, padding=p)
            x = F.relu(self.norms[i](x))
        for i in range(2, 4):
            x = F.conv_transpose2d(x, self.weights[i], self.biases[i], stride=2, padding=p, output_padding=1)
            x = F.relu(self.norms[i](x))
        return F.conv2d(x, self.weights[4], self.biases[4], padding=p)
"""

ONE_SEQUENTIAL = """\
class ConvTransposeNet(nn.Sequential):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        sizes = [num_in_channels, num_filters, 2 * num_filters, num_filters, num_colours]
        layers = []
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
            layers += [
                nn.Conv2d(n_in, n_out, kernel, 2, kernel // 2)
                if i < 2
                else nn.ConvTranspose2d(n_in, n_out, kernel, 2, kernel // 2, 1),
                nn.BatchNorm2d(n_out),
                nn.ReLU(True),
            ]
        super().__init__(*layers, nn.Conv2d(num_colours, num_colours, kernel, 1, kernel // 2))
"""

ORDERED_DICT = """\
from collections import OrderedDict


class PoolUpsampleNet(nn.Module):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        super().__init__()
        n = [num_in_channels, num_filters, 2 * num_filters, num_filters, num_colours]
        resize = [nn.MaxPool2d(2), nn.MaxPool2d(2), nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2)]
        self.net = nn.Sequential(OrderedDict([
            (f"block{i}", nn.Sequential(OrderedDict([
                ("conv", nn.Conv2d(n[i], n[i + 1], kernel, padding=kernel // 2)),
                ("resize", resize[i]),
                ("norm", nn.BatchNorm2d(n[i + 1])),
                ("relu", nn.ReLU()),
            ])))
            for i in range(4)
        ] + [("last", nn.Conv2d(num_colours, num_colours, kernel, padding=kernel // 2))]))

    def forward(self, x):
        return self.net(x)
"""

LAZY = """\
class PoolUpsampleNet(nn.Module):
    def __init__(self, kernel, num_filters, num_colours, num_in_channels):
        super().__init__()
        self.blocks = nn.ModuleList()
        for n, resize in (
            (num_filters, nn.MaxPool2d(2)),
            (2 * num_filters, nn.MaxPool2d(2)),
            (num_filters, nn.Upsample(scale_factor=2)),
            (num_colours, nn.Upsample(scale_factor=2)),
        ):
            conv = nn.LazyConv2d(n, kernel, padding=kernel // 2)
            self.blocks.append(nn.Sequential(conv, resize, nn.LazyBatchNorm2d(), nn.ReLU()))
        self.blocks.append(nn.LazyConv2d(num_colours, kernel, padding=kernel // 2))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
"""

DATACLASS = """\
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class BlockConfig:
    n_in: int
    n_out: int
    resize: Optional[str] = None


class Block(nn.Module):
    def __init__(self, config: BlockConfig, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(config.n_in, config.n_out, kernel, padding=kernel // 2)
        self.resize = {"pool": nn.MaxPool2d(2), "up": nn.Upsample(scale_factor=2)}[config.resize]
        self.norm = nn.BatchNorm2d(config.n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.resize(self.conv(x))).relu()


class PoolUpsampleNet(nn.Module):
    def __init__(self, kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> None:
        super().__init__()
        plan = [
            BlockConfig(num_in_channels, num_filters, "pool"),
            BlockConfig(num_filters, 2 * num_filters, "pool"),
            BlockConfig(2 * num_filters, num_filters, "up"),
            BlockConfig(num_filters, num_colours, "up"),
        ]
        self.blocks = nn.Sequential(*(Block(config, kernel) for config in plan))
        self.out = nn.Conv2d(num_colours, num_colours, kernel, padding=kernel // 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.blocks(x))
"""

LAMBDA_LAYERS = """\
class Lambda(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)

"""


def layer_by_layer(act: str, pool: str, up: str) -> Change:
    """The flat network with its activation, pooling and upsampling as given."""
    source = LAYERS_ONE_BY_ONE.replace("ACT", act).replace("POOL", pool).replace("UP(", f"{up}(")
    return written(source)


def after_the_constructor(attribute: str) -> tuple[str, str]:
    """One more line in both constructors."""
    line = "        padding = kernel // 2\n"
    return line, f"{line}        {attribute}\n"


REPEATED = "lambda z: z.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)"
SHARED = (
    after_the_constructor(
        "self.relu, self.pool, self.up = nn.ReLU(), nn.MaxPool2d(2), nn.Upsample(scale_factor=2)"
    ),
    ("nn.ReLU()", "self.relu"),
    ("nn.MaxPool2d(2)", "self.pool"),
    ("nn.Upsample(scale_factor=2)", "self.up"),
    (
        "self.relu, self.pool, self.up = self.relu, self.pool, self.up",
        "self.relu = nn.ReLU()\n"
        "        self.pool = nn.MaxPool2d(2)\n        self.up = nn.Upsample(scale_factor=2)",
    ),
)

ODDITIES: dict[str, Change] = {
    "ReLU in place": replaced(("nn.ReLU()", "nn.ReLU(inplace=True)")),
    "one ReLU, one pool and one upsampling module for all blocks": replaced(*SHARED),
    "F.relu, F.max_pool2d and F.interpolate instead of modules": layer_by_layer(
        "F.relu", "(lambda z: F.max_pool2d(z, 2))", "(lambda z: F.interpolate(z, scale_factor=2))"
    ),
    "torch.relu and a pooling with every argument given": layer_by_layer(
        "torch.relu",
        "nn.MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1)",
        "nn.Upsample(scale_factor=2, mode='nearest')",
    ),
    "upsampling by repeat_interleave": layer_by_layer("torch.relu", "nn.MaxPool2d(2)", f"({REPEATED})"),
    "upsampling by UpsamplingNearest2d": layer_by_layer(
        "nn.ReLU()", "nn.MaxPool2d(2)", "nn.UpsamplingNearest2d(scale_factor=2)"
    ),
    "upsampling to twice the size it has": layer_by_layer(
        "F.relu", "nn.MaxPool2d(2)", "(lambda z: F.interpolate(z, size=(2 * z.shape[2], 2 * z.shape[3])))"
    ),
    "upsampling by a Kronecker product": layer_by_layer(
        "F.relu", "nn.MaxPool2d(2)", "(lambda z: torch.kron(z, torch.ones(2, 2)))"
    ),
    "nearest-exact upsampling": replaced(("scale_factor=2", "scale_factor=2, mode='nearest-exact'")),
    "ReLU as clamp": layer_by_layer(
        "(lambda z: z.clamp(min=0))", "nn.MaxPool2d(2)", "nn.Upsample(scale_factor=2)"
    ),
    "ReLU as a maximum with zero": layer_by_layer(
        "(lambda z: torch.maximum(z, torch.zeros_like(z)))", "nn.MaxPool2d(2)", "nn.Upsample(scale_factor=2)"
    ),
    "ReLU as a mask": layer_by_layer(
        "(lambda z: z * (z > 0))", "nn.MaxPool2d(2)", "nn.Upsample(scale_factor=2)"
    ),
    "one ReLU more, which changes nothing": replaced(
        ("return self.block5(x)", "return self.block5(x.relu())")
    ),
    "adaptive pooling to half the size": layer_by_layer(
        "F.relu",
        "(lambda z: F.adaptive_max_pool2d(z, (z.shape[2] // 2, z.shape[3] // 2)))",
        "nn.Upsample(scale_factor=2)",
    ),
    "pooling by reshape and amax": layer_by_layer(
        "F.relu",
        "(lambda z: z.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax(dim=(3, 5)))",
        "nn.Upsample(scale_factor=2)",
    ),
    "max pooling that returns its indices as well": layer_by_layer(
        "F.relu", "(lambda z: F.max_pool2d(z, 2, return_indices=True)[0])", "nn.Upsample(scale_factor=2)"
    ),
    "layers in lambda modules": all_of(
        before("PoolUpsampleNet", LAMBDA_LAYERS),
        replaced(
            ("nn.ReLU()", "Lambda(lambda z: F.relu(z))"),
            ("nn.MaxPool2d(2)", "Lambda(lambda z: F.max_pool2d(z, 2))"),
        ),
    ),
    "an Identity after every layer": replaced(
        ("nn.ReLU(),", "nn.ReLU(),\n            nn.Identity(),\n            nn.Dropout(0.0),")
    ),
    "a Sequential of OrderedDicts": written(ORDERED_DICT),
    "a ModuleDict": replaced(
        ("self.block1 =", "self.layers = nn.ModuleDict()\n        self.layers['a'] ="),
        ("self.block1(", "self.layers['a']("),
        ("self.block5", "self.final"),
    ),
    "a network that is a Sequential": written(ONE_SEQUENTIAL),
    "layers registered in another order than they run": written(OUT_OF_ORDER),
    "weights as bare parameters and functional convolutions": written(FUNCTIONAL),
    "lazy layers that find their channels when they first run": written(LAZY),
    "dataclasses, type hints and a helper class": written(DATACLASS),
    "blocks called by their forward method": replaced(
        *((f"self.block{i}(x)", f"self.block{i}.forward(x)") for i in range(1, 6))
    ),
    "the network's forward with other names and more arguments": replaced(
        ("def forward(self, x):", "def forward(self, x, *unused, verbose=False, **options):"),
    ),
    "forward takes a batch called images": replaced(
        ("def forward(self, x):\n", "def forward(self, images):\n        x = images\n"),
    ),
    "a helper function makes the blocks": all_of(
        before("PoolUpsampleNet", WITH_HELPERS),
        replaced(
            (
                "nn.Sequential(\n            nn.Conv2d(num_in_channels, num_filters, kernel, padding=padding),\n"
                "            nn.MaxPool2d(2),\n            nn.BatchNorm2d(num_filters),\n            nn.ReLU(),\n        )",
                "block(num_in_channels, num_filters, kernel, nn.MaxPool2d(2))",
            ),
        ),
    ),
}
