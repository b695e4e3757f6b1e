"""The count formulas of question 4.3 as students spell them: one line a spelling, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from grader.compare.formula import Symbol, Symbols, evaluate, parse, render

SYMBOLS = Symbols(
    {
        "NIC": ["num_in_channels", "nic"],
        "NF": ["num_filters", "nf"],
        "NC": ["num_colours", "num_colors", "nc"],
        "k": ["K", "kernel"],
    }
)
POINTS = [
    {"NIC": Fraction(3), "NF": Fraction(5), "NC": Fraction(7), "k": Fraction(3)},
    {"NIC": Fraction(11, 7), "NF": Fraction(-13, 5), "NC": Fraction(17, 3), "k": Fraction(19, 2)},
]

Formula = Callable[..., Fraction]
FORMULAS: dict[str, Formula] = {
    "weights": lambda NIC, NF, NC, k: k**2 * (NIC * NF + 4 * NF**2 + NF * NC + NC**2),
    "weights at 3": lambda NIC, NF, NC, k: 9 * (NIC * NF + 4 * NF**2 + NF * NC + NC**2),
    "with biases": lambda NIC, NF, NC, k: 9 * (NIC * NF + 4 * NF**2 + NF * NC + NC**2) + 4 * NF + 2 * NC,
    "outputs": lambda NIC, NF, NC, k: 1600 * NF + 1280 * NC,
    "outputs with pooling": lambda NIC, NF, NC, k: 2240 * NF + 2304 * NC,
    "connections": lambda NIC, NF, NC, k: (
        k**2 * (1024 * NIC * NF + 640 * NF**2 + 256 * NF * NC + 1024 * NC**2)
    ),
    "doubled": lambda NIC, NF, NC, k: 4 * (2240 * NF + 2304 * NC),
    "negative": lambda NIC, NF, NC, k: -(NF**2),
    "half": lambda NIC, NF, NC, k: NF / 2 - NC / (3 * k),
    "inverse": lambda NIC, NF, NC, k: 1 / NF**2,
}

RIGHT = [
    # Python
    ("weights", "k**2 * (NIC*NF + 4*NF**2 + NF*NC + NC**2)"),
    (
        "weights",
        "kernel**2*(num_in_channels*num_filters + 4*num_filters**2 + num_filters*num_colours"
        " + num_colours*num_colours)",
    ),
    ("weights", "k*k*NIC*NF + k*k*NF*2*NF + k*k*2*NF*NF + k*k*NF*NC + k*k*NC*NC"),
    ("weights at 3", "3*3*NIC*NF + 3*3*NF*(2*NF) + 3*3*(2*NF)*NF + 3*3*NF*NC + 3*3*NC*NC"),
    ("weights at 3", "9.0 * (NIC*NF + 4.*NF**2 + NF*NC + NC**2)"),
    ("with biases", "9*(NIC*NF + 4*NF**2 + NF*NC + NC**2) + NF + 2*NF + NF + NC + NC"),
    ("outputs", "1600*NF+1280*NC"),
    ("outputs", "32**2*NF + 16**2*2*NF + 64*NF + 256*NC + 1024*NC - 2*8**2*NF + 2*8**2*NF"),
    (
        "outputs with pooling",
        "(32*32 + 16*16)*NF + (16*16 + 8*8)*2*NF + (8*8 + 16*16)*NF + (16*16 + 2*32*32)*NC",
    ),
    ("doubled", "4*(2240*NF+2304*NC)"),
    ("negative", "-NF**2"),
    ("inverse", "NF**-2"),
    ("inverse", "NF**(-2)"),
    ("half", "0.5*NF - NC/(3*k)"),
    ("half", "NF/2-NC/3/k"),
    # LaTeX
    ("weights", r"k^2 (NIC \cdot NF + 4 \cdot NF^2 + NF \cdot NC + NC^2)"),
    ("weights", r"$k^{2} \left( NIC \times NF + 4 NF^{2} + NF \times NC + NC^{2} \right)$"),
    ("weights", r"$$K^2\left(N_{IC}N_{F} + 4N_{F}^2 + N_{F}N_{C} + N_{C}^{2}\right)$$"),
    ("weights", r"k^2(\text{NIC}\,\text{NF} + 4\,{\text{NF}}^2 + \text{NF}\cdot\text{NC} + {\text{NC}}^2)"),
    ("weights", r"k^2(\mathrm{NIC} \ast \mathrm{NF} + 4{NF}^2 + \mathrm{NF NC} + NC^2)"),
    ("weights", r"k^2 \left[ NIC\;NF + 4{NF}^2 + NF\:NC + {NC}^2 \right]"),
    ("weights", r"k^2 \{ NIC\ NF + 4 NF^2 + NF\!NC + NC^2 \}"),
    ("weights", r"k^2 \bigl( N_{\text{IC}} N_\text{F} + 4 N_\mathrm{F}^2 + N_F N_C + N_C^2 \bigr)"),
    ("weights", r"\text{Total weights} = k^2 NIC NF + 4 k^2 NF^2 + k^2 NF NC + k^2 NC^2"),
    (
        "weights",
        r"W &= k^2 NIC \cdot NF + 2 k^2 NF \cdot NF + \\ & 2 k^2 NF \cdot NF + k^2 NF \cdot NC + k^2 NC^2",
    ),
    ("weights", r"\text{num\_in\_channels} \cdot nf \cdot k^2 + k^2 (4 nf^2 + nf \cdot nc + nc^2)"),
    ("weights at 3", r"9 \cdot NIC \cdot NF + 36 \cdot NF^2 + 9 \cdot NF \cdot NC + 9 \cdot NC^2"),
    ("weights at 3", r"3^2 NIC NF + 3^2 NF (2NF) + 3^2 (2NF) NF + 3^2 NF NC + 3^2 NC NC"),
    ("outputs", r"1{,}600 NF + 1{,}280 NC"),
    ("outputs", r"\displaystyle 1600\,\mathit{NF} + 1280\,\operatorname{NC}"),
    (
        "outputs with pooling",
        r"(32^2 + 16^2) NF + (16^2 + 8^2) 2NF + (8^2 + 16^2) NF + (16^2 + 2 \cdot 32^2) NC",
    ),
    ("connections", r"k^2 \left( 1024 NIC NF + 640 {NF}^2 + 256 NF NC + 1024 {NC}^2 \right)"),
    (
        "connections",
        r"32^2 k^2 NIC NF + 16^2 k^2 NF(2NF) + 8^2 k^2 (2NF)NF + 16^2 k^2 NF NC + 32^2 k^2 NC NC",
    ),
    ("doubled", r"4 \times \left(2240 NF + 2304 NC\right)."),
    ("half", r"\frac{NF}{2} - \frac{NC}{3k}"),
    ("half", r"\dfrac{1}{2}NF - \tfrac{NC}{3 k}"),
    ("inverse", r"\frac{1}{{NF}^2}"),
    ("inverse", r"1 \div NF^{2}"),
    ("inverse", r"NF^{-2}"),
    # Unicode
    ("weights", "k²(NIC·NF + 4·NF² + NF·NC + NC²)"),
    ("weights", "k² × (NIC × NF + 4 × NF² + NF × NC + NC × NC)"),
    ("weights", "𝑘²(𝑁𝐼𝐶 𝑁𝐹 + 4𝑁𝐹² + 𝑁𝐹 𝑁𝐶 + 𝑁𝐶²)"),
    ("weights", "𝑇𝑜𝑡𝑎𝑙_𝑊𝑒𝑖𝑔ℎ𝑡𝑠 = 𝑘^2∗𝑁𝐼𝐶∗𝑁𝐹 + 4∗𝑘^2∗𝑁𝐹^2 + 𝑘^2∗𝑁𝐹∗𝑁𝐶 + 𝑘^2∗𝑁𝐶^2"),
    ("weights", "k²⋅(NIC⋅NF\u00a0+\u00a04NF² + NF∙NC + NC²)\u200b"),
    ("weights at 3", "９（NIC NF ＋ ４NF² ＋ NF NC ＋ NC²）"),
    ("outputs", "1600·NF + 1280·NC"),
    ("outputs with pooling", "2240NF + 2304NC = 2240NF ＋ 2304NC"),
    ("negative", "−NF²"),
    ("negative", "–NF²"),
    ("half", "NF⁄2 − NC∕(3k)"),
    ("inverse", "NF⁻²"),
    ("inverse", "1÷NF²"),
    # ASCII and handwriting habits
    ("weights", "k^2(NIC NF + 4NF^2 + NF NC + NC^2)"),
    ("weights", "K^2 (NICNF + 4NFNF + NFNC + NCNC)"),
    ("weights", "k^2*NIC*NF + 4k^2*NF^2 + NCNFk^2 + NC^2k^2"),
    ("weights", "kkNICNF + 4kkNF^2 + kkNFNC + kkNC^2"),
    ("weights", "[k^2][(NIC)(NF) + (4)(NF)(NF) + (NF)(NC) + (NC)(NC)]"),
    ("weights", "k^2 (NI_C N_F + 4 N_F^2 + N_F N_C + N_C^2)"),
    ("weights", "k^2 NF (NIC + 4NF + NC) + k^2 NC^2"),
    ("weights at 3", "9(NIC)(NF) + 36(NF)(NF) + 9(NF)(NC) + 9(NC)(NC)"),
    ("weights at 3", "4(9)(NF)NF + (9)(NIC)(NF) + (9)NF(NC) + (9)(NC^2)"),
    ("weights at 3", "weights = 9NF(NIC + 4NF + NC) + 9NC^2"),
    ("with biases", "(9NIC + 1)NF + (9NF + 1)2NF + (18NF + 1)NF + (9NF + 1)NC + (9NC + 1)NC"),
    ("outputs", "1,600NF + 1,280NC"),
    ("outputs", "NF(1024+512+64)+NC(256+1024)"),
    ("outputs with pooling", "2240 NF + 2304 NC;"),
    ("outputs with pooling", "+2240 NF + + 2304 NC"),
    ("outputs with pooling", "2240 NF +\n2304 NC"),
    ("connections", "1024k^2 NIC NF + 640k^2 NF^2 + 256k^2 NF NC + 1,024k^2 NC^2"),
    ("doubled", "8,960 NF + 9,216 NC"),
    ("doubled", "outputs := 8960NF + 9216NC"),
    ("negative", "-(NF)(NF)"),
    ("negative", "NF - NF - NF^2"),
    ("half", "(1/2)NF - (1/3)(NC)/(k)"),
    ("inverse", "(NF^2)^-1"),
]  # fmt: skip

WRONG = [
    ("weights", "k^2 NIC NF + 4NF^2 + NF NC + NC^2"),
    ("weights", "k(NIC NF + 4NF^2 + NF NC + NC^2)"),
    ("weights", r"k^2(NIC NF + (4NF)^2 + NF NC + NC^2)"),
    ("weights at 3", "9(NIC NF + 2NF^2 + NF NC + NC^2)"),
    ("weights at 3", "9(NIC + NF + 4NF^2 + NF NC + NC^2)"),
    ("with biases", "9(NIC NF + 4NF^2 + NF NC + NC^2) + 4NF + NC"),
    ("outputs", "1600 NF * 1280 NC"),
    ("outputs", "1280 NF + 1600 NC"),
    ("outputs", "1.600 NF + 1.280 NC"),
    ("doubled", "2(2240NF + 2304NC)"),
    ("doubled", "4*2240NF + 2304NC"),
    ("negative", "(-NF)^2"),
    ("half", "NF/2 - NC/3*k"),
    ("inverse", "1/NF*2"),
]  # fmt: skip


def values(text: str) -> list[Fraction]:
    expression = parse(text, SYMBOLS)
    return [evaluate(expression, point) for point in POINTS]


def expected(formula: str) -> list[Fraction]:
    return [FORMULAS[formula](**point) for point in POINTS]


@pytest.mark.parametrize(("formula", "text"), RIGHT)
def test_a_right_spelling_has_the_formulas_values(formula: str, text: str) -> None:
    assert values(text) == expected(formula)


@pytest.mark.parametrize(("formula", "text"), WRONG)
def test_a_wrong_formula_is_read_and_has_other_values(formula: str, text: str) -> None:
    assert all(value != right for value, right in zip(values(text), expected(formula), strict=True))


@pytest.mark.parametrize("text", [text for _, text in RIGHT + WRONG])
def test_the_echo_reads_as_the_same_expression(text: str) -> None:
    expression = parse(text, SYMBOLS)
    assert parse(render(expression), SYMBOLS) == expression


STARRED = Symbols({"w": Symbol(("d",)), "w_star": Symbol(("d",), aliases=["wstar"]), "x": Symbol(("d",))})


@pytest.mark.parametrize(
    "spelling",
    [
        "w_star",
        "wstar",
        "w_*",
        "w_{*}",
        "w^*",
        "w^{*}",
        r"w_\star",
        r"w^{\star}",
        r"\mathbf{w}_*",
        r"\mathbf{w}_{\ast}",
    ],
)
def test_a_star_below_or_above_a_name_is_part_of_it_where_that_is_declared(spelling: str) -> None:
    assert parse(f"{spelling} + x", STARRED) == parse("w_star + x", STARRED)
    assert parse(f"{spelling}^T x", STARRED) == parse("w_star^T x", STARRED)


def test_a_star_is_times_or_a_power_where_no_starred_name_is_declared() -> None:
    assert parse("w**2", STARRED) == parse("w^2", STARRED)
    assert parse("2 * x", STARRED) == parse("2 x", STARRED)
    underscored = Symbols({"lambda_": [], "x": []})
    assert parse("lambda_*x", underscored) == parse("lambda_ x", underscored)
