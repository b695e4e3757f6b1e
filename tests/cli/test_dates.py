"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.cli.dates import BadDate, moment

NOW = datetime(2025, 2, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("3d", NOW - timedelta(days=3)),
        ("2w", NOW - timedelta(weeks=2)),
        (" 2025-02-01 ", datetime(2025, 2, 1, tzinfo=UTC)),
        ("2025-02-01T17:30", datetime(2025, 2, 1, 17, 30, tzinfo=UTC)),
        ("2025-02-01T17:30+05:00", datetime(2025, 2, 1, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_date_a_time_or_how_long_ago(text: str, then: datetime) -> None:
    assert moment(text, NOW) == then.timestamp()


@pytest.mark.parametrize("text", ["", "yesterday", "3", "3y", "-3d", "14.2.2025", "2025-13-01", "9999999d"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(BadDate, match="write a date"):
        moment(text, NOW)
