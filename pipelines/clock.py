"""Machine times: Asia/Shanghai, ISO 8601 with offset, seconds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China has had one offset and no summer time since 1992; no time zone database is needed."""


def now() -> str:
    """The present moment, e.g. `2026-11-24T02:30:00+08:00`."""
    return datetime.now(SHANGHAI).isoformat(timespec="seconds")
