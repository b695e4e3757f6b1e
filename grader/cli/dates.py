"""Moments as people write them on a command line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from grader.errors import Exit, GraderError

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class BadDate(GraderError):  # noqa: N818 - what is wrong
    """A moment that cannot be read."""

    exit_code = Exit.USAGE


def moment(text: str, now: datetime) -> float:
    """Seconds since 1970 of an ISO 8601 date or time (local if it does not say), or of `3d` before now."""
    ago = re.fullmatch(r"(\d{1,6})([mhdw])", text.strip())
    if ago:
        return (now - timedelta(**{UNITS[ago[2]]: int(ago[1])})).timestamp()
    try:
        then = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadDate(
            f"{text!r} is no moment: write a date (2025-02-14), a time (2025-02-14T17:00) or how long ago "
            "(90m, 12h, 3d, 2w)."
        ) from None
    return then.timestamp() if then.tzinfo else then.replace(tzinfo=now.tzinfo).timestamp()
