"""Does a student's network compute the reference's function? If not, which of its blocks do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from grader.compare.network.closeness import GRADIENT_PRECISION, SINGLE_PRECISION, agree
from grader.compare.network.describe import first_difference
from grader.compare.network.diagram import Diagrams
from grader.compare.network.parts import right_shares
from grader.compare.network.pictures import pictures
from grader.compare.network.protocol import FloatArray, Network, ReferenceNetwork, State
from grader.compare.network.smaller import smaller
from grader.compare.network.state import Correspondence, concatenation_orders, correspond, random_state
from grader.results.exhibits import Exhibit, Images


@dataclass(frozen=True, slots=True)
class NetworkComparison:
    """What was found.

    equal: the outputs agree in evaluation and training mode, and so do the gradients.
    divergence: one sentence for the student, when not equal (or when biases are missing).
    blocks: for each block of the reference, the share of its layers that the student's network computes; 1
        only if the block as a whole is right.
    missing_biases: convolution biases the student's network does not have; compared as if they were zero.
    only_gradients: the outputs agree everywhere, the gradients do not.
    exhibits: the two networks side by side, and pictures of an output that is not the asked one.
    """

    equal: bool
    divergence: str | None
    blocks: Mapping[str, float]
    missing_biases: tuple[str, ...] = ()
    only_gradients: bool = False
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def blocks_right(self) -> int:
        """How many blocks are wholly right."""
        return sum(share == 1.0 for share in self.blocks.values())

    def credit(self, wrong_block: float) -> float:
        """The mean over the blocks: 1 for a right one, else `wrong_block` times its share of right layers."""
        shares = [share if share == 1.0 else wrong_block * share for share in self.blocks.values()]
        return sum(shares) / len(shares)


@dataclass(frozen=True, slots=True)
class Divergence:
    """How two networks with the same weights differ, in one sentence for the student."""

    sentence: str
    only_gradients: bool = False
    images: Images | None = None


def compare_networks(
    expected: ReferenceNetwork,
    found: Network,
    inputs: Sequence[FloatArray],
    rng: np.random.Generator,
    concatenated: Mapping[str, tuple[int, tuple[int, int]]] | None = None,
) -> NetworkComparison:
    """Give both the same random weights and compare them on every input (batch, channels, height, width).

    concatenated: see `concatenation_orders`.
    """
    ours = expected.trace(inputs[0], train=False)
    theirs = found.trace(inputs[0], train=False)
    match = correspond(expected, ours, found, theirs)
    missing_biases = tuple(
        path for path in match.missing if path.endswith("bias") and not _normalises(expected, path)
    )
    state = random_state(expected, rng)
    for path in missing_biases:
        state[path] = np.zeros_like(state[path])
    expected.set_state(state)
    orders = list(concatenation_orders(state, concatenated or {}))
    complete = set(match.missing) <= set(missing_biases)
    divergence: Divergence | None = Divergence("Some of its layers have no counterpart.")
    for permuted in orders if complete else ():
        found.set_state(match.carry(permuted))
        divergence = _divergence(expected, found, inputs, rng, match, set(concatenated or {}))
        if divergence is None:
            drawn = Diagrams(expected, found).side_by_side(ours, theirs, equal=not missing_biases)
            return NetworkComparison(
                True,
                _bias_sentence(missing_biases),
                dict.fromkeys(expected.blocks, 1.0),
                missing_biases,
                exhibits=(drawn,),
            )
        if divergence.only_gradients:
            break
    assert divergence is not None
    only_gradients = divergence.only_gradients
    structural = None if only_gradients else first_difference(ours, theirs)
    batch = smaller(inputs[0], ((expected, ours), (found, theirs)))
    blocks = _best_shares(expected, found, batch, match, orders)
    drawn = Diagrams(expected, found).side_by_side(ours, theirs, equal=only_gradients)
    exhibits = (drawn, divergence.images) if divergence.images else (drawn,)
    sentence = structural or divergence.sentence
    return NetworkComparison(False, sentence, blocks, missing_biases, only_gradients, exhibits)


def _best_shares(
    expected: ReferenceNetwork,
    found: Network,
    batch: FloatArray,
    match: Correspondence,
    orders: Sequence[State],
) -> Mapping[str, float]:
    """The shares of right layers under the order of concatenation that is kindest to the student."""
    candidates: list[Mapping[str, float]] = []
    for state in orders:
        expected.set_state(state)
        found.set_state(match.carry(state))
        candidates.append(right_shares(expected, found, batch, match))
    return max(candidates, key=lambda shares: sum(shares.values()))


def _divergence(
    expected: Network,
    found: Network,
    inputs: Sequence[FloatArray],
    rng: np.random.Generator,
    match: Correspondence,
    permuted: Set[str],
) -> Divergence | None:
    """The first way in which networks of the same weights differ; those in `permuted` have any order."""
    for batch in inputs:
        for train in (False, True):
            wanted, given = expected.forward(batch, train=train), found.forward(batch, train=train)
            if given.shape != wanted.shape:
                return Divergence(f"Its output has shape {list(given.shape)}, expected {list(wanted.shape)}.")
            if not agree(given, wanted, SINGLE_PRECISION):
                mode = "training" if train else "evaluation"
                return Divergence(
                    f"Its layers are the right ones, but its output in {mode} mode is not what they compute.",
                    images=pictures(batch, given, wanted),
                )
    cotangent = rng.standard_normal(wanted.shape).astype(np.float32)
    ours, theirs = expected.gradients(inputs[-1], cotangent), found.gradients(inputs[-1], cotangent)
    missed = [
        theirs_path
        for path, theirs_path in match.paths.items()
        if (wanted_gradient := ours.parameters.get(path)) is not None
        and path not in permuted
        and not agree(theirs.parameters.get(theirs_path), wanted_gradient, GRADIENT_PRECISION)
    ]
    # Images need no gradient: `Variable(x)` or `x.detach()` at the top of forward spoils no training.
    images_reached = theirs.inputs is None or agree(theirs.inputs, ours.inputs, GRADIENT_PRECISION)
    if images_reached and not missed:
        return None
    if theirs.inputs is None or not images_reached:
        sentence = (
            "Its output is right, but gradients do not flow through all of it (a detach, or a no_grad?)."
        )
    else:
        sentence = f"Its output is right, but the gradient does not reach {missed[0]}."
    return Divergence(sentence, only_gradients=True)


def _normalises(network: Network, bias: str) -> bool:
    return bias.removesuffix("bias") + "running_mean" in network.shapes


def _bias_sentence(missing: Sequence[str]) -> str | None:
    if not missing:
        return None
    return "Its convolutions have no bias; the handout asks for the default parameters."
