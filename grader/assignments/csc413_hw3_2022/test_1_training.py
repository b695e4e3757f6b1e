"""Section 1: the choices, decided by the keys of `[choices]`; the explanations are read by a person."""

from __future__ import annotations

from grader.judge import Written, criterion
from grader.results import Verdict


@criterion("1.1.1/choice")
def test_a_larger_batch_allows_a_larger_learning_rate(written: Written) -> Verdict:
    """a m B / (a^2 m B + sigma^2): it grows with B, and saturates at 1/a."""
    return written.choice("1.1.1/choice")


@criterion("1.1.2a/choice")
def test_the_knee_of_the_curve_is_the_most_efficient_batch_size(written: Written) -> Verdict:
    """Point C of figure 1."""
    return written.choice("1.1.2a/choice")


@criterion("1.1.2b/a_regime")
def test_small_batches_are_dominated_by_noise(written: Written) -> Verdict:
    """Point A lies on the straight part, where twice the batch halves the steps."""
    return written.choice("1.1.2b/a_regime")


@criterion("1.1.2b/b_regime")
def test_large_batches_are_dominated_by_curvature(written: Written) -> Verdict:
    """Point B lies on the flat part."""
    return written.choice("1.1.2b/b_regime")


@criterion("1.1.3a/options")
def test_better_optimizers_and_normalization_address_the_curvature(written: Written) -> Verdict:
    """I and IV change the conditioning; the batch size and the learning rate do not."""
    return written.choice("1.1.3a/options")


@criterion("1.1.3b/options")
def test_larger_batches_and_smaller_steps_address_the_noise(written: Written) -> Verdict:
    """II+ and III-: the steady-state loss is proportional to eta / B while eta is small."""
    return written.choice("1.1.3b/options")


@criterion("1.2a/larger")
def test_the_model_that_starts_to_learn_later_and_ends_lower_is_the_larger_one(written: Written) -> Verdict:
    """Model A of figure 3."""
    return written.choice("1.2a/larger")


@criterion("1.2a/longer")
def test_at_the_same_compute_the_smaller_model_has_made_more_updates(written: Written) -> Verdict:
    """Compute is steps times parameters."""
    return written.choice("1.2a/longer")
