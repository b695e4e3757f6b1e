"""The keys of written answers as data: formulas, conditions, choices. They stay on the trusted side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class KeyModel(BaseModel):
    """A frozen value that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SymbolData(KeyModel):
    """A name that formulas may use; the fields are those of `grader.compare.formula.Symbol`."""

    shape: tuple[str, ...] = ()
    domain: str = "real"
    aliases: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    definition: str | None = None


class AlternativeData(KeyModel):
    """A further accepted formula, what it earns and what is said about it."""

    formula: str
    credit: Share = 1.0
    message: str = ""


class MathematicalKey(KeyModel):
    """What a formula and a condition have in common.

    constraints: what holds in this question besides the assignment's constraints, such as its regime.
    definitions: what declared names abbreviate in this question, such as `lam = "sigma^2 d / n"`.
    """

    field: str
    reference: str
    constraints: tuple[str, ...] = ()
    definitions: dict[str, str] = {}
    credits: dict[str, Share] = {}
    message: str = ""


class FormulaKey(MathematicalKey):
    """The right formula of a criterion and what else is accepted."""

    alternatives: tuple[AlternativeData, ...] = ()
    left: tuple[str, ...] = ()
    up_to: Literal["nothing", "positive constant", "additive constant"] = "nothing"
    variables: tuple[str, ...] = ()


class ConditionKey(MathematicalKey):
    """The condition under which something is so: any equivalent one is right."""


class ChoiceKey(KeyModel):
    """The options of a criterion, with other spellings of each, and the right ones."""

    field: str
    options: dict[str, tuple[str, ...]] = Field(min_length=2)
    answer: tuple[str, ...] = Field(min_length=1)
    rule: Literal["all_or_nothing", "each_option", "right_minus_wrong", "no_wrong"] = "all_or_nothing"
