"""Characters of mathematics in other alphabets and shapes, and the ASCII that means the same."""

from __future__ import annotations

import unicodedata

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau"
    " upsilon phi chi psi omega"
)
_LETTERS = _NAMES.split()
_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
GREEK = {
    **dict(zip(_LOWER, _LETTERS, strict=True)),
    **{letter.upper(): name.capitalize() for letter, name in zip(_LOWER, _LETTERS, strict=True)},
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "ς": "sigma",
    "µ": "mu",
    "ƛ": "lambda",
}
GREEK_COMMANDS = {
    **{name: name for name in GREEK.values()},
    **{f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")},
}
ACCENTS = {
    "tilde": "tilde",
    "widetilde": "tilde",
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "dot": "dot",
    "ddot": "ddot",
    "vec": "",
}
COMBINING = {
    "\u0303": "tilde",
    "\u0302": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0307": "dot",
    "\u20d7": "",
}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵗᵈᵏᵐ", "0123456789+-()niTtdkm", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₘₙₚₜₓ", "0123456789+-aeijkmnptx", strict=True))

# Letters and digits in another shape; a raised, circled or fractional one means something else.
_SAME_MEANING = frozenset({"<font>", "<wide>", "<narrow>", "<noBreak>", "<compat>"})
OTHER_MEANING = "\ue000"


def plain(text: str) -> str:
    """One character for one: mathematical italics, full-width forms and the like become ASCII or Greek."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character in SUPERSCRIPTS or character in SUBSCRIPTS or character in COMBINING or character in "½¼‖":
        return character
    tag = unicodedata.decomposition(character).partition(" ")[0]
    if tag.startswith("<") and tag not in _SAME_MEANING:
        return OTHER_MEANING
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else OTHER_MEANING
