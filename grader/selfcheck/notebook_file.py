"""Which notebook file belongs to a running kernel: Jupyter, VS Code and Colab each have their way to say."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import Exit, GraderError
from grader.submission.notebook import Notebook, read_notebook

COLAB_SECONDS = 10


class WhichNotebook(GraderError):  # noqa: N818 -- a question
    """The notebook's file cannot be told."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Found:
    """A notebook as read, and a sentence on which file it was, and of when."""

    notebook: Notebook
    note: str


def find_notebook(
    given: str | Path | None,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    namespace: Mapping[str, Any] | None = None,
) -> Found:
    """The notebook given, else the one that the front end names, else the only one in the folder.

    namespace: the kernel's names, in which VS Code leaves the file's path. Raises WhichNotebook, or
    SubmissionError for a file that is no notebook.
    """
    folder = folder or Path.cwd()
    if given is not None:
        path = Path(given)
        return read_saved(the_only_notebook(path) if path.is_dir() else path)
    named = [(namespace or {}).get("__vsc_ipynb_file__"), environment.get("JPY_SESSION_NAME")]
    for name in named:
        for path in _candidates(name, folder):
            return read_saved(path)
    if "google.colab" in sys.modules:
        return _from_colab()
    return read_saved(the_only_notebook(folder))


def _candidates(name: object, folder: Path) -> list[Path]:
    """The file of a path that may be relative to the folder in which the server was started."""
    if not isinstance(name, str) or not name.endswith(".ipynb"):
        return []
    return [path for path in (Path(name), folder / Path(name).name) if path.is_file()][:1]


def the_only_notebook(folder: Path) -> Path:
    """The single .ipynb of a folder."""
    found = sorted(path for path in folder.glob("*.ipynb") if path.is_file())
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found[:5])
    what = f"there are several notebooks ({names})" if found else "there is no notebook"
    raise WhichNotebook(f"In {folder} {what}: save yours and name it, as in check(notebook='a2-code.ipynb').")


def read_saved(path: Path) -> Found:
    """A notebook file, with the time at which it was saved."""
    notebook = read_notebook(path)
    saved = time.strftime("%H:%M:%S on %d %B", time.localtime(path.stat().st_mtime))
    return Found(notebook, f"Written answers and outputs are those of {path.name} as saved at {saved}.")


def _from_colab() -> Found:
    """The notebook as it stands in the browser, by Colab's own request to its page."""
    from google.colab import _message  # type: ignore[import-not-found]

    reply = _message.blocking_request("get_ipynb", timeout_sec=COLAB_SECONDS)
    if not isinstance(reply, dict) or "ipynb" not in reply:
        raise WhichNotebook("Colab did not hand over the notebook: run the cell again.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        path.write_text(json.dumps(reply["ipynb"]), "utf-8")
        return Found(
            read_notebook(path), "Written answers and outputs are those of this notebook as it is now."
        )
