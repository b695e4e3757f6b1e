"""Section 2 in writing: formulas, each in its regime, a condition, and how quantities change."""

from __future__ import annotations

from grader.judge import Written, criterion
from grader.results import Verdict


@criterion("2.1.1/error")
def test_below_the_peak_the_estimator_misses_by_the_noise_alone(written: Written) -> Verdict:
    """(X^T X)^-1 X^T eps."""
    return written.formula("2.1.1/error")


@criterion("2.1.1/risk")
def test_the_test_loss_with_more_examples_than_weights(written: Written) -> Verdict:
    """sigma^2 Tr (X^T X)^-1, equation (2.5)."""
    return written.formula("2.1.1/risk")


@criterion("2.1.2/error")
def test_above_it_the_estimator_misses_what_the_rows_do_not_span_as_well(written: Written) -> Verdict:
    """X^T (X X^T)^-1 eps - (I - X^T (X X^T)^-1 X) w_*."""
    return written.formula("2.1.2/error")


@criterion("2.1.2/bias")
def test_the_bias_with_fewer_examples_than_weights(written: Written) -> Verdict:
    """Tr(I - X^T (X X^T)^-1 X) / d, of equation (2.6), or its value."""
    return written.formula("2.1.2/bias")


@criterion("2.1.2/variance")
def test_the_variance_with_fewer_examples_than_weights(written: Written) -> Verdict:
    """sigma^2 Tr (X X^T)^-1, of equation (2.6)."""
    return written.formula("2.1.2/variance")


@criterion("2.2.1/under")
def test_the_expected_test_loss_with_more_examples_than_weights(written: Written) -> Verdict:
    """sigma^2 d / (n - d - 1)."""
    return written.formula("2.2.1/under")


@criterion("2.2.1/over")
def test_the_expected_test_loss_with_fewer_examples_than_weights(written: Written) -> Verdict:
    """(d - n)/d + sigma^2 n / (d - n - 1)."""
    return written.formula("2.2.1/over")


@criterion("2.2.2/perfect")
def test_generalization_is_perfect_without_noise_and_with_enough_examples(written: Written) -> Verdict:
    """sigma = 0 and n > d + 1; what the handout leaves aside may be answered either way."""
    return written.condition("2.2.2/perfect")


@criterion("2.2.2/more_data")
def test_with_noise_more_examples_hurt_on_the_way_to_the_peak(written: Written) -> Verdict:
    """Not always."""
    return written.choice("2.2.2/more_data")


@criterion("2.3.1/gradient")
def test_the_gradient_of_the_ridge_objective(written: Written) -> Verdict:
    """(2/n) X^T (X w - t) + 2 lambda w."""
    return written.formula("2.3.1/gradient")


@criterion("2.3.1/solution")
def test_the_ridge_estimator(written: Written) -> Verdict:
    """(X^T X + n lambda I)^-1 X^T t, equation (2.9)."""
    return written.formula("2.3.1/solution")


@criterion("2.3.2/with_n")
def test_more_examples_need_less_regularization(written: Written) -> Verdict:
    """The best lambda is sigma^2 d / n."""
    return written.choice("2.3.2/with_n")


@criterion("2.3.2/with_sigma")
def test_more_noise_needs_more_regularization(written: Written) -> Verdict:
    """The best lambda is sigma^2 d / n."""
    return written.choice("2.3.2/with_sigma")


@criterion("2.3.3/error")
def test_the_ridge_estimator_misses_by_noise_and_shrinkage(written: Written) -> Verdict:
    """(X^T X + n lambda I)^-1 (X^T eps - n lambda w_*)."""
    return written.formula("2.3.3/error")


@criterion("2.3.3/risk")
def test_the_test_loss_of_ridge_regression(written: Written) -> Verdict:
    """sigma^2 Tr((X^T X + n lambda I)^-1) with n lambda = sigma^2 d, equation (2.10)."""
    return written.formula("2.3.3/risk")


@criterion("2.3.4/peak")
def test_regularization_removes_the_peak(written: Written) -> Verdict:
    """The curve of figure 4 falls all the way."""
    return written.choice("2.3.4/peak")


@criterion("2.3.4/more_data")
def test_with_the_right_regularization_more_examples_always_help(written: Written) -> Verdict:
    """The curve of figure 4 falls all the way."""
    return written.choice("2.3.4/more_data")
