"""JUnit XML by the schema of Jenkins' xUnit plugin (junit-10.xsd): names, order, required attributes."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from grader.results import Outcome, Place, Result, Verdict, correct
from grader.results.junit import ELEMENT, junit_xml

MakeResult = Callable[..., Result]

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        *("name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname"),
        *("id", "package"),
    },
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "assertions", "time", "classname", "status"},
    "skipped": {"message"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "system-out": set(),
}
REQUIRED = {"testsuite": {"name", "tests"}, "testcase": {"name", "classname"}, "property": {"name", "value"}}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
}
HOSTILE = "NUL \0, BEL \a, half a pair \ud800, ]]> & <b> \ufffe"


def every_outcome(make_result: MakeResult) -> Result:
    verdicts = [(1, Verdict(outcome, 0.5, HOSTILE, Place(3), (HOSTILE,))) for outcome in Outcome]
    return make_result(HOSTILE, {"1.1": verdicts[:5], "2": verdicts[5:]}, notices=(HOSTILE,))


def test_elements_stand_where_the_schema_has_them(make_result: MakeResult) -> None:
    root = ElementTree.fromstring(junit_xml(every_outcome(make_result)).encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib)
        order = [CHILDREN.get(element.tag, []).index(child.tag) for child in element]
        assert order == sorted(order)


def test_the_counts_are_those_of_the_cases(make_result: MakeResult) -> None:
    root = ElementTree.fromstring(junit_xml(every_outcome(make_result)).encode())
    (suite,) = root
    assert suite.get("tests") == str(len(Outcome)) == str(len(suite.findall("testcase")))
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(attribute) == str(len(suite.findall(f"testcase/{element}")))


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_told_as_what_it_means_for_a_build(make_result: MakeResult, outcome: Outcome) -> None:
    result = make_result(rubric={"4.1": [(2, Verdict(outcome, 0.5, "Why."))]})
    (case,) = ElementTree.fromstring(junit_xml(result)).iter("testcase")
    assert case.get("classname") == "toy.4_1"
    told = case.find(ELEMENT.get(outcome, "system-out"))
    assert told is not None and "Why." in (told.text or "")
    if told.tag in ("failure", "error"):
        assert told.get("type") == outcome.value


def test_only_right_and_pending_parts_break_no_build(make_result: MakeResult) -> None:
    harmless = {outcome for outcome in Outcome if ELEMENT.get(outcome, "skipped") == "skipped"}
    assert harmless == {Outcome.CORRECT, Outcome.NEEDS_PERSON, Outcome.NOT_CHECKED}
    assert "<failure" not in junit_xml(make_result(rubric={"1": [(1, correct(""))]}))
