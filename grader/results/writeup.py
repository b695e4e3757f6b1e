"""Pages of a write-up as pictures, for a report that shows them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WriteupPage:
    """One page as a JPEG that we made ourselves; numbers count from 1, sizes are pixels."""

    number: int
    jpeg: bytes
    width: int
    height: int

    @property
    def data_uri(self) -> str:
        """The picture in the page itself."""
        return "data:image/jpeg;base64," + b64encode(self.jpeg).decode()


@dataclass(frozen=True, slots=True)
class Writeup:
    """What is shown of a write-up.

    of_question: by question, the numbers of the pages that name it, where the text says so. notice: what was
    left out, and why.
    """

    pages: tuple[WriteupPage, ...]
    of_question: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    notice: str = ""

    def numbers_for(self, question: str) -> tuple[int, ...]:
        """The pages to look at for a question: those that name it, or else all."""
        return self.of_question.get(question) or tuple(page.number for page in self.pages)

    def within(self, budget: int) -> Writeup:
        """With as many of the first pages as fit into `budget` bytes of a report."""
        kept: list[WriteupPage] = []
        size = 0
        for page in self.pages:
            size += -(-len(page.jpeg) // 3) * 4
            if size > budget:
                notice = f"Pages from {page.number} on are left out here: the report would be too large."
                return Writeup(tuple(kept), self.of_question, f"{self.notice} {notice}".strip())
            kept.append(page)
        return self
