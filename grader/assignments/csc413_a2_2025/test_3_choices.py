"""Section 3: the choices, decided by the keys of `[choices]`; the explanations are read by a person."""

from __future__ import annotations

from grader.judge import Written, criterion
from grader.results import Verdict


@criterion("3.1.1/choice")
def test_a_larger_batch_allows_a_larger_learning_rate(written: Written) -> Verdict:
    """The variance of the gradient falls as 1/B, so the best learning rate grows, and then saturates."""
    return written.choice("3.1.1/choice")


@criterion("3.1.2a/choice")
def test_the_knee_of_the_curve_is_the_most_efficient_batch_size(written: Written) -> Verdict:
    """Point C of figure 1."""
    return written.choice("3.1.2a/choice")


@criterion("3.1.2b/a_regime")
def test_small_batches_are_dominated_by_noise(written: Written) -> Verdict:
    """Point A lies on the straight part."""
    return written.choice("3.1.2b/a_regime")


@criterion("3.1.2b/a_remedy")
def test_where_noise_dominates_parallel_compute_helps(written: Written) -> Verdict:
    """More examples at once average the noise."""
    return written.choice("3.1.2b/a_remedy")


@criterion("3.1.2b/b_regime")
def test_large_batches_are_dominated_by_curvature(written: Written) -> Verdict:
    """Point B lies on the flat part."""
    return written.choice("3.1.2b/b_regime")


@criterion("3.1.2b/b_remedy")
def test_where_curvature_dominates_better_optimizers_help(written: Written) -> Verdict:
    """Second-order methods cope with ill-conditioned losses."""
    return written.choice("3.1.2b/b_remedy")


@criterion("3.2/choice")
def test_more_compute_is_best_spent_on_a_larger_model(written: Written) -> Verdict:
    """Figures 2 and 3: at the compute-efficient frontier the loss falls with the size of the model."""
    return written.choice("3.2/choice")
