"""What the peers are given to check: asserts as a course would write them for such tools.

They run on the functions and networks of Assignment 2 in the student's own kernel, reference and all, as
these tools have it.
"""

import numpy as np
import torch

from reference import adaptive, colourization, learning_rate, least_squares


def _data():
    rng = np.random.default_rng(413)
    return rng.standard_normal((5, 8)), rng.standard_normal(5), rng.standard_normal(8)


def check_sgd_min_norm(sgd_min_norm):
    X, t, _ = _data()
    after_one_step = np.asarray(sgd_min_norm(X, t, 0.05, len(t), 1))
    assert np.allclose(after_one_step, -0.05 * least_squares.gradient(X, t, np.zeros(8)))


def check_rmsprop(rmsprop):
    X, t, w0 = _data()
    expected = adaptive.rmsprop(X, t, w0, 0.01, 0.9, 1e-8, 3)[-1]
    assert np.allclose(np.asarray(rmsprop(X, t, w0, 0.01, 0.9, 1e-8, 3)), expected)


def check_loss_derivative(loss_derivative):
    X, t, w0 = _data()
    assert np.isclose(float(loss_derivative(X, t, w0, 0.1)), learning_rate.loss_derivative(X, t, w0, 0.1))


def check_optimal_learning_rate(optimal_learning_rate):
    X, t, w0 = _data()
    assert np.isclose(float(optimal_learning_rate(X, t, w0)), learning_rate.optimal_learning_rate(X, t, w0))


def _same_outputs(student, reference):
    values = [value.clone() for value in reference.state_dict().values()]
    names = list(student.state_dict())
    assert len(names) == len(values)
    student.load_state_dict(dict(zip(names, values, strict=True)))
    student.eval()
    reference.eval()
    images = torch.randn(4, 1, 32, 32, generator=torch.Generator().manual_seed(413))
    with torch.no_grad():
        assert torch.allclose(student(images), reference(images), atol=1e-5)


def check_pool_upsample_net(PoolUpsampleNet):
    _same_outputs(PoolUpsampleNet(3, 32, 24, 1), colourization.PoolUpsampleNet(3, 32, 24, 1))


def check_conv_transpose_net(ConvTransposeNet):
    _same_outputs(ConvTransposeNet(3, 32, 24, 1), colourization.ConvTransposeNet(3, 32, 24, 1))
