"""Saved outputs of the training runs, as loops of the student's own and busy notebooks leave them."""

from __future__ import annotations

import re
from collections.abc import Callable

from .. import base
from ..draft import Change, Draft, all_of, replaced


def printed(rewrite: Callable[[str], str], **fields: str) -> Change:
    """Every saved text, rewritten, and other fields of its output."""

    def change(draft: Draft) -> None:
        for cell in draft.cells:
            for output in cell.get("outputs", ()):
                output.update(fields, text=rewrite(output["text"]))

    return change


def lines(epoch: str, training: str, validation: str) -> Change:
    """The log in other words; fields are those of the course's loop."""

    def rewrite(text: str) -> str:
        text = re.sub(
            r"Epoch \[(\d+)/(\d+)\], Loss: (\S+), .*",
            lambda m: epoch.format(m[1], m[2]) + training.format(m[3]),
            text,
        )
        return re.sub(
            r"Epoch \[(\d+)/(\d+)\], Val Loss: (\S+), Val Acc: (\S+)%.*",
            lambda m: epoch.format(m[1], m[2]) + validation.format(m[3], m[4]),
            text,
        )

    return printed(rewrite)


def training_in_the_cell_below(draft: Draft) -> None:
    """Settings and the network in one cell, the call of `train` and its output in the next."""
    for network in ("PoolUpsampleNet", "ConvTransposeNet"):
        cell = draft.training(network)
        head, _, call = cell["source"].rpartition("\n")
        cell["source"] = call
        draft.insert(cell, head)


def trained_twice(draft: Draft) -> None:
    """A first run with a slip in the network, and the one that counts below."""
    cell = draft.training("PoolUpsampleNet")
    first = base.training("PoolUpsampleNet", epochs=25, batch_size=100, loss=1.5990, accuracy=40.1)
    draft.cells.insert(draft.cells.index(cell), first)


def one_cell_for_both(draft: Draft) -> None:
    """Both networks trained in one cell."""
    pool, transposed = draft.training("PoolUpsampleNet"), draft.training("ConvTransposeNet")
    transposed["source"] = f"{pool['source']}\n\n{transposed['source']}"
    transposed["outputs"] = [*pool["outputs"], *transposed["outputs"]]
    draft.cells.remove(pool)


def trained_for(epochs: int) -> Change:
    """More epochs than asked for."""

    def change(draft: Draft) -> None:
        for network, loss, accuracy in (
            ("PoolUpsampleNet", 1.5712, 41.5),
            ("ConvTransposeNet", 1.1362, 55.6),
        ):
            draft.training(network).update(
                base.training(network, epochs=epochs, batch_size=100, loss=loss, accuracy=accuracy)
            )

    return change


STDERR = {"output_type": "stream", "name": "stderr", "text": "UserWarning: nn.Upsample is deprecated\n" * 3}


def with_warnings(draft: Draft) -> None:
    """Warnings before, results after the log."""
    for cell in draft.cells:
        if cell.get("outputs"):
            result = {
                "output_type": "execute_result",
                "metadata": {},
                "data": {"text/plain": "<All keys matched>"},
                "execution_count": 3,
            }
            cell["outputs"] = [STDERR, *cell["outputs"], result]


ODDITIES: dict[str, Change] = {
    "warnings before the log and a result after it": with_warnings,
    "the log on stderr": printed(str, name="stderr"),
    "the log in colours": printed(lambda text: text.replace("Epoch", "\x1b[32mEpoch\x1b[0m")),
    "the log of a loop that counts from zero": printed(
        lambda text: re.sub(r"Epoch \[(\d+)/", lambda m: f"Epoch [{int(m[1]) - 1}/", text)
    ),
    "the log in lower case without brackets": lines(
        "epoch {0}/{1} - ", "train loss: {0}", "val loss: {0}, val acc: {1}%"
    ),
    "the log in the style of Keras": lines("Epoch {0}/{1} ", "loss: {0}", "val_loss: {0} - val_acc: {1}"),
    "the log with validation written out": lines(
        "Epoch: {0}/{1} | ", "Training Loss: {0}", "Validation Loss: {0} | Validation Accuracy: {1}%"
    ),
    "the log with scores in scientific notation": printed(
        lambda text: re.sub(r"Loss: (\d\.\d+)", lambda m: f"Loss: {float(m[1]):.4e}", text)
    ),
    "the log with training and validation on one line": printed(
        lambda text: re.sub(r"(Loss: \S+), Time \(s\): \d+\nEpoch \[\d+/\d+\], ", r"\1, ", text)
    ),
    "the log without the number of epochs": lines("Epoch {0}: ", "loss {0}", "val loss {0}, val acc {1}%"),
    "the log between lines of one's own": printed(
        lambda text: "Starting!\n" + text.replace("\n", "\n-----\n") + "Finished, saved to cnn.pt\n"
    ),
    "the log only of the last epochs": printed(lambda text: text[text.index("Epoch [4/") :]),
    "the log overwritten by carriage returns": printed(
        lambda text: text.replace(", Time", ", lr 0.001, Time").replace("\nEpoch", "\n\rEpoch")
    ),
    "training in a cell below the settings": training_in_the_cell_below,
    "a network trained twice": trained_twice,
    "both networks trained in one cell": one_cell_for_both,
    "thirty epochs": trained_for(30),
    "forty epochs": trained_for(40),
    "settings as keyword arguments": replaced(
        ('"kernel": 3, "num_filters": 32', "**dict(kernel=3, num_filters=32)")
    ),
    "settings in a dataclass": replaced(
        (
            'args = {"kernel": 3',
            '@dataclass\nclass Args:\n    kernel: int = 3\n    epochs: int = 25\n\nargs = {"kernel": 3',
        )
    ),
    "a batch size that is computed": replaced(('"batch_size": 100', '"batch_size": 10 * 10')),
    "a network made by a factory": all_of(
        replaced(
            ("cnn = PoolUpsampleNet(", "Net = PoolUpsampleNet\ncnn = Net("),
            ("cnn = ConvTransposeNet(", "Net = ConvTransposeNet\ncnn = Net("),
        )
    ),
}
