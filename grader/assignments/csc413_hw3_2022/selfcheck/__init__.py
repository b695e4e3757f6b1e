"""Homework 3 for students: properties that right answers have, tried without knowing the answers.

Everything is computed from what the handout prints: its estimators (2.2) and (2.9), its objective (2.8), and
its definition of the test loss, on small random problems. The marking checks beside this package, and the
reference that they use, are never imported here.
"""

from grader.assignments.csc413_hw3_2022.selfcheck import averages, given_x, written
from grader.selfcheck.parts import Part

_UNORDERED: tuple[Part, ...] = (*given_x.PARTS, *averages.PARTS, *written.PARTS)

PARTS: tuple[Part, ...] = tuple(sorted(_UNORDERED, key=lambda part: part.question))
"""In the order of the handout, whose numbers sort as text."""
