"""The words of the grammar: everything that is not here and not declared is refused."""

from __future__ import annotations

ALIASES = {
    "ln": "log",
    "Abs": "abs",
    "sgn": "sign",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "tr": "trace",
    "Tr": "trace",
    "inverse": "inv",
    "binom": "binomial",
    "comb": "binomial",
    "Gamma": "gamma",
    "Max": "max",
    "Min": "min",
    "maximum": "max",
    "minimum": "min",
    "identity": "eye",
    "array": "Matrix",
    "tensor": "Matrix",
    "cosec": "csc",
    "cosech": "csch",
    "pow": "power",
    "inner": "dot",
    "vdot": "dot",
    "mm": "matmul",
    "mv": "matmul",
    "sum": "Sum",
    "prod": "Product",
    "trans": "transpose",
    "frobenius": "fro",
    "size": "count",
}
_NUMBER_FUNCTIONS_IN_WORDS = (
    "sqrt cbrt exp log sin cos tan sec csc cot sinh cosh tanh sech csch coth asin acos atan asinh "
    "acosh atanh acoth abs sign sigmoid relu softplus erf erfc Phi factorial gamma floor ceil "
    "binomial max min"
)
NUMBER_FUNCTIONS = frozenset(_NUMBER_FUNCTIONS_IN_WORDS.split())
"""Functions of numbers, by canonical name; binomial takes two, max and min two or three."""
ENTRYWISE = frozenset({"sigmoid", "relu", "tanh", "softplus"})
"""Those that activation habit applies to the entries of an array."""
_SHORTHANDS_IN_WORDS = (
    "log2 log10 lg log1p expm1 square power root norm fro transpose inv solve pinv dot matmul trace "
    "det diag mean Sum Product eye Matrix Piecewise where cosec count"
)
SHORTHANDS = frozenset(_SHORTHANDS_IN_WORDS.split())
FUNCTIONS = NUMBER_FUNCTIONS | SHORTHANDS | ALIASES.keys()
ALSO_LETTERS = frozenset({"gamma", "Gamma", "Phi", "sigma"})
"""Names of functions that are letters unless a bracket follows."""

MODULES = "np|numpy|torch|sp|sympy|math|jnp|jax|scipy|linalg|special|tf|nn|functional|F|LA"

CONDITION_WORDS = {
    **dict.fromkeys(["if", "for", "when", "whenever", "provided", "elif"], "if"),
    **dict.fromkeys(["otherwise", "else"], "else"),
    "and": "and",
    "or": "or",
    "then": "then",
    "where": "if",
    "True": "else",
}
RELATIONS = {
    **dict.fromkeys(["<=", "≤", "⩽", "le", "leq", "leqslant"], "<="),
    **dict.fromkeys([">=", "≥", "⩾", "ge", "geq", "geqslant"], ">="),
    **dict.fromkeys(["!=", "≠", "ne", "neq"], "!="),
    "==": "==",
    "=": "==",
    "<": "<",
    ">": ">",
    "lt": "<",
    "gt": ">",
}
OPERATORS = {
    **dict.fromkeys(["**", "^"], "^"),
    **dict.fromkeys("*×∗⨯", "*"),
    **dict.fromkeys("·⋅∙•", "·"),
    **dict.fromkeys("/÷∕⁄", "/"),
    **dict.fromkeys("-−–‐‑", "-"),
    **dict.fromkeys(["||", "‖", "∥"], "||"),
    **dict.fromkeys("'′’", "'"),
    "+": "+",
    "|": "|",
    "!": "!",
    "†": "†",
    "@": "@",
}
"""`·` and `@` are the inner product of two columns, `*` is not; `@` turns a vector where NumPy does."""
COMMAND_OPERATORS = {
    **dict.fromkeys(["times", "ast", "star"], "*"),
    **dict.fromkeys(["cdot", "bullet"], "·"),
    **dict.fromkeys(["Vert", "lVert", "rVert"], "||"),
    **dict.fromkeys(["vert", "lvert", "rvert"], "|"),
    "div": "/",
    "prime": "'",
    "dagger": "†",
}
TRANSPOSED = frozenset({"T", "t", "top", "intercal", "transpose"})
FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
BLOCKS = frozenset({"sqrt", "binom", "begin", "end", "sum", "prod"})
TEXT = (
    "text|mathrm|mathit|mathbf|mathsf|mathtt|mathbb|mathcal|textit|textrm|textbf|operatorname|mbox|rm|bf"
    "|boldsymbol|bm|symbf|pmb"
)
DROPPED = frozenset(
    f"{TEXT}|left|right|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|biggl|biggr|Biggl|Biggr|displaystyle|textstyle|limits"
    "|nolimits|quad|qquad|nonumber|allowbreak".split("|")
)
MATRIX_BLOCKS = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix"})
CASES_BLOCKS = frozenset({"cases", "dcases", "rcases"})
BRACKETS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}
