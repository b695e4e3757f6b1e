"""How answers are set out in their cells: markers, labels, bullets, emphasis, explanations around them."""

# ruff: noqa: E501 -- a student's line is quoted whole

from __future__ import annotations

import re
from collections.abc import Callable

from ..draft import Change, Draft, all_of, answered, replaced


def each_answer(rewrite: Callable[[str], str]) -> Change:
    """Every answer cell's text, rewritten."""

    def change(draft: Draft) -> None:
        for cell in draft.cells:
            if cell["source"].startswith("### Answer"):
                cell["source"] = rewrite(cell["source"])

    return change


def heading(pattern: str) -> Change:
    """Another marker line in every answer cell; `{}` is the question."""
    return each_answer(lambda source: re.sub(r"^### Answer (\S+)", lambda m: pattern.format(m[1]), source))


def lines(pattern: str) -> Change:
    """Another form of every line; `{0}` is the label, `{1}` the value."""
    return each_answer(
        lambda source: re.sub(r"(?m)^- ([^:\n]+): (.+)$", lambda m: pattern.format(m[1], m[2]), source)
    )


PADDINGS = """\
kernel 4 Conv2d padding: 1
kernel 4 ConvTranspose2d padding: 1
kernel 4 ConvTranspose2d output_padding: 0
kernel 5 Conv2d padding: 2
kernel 5 ConvTranspose2d padding: 2
kernel 5 ConvTranspose2d output_padding: 1"""

TABLE = """\
| kernel | layer | value |
|---|---|---|
| 4 | Conv2d padding | 1 |"""

ODDITIES: dict[str, Change] = {
    "headings of another level": heading("# Answer {}"),
    "headings in bold without hashes": heading("**Answer {}**"),
    "headings with a colon": heading("#### Answer {}:"),
    "headings in lower case": heading("### answer {}"),
    "headings in capitals": heading("### ANSWER {}"),
    "headings that say question": heading("### Answer to Question {}"),
    "headings that say Q": heading("## Answer Q{}"),
    "headings with the title of the question": heading("### Answer {}: what I found"),
    "headings with brackets": heading("### Answer ({})"),
    "headings underlined": heading("Answer {}\n----------"),
    "headings in HTML": heading("<h3>Answer {}</h3>"),
    "headings in colour": heading('### <font color="red">Answer {}</font>'),
    "headings behind an anchor": heading('<a name="q"></a>\n### Answer {}'),
    "headings with a pencil": heading("### ✏️ Answer {}"),
    "headings below an introduction": each_answer(
        lambda source: f"I worked on this with a friend.\n\n{source}"
    ),
    "lines without bullets": lines("{0}: {1}"),
    "lines with stars": lines("* {0}: {1}"),
    "lines with numbers": lines("1. {0}: {1}"),
    "lines with letters": lines("a) {0}: {1}"),
    "lines with bold labels": lines("- **{0}**: {1}"),
    "lines with bold labels and colons": lines("- **{0}:** {1}"),
    "lines with code labels": lines("- `{0}`: {1}"),
    "lines with labels in italics": lines("- *{0}*: {1}"),
    "lines with labels in HTML": lines("- <b>{0}</b>: {1}"),
    "lines with equals signs for colons": lines("- {0} = {1}"),
    "lines with arrows": lines("- {0} -> {1}"),
    "lines with a colon and an equals sign": lines("- {0} := {1}"),
    "lines with a dash": lines("- {0} – {1}"),
    "lines with full-width colons": lines("- {0}：{1}"),
    "lines with a blank before the colon": lines("- {0} : {1}"),
    "lines quoted": lines("> - {0}: {1}"),
    "lines indented": lines("    - {0}: {1}"),
    "lines in a list with check boxes": lines("- [x] {0}: {1}"),
    "lines in a table": lines("| {0} | {1} |"),
    "lines ended by two blanks": lines("- {0}: {1}  "),
    "lines ended by a break": lines("- {0}: {1}<br>"),
    "lines ended by a full stop": lines("- {0}: {1}."),
    "lines ended by a comma or a semicolon": lines("- {0}: {1};"),
    "lines with empty lines between": lines("- {0}: {1}\n"),
    "lines with the value below the label": lines("- {0}:\n  {1}"),
    "formulas and single words below their labels after a gap": each_answer(
        lambda source: re.sub(r"(?m)^- ([^:\n]+): (\$.+|\S+)$", r"- \1:\n\n\2\n", source)
    ),
    "values in bold": lines("- {0}: **{1}**"),
    "values in code": replaced(
        ("$k^2 (NIC NF + 4 NF^2 + NF NC + NC^2)$", "`k**2 * (NIC*NF + 4*NF**2 + NF*NC + NC**2)`")
    ),
    "labels in capitals": each_answer(
        lambda source: re.sub(r"(?m)^- ([^:\n]+):", lambda m: f"- {m[1].upper()}:", source)
    ),
    "labels with underscores": each_answer(
        lambda source: re.sub(r"(?m)^- ([^:\n]+):", lambda m: f"- {m[1].replace(' ', '_')}:", source)
    ),
    "explanations below every answer": each_answer(
        lambda source: (
            source
            + "\n\n**Answer**: I took the gradient, because of eq: (2). Note: w1 is a vector, L1 a number."
        )
    ),
    "explanations above the lines": each_answer(
        lambda source: re.sub(
            r"\n\n", "\n\nThe derivation is in the write-up; the result is this.\n\n", source, count=1
        )
    ),
    "a derivation of several displayed lines before the result": replaced(
        (
            "- w1: ",
            "$$\\nabla L = \\frac{2}{n} X^\\top (X w - t)$$\n\n$$\n\\begin{aligned} w_1 &= w_0 - \\eta \\nabla L \\end{aligned}\n$$\n\n- w1: ",
        )
    ),
    "an explanation behind a choice": replaced(
        ("learning rate: increases", "learning rate: increases, because there is less noise in the gradient")
    ),
    "an explanation in brackets behind a choice": replaced(("point: C", "point: C (the knee of the curve)")),
    "an explanation as a sentence behind a choice": replaced(
        ("option: C", "option: C. We should increase the model size.")
    ),
    "a choice as a whole sentence": replaced(
        ("learning rate: increases", "learning rate: It increases with the batch size.")
    ),
    "a choice in capitals and bold": replaced(("learning rate: increases", "learning rate: **INCREASES**")),
    "a choice in quotes": replaced(("point: C", 'point: "C"'), ("option: C", "option: `C`")),
    "a choice in lower case and brackets": replaced(("point: C", "point: (c)"), ("option: C", "option: c)")),
    "a choice with its word": replaced(
        ("point: C", "point: Point C"), ("option: C", "option: Option C: increase the model size")
    ),
    "a choice as mathematics": replaced(("point: C", "point: $C$"), ("option: C", "option: \\textbf{C}")),
    "choices in other words": replaced(
        ("noise dominated", "noise-dominated regime"),
        ("curvature dominated", "Curvature"),
        ("seek parallel compute", "parallel compute"),
        ("use higher order optimizers", "Higher-order optimizers"),
    ),
    "choices in British spelling": replaced(("use higher order optimizers", "use higher-order optimisers")),
    "the choices of the template left behind the answer": replaced(
        ("point: C", "point: C\n\n*Write one letter behind the colon (A, B or C), then explain below.*")
    ),
    "the template's hints left in place": each_answer(
        lambda source: re.sub(
            r"\n\n",
            "\n\n*As before, in any spelling: $\\\\frac{x^T y}{2}$, `x.T @ y / 2` or x^T y / 2.*\n\n",
            source,
            count=1,
        )
    ),
    "an answer corrected below": all_of(replaced(("point: C", "point: A\n- point: C"))),
    "an answer crossed out and given again": replaced(("point: C", "~~point: A~~\n- point: C")),
    "an empty copy of the template's cell below the answers": lambda draft: draft.cells.append(
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "### Answer 4.3\n\n- weights:\n- outputs:\n- connections:\n\n**Answer**:",
        }
    ),
    "an empty copy of the template's cell above the answers": lambda draft: draft.cells.insert(
        0,
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "### Answer 4.3\n\n- weights:\n- outputs:\n- connections:\n\n**Answer**:",
        },
    ),
    "paddings with words around the number": replaced(
        ("kernel 4 Conv2d padding: 1", "kernel 4 Conv2d padding: padding = 1"),
        ("kernel 4 ConvTranspose2d padding: 1", "kernel 4 ConvTranspose2d padding: $1$"),
        ("output_padding: 0", "output_padding: 0 (the default)"),
        ("kernel 5 Conv2d padding: 2", "kernel 5 Conv2d padding: p=2"),
        ("kernel 5 ConvTranspose2d padding: 2", "kernel 5 ConvTranspose2d padding: 2 pixels"),
    ),
    "paddings as pairs": replaced(
        ("kernel 4 Conv2d padding: 1", "kernel 4 Conv2d padding: (1, 1)"),
        ("kernel 5 Conv2d padding: 2", "kernel 5 Conv2d padding: 2x2"),
    ),
    "paddings in words": replaced(
        ("output_padding: 0", "output_padding: zero"), ("output_padding: 1", "output_padding: one")
    ),
    "paddings below a table": answered("5.4", f"{TABLE}\n\n{PADDINGS}"),
    "paddings with labels in another spelling": answered(
        "5.4", PADDINGS.replace("output_padding", "Output Padding")
    ),
}
