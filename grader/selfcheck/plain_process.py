"""A worker that is an ordinary process on the student's machine: deadlines, no confinement, any system."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from grader.errors import GraderError
from grader.sandbox.errors import Crashed, StudentRaised, TimedOut
from grader.sandbox.worker import frames

START_SECONDS = 120.0
_OURS = Path(__file__).resolve().parents[2]
_COMMAND = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.selfcheck.plain_worker import serve; serve()"
)


class PlainProcess:
    """See notebook_code.Worker."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, str(_OURS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._replies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        assert self._process.stdout is not None
        threading.Thread(target=_listen, args=(self._process.stdout, self._replies), daemon=True).start()
        if self._next(START_SECONDS) is None:
            self.close()
            raise GraderError(
                "The process for the notebook's code did not start: see what `python -c 'import torch'` says."
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def request(self, request: Mapping[str, Any], deadline: float) -> Any:
        """One operation within `deadline` seconds."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frames.pack(dict(request)))
            self._process.stdin.flush()
            body = self._next(deadline)
        except BrokenPipeError:
            body = None
        except TimedOut:
            self.close()
            raise
        if body is None:
            code = self._process.wait()
            self.close()
            raise Crashed(f"it exited with code {code}")
        reply = frames.decode(body)
        if reply["ok"]:
            return reply["value"]
        told = reply["error"]
        raise StudentRaised(told["type"], told["message"], told["cell"], told["line"], told["traceback"])

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def _next(self, seconds: float) -> bytes | None:
        try:
            return self._replies.get(timeout=seconds)
        except queue.Empty:
            raise TimedOut(seconds) from None


def _listen(stdout: IO[bytes], replies: queue.SimpleQueue[bytes | None]) -> None:
    """Frames as they come; None at the end of the stream."""
    try:
        while len(header := stdout.read(frames.HEADER.size)) == frames.HEADER.size:
            (length,) = frames.HEADER.unpack(header)
            replies.put(stdout.read(length))
    except ValueError:  # closed by `close`
        return
    finally:
        replies.put(None)
