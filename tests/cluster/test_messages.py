"""What travels: everything that a verdict needs, and nothing of the disk that it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.batch.wire import Order
from grader.cluster.messages import Charge, Parcel, Reply
from grader.judge import read_hand_in
from grader.results import incorrect
from grader.submission import HandIn

from ..batch.course import RIGHT, Course


def test_a_parcel_brings_the_hand_in_without_its_folders(tmp_path: Path) -> None:
    course = Course(tmp_path)
    course.hand_in("ada", RIGHT)
    path = course.class_folder / "ada"
    submission = read_hand_in(load_assignment(course.assignment), path, "ada")
    order = Order(HandIn("ada", path, ("1",)), b"digest", {"1/double": incorrect("No.")})
    packed = Parcel(order, submission, "bases").pack()
    assert str(tmp_path).encode() not in packed
    parcel = Parcel.unpack(packed)
    assert parcel.bases == "bases" and parcel.order.hand_in.only == ("1",)
    assert (parcel.order.digest, parcel.order.known) == (order.digest, order.known)
    assert parcel.submission.name == "ada" and parcel.submission.notebook
    assert submission.notebook and parcel.submission.notebook.cells == submission.notebook.cells


def test_an_assignment_that_is_installed_goes_by_its_id_and_another_by_its_folder(tmp_path: Path) -> None:
    course = Course(tmp_path)
    assert Charge.of(load_assignment("csc413_a2_2025"), "auto").assignment == "csc413_a2_2025"
    assert Charge.of(load_assignment(course.assignment), "auto").assignment == str(course.assignment)


@pytest.mark.parametrize("reply", [Reply("done", b"\xff\0"), Reply("failed", "π".encode())])
def test_a_reply_is_bytes_and_comes_back_the_same(reply: Reply) -> None:
    assert Reply.unpack(reply.pack()) == reply
