"""Question 1.1.1 against autograd, the pseudo-inverse, and enumeration of every batch."""

from itertools import combinations, pairwise

import numpy as np
import pytest
import torch

from reference.least_squares import (
    Array,
    DependentRowsError,
    distance_from_row_space,
    gradient,
    loss,
    minibatch_sgd,
    minimum_norm_solution,
    sgd_step,
)

N, D = 5, 9


@pytest.fixture
def problem() -> tuple[Array, Array, Array]:
    random = np.random.default_rng(7)
    return random.normal(size=(N, D)), random.normal(size=N), random.normal(size=D)


def null_space(X: Array) -> Array:
    """An orthonormal basis of the null space of X, one vector in each row."""
    basis: Array = np.linalg.svd(X)[2][len(X) :]
    return basis


def test_loss_and_gradient_agree_with_autograd(problem: tuple[Array, Array, Array]) -> None:
    X, t, w = problem
    weights = torch.tensor(w, requires_grad=True)
    mean_squared_error = torch.nn.functional.mse_loss(torch.tensor(X) @ weights, torch.tensor(t))
    mean_squared_error.backward()
    assert loss(X, t, w) == pytest.approx(mean_squared_error.item())
    np.testing.assert_allclose(gradient(X, t, w), weights.grad.numpy())


def test_one_step_takes_the_mean_of_the_examples_gradients(problem: tuple[Array, Array, Array]) -> None:
    X, t, w = problem
    batch = np.array([3, 0, 4])
    of_examples = []
    for j in batch:
        weights = torch.tensor(w, requires_grad=True)
        ((torch.tensor(X[j]) @ weights - t[j]) ** 2).backward()
        of_examples.append(weights.grad.numpy())
    np.testing.assert_allclose(sgd_step(X, t, w, 0.03, batch), w - 0.03 * np.mean(of_examples, axis=0))


def test_every_step_uses_one_batch_without_replacement_and_every_batch_occurs(
    problem: tuple[Array, Array, Array],
) -> None:
    X, t, _ = problem
    iterates = minibatch_sgd(X, t, eta=0.01, batch_size=2, steps=150, seed=3)
    batches = [np.array(batch) for batch in combinations(range(N), 2)]
    used = set()
    for before, after in pairwise(iterates):
        explained_by = [
            tuple(batch)
            for batch in batches
            if np.allclose(sgd_step(X, t, before, 0.01, batch), after, atol=1e-12)
        ]
        assert len(explained_by) == 1
        used.update(explained_by)
    assert len(used) == len(batches)


def test_a_batch_of_all_examples_is_gradient_descent_as_torch_runs_it(
    problem: tuple[Array, Array, Array],
) -> None:
    X, t, _ = problem
    weights = torch.zeros(D, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.05)
    expected = [weights.detach().numpy().copy()]
    for _ in range(20):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(torch.tensor(X) @ weights, torch.tensor(t)).backward()
        optimizer.step()
        expected.append(weights.detach().numpy().copy())
    np.testing.assert_allclose(minibatch_sgd(X, t, 0.05, batch_size=N, steps=20, seed=0), expected)


def test_the_seed_decides_the_batches(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    first, again, other = (minibatch_sgd(X, t, 0.01, 2, 30, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_the_iterates_never_leave_the_row_space(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    iterates = minibatch_sgd(X, t, eta=0.02, batch_size=2, steps=200, seed=0)
    np.testing.assert_allclose(iterates @ null_space(X).T, 0, atol=1e-13)
    assert max(distance_from_row_space(X, w) for w in iterates) < 1e-12


def test_the_distance_from_the_row_space_is_the_length_of_the_part_in_the_null_space(
    problem: tuple[Array, Array, Array],
) -> None:
    X, _, w = problem
    assert distance_from_row_space(X, w) == pytest.approx(np.linalg.norm(null_space(X) @ w))


def test_the_limit_is_the_minimum_norm_solution(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    iterates = minibatch_sgd(X, t, eta=0.04, batch_size=2, steps=4000, seed=0)
    np.testing.assert_allclose(iterates[-1], minimum_norm_solution(X, t), atol=1e-9)


def test_the_minimum_norm_solution_is_that_of_the_pseudo_inverse(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    np.testing.assert_allclose(minimum_norm_solution(X, t), np.linalg.pinv(X) @ t)


def test_every_other_solution_has_a_larger_norm(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    solution = minimum_norm_solution(X, t)
    for z in null_space(X):
        for other in (solution + z, solution - z):
            np.testing.assert_allclose(X @ other, t)
            assert np.linalg.norm(other) > np.linalg.norm(solution)


def test_dependent_rows_are_named_in_the_error() -> None:
    X = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    with pytest.raises(DependentRowsError, match=r"X of shape \(2, 3\) has rank 1"):
        minimum_norm_solution(X, np.array([1.0, 2.0]))


def test_a_batch_larger_than_the_data_is_refused(problem: tuple[Array, Array, Array]) -> None:
    X, t, _ = problem
    with pytest.raises(ValueError, match="larger sample than population"):
        minibatch_sgd(X, t, 0.01, batch_size=N + 1, steps=1, seed=0)
