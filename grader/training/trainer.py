"""A process that trains, as whoever asks it sees it."""

from __future__ import annotations

from hashlib import sha256
from types import TracebackType
from typing import Self

from grader.helper import Helper, HelperLost
from grader.sandbox.worker.frames import FrameError
from grader.training.device import held_alone, is_accelerator
from grader.training.graph import NotTrainable
from grader.training.recipe import Recipe, Trainable, Trained, pack_job, unpack_trained

START_SECONDS = 120.0


class TrainerLost(RuntimeError):  # noqa: N818 - what happened
    """The process that trains did not start: a failure of ours."""


class Trainer:
    """Trains one network after another on a device; on an accelerator no other process trains meanwhile.

    Its process is started when it is first needed, and again after it was killed. Close it, or use `with`.
    """

    def __init__(self, device: str, seconds: float, memory_megabytes: int) -> None:
        """seconds, memory_megabytes: what one training may take."""
        self.device = device
        self._seconds = seconds
        self._memory = memory_megabytes
        self._helper: Helper | None = None
        self._done: dict[bytes, Trained] = {}

    def train(self, trainable: Trainable, recipe: Recipe) -> Trained:
        """Follow the recipe. Raises NotTrainable, also where it takes too long, and TrainerLost."""
        try:
            return self._do(pack_job(trainable, recipe))
        except FrameError as error:
            raise NotTrainable("is described in a form that cannot be read") from error

    def train_once(self, trainable: Trainable, recipe: Recipe) -> Trained:
        """The same, remembered: a reference's training is every hand-in's measure."""
        job = pack_job(trainable, recipe)
        name = sha256(job).digest()
        if name not in self._done:
            self._done[name] = self._do(job)
        return self._done[name]

    def _do(self, job: bytes) -> Trained:
        with held_alone(self.device):
            trained = unpack_trained(self._ask(job))
        if not isinstance(trained, str):
            return trained
        if is_accelerator(self.device):
            self.close()  # what failed there may have left the device unusable for its process
        raise NotTrainable(trained)

    def close(self) -> None:
        """End the process, if one runs."""
        if self._helper is not None:
            self._helper.end()
            self._helper = None

    def _ask(self, job: bytes) -> bytes:
        if self._helper is None:
            self._helper = self._started()
        try:
            return self._helper.ask(job, self._seconds)
        except HelperLost as lost:
            self._helper = None
            how = (
                f"takes more than {self._seconds:g} s"
                if lost.overran
                else "ended the process that trained it"
            )
            raise NotTrainable(how) from None

    def _started(self) -> Helper:
        helper = Helper.start("grader.training.child", self.device, str(self._memory))
        try:
            helper.hear(START_SECONDS)
        except HelperLost as lost:
            raise TrainerLost(
                f"The process that trains networks did not start on {self.device}: {lost}."
            ) from None
        return helper

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
