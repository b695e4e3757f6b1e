"""The same formulas in the notations of different hands."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

from ..draft import Change, answered

W1 = {
    "w1 in Python": "w0 - (2 * eta / n) * X.T @ (X @ w0 - t)",
    "w1 in numpy": "w0 - 2*eta/n * np.dot(X.T, np.dot(X, w0) - t)",
    "w1 with np.matmul and np.transpose": "w_0 - (2*lr/n)*np.matmul(np.transpose(X), np.matmul(X, w_0) - t)",
    "w1 in torch": "w0 - eta * 2 / n * torch.matmul(X.t(), X @ w0 - t)",
    "w1 in Unicode": "w₀ − (2η/n) Xᵀ(X w₀ − t)",
    "w1 in bold LaTeX": r"$\mathbf{w}_1 = \mathbf{w}_0 - \frac{2\eta}{n}\mathbf{X}^{\top}(\mathbf{X}\mathbf{w}_0 - \mathbf{t})$",
    "w1 with hats": r"$\hat{w}_1 = \hat{\mathbf{w}}_0 - \eta \cdot \frac{2}{n} X^T\left(X\hat{\mathbf{w}}_0 - t\right)$",
    "w1 with a for the residual": "w0 - 2*eta/n * X^T a",
    "w1 with y for t": r"w_0 - \dfrac{2\eta}{n} X^{T}(Xw_0 - y)",
    "w1 multiplied out": r"$(I - \frac{2\eta}{n} X^\top X) w_0 + \frac{2 \eta}{n} X^\top t$",
    "w1 with an identity matrix with an index": r"$(\mathbf{I}_d - \tfrac{2\eta}{n} X^\top X)\, w_0 + \tfrac{2 \eta}{n}\, X^\top t$",
    "w1 with the sign inside": r"w_0 + \frac{2\eta}{n} X^\intercal (t - X w_0)",
    "w1 with prime as transpose": "w0 - 2 eta/n X' (X w0 - t)",
    "w1 between double dollars": r"$$w_0 - \frac{2\eta}{n} X^\top (X w_0 - t)$$",
    "w1 between backslash brackets": r"\[ w_1 = w_0 - \frac{2\eta}{n} X^\top (X w_0 - t) \]",
    "w1 between backslash parentheses": r"\( w_0 - \frac{2\eta}{n} X^\top (X w_0 - t) \)",
    "w1 in an equation environment": r"\begin{equation} w_1 = w_0 - \frac{2\eta}{n} X^\top (X w_0 - t) \end{equation}",
    "w1 as a chain of equations": r"$w_1 = w_0 - \eta \frac{2}{n} X^\top (X w_0 - t) = w_0 - \frac{2\eta}{n} X^\top a$",
    "w1 with sizes of brackets and thin spaces": r"$w_0 \,-\, \frac{2\,\eta}{n}\; X^{\!\top} \bigl( X\,w_0 - t \bigr)$",
    "w1 with a full stop": r"$w_0 - \frac{2\eta}{n} X^\top (X w_0 - t)$.",
    "w1 with the definition of a": r"$w_0 - \frac{2\eta}{n} X^\top a$ where $a = X w_0 - t$",
    "w1 with an alpha": r"w_0 - \frac{2\alpha}{n} X^\top (X w_0 - t)",
    "w1 in a code fence": "\n```python\nw0 - (2 * eta / n) * X.T @ (X @ w0 - t)\n```",
    "w1 on two lines": "$w_0$\n  $- \\frac{2\\eta}{n} X^\\top (X w_0 - t)$",
}

L1 = {
    "L1 with np.linalg.norm": "np.linalg.norm(a - 2*eta/n * X @ X.T @ a)**2 / n",
    "L1 with np.sum and np.square": "1/n * np.sum(np.square(a - 2*eta/n * X @ X.T @ a))",
    "L1 with bars": "(1/n) ||a - (2 eta/n) X X^T a||^2",
    "L1 with bars in Unicode and an index": "(1/n) ‖a − (2η/n) X Xᵀ a‖₂²",
    "L1 with lVert": r"\frac{1}{n} \left\lVert X\left(w_0 - \frac{2\eta}{n} X^\top (Xw_0 - t)\right) - t \right\rVert_2^2",
    "L1 as a product of vectors": r"\frac{1}{n} (a - \frac{2\eta}{n} XX^\top a)^\top (a - \frac{2\eta}{n} XX^\top a)",
    "L1 as a polynomial in eta": r"\frac{1}{n}\left(a^\top a - \frac{4\eta}{n} \|X^\top a\|^2 + \frac{4\eta^2}{n^2} \|XX^\top a\|^2\right)",
    "L1 with mean": "np.mean((a - 2*eta/n * X @ X.T @ a)**2)",
    "L1 with the identity": r"$\mathcal{L}_1 = \frac{1}{n} \left\| \left(I - \frac{2\eta}{n} X X^\top\right) a \right\|_2^2$",
    "L1 with an exponent before the bars close": r"\frac{\|(I_n - \frac{2\eta}{n} X X^T)(X w_0 - t)\|^{2}}{n}",
}

OPTIMA = {
    "an optimum in LaTeX": r"$\eta^* = \frac{n \|X^\top a\|^2}{2 \|X X^\top a\|^2}$",
    "an optimum with a star in brackets": r"$\eta^{*} = \frac{n}{2}\,\frac{a^\top X X^\top a}{a^\top X X^\top X X^\top a}$",
    "an optimum in Python": "n * (a.T @ X @ X.T @ a) / (2 * a.T @ X @ X.T @ X @ X.T @ a)",
    "an optimum with norms": "n*norm(X.T@a)**2/(2*norm(X@X.T@a)**2)",
    "an optimum with vdot and a power function": "n * np.dot(X.T@a, X.T@a) / (2 * np.linalg.norm(X@X.T@a, 2)**2)",
}
DERIVATIVE = "- derivative: (8 eta/n^3) ||X X^T a||^2 - (4/n^2) ||X^T a||^2\n"

COEFFICIENTS = {
    "a coefficient in LaTeX": r"$\tilde{\lambda} = \frac{\lambda}{2\eta}$",
    "a coefficient in Python": "lam / (2 * eta)",
    "a coefficient with lambda and lr": "lambda/(2*lr)",
    "a coefficient in Unicode": "λ̃ = λ / 2η",
    "a coefficient with a slash": "λ/(2η)",
    "a coefficient with half": r"\frac{1}{2} \frac{\lambda}{\eta}",
    "a coefficient with a negative power": r"\frac{1}{2} \lambda \eta^{-1}",
    "a coefficient as a decimal": "0.5 * lambda / eta",
}

WEIGHTS = {
    "weights layer by layer": "3*3*NIC*NF + 3*3*NF*2NF + 3*3*2NF*NF + 3*3*NF*NC + 3*3*NC*NC",
    "weights with numbers in brackets": "(9)(NIC)(NF) + (9)(NF)(2NF) + (9)(2NF)(NF) + (9)(NF)(NC) + (9)(NC)(NC)",
    "weights in LaTeX text": r"$9 \cdot (\text{NIC} \times \text{NF} + 4\,\text{NF}^2 + \mathrm{NF}\cdot\mathrm{NC} + {NC}^2)$",
    "weights in mathematical italics": "9(𝑁𝐼𝐶·𝑁𝐹 + 4𝑁𝐹² + 𝑁𝐹·𝑁𝐶 + 𝑁𝐶²)",
    "weights with K for k": "K^2 NIC NF + 4 K^2 NF^2 + K^2 NF NC + K^2 NC^2",
    "weights with kernel and the long names": "kernel**2 * (num_in_channels*num_filters + 4*num_filters**2 + num_filters*num_colours + num_colours**2)",
    "weights with biases counted": "9 (NIC NF + 4 NF^2 + NF NC + NC^2) + 4 NF + 2 NC",
    "weights with the multiplication sign of a letter": "9 × NIC × NF + 36 × NF² + 9 × NF × NC + 9 × NC²",
    "weights with a name in front": "total = 9*NIC*NF + 36*NF^2 + 9*NF*NC + 9*NC^2",
    "weights over two lines": "$9 NIC NF + 36 NF^2$\n$+ 9 NF NC + 9 NC^2$",
}

L2 = {
    "weight decay with its parts in words": (
        "- w1 with L2: w0 - eta (2/n X^T (X w0 - t) + 2 lambda_tilde w0)\n- w1 with weight decay: (1 - lambda) w0 - 2 eta/n X^T (X w0 - t)"
    ),
    "weight decay with lambda and lam_tilde in Python": (
        "- L2: (1 - 2*eta*lam_tilde)*w0 - (2*eta/n)*X.T@(X@w0 - t)\n- weight decay: (1 - lam)*w0 - (2*eta/n)*X.T@(X@w0 - t)"
    ),
    "weight decay with a tilde above the letter": (
        "- w1 with L2: w₀ − 2η(Xᵀ(Xw₀ − t)/n + λ̃w₀)\n- w1 with weight decay: w₀ − λw₀ − (2η/n)Xᵀ(Xw₀ − t)"
    ),
    "weight decay with widetilde": (
        r"- w1 with L2: $(1 - 2\eta\widetilde{\lambda})\mathbf{w}_0 - \frac{2\eta}{n} X^\top a$"
        "\n"
        r"- w1 with weight decay: $\mathbf{w}_1 = (1 - \lambda)\mathbf{w}_0 - \frac{2\eta}{n} X^\top a$"
    ),
}

SAME = (
    "- outputs: 1600 NF + 1280 NC\n- connections: 9 (1024 NIC NF + 640 NF^2 + 256 NF NC + 1024 NC^2)\n- weights doubled: {0}\n"
    "- outputs doubled: 4 * (1600 NF + 1280 NC)\n- connections doubled: 4 * 9 (1024 NIC NF + 640 NF^2 + 256 NF NC + 1024 NC^2)"
)
LOSS = r"- L1: $\frac{1}{n} \|a - \frac{2\eta}{n} X X^\top a\|^2$"
WEIGHT = r"- w1: $w_0 - \frac{2\eta}{n} X^\top (X w_0 - t)$"

ODDITIES: dict[str, Change] = {
    **{title: answered("2.1.1", f"- w1: {formula}\n\n{LOSS}") for title, formula in W1.items()},
    **{title: answered("2.1.1", f"{WEIGHT}\n- L1: {formula}") for title, formula in L1.items()},
    **{title: answered("2.1.3", f"{DERIVATIVE}- eta star: {formula}") for title, formula in OPTIMA.items()},
    **{title: answered("2.2.2", f"- lambda tilde: {formula}") for title, formula in COEFFICIENTS.items()},
    **{
        title: answered("4.3", f"- weights: {formula}\n{SAME.format(formula)}")
        for title, formula in WEIGHTS.items()
    },
    **{title: answered("2.2.1", lines) for title, lines in L2.items()},
    "counts layer by layer, doubled in words": answered(
        "4.3",
        "- weights: 9 NIC NF + 36 NF^2 + 9 NF NC + 9 NC^2\n- outputs: 32*32*NF + 16*16*2*NF + 8*8*NF + 16*16*NC + 32*32*NC\n"
        "- connections: 32^2·3^2·NIC·NF + 16^2·3^2·NF·2NF + 8^2·3^2·2NF·NF + 16^2·3^2·NF·NC + 32^2·3^2·NC·NC\n"
        "- weights doubled: same\n- outputs doubled: 64*64*NF + 32*32*2*NF + 16*16*NF + 32*32*NC + 64*64*NC\n"
        "- connections doubled: 4 times as many",
    ),
}
