"""Question 5.4: PyTorch runs the layers of figure 4b with the student's numbers."""

from __future__ import annotations

import torch
from torch import nn

from grader.assignments.csc413_a2_2025.selfcheck.handout import numbers
from grader.results.verdict import Place
from grader.selfcheck.findings import CannotSay, Finding, looks_right, looks_wrong, not_attempted, unreadable
from grader.selfcheck.parts import Part, part
from grader.selfcheck.work import Work
from grader.submission.whole_number import read_whole_number

FIELDS = ("conv_padding", "transpose_padding", "output_padding")
LARGEST = 64


@part("5.4", "kernel size 4")
def kernel_4(work: Work) -> Finding:
    """Halves twice and doubles twice."""
    return look_at(work, 4)


@part("5.4", "kernel size 5")
def kernel_5(work: Work) -> Finding:
    """Halves twice and doubles twice."""
    return look_at(work, 5)


def look_at(work: Work, kernel: int) -> Finding:
    """Run 32 -> 16 -> 8 -> 16 -> 32 and say where the shapes part from the figure."""
    (conv_padding, padding, output_padding), place = read_numbers(work, kernel)
    try:
        conv = nn.Conv2d(1, 1, kernel, stride=2, padding=conv_padding)
        transpose = nn.ConvTranspose2d(1, 1, kernel, stride=2, padding=padding, output_padding=output_padding)
        for layer, size, wanted in ((conv, 32, 16), (conv, 16, 8), (transpose, 8, 16), (transpose, 16, 32)):
            with torch.no_grad():
                found = layer(torch.zeros(1, 1, size, size)).shape[-1]
            if found != wanted:
                name = type(layer).__name__
                return looks_wrong(
                    f"With your numbers {name} makes {found} x {found} of {size} x {size}; the figure has "
                    f"{wanted} x {wanted}.",
                    place=place,
                )
    except (RuntimeError, ValueError) as error:
        return looks_wrong(f"PyTorch refuses your numbers: {str(error).splitlines()[0]}.", place=place)
    return looks_right("With your numbers PyTorch runs figure 4b and keeps all its shapes.", place=place)


def read_numbers(work: Work, kernel: int) -> tuple[list[int], Place | None]:
    """The three numbers, from the answer cell or else from padding_for_kernel."""
    if work.defines("padding_for_kernel") and not work.has_notebook:
        return from_function(work, kernel)
    fields = work.answers("5.4")
    written = [fields.get(f"kernel_{kernel}_{field}") for field in FIELDS]
    if not any(written):
        if work.defines("padding_for_kernel"):
            return from_function(work, kernel)
        raise CannotSay(not_attempted(f"The lines for kernel {kernel} under 'Answer 5.4' are empty."))
    found = []
    for field, answer in zip(FIELDS, written, strict=True):
        if answer is None:
            raise CannotSay(
                unreadable(f"The line for {field.replace('_', ' ')} at kernel {kernel} is empty.")
            )
        place = Place(answer.cell + 1, answer.line)
        number = read_whole_number(answer.value)
        if number is None or number > LARGEST:
            raise CannotSay(
                unreadable(f"{answer.value[:40]!r} is no whole number that can be a padding.", place=place)
            )
        found.append(number)
    return found, place


def from_function(work: Work, kernel: int) -> tuple[list[int], Place | None]:
    """What padding_for_kernel returns."""
    array = numbers(work.call("padding_for_kernel", kernel=kernel), (3,), "padding_for_kernel")
    if not all(0 <= number <= LARGEST and number == round(number) for number in array.tolist()):
        raise CannotSay(looks_wrong("padding_for_kernel should return three whole numbers."))
    return [int(number) for number in array.tolist()], work.place_of("padding_for_kernel")


PARTS: tuple[Part, ...] = (kernel_4, kernel_5)
