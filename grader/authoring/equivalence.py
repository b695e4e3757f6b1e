"""Which mutants are as right as the key: by a rule (`Same`), or accepted by the assignment with a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.assignment import Assignment
from grader.authoring.mutants import conditions, formulas
from grader.authoring.mutants.mutant import Mutant, Same
from grader.authoring.mutants.parts import KeyProblem, Line


class Accepted(BaseModel):
    """An entry of `key/equivalent.toml`: mutants by their ids, and why they are right enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mutants: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=10)


class AcceptedList(BaseModel):
    """The whole of `key/equivalent.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: tuple[Accepted, ...] = ()


def accepted_mutants(assignment: Assignment) -> Mapping[str, str]:
    """The reasons of `key/equivalent.toml` by mutant; KeyProblem if it cannot be read."""
    path = assignment.key_folder / "equivalent.toml"
    if not path.is_file():
        return {}
    try:
        listed = AcceptedList.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise KeyProblem(
            f"{path} is no list of [[accepted]] entries with `mutants` and `reason`: {error}"
        ) from error
    return {id: entry.reason for entry in listed.accepted for id in entry.mutants}


def why_same(mutant: Mutant, assignment: Assignment) -> Same | None:
    """The rule by which a mutant that earned full marks is right, if there is one."""
    if mutant.same is not None or mutant.value is None or not isinstance(mutant.part, Line):
        return mutant.same
    condition = conditions.question_of(mutant.part, assignment)
    if condition is not None:
        return Same.CONDITION if conditions.is_same(mutant.value, condition, assignment.seed + 1) else None
    question = formulas.question_of(mutant.part, assignment)
    if question and formulas.is_same(mutant.part, mutant.value, question, assignment.seed + 1):
        return Same.FORMULA
    return None
