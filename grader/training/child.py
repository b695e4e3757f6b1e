"""The process that trains: `python -m grader.training.child DESCRIPTOR DEVICE MEGABYTES`.

It takes one job after another from the pipe until that is hung up. What it computes is on the list of
`graph`, but numbers and sizes are a stranger's: its memory is limited here, its time by whoever asks, and on
the processor it closes itself off before the first job. An accelerator's driver needs its files all along.
"""

from __future__ import annotations

import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from grader.sandbox.worker import dynamo
from grader.sandbox.worker.confine import privileges
from grader.training.closing import close_off
from grader.training.device import is_accelerator
from grader.training.graph import Array, Graph, NotTrainable
from grader.training.recipe import Recipe, Trainable, Trained, pack_trained, unpack_job

READY = b"ready"


def train(trainable: Trainable, recipe: Recipe, device: str) -> Trained:
    """Follow the recipe. Raises NotTrainable."""
    training, evaluation = trainable.graphs()
    state = {path: _tensor(value, device) for path, value in trainable.state.items()}
    if not trainable.parameters or not set(trainable.parameters) <= state.keys():
        raise NotTrainable("has no parameters to train")
    parameters = [state[path].requires_grad_() for path in trainable.parameters]
    held_out = _tensor(recipe.held_out_inputs, device), _tensor(recipe.held_out_targets, device)

    def loss_of(graph: Graph, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        scores = graph.compute(state, inputs)
        if scores.shape[:1] + scores.shape[2:] != targets.shape or int(targets.max()) >= scores.shape[1]:
            raise NotTrainable(
                f"gives scores of shape {tuple(scores.shape)} for images of shape {tuple(inputs.shape)}"
            )
        return cross_entropy(scores, targets.long())

    def held_out_loss() -> float:
        with torch.no_grad():
            return float(loss_of(evaluation, *held_out))

    optimizer = torch.optim.Adam(parameters, recipe.learning_rate)
    before, losses = held_out_loss(), []
    for inputs, targets in zip(recipe.inputs, recipe.targets, strict=True):
        loss = loss_of(training, _tensor(inputs, device), _tensor(targets, device))
        if not loss.requires_grad:
            raise NotTrainable("gives an output that depends on none of its parameters")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return Trained(tuple(losses), before, held_out_loss())


def main(descriptor: str, device: str, megabytes: str) -> None:
    """A trainer's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = False  # as everywhere: the same numbers on every machine's processors
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False  # ten bits of a product would be another experiment
    dynamo.stand_in()
    train(*_small_job(), device)  # what libraries load when it is first needed has to be there before
    _limit_memory(int(megabytes), device)
    if sys.platform == "linux":
        privileges.die_with_parent()
        if not is_accelerator(device):
            close_off()
    serve(Connection(int(descriptor)), device)


def _small_job() -> tuple[Trainable, Recipe]:
    """A network of one layer, and a step."""
    weight = np.zeros((2, 1, 1, 1), np.float32)
    one, nothing = ["value", 1], ["value", 0]
    layer = [["inputs"], ["state", "weight"], ["value", None], *(["list", [n]] for n in (one, nothing, one))]
    operation = ["aten.convolution.default", [*layer, ["value", False], ["list", [nothing]], one], {}, True]
    graph = {"operations": [operation], "constants": [], "output": ["result", 0, 0]}
    images, classes = np.ones((1, 1, 1, 2, 2), np.float32), np.zeros((1, 1, 2, 2), np.uint8)
    recipe = Recipe(images, classes, images[0], classes[0], learning_rate=0.1)
    return Trainable(graph, graph, {"weight": weight}, ["weight"]), recipe


def serve(pipe: Connection, device: str) -> None:
    """Say that it is ready, then answer jobs until whoever asks hangs up."""
    pipe.send_bytes(READY)
    while True:
        try:
            job = unpack_job(pipe.recv_bytes())
        except EOFError:
            return
        pipe.send_bytes(pack_trained(_attempt(*job, device)))


def _attempt(trainable: Trainable, recipe: Recipe, device: str) -> Trained | str:
    """What came of a job, or the end of a sentence that begins "It"."""
    try:
        return train(trainable, recipe, device)
    except NotTrainable as problem:
        return str(problem)
    except (MemoryError, torch.OutOfMemoryError):
        return "needs more memory than a training check may use"
    except RuntimeError as problem:  # how torch says everything else, from a shape to an allocation
        return f"cannot be trained ({str(problem).partition(chr(10))[0][:200]})"


def _tensor(values: Array, device: str) -> torch.Tensor:
    """A copy of its own on the device."""
    return torch.from_numpy(np.array(values)).to(device)


def _limit_memory(megabytes: int, device: str) -> None:
    if is_accelerator(device):  # not by address space: its driver maps terabytes that it never uses
        _, total = torch.cuda.mem_get_info(device)
        torch.cuda.set_per_process_memory_fraction(min(1.0, (megabytes << 20) / total), device)
        return
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + (megabytes << 20),) * 2)


if __name__ == "__main__":
    main(*sys.argv[1:])
