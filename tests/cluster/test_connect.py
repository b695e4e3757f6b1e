"""Reaching a cluster: by address, as workers here, as jobs of a batch system; and how that fails."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from grader.cluster import connect
from grader.cluster.connect import connected
from grader.cluster.errors import ClusterError

SLURM = """\
system: slurm
workers: 1
settings:
  cores: 1
  processes: 1
  memory: 2GB
  walltime: "00:10:00"
  queue: teaching
"""
SBATCH = """\
#!/bin/sh
# Runs the job here, in the background, as Slurm would on a node.
cp "$1" "$SLURM_TEST/job.sh"  # the file goes when this command ends
setsid sh "$SLURM_TEST/job.sh" > "$SLURM_TEST/job.log" 2>&1 &
echo $! > "$SLURM_TEST/pid"
echo "Submitted batch job 4711"
"""
SCANCEL = """\
#!/bin/sh
echo "$@" > "$SLURM_TEST/cancelled"
kill -- -"$(cat "$SLURM_TEST/pid")"
"""


@pytest.mark.parametrize("where", ["local:", "local:0", "local:two", "local:-1", "local:1000"])
def test_a_number_of_local_workers_must_be_one(where: str) -> None:
    with pytest.raises(ClusterError, match="say how many workers"), connected(where):
        pass


@pytest.mark.parametrize("where", ["nonsense", "what://ever:1", "tcp://host", "host:8786", ""])
def test_what_is_no_address_is_told_what_one_looks_like(where: str) -> None:
    with pytest.raises(ClusterError, match="address such as"), connected(where):
        pass


def test_an_address_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "CONNECT_SECONDS", 0.5)
    where = "tcp://127.0.0.1:1"
    with pytest.raises(ClusterError, match=f"No Dask scheduler answers at {where}"), connected(where):
        pass


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "cannot be read"),
        ("a: [", "is no YAML"),
        ("", "the file: "),
        ("system: slurm\nworkers: 2\n", "settings: Field required"),
        (SLURM.replace("slurm", "kubernetes"), "system: Input should be"),
        (SLURM.replace("workers: 1", "workers: 0"), "workers: Input should be greater"),
        (SLURM.replace("queue:", "quue:"), "cannot use these settings for slurm"),
        (SLURM.replace("  memory: 2GB\n", ""), "cannot use these settings for slurm"),
    ],
)
def test_a_wrong_file_of_jobs_is_named_with_the_place(
    text: str | None, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "jobs.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ClusterError, match=complaint), connected(str(path)):
        pass


@pytest.mark.slow
def test_jobs_are_submitted_with_keys_of_their_own_and_cancelled_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against commands that stand in for Slurm's and run the job on this machine."""
    for name, script in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_TEST", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slurm.yaml").write_text(SLURM)
    with connected("slurm.yaml") as client:
        client.wait_for_workers(1, timeout=60)
        assert client.submit(pow, 2, 5).result() == 32
        assert client.scheduler.address.startswith("tls://")
    job = (tmp_path / "job.sh").read_text()
    assert "#SBATCH -p teaching" in job and "--nthreads 1" in job
    assert (tmp_path / "cancelled").read_text().strip() == "4711"
