"""Workers that are jobs of a batch system, such as Slurm, started through dask-jobqueue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import dask_jobqueue
import yaml
from pydantic import Field, ValidationError

from grader.cluster.errors import ClusterError
from grader.results.model import Frozen

CLUSTERS = {
    "htcondor": dask_jobqueue.HTCondorCluster,
    "lsf": dask_jobqueue.LSFCluster,
    "oar": dask_jobqueue.OARCluster,
    "pbs": dask_jobqueue.PBSCluster,
    "sge": dask_jobqueue.SGECluster,
    "slurm": dask_jobqueue.SLURMCluster,
}


class Jobs(Frozen):
    """The file that `--dask FILE.yaml` names.

    workers: how many there are to be; a job that ends early is submitted again. settings: of each job, the
    arguments of dask-jobqueue's class for that system, such as cores, processes, memory, walltime, queue.
    """

    system: Literal["htcondor", "lsf", "oar", "pbs", "sge", "slurm"]
    workers: int = Field(gt=0)
    settings: Mapping[str, Any]


def read_jobs(path: Path) -> Jobs:
    """The file's content. Raises ClusterError."""
    try:
        return Jobs.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise ClusterError(f"{path} cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ClusterError(f"{path} is no YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors()
        )
        raise ClusterError(f"{path}: {problems}. See docs/cluster.md.") from error


@contextmanager
def workers_of(jobs: Jobs) -> Iterator[Any]:
    """The cluster, its jobs submitted; they are cancelled in the end. Raises ClusterError."""
    private = {"security": True, "shared_temp_directory": str(Path.cwd())}
    try:
        cluster = CLUSTERS[jobs.system](**{**private, **jobs.settings})
    except (TypeError, ValueError, OSError) as error:
        raise ClusterError(f"dask-jobqueue cannot use these settings for {jobs.system}: {error}") from error
    with cluster:
        cluster.adapt(minimum=jobs.workers, maximum=jobs.workers)
        yield cluster
