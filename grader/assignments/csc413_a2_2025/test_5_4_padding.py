"""Question 5.4: paddings that keep the shapes of figure 4b at kernel sizes 4 and 5, found by running them."""

from __future__ import annotations

import numpy as np

from grader.assignment import Assignment
from grader.compare.tensor import as_array
from grader.judge import ForAPerson, NotReadable, Student, criterion
from grader.results import Place, Verdict, correct, partial
from grader.results.exhibits import Contrast
from grader.submission.whole_number import read_whole_number
from reference.padding import (
    PaddingSettings,
    conv_paddings,
    runs_in_pytorch,
    satisfies_shape_relation,
    why_pytorch_refuses,
)

PARTS = ("conv_padding", "transpose_padding", "output_padding")


@criterion("5.4/kernel_4")
def test_padding_for_kernel_size_4(student: Student, assignment: Assignment) -> Verdict:
    """Conv2d halves and ConvTranspose2d doubles the image."""
    return judge_padding(student, assignment, 4)


@criterion("5.4/kernel_5")
def test_padding_for_kernel_size_5(student: Student, assignment: Assignment) -> Verdict:
    """Conv2d halves and ConvTranspose2d doubles the image."""
    return judge_padding(student, assignment, 5)


def judge_padding(student: Student, assignment: Assignment, kernel: int) -> Verdict:
    """Half for each kind of convolution; a pair that PyTorch refuses earns part of its half."""
    answer, place = read_padding(student, kernel)
    if runs_in_pytorch(kernel, answer):
        return correct(f"With kernel size {kernel} all shapes of the figure are kept.", place=place)
    complaints = []
    conv, transpose = 0.5, 0.5
    if answer.conv_padding not in conv_paddings(kernel):
        conv = 0.0
        complaints.append(f"Conv2d with padding {answer.conv_padding} does not halve the image")
    repaired = PaddingSettings(conv_paddings(kernel)[0], answer.transpose_padding, answer.output_padding)
    if not runs_in_pytorch(kernel, repaired):
        pair = (
            f"ConvTranspose2d with padding {answer.transpose_padding}, output_padding {answer.output_padding}"
        )
        refusal = why_pytorch_refuses(answer.transpose_padding, answer.output_padding)
        if refusal and satisfies_shape_relation(kernel, answer.transpose_padding, answer.output_padding):
            transpose = 0.5 * assignment.credits["shape_relation"]
            complaints.append(f"{pair} satisfies the shape equation but does not run: {refusal.rstrip('.')}")
        else:
            transpose = 0.0
            complaints.append(f"{pair} does not double the image")
    shown = Contrast(
        "paddings with which Conv2d halves an image and ConvTranspose2d doubles it, at stride 2",
        f"Conv2d: padding {answer.conv_padding}; ConvTranspose2d: padding {answer.transpose_padding}, "
        f"output_padding {answer.output_padding}",
    )
    return partial(conv + transpose, "; ".join(complaints) + ".", place=place, exhibits=(shown,))


def read_padding(student: Student, kernel: int) -> tuple[PaddingSettings, Place | None]:
    """The three numbers, from the answer cell or else from padding_for_kernel."""
    fields = student.answers("5.4").fields
    written = [fields.get(f"kernel_{kernel}_{part}") for part in PARTS]
    if any(written):
        first = next(answer for answer in written if answer)
        place = Place(first.cell + 1, first.line)
        missing = [part for part, answer in zip(PARTS, written, strict=True) if answer is None]
        if missing:
            raise ForAPerson(f"For kernel {kernel} the line for {missing[0]} is empty.", place)
        numbers = [whole_number(answer.value, place) for answer in written if answer]
        return PaddingSettings(*numbers), place
    if not student.defines("padding_for_kernel"):
        raise student.missing_answer("5.4", f"There are no lines for kernel {kernel} under 'Answer 5.4'.")
    place_of_function = student.place_of("padding_for_kernel")
    found = as_array(student.call("padding_for_kernel", kernel=kernel))
    if found is None or found.shape != (3,) or not np.isin(found, np.arange(-64, 65)).all():
        raise NotReadable("padding_for_kernel should return three whole numbers.", place_of_function)
    return PaddingSettings(*(bounded(int(number), place_of_function) for number in found)), place_of_function


def whole_number(text: str, place: Place) -> int:
    """The padding that a line gives."""
    number = read_whole_number(text)
    if number is None:
        raise ForAPerson(f"{text[:60]!r} is not one whole number.", place)
    return bounded(number, place)


def bounded(number: int, place: Place | None) -> int:
    """A padding that can be tried out."""
    if not 0 <= number <= 64:
        raise NotReadable(f"A padding of {number} makes no sense here.", place)
    return number
