"""Requests to a MarkUs server: paced, tried again where that is safe, and every error one sentence."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from grader.markus.errors import BadKey, NoSuchPlace, Refused, Unreachable
from grader.markus.key import Key

REPEATABLE = frozenset({"GET", "PUT", "PATCH", "DELETE"})
"""What may be sent again when it is not known whether the first one arrived; a POST might add twice."""
BUSY = frozenset({502, 503, 504})
TOO_MANY = 429
ADDRESS = "give --url as your browser shows it in MarkUs, up to and without /courses."
_LONGEST_DESCRIPTION = 300
_MACHINES_OF_ONES_OWN = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard a server is asked.

    per_second: requests, at most. tries: for each request. seconds: to wait for one answer.
    first_pause, longest_pause: between tries, in seconds; each pause is about twice the one before.
    """

    per_second: float = 5.0
    tries: int = 5
    seconds: float = 60.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Client:
    """Speaks JSON with `URL/api`. Use as a context manager. Raises the MarkusError that says who acts.

    Redirects are not followed: the key would go with them.
    """

    def __init__(
        self, url: str, key: Key, pace: Pace | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = checked_url(url)
        self._key = key
        self._pace = pace or Pace()
        self._sleep = sleep
        self._next = 0.0
        self._http = httpx.Client(
            base_url=f"{self.url}/api/",
            headers={"Authorization": key.header, "Accept": "application/json"},
            timeout=self._pace.seconds,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON at `path`."""
        response = self._ask("GET", f"{path}.json", params=parameters)
        try:
            return response.json()
        except ValueError:
            raise self._no_markus(response) from None

    def get_bytes(self, path: str) -> bytes:
        """The file at `path`."""
        return self._ask("GET", f"{path}.json").content

    def send(
        self, method: str, path: str, body: Mapping[str, Any], *, file: tuple[str, bytes, str] | None = None
    ) -> None:
        """Change something: `body` as JSON, or as a form with `file` (name, content, type) in it."""
        if file is None:
            content = json.dumps(body, allow_nan=False).encode()
            headers = {"Content-Type": "application/json"}
            self._ask(method, f"{path}.json", content=content, headers=headers)
        else:
            self._ask(method, f"{path}.json", data=dict(body), files={"file_content": file})

    def _ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Send, and send again where the server was busy or the line broke; the last answer counts."""
        for tries_left in reversed(range(self._pace.tries)):
            self._wait_for_turn()
            try:
                response = self._http.request(method, path, **arguments)
            except httpx.HTTPError as error:
                arrived = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if not tries_left or (arrived and method not in REPEATABLE):
                    raise self._unreachable(method, path, error) from None
                self._pause(tries_left)
                continue
            busy = response.status_code in BUSY and method in REPEATABLE
            if not tries_left or not (busy or response.status_code == TOO_MANY):
                break
            self._pause(tries_left, response.headers.get("Retry-After"))
        return self._checked(response, f"{method} {path}")

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._pace.per_second

    def _pause(self, tries_left: int, retry_after: str | None = None) -> None:
        pace = self._pace
        doubled = pace.first_pause * 2 ** (pace.tries - 1 - tries_left)
        wanted = doubled * random.uniform(0.5, 1)
        if retry_after is not None and retry_after.isdecimal():
            wanted = max(wanted, float(retry_after))
        self._sleep(min(wanted, pace.longest_pause))

    def _checked(self, response: httpx.Response, asked: str) -> httpx.Response:
        if response.is_success:
            return response
        if response.is_redirect:
            raise NoSuchPlace(f"{self.url} leads elsewhere ({response.status_code}): {ADDRESS}")
        description = self._description(response)
        if response.status_code in (401, 403):
            raise BadKey(
                f"MarkUs does not take the key for {asked} ({response.status_code}): its API serves "
                "instructors only. Check the key and the course; a TA uploads grades.csv on the Grades page, "
                "or asks an instructor."
            )
        if response.status_code in BUSY or response.status_code == TOO_MANY:
            raise Unreachable(
                f"MarkUs is too busy ({response.status_code} for {asked}, {self._pace.tries} times): run the "
                "same command again later, or with a smaller --rate; it goes on from here."
            )
        raise Refused(response.status_code, description, asked)

    def _description(self, response: httpx.Response) -> str:
        """The server's own words, if it is a MarkUs that speaks."""
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or "description" not in body:
            if response.status_code == httpx.codes.NOT_FOUND:
                raise self._no_markus(response)
            return f"no reason given ({response.reason_phrase})"
        words = " ".join(str(body["description"]).split())
        return self._key.hidden_in(words)[:_LONGEST_DESCRIPTION]

    def _no_markus(self, response: httpx.Response) -> NoSuchPlace:
        kind = response.headers.get("Content-Type", "nothing that says its kind").partition(";")[0]
        return NoSuchPlace(
            f"{response.url.copy_with(query=None)} answers {response.status_code} with {kind}, unlike the "
            f"API of MarkUs: {ADDRESS}"
        )

    def _unreachable(self, method: str, path: str, error: httpx.HTTPError) -> Unreachable:
        reason = self._key.hidden_in(str(error)) or type(error).__name__
        return Unreachable(
            f"MarkUs at {self.url} did not answer {method} {path} ({reason}): check the address and the "
            "network and run the same command again; it goes on from here."
        )


def checked_url(url: str) -> str:
    """The address without a slash at its end; NoSuchPlace unless the key would travel encrypted."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise NoSuchPlace(
            f"{url!r} is not the address of a MarkUs: it looks like https://markus.example.org."
        )
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _MACHINES_OF_ONES_OWN):
        raise NoSuchPlace(
            f"{url} would send your key unencrypted: give the address that begins with https://."
        )
    path = parts.path.rstrip("/").removesuffix("/api")
    return f"{parts.scheme}://{parts.netloc}{path}"
