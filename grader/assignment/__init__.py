"""What is asked: assignments as data."""

from grader.assignment.loading import load_assignment
from grader.assignment.model import Assignment, Criterion, Question
from grader.assignment.places import AssignmentError, built_in_assignments, known_assignments

__all__ = [
    "Assignment",
    "AssignmentError",
    "Criterion",
    "Question",
    "built_in_assignments",
    "known_assignments",
    "load_assignment",
]
