"""The checker process: one request a line, one reply a line. Started by `worker`."""

from __future__ import annotations

import json
import os
import resource
import sys
from functools import lru_cache

from grader.compare.formula.conditions import ConditionQuestion, check_condition
from grader.compare.formula.errors import FormulaError
from grader.compare.formula.question import FormulaJudgement, check
from grader.compare.formula.tabulate import Table, tabulate
from grader.compare.formula.wire import (
    Question,
    dump_judgement,
    dump_table,
    load_question,
    load_tabulation,
)

STACK_DEPTH = 5_000
"""Enough for the deepest formula that is read, wherever Python's own limit lies."""


@lru_cache(maxsize=64)
def _question(line: str) -> Question:
    return load_question(line)


def judge(answer: str, question: Question, seed: int) -> FormulaJudgement:
    """By the kind of the question."""
    if isinstance(question, ConditionQuestion):
        return check_condition(answer, question, seed)
    return check(answer, question, seed)


def reply_to(request: str) -> str:
    """The reply to one request; a failure of ours is said, with its type. MemoryError ends the process."""
    data = json.loads(request)
    try:
        if "tabulation" in data:
            return dump_table(_table(data["answer"], data["tabulation"]))
        return dump_judgement(judge(data["answer"], _question(data["question"]), data["seed"]))
    except MemoryError:
        raise
    except Exception as error:
        return json.dumps({"failure": f"{type(error).__name__}: {error}"[:500]})


def _table(answer: str, tabulation: str) -> Table | FormulaError:
    try:
        return tabulate(answer, *load_tabulation(tabulation))
    except FormulaError as problem:
        return problem


def main(memory_bytes: int, cpu_s: int) -> None:
    """Serve until the other end closes. Over its memory or time a check ends this process."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no reply
    sys.setrecursionlimit(STACK_DEPTH)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    print(json.dumps("ready"), file=replies, flush=True)
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + cpu_s, hard))
        print(reply_to(line), file=replies, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
