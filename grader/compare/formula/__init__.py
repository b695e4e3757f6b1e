"""Formulas that students write: read by our own grammar, evaluated exactly, echoed as they were read.

Scalar rational arithmetic over declared names. No SymPy and no `eval` on student text.
"""

from grader.compare.formula.errors import FormulaError, Undefined, Unreadable
from grader.compare.formula.evaluate import evaluate
from grader.compare.formula.expression import Expression, names, render
from grader.compare.formula.parser import parse
from grader.compare.formula.symbols import Symbols

__all__ = [
    "Expression",
    "FormulaError",
    "Symbols",
    "Undefined",
    "Unreadable",
    "evaluate",
    "names",
    "parse",
    "render",
]
