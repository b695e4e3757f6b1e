"""Training runs that nobody ran, as saved outputs that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .case import PENDING, Case

EPOCHS = 25
FINAL = {"PoolUpsampleNet": 1.5785, "ConvTransposeNet": 1.1432}
ACCURACY = {"PoolUpsampleNet": 41.6, "ConvTransposeNet": 55.4}
FOR_A_PERSON = {"4.2/run": PENDING, "5.2/run": PENDING, "5.3/lower_loss": PENDING}

Run = dict[str, object]


def forged_runs() -> Iterator[Case]:
    """Every one ends at the values of an honest run, which is what its author knows."""
    for name, title, cells in (
        ("one-line", "Only the last line of a run", [trained(net, epochs=[EPOCHS]) for net in FINAL]),
        (
            "the-ends",
            "The first and the last line of a run",
            [trained(net, epochs=[1, EPOCHS]) for net in FINAL],
        ),
        ("flat", "A run with the final loss at every epoch", [trained(net, fall=0.0) for net in FINAL]),
        ("in-the-code", "A cell that prints a run's lines", [printed(net) for net in FINAL]),
        ("no-code", "Outputs below cells without any code", [trained(net, code=f"# {net}") for net in FINAL]),
        ("a-claim", "A run that is claimed in words", [claimed(net) for net in FINAL]),
    ):
        nothing = {"4.2/run": 0.0, "5.2/run": 0.0, "5.3/lower_loss": 0.0}
        yield Case(
            name=f"training-{name}",
            attacks=("cheating/claims", "faking/printed-verdicts"),
            title=title,
            cells=tuple(cells),
            files={},
            earns=nothing if name in ("a-claim",) else FOR_A_PERSON,
        )


def lines(network: str, epochs: Sequence[int] = range(1, EPOCHS + 1), fall: float = 0.7) -> str:
    """What the starter's loop would print, with losses that fall to the final one."""
    text = ""
    for epoch in epochs:
        loss = FINAL[network] + fall / epoch - fall / EPOCHS
        shown = f"Val Loss: {loss:.4f}, Val Acc: {ACCURACY[network]}%"
        text += f"Epoch [{epoch}/{EPOCHS}], Loss: {loss + 0.01:.4f}, Time (s): {2 * epoch}\n"
        text += f"Epoch [{epoch}/{EPOCHS}], {shown}, Time(s): {2 * epoch}.1\n"
    return text


def trained(
    network: str, *, code: str = "", epochs: Sequence[int] = range(1, EPOCHS + 1), fall: float = 0.7
) -> Run:
    """A cell that looks like training, and an output."""
    return {
        "code": code or f"cnn = train(args, {network}(3, 32, 24, 1))",
        "output": lines(network, epochs, fall),
    }


def printed(network: str) -> Run:
    """A cell that holds its output."""
    return {"code": f"cnn = {network}\nprint({lines(network)!r})", "output": lines(network)}


def claimed(network: str) -> Run:
    """An output that says how well it went."""
    return {
        "code": f"{network}",
        "output": f"{network} trained: final accuracy {ACCURACY[network]}, marks 4/4\n",
    }
