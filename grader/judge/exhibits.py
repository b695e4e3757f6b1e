"""Exhibits that checks attach to their verdicts, made from what the checks have in hand anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.compare.tensor import Mismatch
from grader.results.exhibits import (
    Contrast,
    Curves,
    Exhibit,
    ForStaff,
    Mark,
    Path,
    Series,
    rounded,
)
from grader.submission import TrainingRun

CONTOURS = 7
FLAT = 1e-9
"""The share of the largest curvature below which a direction counts as flat."""

Vector = NDArray[np.float64]


def of_mismatch(mismatch: Mismatch) -> tuple[Exhibit, ...]:
    """The kinds of value asked for and found; by how much it misses, for staff."""
    kinds = () if mismatch.expected == mismatch.found else (Contrast(mismatch.expected, mismatch.found),)
    staff = () if mismatch.tolerances is None else (ForStaff(misses_by=rounded(mismatch.tolerances)),)
    return (*kinds, *staff)


def training_curves(run: TrainingRun) -> tuple[Exhibit, ...]:
    """The losses that a saved run shows, by epoch; nothing where it shows fewer than two."""
    kinds = {"training": run.train_losses, "validation": run.validation_losses}
    series = tuple(
        Series(label, tuple((epoch, loss) for epoch, loss in enumerate(losses, 1)))
        for label, losses in kinds.items()
        if len(losses) > 1
    )
    title = f"The saved run of {run.network}" if run.network else "The saved run"
    return (Curves(title, "epoch", "loss", series, source="saved output"),) if series else ()


def path_over_loss(
    title: str, X: Vector, t: Vector, points: Sequence[Vector], marks: Mapping[str, Vector]
) -> Path:
    """Where an optimiser went on (1/n)|Xw - t|^2 with two weights, X (n, 2), over its contours."""
    shown = np.array([*points, *marks.values()])
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = 0.25 * float((high - low).max() or 1.0)
    contours = loss_contours(X, t, low - margin, high + margin)
    return Path(
        title,
        "w1",
        "w2",
        tuple(_polyline(contour) for contour in contours),
        _polyline(points),
        tuple(Mark(label, rounded(float(w[0])), rounded(float(w[1]))) for label, w in marks.items()),
    )


def loss_contours(X: Vector, t: Vector, low: Vector, high: Vector) -> list[Vector]:
    """Contours of (1/n)|Xw - t|^2 over a window of two weights: ellipses, or lines where it is flat one way.

    The lowest comes first. Each is an array of points (m, 2); they may leave the window.
    """
    centre = np.linalg.lstsq(X, t, rcond=None)[0]
    curvatures, axes = np.linalg.eigh(X.T @ X / len(t))
    corners = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])]) - centre
    farthest = np.sqrt(np.einsum("ij,jk,ik->i", corners, X.T @ X / len(t), corners).max())
    radii = farthest * np.arange(CONTOURS) / (CONTOURS - 1)
    if curvatures[0] > FLAT * curvatures[1]:
        angles = np.linspace(0, 2 * np.pi, 65)
        circle = np.stack([np.cos(angles), np.sin(angles)]) / np.sqrt(curvatures)[:, None]
        return [centre + (radius * axes @ circle).T for radius in radii[1:]]
    along, across = axes[:, 0], axes[:, 1] / np.sqrt(curvatures[1])
    reach = np.linalg.norm(high - low) + np.abs(corners).max()
    ends = np.array([-reach, reach])[:, None] * along
    return [centre + offset * across + ends for offset in (0.0, *radii[1:], *-radii[1:])]


def _polyline(points: Sequence[Vector] | Vector) -> tuple[tuple[float, float], ...]:
    return tuple((rounded(float(x)), rounded(float(y))) for x, y in points)
