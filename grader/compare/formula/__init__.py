"""Formulas that students write: read by our own grammar, decided exactly, echoed as they were read.

Names, shapes and domains are declared; values are rational numbers or rigorous balls. No SymPy and no `eval`
on student text.
"""

from grader.compare.formula.errors import FormulaError, MisShapen, Undefined, Unreadable
from grader.compare.formula.evaluate import evaluate
from grader.compare.formula.expression import Expression, names
from grader.compare.formula.latex import latex
from grader.compare.formula.parser import Reading, parse, read
from grader.compare.formula.render import render
from grader.compare.formula.symbols import Domain, Symbol, Symbols

__all__ = [
    "Domain",
    "Expression",
    "FormulaError",
    "MisShapen",
    "Reading",
    "Symbol",
    "Symbols",
    "Undefined",
    "Unreadable",
    "evaluate",
    "latex",
    "names",
    "parse",
    "read",
    "render",
]
