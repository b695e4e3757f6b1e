"""`python -m grader.selfcheck [NOTEBOOK]`: the self-check without the rest of the grader."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from grader.errors import GraderError
from grader.selfcheck.display import as_json, as_text
from grader.selfcheck.entry import check_notebook
from grader.selfcheck.notebook_file import find_notebook
from grader.selfcheck.plain_process import PlainProcess


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; `check` may stand before the notebook's name, as in the grader's own command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        "grader check", description="Check your own notebook before you hand it in."
    )
    parser.add_argument("notebook", nargs="?", help="the .ipynb file; by default the only one in this folder")
    parser.add_argument("--question", "-q", help="one question, such as 2.1.3")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(given[1:] if given[:1] == ["check"] else given)
    try:
        report = check_notebook(find_notebook(options.notebook), PlainProcess, options.question)
    except GraderError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    print(json.dumps(as_json(report), indent=2) if options.json else as_text(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
