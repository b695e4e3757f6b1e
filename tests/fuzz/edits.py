"""Edits of real examples: of a text or of bytes, and of the tree that a JSON or msgpack value is."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

Data = TypeVar("Data", str, bytes)

LONGEST = 400_000
"""An edit repeats no further than this: characters, bytes or entries in all."""
LARGEST = 4 << 20
"""A tree grows by no more than this many bytes in one edit, about."""
_PLACES = st.integers(0, 1 << 20)
_TIMES = st.sampled_from([2, 3, 40, 2_000, 200_000])

# fmt: off
PIECES = [
    *"{}[]():,\"\\/'`$^_-+*=|&#<>!?%@.;~\n\r\t 0aNx",
    '{"', "[[", "]]", '":', "null", "NaN", "1e999", "-0", "0" * 400, "9" * 5_000, "\\ud800", "[" * 3_000,
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</pre></title>", "&lt;", "&#x3c;b&#x3e;",
    "]]>", "{{ 7*7 }}", "{% raw %}", "javascript:alert(1)", "=HYPERLINK(1)", "@SUM(1)", "\x1b[2J\x1b]0;x\x07",
    "\0", "\x08", "\x7f", "\x85", "\x9b", "\u200b", "\u202e", "\u2028", "\u2066", "\ufeff", "\ud800",
    "\udfff", "\U000e0041", "\U0001f600", "e\u0301", "ﷺ", "ﬃ", "İ", "ß", "ſ", "٣", "²", "½", "Ⅷ", "𝑥",
    "Answer 4.3", "### Answer 5.4\n", "- weights:", "kernel_4_conv_padding: ", "Epoch [25/25], Val Loss: 1.2",
    "\\frac{", "\\sum_{i=1}^{", "\\prod_{i=1}^{400}", "\\left(", "\\begin{cases}", "\\text{", "^{30000}",
    "\\\\", "X^T", "w_0", "eta", "lambda", "norm(", "np.dot(", "exp(", "factorial(", " if ", " otherwise",
    "NF", "NIC", "__import__('os')", "lambda: ", "%%bash\n", "!rm -rf /\n", "%x\n", "../", "..\\", "C:",
    "\u3000",
]
# fmt: on
"""What breaks readers of JSON, HTML, CSV, terminals, answers and formulas."""

_TEXTS = st.sampled_from(PIECES) | st.text(max_size=6)
_BYTES = st.binary(max_size=8) | _TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Edit:
    """A change at a place, which is taken modulo the length of what is edited."""

    kind: str
    at: int
    length: int
    times: int
    piece: Any


def edits(pieces: SearchStrategy[Any], most: int = 5) -> SearchStrategy[list[Edit]]:
    """One gentle edit, or several of any size."""
    kinds = st.sampled_from(["replace", "insert", "delete", "repeat", "cut"])
    lengths = st.sampled_from([1, 2, 5, 30, 400, 10_000])
    gentle = st.builds(
        Edit, st.sampled_from(["replace", "insert"]), _PLACES, st.sampled_from([0, 1]), _TIMES, pieces
    )
    harsh = st.builds(Edit, kinds, _PLACES, lengths, _TIMES, pieces)
    return st.lists(gentle, min_size=1, max_size=1) | st.lists(harsh, min_size=1, max_size=most)


def edited_texts(seeds: Sequence[str], most: int = 5, words: Sequence[str] = ()) -> SearchStrategy[str]:
    """Seeds with a few edits each; `words` are pieces that leave a text readable, for every other one."""
    changes = edits(_TEXTS, most)
    if words:
        changes |= edits(st.sampled_from(words), most=1)
    return st.builds(edited, st.sampled_from(seeds), changes)


def edited_bytes(seeds: Sequence[bytes], most: int = 5) -> SearchStrategy[bytes]:
    """Seeds with a few edits each."""
    return st.builds(edited, st.sampled_from(seeds), byte_edits(most))


def byte_edits(most: int = 5) -> SearchStrategy[list[Edit]]:
    """For every third, bytes are only overwritten, so that what follows stays where it was."""
    overwrite = st.builds(
        Edit, st.just("replace"), _PLACES, st.just(1), st.just(1), st.binary(min_size=1, max_size=1)
    )
    return edits(_BYTES, most) | st.lists(overwrite, min_size=1, max_size=3)


def edited(data: Data, changes: Sequence[Edit]) -> Data:
    """The text or bytes after the changes."""
    for change in changes:
        start = change.at % (len(data) + 1)
        before, middle, after = (
            data[:start],
            data[start : start + change.length],
            data[start + change.length :],
        )
        match change.kind:
            case "replace":
                data = before + change.piece + after
            case "insert":
                data = before + change.piece + middle + after
            case "delete":
                data = before + after
            case "repeat":
                data = before + middle * min(change.times, LONGEST // max(1, len(middle))) + after
            case "cut":
                data = before
    return data


SCALARS: SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.sampled_from([0, 1, -1, 1 << 31, (1 << 64) - 1, -0.0, float("nan"), float("inf"), -1e308, 1e300])
    | st.floats()
    | _TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def tree_edits(values: SearchStrategy[Any] = VALUES, most: int = 4) -> SearchStrategy[list[Edit]]:
    """Edits for `edited_tree`; `values` are what is put in."""
    kinds = st.sampled_from(["set", "set", "delete", "repeat", "wrap", "rename", "move"])
    return st.lists(
        st.builds(Edit, kinds, _PLACES, st.sampled_from([1, 5, 40, 400]), _TIMES, values),
        min_size=1,
        max_size=most,
    )


def edited_tree(tree: Any, changes: Sequence[Edit]) -> Any:
    """A tree of lists and dictionaries after the changes; the tree that was given stays as it is."""
    holder = [copy.deepcopy(tree)]
    for change in changes:
        nodes = list(_nodes(holder))
        container, key = nodes[change.at % len(nodes)]
        match change.kind:
            case "set":
                container[key] = copy.deepcopy(change.piece)
            case "delete" if container is not holder:
                del container[key]
            case "repeat" if isinstance(container, list) and container is not holder:
                container[key:key] = [container[key]] * min(
                    change.times, 20_000, LARGEST // (1 + _size(container[key]))
                )
            case "wrap":
                for _ in range(change.length):
                    container[key] = [container[key]]
            case "rename" if isinstance(container, dict) and isinstance(change.piece, str):
                container[change.piece] = container.pop(key)
            case "move":
                other, place = nodes[(change.at * 7 + change.length) % len(nodes)]
                container[key] = copy.deepcopy(other[place]) if _small(other[place]) else change.piece
    return holder[0]


def _nodes(root: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Every (container, key or index), breadth first, up to a bound."""
    waiting: list[Any] = [root]
    for container in waiting:
        if len(waiting) > 20_000:
            return
        for key in list(container) if isinstance(container, dict) else range(len(container)):
            yield container, key
            if isinstance(container[key], (list, dict)):
                waiting.append(container[key])


def _small(tree: Any) -> bool:
    return _size(tree) < 1 << 16


def _size(tree: Any) -> int:
    """About how many bytes it takes when written."""
    leaves = (container[key] for container, key in _nodes([tree]))
    return sum(len(leaf) if hasattr(leaf, "__len__") else 8 for leaf in leaves)
