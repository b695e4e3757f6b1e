"""A worker's end of the pipe to its service."""

from __future__ import annotations

from typing import Self

from grader.cluster.errors import ServiceLost
from grader.cluster.messages import Charge, Reply
from grader.helper import Helper, HelperLost

START_SECONDS = 300.0
"""The first import of torch from a network's disk takes its time."""


class Service:
    """A running service. `hello`: its answer to its charge, a Hello or why there is none."""

    def __init__(self, helper: Helper, charge: Charge) -> None:
        self._helper = helper
        self.hello = self.mark(charge.model_dump_json().encode(), START_SECONDS)

    @classmethod
    def start(cls, charge: Charge) -> Self:
        """Start a service and wait until it is ready. Raises ServiceLost."""
        return cls(Helper.start("grader.cluster.service"), charge)

    def mark(self, parcel: bytes, seconds: float) -> Reply:
        """Its reply to a packed parcel. Raises ServiceLost, and the service is of no use then."""
        try:
            return Reply.unpack(self._helper.ask(parcel, seconds))
        except HelperLost as lost:
            why = "grading took longer than it may" if lost.overran else "the judging process died"
            raise ServiceLost(why) from None

    def end(self) -> None:
        """Hang up; what it is doing is given up."""
        self._helper.end()
