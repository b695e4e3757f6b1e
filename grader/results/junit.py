"""JUnit XML as Jenkins, GitLab and others read it: a suite per hand-in, a case per criterion."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from grader.results.model import CriterionResult, QuestionResult, Result
from grader.results.verdict import Outcome

ELEMENT = {
    Outcome.PARTIAL: "failure",
    Outcome.INCORRECT: "failure",
    Outcome.NOT_ATTEMPTED: "failure",
    Outcome.UNREADABLE: "failure",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "error",
    Outcome.GRADER_ERROR: "error",
    Outcome.NOT_CHECKED: "skipped",
    Outcome.NEEDS_PERSON: "skipped",
}
"""What a case that is not wholly right holds; a part for a person is skipped, which fails no build."""

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def junit_xml(result: Result) -> str:
    """The whole document."""
    cases = [(question, criterion) for question in result.questions for criterion in question.criteria]
    kinds = [ELEMENT.get(criterion.outcome) for _, criterion in cases]
    counts = {
        "tests": str(len(cases)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "time": f"{result.seconds:.1f}",
    }
    root = ElementTree.Element("testsuites", counts | {"name": _clean(result.assignment_title)})
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        counts | {"name": _clean(result.submission), "skipped": str(kinds.count("skipped"))},
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in {"marks": result.marks, "awarded": result.awarded, "pending": result.pending}.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": f"{value:g}"})
    for question, criterion in cases:
        _add_case(suite, result, question, criterion)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add_case(
    suite: ElementTree.Element, result: Result, question: QuestionResult, criterion: CriterionResult
) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": f"{result.assignment}.{question.id.replace('.', '_')}",
            "name": _clean(f"{criterion.id}: {criterion.title}"),
            "time": "0",
        },
    )
    earned = "–" if criterion.earned is None else f"{criterion.earned:g}"
    text = "\n".join([f"{earned} of {criterion.marks:g} marks.", criterion.message, *criterion.details])
    if element := ELEMENT.get(criterion.outcome):
        told = ElementTree.SubElement(case, element, {"message": _clean(criterion.message)})
        if element != "skipped":
            told.set("type", criterion.outcome.value)
        told.text = _clean(text)
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that no XML document may hold."""
    return NOT_IN_XML.sub("\ufffd", text)
