# mypy: disallow-subclassing-any=False
"""The networks of figure 4: a grey image in, a score for each colour at each pixel out.

Questions 4.1 (`PoolUpsampleNet`, figure 4a) and 5.1 (`ConvTransposeNet`, figure 4b), and figure 4c (`UNet`),
which the 2025 assignment shows but does not ask for. All three take images of shape (BS, NIC, H, W), H and W
multiples of 4, and return scores of shape (BS, NC, H, W).

Kernel sizes other than 3: the starter code pads every layer by `kernel // 2`, as these networks do, while the
handout's section 5.1 sets the padding of the strided and transposed convolutions to 1. They agree at kernels
2 and 3. The starter's rule keeps the shapes of figure 4 at every odd kernel, the handout's number at kernel 3
alone, so at other kernels a right answer may differ from ours. At an even kernel neither keeps them (question
5.4 and `padding` say what would), and PyTorch refuses to concatenate in the UNet.
"""

import torch
from torch import Tensor, nn


class PoolUpsampleNet(nn.Module):
    """Figure 4a: shrinks by max pooling and grows by repeating pixels (question 4.1)."""

    def __init__(self, kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> None:
        super().__init__()
        padding = kernel // 2
        self.block1 = nn.Sequential(
            nn.Conv2d(num_in_channels, num_filters, kernel, padding=padding),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(num_filters),
            nn.ReLU(),
        )
        self.block2 = nn.Sequential(
            nn.Conv2d(num_filters, 2 * num_filters, kernel, padding=padding),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(2 * num_filters),
            nn.ReLU(),
        )
        self.block3 = nn.Sequential(
            nn.Conv2d(2 * num_filters, num_filters, kernel, padding=padding),
            nn.Upsample(scale_factor=2),
            nn.BatchNorm2d(num_filters),
            nn.ReLU(),
        )
        self.block4 = nn.Sequential(
            nn.Conv2d(num_filters, num_colours, kernel, padding=padding),
            nn.Upsample(scale_factor=2),
            nn.BatchNorm2d(num_colours),
            nn.ReLU(),
        )
        self.block5 = nn.Conv2d(num_colours, num_colours, kernel, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of shape (BS, NC, H, W) for images of shape (BS, NIC, H, W)."""
        half = self.block1(x)
        quarter = self.block2(half)
        return self.block5(self.block4(self.block3(quarter)))


class ConvTransposeNet(nn.Module):
    """Figure 4b: shrinks by strided and grows by transposed convolutions (question 5.1)."""

    def __init__(self, kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> None:
        super().__init__()
        self.block1 = _halving_block(num_in_channels, num_filters, kernel)
        self.block2 = _halving_block(num_filters, 2 * num_filters, kernel)
        self.block3 = _doubling_block(2 * num_filters, num_filters, kernel)
        self.block4 = _doubling_block(num_filters, num_colours, kernel)
        self.block5 = nn.Conv2d(num_colours, num_colours, kernel, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of shape (BS, NC, H, W) for images of shape (BS, NIC, H, W)."""
        half = self.block1(x)
        quarter = self.block2(half)
        return self.block5(self.block4(self.block3(quarter)))


class UNet(nn.Module):
    """Figure 4c: figure 4b with skip connections; block 4 and block 5 see what block 1 and the input kept.

    The skipped channels come last; a network with the other order of concatenation is just as right, its
    weights permuted along the input channels of blocks 4 and 5.
    """

    def __init__(self, kernel: int, num_filters: int, num_colours: int, num_in_channels: int) -> None:
        super().__init__()
        self.block1 = _halving_block(num_in_channels, num_filters, kernel)
        self.block2 = _halving_block(num_filters, 2 * num_filters, kernel)
        self.block3 = _doubling_block(2 * num_filters, num_filters, kernel)
        self.block4 = _doubling_block(num_filters + num_filters, num_colours, kernel)
        self.block5 = nn.Conv2d(num_colours + num_in_channels, num_colours, kernel, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of shape (BS, NC, H, W) for images of shape (BS, NIC, H, W)."""
        half = self.block1(x)
        quarter = self.block2(half)
        half_again = self.block3(quarter)
        whole_again = self.block4(torch.cat([half_again, half], dim=1))
        return self.block5(torch.cat([whole_again, x], dim=1))


def _halving_block(channels_in: int, channels_out: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel, stride=2, padding=kernel // 2),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def _doubling_block(channels_in: int, channels_out: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(
            channels_in, channels_out, kernel, stride=2, padding=kernel // 2, output_padding=1
        ),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )
