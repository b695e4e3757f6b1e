from __future__ import annotations

from pathlib import Path

import pytest

from grader.results.mathematics import safe_mathml

PAYLOADS = (Path(__file__).parent / "payloads.txt").read_text("utf-8").splitlines()


def test_our_own_markup_comes_through() -> None:
    markup = "<mfrac><mrow><mn>2</mn><mi>η</mi></mrow><mi>n</mi></mfrac><mo>&lt;</mo><mn>1</mn>"
    assert safe_mathml(markup) == f"<mrow>{markup}</mrow>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<mi>x",
        "<mi>x</mn>",
        '<mi href="javascript:1">x</mi>',
        "<mtext><script>1</script></mtext>",
        "<maction>x</maction>",
        "<semantics><annotation-xml>x</annotation-xml></semantics>",
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><mi>&a;</mi>',
        "<mi>&a;</mi>",
        "<mrow>" * 100 + "</mrow>" * 100,
    ],
)
def test_anything_else_is_left_out(text: str) -> None:
    assert safe_mathml(text) == ""


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_an_element(payload: str) -> None:
    assert (
        set(safe_mathml(payload).split("<")[1:]) <= {"", "mrow>", "/mrow>"}
        or safe_mathml(payload).count("<") == 2
    )
