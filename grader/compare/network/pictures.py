"""Pictures of an output that is not the asked one: where it differs says more than by how much."""

from __future__ import annotations

import numpy as np

from grader.compare.network.protocol import FloatArray
from grader.results.exhibits import MAX_PIXELS, Image, Images


def pictures(given_in: FloatArray, made: FloatArray, asked: FloatArray) -> Images | None:
    """For the first image of a batch: what went in, the first channel of what came out, and where it differs.

    Arrays are of shape (batch, channels, height, width). None where they are no pictures of a fit size.
    """
    if not all(array.ndim == 4 and 0 < array[0, 0].size <= MAX_PIXELS for array in (given_in, made, asked)):
        return None
    difference = np.abs(made[0].astype(np.float64) - asked[0]).max(axis=0)
    return Images(
        "The networks at work on one image, with the same random weights",
        (
            picture("What went in", given_in[0, 0]),
            picture("What yours made of it (first channel)", made[0, 0]),
            picture("Where that differs from the asked network (white: most)", difference),
        ),
    )


def picture(label: str, values: FloatArray) -> Image:
    """A matrix as a grey picture from its least value (black) to its largest (white); NaN is black."""
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    grey = np.zeros(finite.shape) if high <= low else (finite - low) / (high - low) * 255
    return Image(label, finite.shape[1], finite.shape[0], np.rint(grey).astype(np.uint8).tobytes().hex())
