"""Reaching a Dask cluster: an address, workers on this machine, or jobs of a batch system."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from distributed import Client, LocalCluster, Security

from grader.cluster.errors import ClusterError
from grader.cluster.jobs import read_jobs, workers_of

CONNECT_SECONDS = 30.0
LOCAL = "local:"
ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d+")


@contextmanager
def connected(where: str) -> Iterator[Client]:
    """A client of the cluster. Raises ClusterError.

    where: the address of a scheduler (`tcp://host:8786`, `tls://host:8786`), `local:N` for N workers on this
    machine, or the path of a YAML file (jobs.Jobs) for workers that a batch system starts.
    """
    with _cluster_at(where) as cluster:
        try:
            client = Client(cluster, timeout=CONNECT_SECONDS)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {where} ({type(error).__name__}): see whether it runs, and "
                "give its address as `dask scheduler` prints it."
            ) from error
        with client:
            if isinstance(cluster, str):
                _wait_for_a_worker(client, where)
            yield client


def _wait_for_a_worker(client: Client, where: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise ClusterError(
            f"The scheduler at {where} has no workers: start some with `dask worker {where}`."
        ) from error


def _cluster_at(where: str) -> AbstractContextManager[Any]:
    if where.startswith(LOCAL):
        return _local_workers(where)
    if where.endswith((".yaml", ".yml")):
        return workers_of(read_jobs(Path(where)))
    if not ADDRESS.fullmatch(where):
        raise ClusterError(
            f"--dask {where}: give a scheduler's address such as tcp://host:8786, {LOCAL}N, or a YAML file "
            "of jobs."
        )
    return nullcontext(where)


@contextmanager
def _local_workers(where: str) -> Iterator[Any]:
    """N worker processes on this machine, which nobody else on it can connect to. Raises ClusterError."""
    number = where.removeprefix(LOCAL)
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < 1000:
        raise ClusterError(f"--dask {where}: say how many workers, such as {LOCAL}4.")
    with LocalCluster(
        n_workers=int(number),
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        security=Security.temporary(),
        silence_logs=logging.CRITICAL,
    ) as cluster:
        yield cluster
