"""What can go wrong between here and a cluster, each with a sentence for whoever runs the batch."""

from __future__ import annotations

from grader.errors import Exit, GraderError


class ClusterError(GraderError):
    """The cluster cannot be used; the message says why and what to do. What was graded is kept."""

    exit_code = Exit.SERVER


class SchedulerLost(ClusterError):  # noqa: N818 - what happened
    """Nobody answers any more at the scheduler's address."""

    def __init__(self) -> None:
        super().__init__(
            "The connection to the cluster's scheduler is lost; what was graded is kept. "
            "Give the same command again to go on."
        )


class ServiceLost(Exception):  # noqa: N818 - a state to recover from, not an error to show
    """A worker's service has ended, or took longer over a hand-in than it may."""
