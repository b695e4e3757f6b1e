from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from grader.results import Isolation, Outcome, Place, Result, Verdict, correct, needs_person
from grader.results.notable import to_look_at
from grader.results.summary import Summary
from grader.results.terminal import plain, print_class, print_hand_in

MakeResult = Callable[..., Result]


def shown(print_it: Callable[[Console], None]) -> str:
    """What is printed on a wide terminal without colours."""
    out = io.StringIO()
    print_it(Console(file=out, width=200, force_terminal=False))
    return out.getvalue()


def test_every_criterion_has_its_marks_outcome_and_reason(make_result: MakeResult) -> None:
    raised = Verdict(Outcome.ERROR, 0.0, "Your code raised ValueError.", Place(12, 3), ("Traceback",))
    result = make_result(
        "ada", {"1.1": [(2, correct("Right.")), (4, raised)], "2": [(3, needs_person("Read it."))]}
    )
    text = shown(lambda console: print_hand_in(result, console))
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "1.1 a 2 / 2 correct Right." in rows
    assert "1.1 b 0 / 4 error Your code raised ValueError. (cell 12, line 3)" in rows
    assert "2 a – / 3 needs person Read it." in rows
    assert "2 marks so far, 3 wait for a person, of 9." in rows
    assert "Traceback" not in text
    assert "Traceback" in shown(lambda console: print_hand_in(result, console, details=True))


def test_grading_without_confinement_is_said(make_result: MakeResult) -> None:
    result = make_result(isolation=Isolation(level="none"))
    assert "without confinement" in shown(lambda console: print_hand_in(result, console))
    assert "without confinement" not in shown(lambda console: print_hand_in(make_result(), console))


def test_a_class_has_a_line_for_each_hand_in(make_result: MakeResult) -> None:
    results = [make_result("ada"), make_result("bo", problem="“a2.ipynb” is not a notebook.")]
    text = shown(lambda console: print_class([*map(Summary.of, results)], console))
    assert "2 hand-ins" in text
    assert [line.split()[1] for line in text.splitlines() if "│" in line] == ["ada", "bo"]
    assert "is not a notebook" in text


def test_what_a_ta_should_not_miss_is_listed_gravest_first_and_once(make_result: MakeResult) -> None:
    def verdict(outcome: Outcome) -> tuple[float, Verdict]:
        return 1, Verdict(outcome, 0.0, "")

    result = make_result(
        rubric={
            "1": [verdict(Outcome.ERROR), verdict(Outcome.ERROR)],
            "2": [verdict(Outcome.INCORRECT), verdict(Outcome.TIMEOUT)],
            "3": [verdict(Outcome.GRADER_ERROR)],
        }
    )
    assert to_look_at(result) == "3 grader error, 2 timeout, 1 error"


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J\x1b[H",
        "\x1b]0;title\x07",
        "\x1b]8;;http://example.com\x07link\x1b]8;;\x07",
        "\x9b31m",
        "100\r0",
        "\u202e01 :skram",
        "\u2066\u2069",
        "zero\u200bwidth",
        "\ue000",
        "\0",
        "\x08\x08\x08",
    ],
)
def test_characters_that_steer_a_terminal_are_replaced(make_result: MakeResult, hostile: str) -> None:
    verdict = Verdict(Outcome.ERROR, 0.0, hostile, None, (hostile,))
    result = make_result(hostile, {"1": [(1, verdict)]}, problem=hostile, notices=(hostile,))
    text = shown(lambda console: print_hand_in(result, console, details=True))
    text += shown(lambda console: print_class([Summary.of(result)], console))
    assert "�" in text
    assert not [
        c
        for c in text
        if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u200b\ue000")
    ]


def test_lines_and_indentation_stay() -> None:
    assert plain("for x in X:\n\tstep(x)") == "for x in X:\n\tstep(x)"


def test_markup_of_students_is_shown_as_written(make_result: MakeResult) -> None:
    verdict = Verdict(Outcome.ERROR, 0.0, "[bold red]KeyError[/] [/nothing]", None)
    result = make_result("[link=http://example.com]x[/link]", {"1": [(1, verdict)]})
    text = shown(lambda console: print_hand_in(result, console))
    assert "[bold red]KeyError[/] [/nothing]" in text
    assert "[link=http://example.com]x[/link]" in text
