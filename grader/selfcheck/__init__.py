"""For students: what can be said about one's own work without the answers, which nothing here knows.

`from grader import check` in the notebook, `grader check a2-code.ipynb` outside it. An assignment's property
checks are the `PARTS` of the module or package `selfcheck` in its folder.
"""

from grader.selfcheck.entry import check, self_check

__all__ = ["check", "self_check"]
