"""`grader` with its sandbox held to a level and a Landlock version: held.py LEVEL ABI ARGUMENT...

Everything else is the command's own: this stands in for a machine that offers no more.
"""

from __future__ import annotations

import sys
from functools import partial

from grader.cli import app
from grader.sandbox import SandboxServer

if __name__ == "__main__":
    level, abi, *arguments = sys.argv[1:]
    start = SandboxServer.start
    if "--no-sandbox" not in arguments:
        held = partial(start, landlock_abi=int(abi) if abi else None)
        SandboxServer.start = lambda _wanted=None, *args, **kwargs: held(level, *args, **kwargs)
    app(arguments, prog_name="grader")
