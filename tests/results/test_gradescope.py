"""The rules of Gradescope's results.json, as its documentation gives them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema

from grader.results import Outcome, Place, Result, Verdict, correct, needs_person, partial
from grader.results.gradescope import LONGEST_OUTPUT, gradescope_json

MakeResult = Callable[..., Result]

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
TEXT_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
PUBLISHED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number", "minimum": 0},
        "output": {"type": "string"},
        "output_format": TEXT_FORMAT,
        "test_output_format": TEXT_FORMAT,
        "test_name_format": TEXT_FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "dependentRequired": {"max_score": ["score"]},
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": TEXT_FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": TEXT_FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def read(result: Result) -> dict[str, Any]:
    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} in the file")

    found: dict[str, Any] = json.loads(gradescope_json(result), parse_constant=refuse)
    jsonschema.validate(found, PUBLISHED)
    return found


def test_every_outcome_gives_a_valid_file_and_a_hostile_text_does_too(make_result: MakeResult) -> None:
    text = "NUL \0, half a pair \ud800, </script> and\nnew lines" * 3
    every = [(0.7, Verdict(outcome, 1 / 3, text, Place(3), (text,))) for outcome in Outcome]
    found = read(make_result(text, {"1": every[:5], "2": every[5:]}, problem=text, notices=(text,)))
    assert len(found["tests"]) == len(Outcome)
    assert gradescope_json(make_result(text)).isascii()


def test_what_is_settled_counts_and_what_waits_has_no_score(make_result: MakeResult) -> None:
    rubric = {
        "1": [(2, correct("Right.")), (3, needs_person("A person."))],
        "2": [(4, partial(0.5, "Half."))],
    }
    found = read(make_result(rubric=rubric))
    assert found["score"] == 4 and "3 of 9 marks wait" in found["output"]
    scores = [(test.get("score"), test.get("max_score"), test.get("status")) for test in found["tests"]]
    assert scores == [(2, 2, "passed"), (None, None, None), (2, 4, "failed")]


def test_a_test_tells_the_reason_and_the_place_and_is_cut_if_endless(make_result: MakeResult) -> None:
    verdict = partial(0.5, "A layer is missing.", place=Place(9), details=("x" * 19_000,) * 60)
    (test,) = read(make_result(rubric={"4.1": [(8, verdict)]}))["tests"]
    assert test["number"] == "4.1" and test["output"].startswith("A layer is missing. (cell 9)\nxxx")
    assert len(test["output"]) == LONGEST_OUTPUT


def test_what_is_worth_nothing_is_left_out(make_result: MakeResult) -> None:
    assert read(make_result(rubric={"1": [(0, correct(""))]}))["tests"] == []
