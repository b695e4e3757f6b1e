"""A batch from its folder's state to its folder's state: take over what stands, grade the rest, write all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.batch.machines import Machines
from grader.batch.output import Output
from grader.batch.plan import Basis, Plan, Wish, plan, stored_name
from grader.batch.publish import Publisher
from grader.batch.run_log import RunLog
from grader.batch.wire import Graded, Order
from grader.batch.workers import Failure
from grader.errors import Exit, GraderError
from grader.judge import failed_result
from grader.judge.grounds import tool_versions
from grader.results import Result
from grader.results.summary import Summary
from grader.sandbox.isolation import Wanted
from grader.store import Run, Store
from grader.store.lock import only_writer
from grader.submission import HandIn


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is told while a class is graded: what there is to do, each result as it is made, and in the end
    how all hand-ins of the class came out, those whose results still stand included.
    """

    on_plan: Callable[[Plan], None]
    on_result: Callable[[Result], None]
    on_published: Callable[[Sequence[Summary]], None]


class ChecksChanged(GraderError):  # noqa: N818 - what happened
    """The output folder holds results of other checks, or of another version of the grader."""

    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Class:
    """What is graded, where to, where the work is done, and what else is made of the results."""

    assignment: Assignment
    hand_ins: Sequence[HandIn]
    out: Path
    machines: Machines
    also: Sequence[Output] = ()


def grade_class(course: Class, wish: Wish, hooks: Hooks) -> None:
    """Grade what has changed. What was graded is kept and published also when grading is interrupted.

    Raises StoreError, OutputError, ChecksChanged, NoSuchStudent, AssignmentError, NoConfinement, Interrupted,
    and what the machines raise.
    """
    assignment, out = course.assignment, course.out
    basis = Basis.of(assignment, unconfined=wish.unconfined)
    with only_writer(out), Store(out) as store:
        planned = plan(assignment, course.hand_ins, store.without_json(), basis, wish)
        if planned.outdated:
            raise ChecksChanged(
                f"The checks, the rubric or the grader have changed since {out} was graded: see who would "
                f"move with `grader regrade {out}`, or choose another folder with --out."
            )
        hooks.on_plan(planned)
        store.set_class_list(map(stored_name, course.hand_ins))
        publisher = Publisher(store, out, store.class_list(), course.also)
        log = RunLog(out, store.class_list())

        def on_result(result: Result) -> None:
            log.hand_in(result)
            hooks.on_result(result)

        counts = {"hand_ins": len(course.hand_ins), "to_grade": len(planned.orders), **course.machines.facts}
        try:
            with log.run("batch", assignment.id, **counts):
                if planned.orders:
                    _grade(course, wish, planned, basis, store, publisher, log, on_result)
        finally:
            hooks.on_published(publisher.publish())


def _grade(
    course: Class,
    wish: Wish,
    planned: Plan,
    basis: Basis,
    store: Store,
    publisher: Publisher,
    log: RunLog,
    on_result: Callable[[Result], None],
) -> None:
    assignment = course.assignment
    wanted: Wanted = "none" if wish.unconfined else "auto"
    with course.machines.crew(assignment, wanted, len(planned.orders)) as crew:
        log.isolation(crew.isolation)
        run = store.begin_run(run_of("batch", assignment, crew.isolation.level))

        def keep(order: Order, outcome: Graded | Failure) -> None:
            name = stored_name(order.hand_in)
            if isinstance(outcome, Graded):
                row = basis.row(name, order.digest, outcome.json, is_whole=outcome.is_whole)
                store.keep(outcome.stored, basis.side, outcome.verdicts, outcome.recording, (run, row))
            else:
                log.failure(order.hand_in.name, outcome.reason)
                result = failed_result(assignment, order.hand_in.name, outcome.reason, crew.isolation)
                row = basis.row(name, order.digest, result.model_dump_json(), is_whole=False)
                store.replace_results(run, [row])
            on_result(publisher.add(row))

        crew.mark(planned.orders, None if wish.again else store, keep)


def run_of(command: str, assignment: Assignment, level: str | None) -> Run:
    """A run of this grader, as the store notes it."""
    return Run(command, assignment.id, dict(tool_versions()), level, assignment.seed)
