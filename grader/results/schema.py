"""The published format of results: `python -m grader.results.schema > docs/result.schema.json`."""

from __future__ import annotations

import json

from grader.results.model import Result


def published_schema() -> str:
    """The JSON schema of `grader grade --json`, as the text of docs/result.schema.json."""
    return json.dumps(Result.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(published_schema(), end="")
