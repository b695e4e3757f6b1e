"""Worked solutions of the course's assignments, one module for each topic.

Assignment 2 (Winter 2025):

===============  ==============  ======================================================================
module           questions       what it settles
===============  ==============  ======================================================================
`least_squares`  1, 1.1.1        loss (1), mini-batch SGD (2), the minimum-norm solution, the row space
`adaptive`       1.2.1, 1.2.2    RMSProp (3) and (4), Adagrad, Adam, and a counterexample in the plane
`learning_rate`  2.1.1 to 2.1.3  the loss after one step against eta, and the eta that minimises it
`weight_decay`   2.2.1, 2.2.2    L2 regularisation and weight decay (5), and when they agree
`colourization`  4.1, 5.1        PoolUpsampleNet, ConvTransposeNet and UNet of figure 4
`counts`         4.3             weights, outputs and connections, under each accepted convention
`layers`         4.3             a network's layers, their sizes read off a real run as symbols
`padding`        5.4             the padding that keeps the shapes of figure 4b at another kernel size
===============  ==============  ======================================================================

Homework 3 (Winter 2022):

=================  ==============  ====================================================================
module             questions       what it settles
=================  ==============  ====================================================================
`noisy_quadratic`  1.1.1           SGD on a noisy quadratic, and its best learning rate against batch size
`linear_risk`      2.1, 2.2        bias and variance of least squares given X, and their means over X
`ridge`            2.3             ridge regression: closed form, test loss, best strength, large-d limit
`double_descent`   2.2.3, 2.3.4    the curves of test loss against training set size, as data
`figures`                          the same as a figure
`monte_carlo`                      means over random draws with their standard errors
=================  ==============  ====================================================================

Only NumPy, PyTorch and SymPy are used, and Matplotlib for figures. Arrays are float64 with shapes X (n, d),
t (n,) and w (d,).
"""
