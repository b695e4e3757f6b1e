"""The figure of 2.2.3 with the curve of figure 4: `python -m reference.figures double_descent.png`."""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure

from reference.double_descent import FEATURES, curves

HIGHEST = 2.0


def double_descent() -> Figure:
    """Expected test loss against n for least squares, without and with noise, and for ridge regression."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for curve in curves():
        below = curve.sizes < FEATURES
        [line] = axes.plot(curve.sizes[below], curve.losses[below], label=curve.label)
        axes.plot(curve.sizes[~below], curve.losses[~below], color=line.get_color())
    axes.axvline(FEATURES, color="0.8", linewidth=1, zorder=0)
    axes.set(xlabel="training examples n", ylabel="expected test loss", ylim=(0, HIGHEST))
    axes.set_title(f"d = {FEATURES} features")
    axes.legend()
    return figure


if __name__ == "__main__":
    double_descent().savefig(Path(sys.argv[1]), dpi=150)
