"""Sending a class to MarkUs: what is sent, what is kept, what is not sent twice, what is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from grader.assignment import Assignment
from grader.markus.actions import AddTag, AskWhetherOpen, GroupPlan, Plan, SendFeedback, SetMarks
from grader.markus.api import Api
from grader.markus.criteria import criteria_of
from grader.markus.errors import MarkusError, Unreachable
from grader.markus.journal import NAME, Journal, JournalError
from grader.markus.listing import plan_data
from grader.markus.plan import CriteriaDiffer, make_plan
from grader.markus.push import PageChanged, Sender, Sent, page
from grader.markus.reports import FEEDBACK_NAME, NEEDS_PERSON, read_reports
from grader.markus.state import PARTS, digest_of, read_state
from grader.results import Place, Result, incorrect, needs_person, partial

from .written import write_markus

if TYPE_CHECKING:
    from tests.markus.server import MarkUs

GradeToy = Callable[..., Result]
CHECKS, PERSON, NETWORK = "Question 1 (checks)", "Question 1 (person)", "Question 2"


class Desk:
    """A TA with a folder of results and a key: grade, plan, send."""

    def __init__(self, api: Api, assignment: Assignment, folder: Path) -> None:
        self.api = api
        self.assignment = assignment
        self.folder = folder

    def graded(self, *results: Result) -> Desk:
        write_markus(results, self.assignment, self.folder)
        return self

    def plan(self, **options: Any) -> Plan:
        journal = Journal(self.folder, self.api.place)
        reports = read_reports(self.folder)
        parts = options.get("parts", PARTS)
        return make_plan(
            reports,
            {criterion.name: criterion.marks for criterion in criteria_of(self.assignment)},
            read_state(self.api, reports, journal, parts),
            journal,
            lambda path: digest_of(page(self.folder, path)),
            **options,
        )

    def send(self, **options: Any) -> tuple[Sent, ...]:
        plan = self.plan(**options)
        return Sender(self.api, Journal(self.folder, self.api.place), self.folder).send(
            plan, lambda sent: None
        )

    def forget(self) -> None:
        (self.folder / NAME).unlink()


@pytest.fixture
def desk(api: Api, assignment: Assignment, tmp_path: Path, markus: MarkUs) -> Desk:
    (tmp_path / "markus").mkdir()
    markus.log.clear()
    return Desk(api, assignment, tmp_path / "markus")


def actions_of(plan: Plan, group: str) -> list[Any]:
    (found,) = [g for g in plan.groups if g.group == group]
    return [type(action) for action in found.actions]


def test_everything_arrives(desk: Desk, markus: MarkUs, grade_toy: GradeToy) -> None:
    markus.groups["group 1"].files = ("a2_code.py",)
    verdicts = {"1/step": partial(0.5, "Half.", place=Place(1, 4)), "2/net": needs_person("")}
    desk.graded(grade_toy("group 1", verdicts, notebook="a2_code.py"), grade_toy("group_0002"))
    assert [(sent.group, sent.problem) for sent in desk.send()] == [("group 1", None), ("group_0002", None)]
    first = markus.groups["group 1"]
    assert first.marks == {CHECKS: 2}, "what is pending has no mark, and not 0"
    ((name, content),) = first.feedback.values()
    assert (name, content) == (FEEDBACK_NAME, (desk.folder / "feedback" / "group 1.html").read_bytes())
    assert first.comment is not None and first.comment.startswith("**Grader:** 2 of 3 marks;")
    assert markus.tags_of("group 1") == {NEEDS_PERSON} and markus.tags_of("group_0002") == set()
    (annotation,) = first.annotations
    assert (annotation["filename"], annotation["line_start"]) == ("a2_code.py", 4)
    assert markus.groups["group_0002"].marks == {CHECKS: 3, NETWORK: 4}
    assert markus.groups["c5anthei"].marks == {}


def test_a_plan_alone_changes_nothing(desk: Desk, markus: MarkUs, grade_toy: GradeToy) -> None:
    plan = desk.graded(grade_toy("group 1"), grade_toy("nobody")).plan()
    assert markus.changes == []
    assert not (desk.folder / NAME).exists()
    assert actions_of(plan, "group 1")[:2] == [SetMarks, SendFeedback]
    assert plan_data(plan)["groups"] == [
        {
            "group": "group 1",
            "to_send": [
                "marks Question 1 (checks): – → 3, Question 2: – → 4",
                "a new feedback page",
                "the overall comment",
            ],
            "kept": [],
        },
        {"group": "nobody", "to_send": [], "kept": ["MarkUs has no such group."]},
    ]


@pytest.mark.parametrize("with_journal", [True, False])
def test_a_second_push_changes_nothing(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, with_journal: bool
) -> None:
    markus.groups["group 1"].files = ("a2_code.py",)
    wrong = {"1/step": incorrect("Wrong.", place=Place(1, 4))}
    desk.graded(grade_toy("group 1", wrong, notebook="a2_code.py"), grade_toy("group_0002"))
    desk.send()
    markus.log.clear()
    if not with_journal:
        desk.forget()
    assert desk.plan().is_empty
    desk.send()
    assert markus.changes == []


def test_without_its_journal_a_tag_is_told_again_and_stays_one_tag(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    desk.graded(grade_toy("group 1", {"2/net": needs_person("")})).send()
    desk.forget()
    assert actions_of(desk.plan(), "group 1") == [AskWhetherOpen, AddTag]
    assert [sent.problem for sent in desk.send()] == [None]
    assert markus.tags_of("group 1") == {NEEDS_PERSON}
    assert len(markus.tags) == 1


def test_a_regrade_replaces_our_marks_pages_comments_and_tags(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    group = markus.groups["group 1"]
    desk.graded(grade_toy("group 1", {"1/step": needs_person(""), "2/net": incorrect("")})).send()
    assert (group.marks, markus.tags_of("group 1")) == ({NETWORK: 0}, {NEEDS_PERSON})
    group.comment = f"See me.\n\n{group.comment}\n\nWell written!"
    desk.graded(grade_toy("group 1")).send()
    assert (group.marks, markus.tags_of("group 1")) == ({CHECKS: 3, NETWORK: 4}, set())
    assert [name for name, _ in group.feedback.values()] == [FEEDBACK_NAME]
    assert b"Right." in next(iter(group.feedback.values()))[1]
    assert group.comment is not None and group.comment.count("**Grader:**") == 1
    assert "See me." in group.comment and "Well written!" in group.comment and "7 of 7" in group.comment


def test_a_mark_of_ours_that_becomes_pending_is_taken_back_with_nil_and_not_null(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    desk.graded(grade_toy("group 1")).send()
    desk.graded(grade_toy("group 1", {"2/net": needs_person("")})).send()
    assert markus.groups["group 1"].marks == {CHECKS: 3}, "the server complains of null by itself"


def test_a_mark_that_a_person_gave_is_kept_unless_overwriting_is_asked_for(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    desk.graded(grade_toy("group 1"), grade_toy("group_0002", {"2/net": needs_person("")})).send()
    markus.groups["group 1"].marks = {CHECKS: 1, PERSON: 2.5, NETWORK: 4}
    markus.groups["group_0002"].marks[NETWORK] = 3.5
    (first, _) = desk.plan().groups
    assert first.kept == ("Question 1 (checks) has 1 on MarkUs, not given by us; ours is 3.",)
    desk.send()
    assert markus.groups["group 1"].marks == {CHECKS: 1, PERSON: 2.5, NETWORK: 4}
    desk.send(overwrite=True)
    assert markus.groups["group 1"].marks == {CHECKS: 3, PERSON: 2.5, NETWORK: 4}
    assert markus.groups["group_0002"].marks[NETWORK] == 3.5, (
        "ours is pending: there is nothing to write over it"
    )


@pytest.mark.parametrize("released", [False, True])
def test_a_group_whose_marking_is_complete_or_released_is_left_alone(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, released: bool
) -> None:
    closed = markus.groups["group 1"]
    closed.complete, closed.released = True, released
    closed.marks = {CHECKS: 3, PERSON: 1, NETWORK: 4}
    desk.graded(grade_toy("group 1", {"1/step": needs_person("")}), grade_toy("group_0002"))
    first, second = desk.send()
    assert first.closed and first.done == 0 and "already completed" in (first.problem or "")
    assert second.problem is None
    assert closed.marks == {CHECKS: 3, PERSON: 1, NETWORK: 4}
    assert (closed.feedback, closed.annotations, closed.comment, closed.tags) == ({}, [], None, set())


def test_groups_that_cannot_take_anything_are_named_with_the_reason(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    markus.groups["group 1"].collected = False
    markus.groups["group_0002"].members = 0
    plan = desk.graded(grade_toy("group 1"), grade_toy("group_0002"), grade_toy("ada.ipynb")).plan()
    assert {group.group: group.kept for group in plan.groups} == {
        "ada.ipynb": ("MarkUs has no such group.",),
        "group 1": ("Nothing is collected from it yet.",),
        "group_0002": ("It has no students, so its marks are not shown.",),
    }
    assert plan.is_empty


@pytest.mark.parametrize(
    ("criteria", "complaint"),
    [
        ({CHECKS: 3.0, "Q2": 4.0}, r"no criterion Question 1 \(person\), Question 2; there are"),
        ({CHECKS: 3.0, PERSON: 3.0, NETWORK: 8.0}, "'Question 2' is worth 8 on MarkUs and 4 here"),
        ({}, "no criterion"),
    ],
)
def test_criteria_that_differ_stop_everything_before_anything_is_sent(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, criteria: dict[str, float], complaint: str
) -> None:
    markus.criteria = criteria
    with pytest.raises(CriteriaDiffer, match=complaint):
        desk.graded(grade_toy("group 1")).send()
    assert markus.changes == []


def test_reports_made_for_other_criteria_are_not_sent_as_markus_would_pass_over_their_marks(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    desk.graded(grade_toy("group 1"))
    table = desk.assignment.markus.model_copy(update={"split": "question"})
    desk.assignment = desk.assignment.model_copy(update={"markus": table})
    markus.criteria = {"Question 1": 6.0, NETWORK: 4.0}
    with pytest.raises(CriteriaDiffer, match=r"graded for other criteria .*Question 1 \(checks\)"):
        desk.send()
    assert markus.changes == []


def test_a_bonus_criterion_is_known_by_its_name(desk: Desk, markus: MarkUs, grade_toy: GradeToy) -> None:
    markus.bonus = frozenset({NETWORK})
    desk.graded(grade_toy("group 1")).send()
    assert markus.groups["group 1"].marks == {CHECKS: 3, NETWORK: 4}


@pytest.mark.parametrize("part", PARTS)
def test_only_what_is_asked_for_is_sent(desk: Desk, markus: MarkUs, grade_toy: GradeToy, part: str) -> None:
    group = markus.groups["group 1"]
    group.files = ("a2_code.py",)
    verdicts = {"1/step": incorrect("Wrong.", place=Place(1, 4)), "2/net": needs_person("")}
    desk.graded(grade_toy("group 1", verdicts, notebook="a2_code.py")).send(parts=(part,))
    there = {
        "marks": group.marks,
        "feedback": group.feedback,
        "annotations": group.annotations,
        "comments": group.comment,
        "tags": group.tags,
    }
    assert [name for name, content in there.items() if content] == [part]


def test_a_page_of_another_making_is_replaced_and_other_files_are_not_touched(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    group = markus.groups["group 1"]
    group.feedback = {7: ("notes.txt", b"mine"), 8: (FEEDBACK_NAME, b"old")}
    desk.graded(grade_toy("group 1")).send()
    assert group.feedback[7] == ("notes.txt", b"mine")
    assert group.feedback[8][1].startswith(b"<!doctype html>") and len(group.feedback) == 2


def test_a_page_that_appears_meanwhile_is_replaced(desk: Desk, markus: MarkUs, grade_toy: GradeToy) -> None:
    plan = desk.graded(grade_toy("group 1")).plan()
    markus.groups["group 1"].feedback = {9: (FEEDBACK_NAME, b"another TA's")}
    Sender(desk.api, Journal(desk.folder, desk.api.place), desk.folder).send(plan, lambda sent: None)
    assert markus.groups["group 1"].feedback[9][1].startswith(b"<!doctype html>")


def test_a_refusal_ends_its_group_and_no_other(desk: Desk, markus: MarkUs, grade_toy: GradeToy) -> None:
    markus.max_file_size = 10
    desk.graded(grade_toy("group 1"), grade_toy("group_0002"))
    first, second = desk.send(parts=("marks", "feedback"))
    assert (first.done, second.done) == (1, 1) and not first.closed
    assert first.problem is not None and "(413): The file is too large" in first.problem
    assert markus.groups["group_0002"].marks == {CHECKS: 3, NETWORK: 4}
    markus.max_file_size = 5_000_000
    assert [sent.problem for sent in desk.send()] == [None, None], "the next push sends what is missing"


def test_annotations_on_a_file_that_was_not_handed_in_are_refused_as_a_whole(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    wrong = {"1/step": incorrect("Wrong.", place=Place(1, 4))}
    (sent,) = desk.graded(grade_toy("group 1", wrong, notebook="gone.py")).send()
    assert "(422): Submission file not found: gone.py" in (sent.problem or "")


def test_an_older_markus_gets_no_comments_and_that_is_said(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    markus.comments_known = False
    plan = desk.graded(grade_toy("group 1")).plan()
    assert plan.notices == (
        "This MarkUs is older than 2.10.1 and has no way to overall comments: none are sent.",
    )
    assert [sent.problem for sent in desk.send()] == [None]


@pytest.mark.parametrize("broken_at", range(1, 9))
def test_a_push_that_is_cut_off_goes_on_where_it_was_and_ends_in_the_same_state(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, server: ModuleType, broken_at: int
) -> None:
    """The line breaks after a request has arrived: nobody knows whether it was done."""
    wrong = {"1/step": incorrect("Wrong.", place=Place(1, 4)), "2/net": needs_person("")}
    for name in ("group 1", "group_0002"):
        markus.groups[name].files = ("a2_code.py",)
    desk.graded(*(grade_toy(name, wrong, notebook="a2_code.py") for name in ("group 1", "group_0002")))
    plan = desk.plan()
    markus.faults.extend([server.passes] * (broken_at - 1) + [server.breaks] * 3)
    try:
        Sender(desk.api, Journal(desk.folder, desk.api.place), desk.folder).send(plan, lambda sent: None)
    except Unreachable:
        markus.faults.clear()
        desk.send()
    for name in ("group 1", "group_0002"):
        group = markus.groups[name]
        assert (group.marks, markus.tags_of(name)) == ({CHECKS: 1}, {NEEDS_PERSON})
        assert (len(group.feedback), len(group.annotations)) == (1, 1)
        assert group.comment is not None and group.comment.count("**Grader") == 1
    assert len(markus.tags) == 1
    assert desk.plan().is_empty


def test_marks_whose_answer_got_lost_are_known_as_ours(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, server: ModuleType
) -> None:
    plan = desk.graded(grade_toy("group 1")).plan(parts=("marks",))
    markus.faults.extend([server.breaks] * 3)
    with pytest.raises(Unreachable):
        Sender(desk.api, Journal(desk.folder, desk.api.place), desk.folder).send(plan, lambda sent: None)
    desk.graded(grade_toy("group 1", {"2/net": incorrect("")})).send()
    assert markus.groups["group 1"].marks == {CHECKS: 3, NETWORK: 0}


def test_the_journal_outlives_a_line_that_was_cut_and_keeps_places_apart(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    desk.graded(grade_toy("group 1")).send()
    with (desk.folder / NAME).open("ab") as file:
        file.write(b'{"at": "2026-02-01T00:00:00+00:00", "pla')
    Journal(desk.folder, "elsewhere").note_marks("group 1", {CHECKS: 1.5})
    journal = Journal(desk.folder, desk.api.place)
    assert journal.sent_mark("group 1", CHECKS, 3) and not journal.sent_mark("group 1", CHECKS, 1.5)
    assert Journal(desk.folder, "elsewhere").sent_mark("group 1", CHECKS, 1.5)
    lines = [line for line in (desk.folder / NAME).read_text().splitlines() if line.endswith("}")]
    assert all(json.loads(line)["place"] for line in lines)


def test_a_journal_that_cannot_be_written_stops_before_anything_is_sent(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    plan = desk.graded(grade_toy("group 1")).plan()
    journal = Journal(desk.folder, desk.api.place)
    (desk.folder / NAME).mkdir()
    with pytest.raises(JournalError, match="make room"):
        Sender(desk.api, journal, desk.folder).send(plan, lambda sent: None)
    assert markus.changes == []


def test_a_page_that_changed_after_the_plan_is_not_sent(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy
) -> None:
    plan = desk.graded(grade_toy("group 1")).plan()
    (desk.folder / "feedback" / "group 1.html").write_text("another")
    with pytest.raises(PageChanged, match="run the command again"):
        Sender(desk.api, Journal(desk.folder, desk.api.place), desk.folder).send(plan, lambda sent: None)


def test_a_grades_summary_of_another_form_is_one_sentence(
    desk: Desk, markus: MarkUs, grade_toy: GradeToy, server: ModuleType
) -> None:
    markus.faults.extend([server.passes, lambda asked: (200, b"")])
    with pytest.raises(MarkusError, match="grades summary is empty or not as expected"):
        desk.graded(grade_toy("group 1")).plan()


def test_an_empty_plan_has_nothing_to_do() -> None:
    assert Plan((GroupPlan("a", 1),)).is_empty
    assert not Plan((GroupPlan("a", 1, (AddTag(NEEDS_PERSON),)),)).is_empty
