"""Talking to a MarkUs: the key, the pace, what is tried again, and a sentence for each way it goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from grader.errors import Exit
from grader.markus.api import Api
from grader.markus.client import Client, Pace, checked_url
from grader.markus.errors import BadKey, MarkusError, NoSuchPlace, Refused, Unreachable
from grader.markus.key import Key, read_key

if TYPE_CHECKING:
    from tests.markus.server import MarkUs

KEY = "NTY4YzQ2ZDU0ZTUxMTJhNTA="


class Clock:
    """Notes how long it was asked to sleep, and does not."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client_of(markus: MarkUs, clock: Clock) -> Callable[..., Client]:
    def client(key: str = KEY, **pace: float) -> Client:
        known = {"per_second": 1e6, "tries": 4, "seconds": 20, "first_pause": 1.0, "longest_pause": 60.0}
        return Client(markus.url, Key(key), Pace(**(known | pace)), clock.sleep)  # type: ignore[arg-type]

    return client


def test_courses_and_assignments_are_found_by_name_and_by_number(client_of: Callable[..., Client]) -> None:
    places = {Api.at(client_of(), course, into).place for course in ("csc413", "3") for into in ("A2", "12")}
    assert len(places) == 1 and places.pop().endswith(" course 3 assignment 12")


@pytest.mark.parametrize(
    ("course", "into", "sentence"),
    [
        ("csc311", "A2", r"no course 'csc311'; there are: csc413 \(3\)\."),
        ("csc413", "A3", r"no assignment 'A3'; there are: A2 \(12\)\."),
    ],
)
def test_a_name_that_markus_does_not_know_is_told_with_those_it_knows(
    client_of: Callable[..., Client], course: str, into: str, sentence: str
) -> None:
    with pytest.raises(NoSuchPlace, match=sentence):
        Api.at(client_of(), course, into)


@pytest.mark.parametrize("key", ["dGhpcyBpcyBhIFRBJ3Mga2V5Lg==", "bm9ib2R5J3Mga2V5"])
def test_a_key_of_a_ta_or_of_nobody_is_refused_with_what_a_ta_can_do(
    client_of: Callable[..., Client], key: str
) -> None:
    with pytest.raises(BadKey, match=r"instructors only.*a TA uploads grades\.csv") as raised:
        Api.at(client_of(key), "3", "12").grades()
    assert raised.value.exit_code == Exit.USAGE
    assert key not in str(raised.value)


def test_requests_keep_to_their_pace(client_of: Callable[..., Client], clock: Clock) -> None:
    client = client_of(per_second=0.001)
    client.get("courses")
    assert clock.naps == []
    client.get("courses")
    assert clock.naps[0] == pytest.approx(1000, abs=60)


def test_an_answer_that_asks_to_wait_is_waited_for(
    client_of: Callable[..., Client], markus: MarkUs, clock: Clock, server: ModuleType
) -> None:
    markus.faults.append(lambda asked: server.said(429, "Too many requests"))
    client_of().get("courses")
    (nap,) = [nap for nap in clock.naps if nap > 0.1]
    assert nap == 7


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_server_is_asked_again_with_longer_and_longer_pauses(
    client_of: Callable[..., Client], markus: MarkUs, clock: Clock, status: int
) -> None:
    markus.faults.extend([lambda asked: (status, b"<html>busy</html>")] * 3)
    assert client_of().get("courses")[0]["name"] == "csc413"
    pauses = [nap for nap in clock.naps if nap > 0.1]
    assert [low <= nap <= 2 * low for nap, low in zip(pauses, (0.5, 1, 2), strict=True)] == [True] * 3


def test_a_server_that_stays_busy_is_given_up_in_one_sentence(
    client_of: Callable[..., Client], markus: MarkUs
) -> None:
    markus.faults.extend([lambda asked: (503, b"")] * 4)
    with pytest.raises(Unreachable, match=r"too busy \(503 .*4 times\).*goes on from here") as raised:
        client_of().get("courses")
    assert raised.value.exit_code == Exit.SERVER


def test_what_might_add_twice_is_not_sent_twice_and_what_cannot_is(
    client_of: Callable[..., Client], markus: MarkUs, server: ModuleType
) -> None:
    api = Api(client_of(), 3, 12)
    markus.faults.append(server.breaks)
    api.set_comment(41, "Well done.")
    assert markus.log == ["PATCH /api/courses/3/assignments/12/groups/41/overall_comment.json"] * 2
    markus.log.clear()
    markus.faults.append(server.breaks)
    with pytest.raises(Unreachable, match="did not answer POST"):
        api.add_feedback(41, "page.html", b"<p>")
    assert len(markus.log) == 1


def test_nobody_at_the_address_is_one_sentence(clock: Clock) -> None:
    with (
        Client("http://127.0.0.1:9", Key(KEY), Pace(tries=2), clock.sleep) as client,
        pytest.raises(Unreachable, match=r"^MarkUs at http://127\.0\.0\.1:9 did not answer GET courses"),
    ):
        client.get("courses")
    assert len(clock.naps) >= 1


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        ((302, b""), NoSuchPlace, "leads elsewhere"),
        ((200, b"<html>Log in</html>"), NoSuchPlace, "unlike the API of MarkUs"),
        ((404, b"<html>nginx</html>"), NoSuchPlace, "unlike the API of MarkUs"),
        ((500, b"<html>We're sorry</html>"), Refused, r"\(500\): no reason given"),
        ((422, {"code": "422", "description": "Bad\nvalues"}), Refused, r"\(422\): Bad values"),
        ((406, b""), Refused, r"\(406\)"),
        ((200, [{"id": "x"}]), MarkusError, r"courses in a form unknown to this version \(0\.id\)"),
        ((200, {"courses": []}), MarkusError, "courses in a form unknown"),
    ],
)
def test_an_answer_that_is_no_answer_is_one_sentence(
    client_of: Callable[..., Client],
    markus: MarkUs,
    answer: tuple[int, object],
    error: type[MarkusError],
    sentence: str,
) -> None:
    markus.faults.append(lambda asked: answer)
    with pytest.raises(error, match=sentence):
        Api.at(client_of(), "csc413", "A2")


def test_a_server_that_asks_for_xml_by_default_gives_us_json(
    client_of: Callable[..., Client], markus: MarkUs
) -> None:
    assert isinstance(client_of().get("courses"), list)
    assert markus.log == ["GET /api/courses.json"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://markus.example.org", "https://markus.example.org"),
        ("markus.example.org/csc413/", "https://markus.example.org/csc413"),
        ("https://markus.example.org/root/api", "https://markus.example.org/root"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_an_address_is_taken_as_people_write_it(url: str, expected: str) -> None:
    assert checked_url(url) == expected


@pytest.mark.parametrize(
    "url", ["http://markus.example.org", "ftp://x", "https://", "https://u:p@x", "https://x?y", "file:///etc"]
)
def test_an_address_that_would_show_the_key_or_is_none_is_refused(url: str) -> None:
    with pytest.raises(NoSuchPlace):
        checked_url(url)


def test_the_key_comes_from_a_file_of_ones_own_or_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    assert read_key(file, {}).secret == read_key(None, {"MARKUS_API_KEY": KEY}).secret == KEY


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        (KEY, 0o644, "Others may read .*chmod 600"),
        ("", 0o600, "is not a key of MarkUs"),
        ("two words", 0o600, "is not a key of MarkUs"),
        ("x" * 2000, 0o600, "is not a key of MarkUs"),
    ],
)
def test_a_key_file_that_cannot_be_right_is_refused_without_showing_it(
    tmp_path: Path, text: str, mode: int, sentence: str
) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(BadKey, match=sentence) as raised:
        read_key(file, {})
    assert not text or text not in str(raised.value)


def test_no_key_at_all_says_where_to_put_one(tmp_path: Path) -> None:
    for path, environment in (
        (None, {}),
        (None, {"MARKUS_API_KEY": " "}),
        (tmp_path / "gone", {}),
        (tmp_path, {}),
    ):
        with pytest.raises(BadKey, match=r"MARKUS_API_KEY.*--key-file"):
            read_key(path, environment)


def test_the_key_is_in_no_message_log_or_text(
    client_of: Callable[..., Client], markus: MarkUs, server: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert KEY not in repr(Key(KEY)) and KEY not in str(Key(KEY))
    markus.faults.append(lambda asked: server.said(422, f"no such header MarkUsAuth {KEY}"))
    with pytest.raises(Refused) as raised:
        client_of().get("courses")
    assert KEY not in str(raised.value) and "[key]" in str(raised.value)
    assert caplog.records and KEY not in caplog.text
