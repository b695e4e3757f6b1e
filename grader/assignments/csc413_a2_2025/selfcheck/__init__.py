"""Assignment 2 for students: properties that right answers have, tried without knowing the answers.

Everything is computed from what the handout prints: its losses, its update rules, the shapes of its figure 4.
The marking checks beside this package, and the reference that they use, are never imported here.
"""

from grader.assignments.csc413_a2_2025.selfcheck import (
    counts,
    hyperparameters,
    networks,
    optimization,
    padding,
    runs,
    written,
)
from grader.selfcheck.parts import Part

_UNORDERED: tuple[Part, ...] = (
    *optimization.PARTS,
    *hyperparameters.PARTS,
    *networks.PARTS,
    *counts.PARTS,
    *padding.PARTS,
    *runs.PARTS,
    *written.PARTS,
)

PARTS: tuple[Part, ...] = tuple(sorted(_UNORDERED, key=lambda part: part.question))
"""In the order of the handout, whose numbers sort as text."""
