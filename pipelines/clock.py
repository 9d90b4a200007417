"""Machine times: Asia/Shanghai, ISO 8601 with offset, seconds. Everything that asks what time it is asks here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China has had one offset and no summer time since 1992; no time zone database is needed."""


def _machine() -> datetime:
    return datetime.now(SHANGHAI)


_source: Callable[[], datetime] = _machine


def now() -> str:
    """The present moment, e.g. `2026-11-24T02:30:00+08:00`."""
    return _source().astimezone(SHANGHAI).isoformat(timespec="seconds")


def day_of(moment: str) -> date:
    """The day in Shanghai of a moment that `now` gave.

    >>> day_of("2026-11-24T02:30:00+08:00").isoformat()
    '2026-11-24'
    """
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()


@contextmanager
def driven(source: Callable[[], datetime]) -> Iterator[None]:
    """Another clock inside the block: a simulated year takes minutes. `source` gives moments with an offset."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
