from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from grader.results import Result
from grader.results.schema import published_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "result.schema.json"


def test_the_published_schema_is_that_of_the_model() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == Result.model_json_schema(), (
        "The format of results has changed: run `python -m grader.results.schema > docs/result.schema.json`."
    )
    assert json.loads(published_schema()) == Result.model_json_schema()


def test_a_result_is_valid_and_one_with_a_foreign_field_is_not(make_result: Callable[..., Result]) -> None:
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    result = json.loads(make_result().model_dump_json())
    jsonschema.validate(result, schema)
    with pytest.raises(jsonschema.ValidationError, match="bonus"):
        jsonschema.validate(result | {"bonus": 10}, schema)
    with pytest.raises(jsonschema.ValidationError, match="earned"):
        jsonschema.validate({name: value for name, value in result.items() if name != "earned"}, schema)
