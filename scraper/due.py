"""Which sites are due: each has its own minute of the night, and what was missed is caught up at the next look.

A timer calls `crawl --due` once an hour, whatever the machine's time zone. A site is due when its minute has passed
since the last run that crawled it to the end. So the sites are spread over the night by the hash of their keys, the same
every night, and after an outage everything is due at once, paced as always.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.archive import Archive
from pipelines.archive.records import RunRecord
from pipelines.clock import SHANGHAI
from pipelines.errors import ConfigurationError

RESUMED_FOR = timedelta(hours=24)
"""How long a run that was broken off comes first. One that fails every time must not keep the other sites waiting."""

_NIGHT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Night:
    """The part of the day, Asia/Shanghai, over which the sites are spread; it may run over midnight."""

    start: int = 30
    """Minutes after midnight."""
    minutes: int = 300

    @classmethod
    def parse(cls, text: str) -> Night:
        """From `HH:MM-HH:MM`; raises ConfigurationError.

        >>> Night.parse("23:00-05:30")
        Night(start=1380, minutes=390)
        """
        found = _NIGHT.fullmatch(text.strip())
        if found is None:
            raise ConfigurationError(f"时段 {text} 有误，请写成 00:30-05:30 的样子（北京时间）。")
        hours = [int(one) for one in found.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if start == end:
            raise ConfigurationError(f"时段 {text} 的开头和结尾相同，没有长度。")
        return cls(start, (end - start) % _DAY)

    def minute(self, key: str) -> int:
        """The minute of a site, after midnight: made of its key alone."""
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        return (self.start + number % self.minutes) % _DAY

    def covers(self, now: datetime) -> bool:
        """Whether a moment lies in it."""
        local = now.astimezone(SHANGHAI)
        return (local.hour * 60 + local.minute - self.start) % _DAY < self.minutes

    def last_moment(self, key: str, now: datetime) -> datetime:
        """When the site was last to be crawled, at or before `now`."""
        local = now.astimezone(SHANGHAI)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = midnight + timedelta(minutes=self.minute(key))
        return moment if moment <= local else moment - timedelta(days=1)


def due(
    sites: Sequence[str], runs: Iterable[RunRecord], now: datetime, night: Night | None = None
) -> tuple[str, ...]:
    """Keys of the sites to crawl now, in the order given.

    A run that was broken off within a day comes first, with exactly its sites, so that the crawl resumes it. Runs of a
    person who limited them (`--since`, `--limit`) do not count.
    """
    night = night or Night()
    whole = [(run, told) for run in runs if (told := _whole(run)) is not None]
    if whole:
        newest, told = whole[-1]
        if newest.ended_at is None and told and set(told) <= set(sites):
            age = now - datetime.fromisoformat(newest.started_at)
            if timedelta(0) <= age < RESUMED_FOR:
                return tuple(key for key in sites if key in told)
    last: dict[str, datetime] = {}
    for run, told in whole:
        if run.ended_at is not None and run.outcome != "interrupted":
            last |= dict.fromkeys(told, datetime.fromisoformat(run.started_at))
    return tuple(key for key in sites if _is_due(last.get(key), night.last_moment(key, now), now))


def _is_due(last: datetime | None, moment: datetime, now: datetime) -> bool:
    # A last time in the future is that of a clock which went wrong; waiting for it would be waiting for nothing.
    return last is None or last < moment or last > now


def _whole(run: RunRecord) -> list[str] | None:
    """The sites of a run that nobody limited; None for another."""
    try:
        told = json.loads(run.arguments)
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("since") or told.get("limit"):
        return None
    return [str(key) for key in told.get("sites") or ()]


def due_now(data: Path, sites: Sequence[str], now: datetime, night: Night) -> tuple[str, ...]:
    """The same for the archive of a data folder; all sites where there is none. Raises ArchiveDamaged."""
    path = data / "archive.db"
    if not path.is_file():
        return tuple(sites)
    with Archive(path, readonly=True) as archive:
        return due(sites, archive.runs(), now, night)
