from __future__ import annotations

import csv
import io
from collections.abc import Callable

from grader.report.answers import wrong_answers
from grader.report.items import items
from grader.report.queue import queue
from grader.report.results import Graded
from grader.report.tables import QUEUE_COLUMNS, items_csv, queue_csv, wrong_answers_csv
from grader.results import Verdict, correct, incorrect, needs_person
from grader.results.exhibits import Curves, Rubric, Series, StudentText

MakeClass = Callable[..., tuple[Graded, ...]]

CURVES = Curves("A run", "epoch", "loss", (Series("training", ((1, 2.0), (2, 1.0))),))


def waiting(text: str) -> Verdict:
    return needs_person(
        "A person reads this part.", exhibits=(StudentText(text, 7, 2), Rubric("One mark each."))
    )


def a_class(make_class: MakeClass) -> tuple[Graded, ...]:
    return make_class(
        {
            "ada": {
                "3": [(2, waiting("Because\nit is."))],
                "4": [(2, correct("", exhibits=(CURVES,))), (2, waiting("See."))],
            },
            "bo": {"3": [(2, waiting("=SUM(A1)"))], "4": [(2, correct("")), (2, correct(""))]},
        }
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_part_holds_every_hand_in_that_waits_with_what_there_is_to_read(make_class: MakeClass) -> None:
    first, second = queue(a_class(make_class))
    assert (first.question, first.criterion, first.rubric) == ("3", "a", "One mark each.")
    assert [w.graded.name for w in first.waiting] == ["ada", "bo"]
    assert first.waiting[0].text == "Because it is."
    assert [w.graded.name for w in second.waiting] == ["ada"]
    assert CURVES in second.waiting[0].shown, "a curve of the same question helps to decide"
    assert (first.page, second.page) == ("queue/3-a.html", "queue/4-b.html")


def test_the_queue_as_csv_has_columns_to_fill_in_and_no_formula(make_class: MakeClass) -> None:
    text = queue_csv(queue(a_class(make_class)))
    rows = rows_of(text)
    assert tuple(rows[0]) == QUEUE_COLUMNS
    assert [(row["student"], row["question"], row["criterion"], row["marks"]) for row in rows] == [
        ("ada", "3", "a", "2"),
        ("bo", "3", "a", "2"),
        ("ada", "4", "b", "2"),
    ]
    assert {row[column] for row in rows for column in ("earned", "reason", "by")} == {""}
    assert rows[1]["text"] == "'=SUM(A1)"


def test_items_and_wrong_answers_are_tables_too(make_class: MakeClass) -> None:
    graded = make_class({"ada": {"1": [(2, incorrect("=1+1"))]}, "bo": {"1": [(2, incorrect("=1+1"))]}})
    (item,) = rows_of(items_csv(items(graded)))
    assert (item["question"], item["settled"], item["share"], item["discrimination"]) == ("1", "2", "0", "")
    (group,) = rows_of(wrong_answers_csv(wrong_answers(graded)))
    assert (group["diagnosis"], group["hand-ins"], group["names"]) == ("'=1+1", "2", "ada; bo")
