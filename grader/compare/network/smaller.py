"""Smaller images that show as much of a wrong network, at a quarter of the values to send and to keep."""

from __future__ import annotations

from collections.abc import Sequence

from grader.compare.network.protocol import FloatArray, Network, Operation

SMALLEST_SIDE = 16


def smaller(
    batch: FloatArray,
    networks: Sequence[tuple[Network, Sequence[Operation]]],
) -> FloatArray:
    """Every other row and column of the images, if the networks treat those as they do the whole ones.

    networks: each with its trace on `batch`. They do if every operation's output shrinks with the images; a
    network that has sizes written into it, or that cannot take others, is judged on the whole images.
    """
    if any(side % 2 or side < 2 * SMALLEST_SIDE for side in batch.shape[2:]):
        return batch
    small = batch[..., ::2, ::2].copy()
    for network, trace in networks:
        found = network.trace_if_it_runs(small)
        if found is None or len(found) != len(trace):
            return batch
        if not all(_is_halved(before, after) for before, after in zip(trace, found, strict=True)):
            return batch
    return small


def _is_halved(before: Operation, after: Operation) -> bool:
    twice = (*after.shape[:2], *(2 * side for side in after.shape[2:]))
    return before.layer == after.layer and len(after.shape) == 4 and before.shape == twice
