"""Which year a session belongs to: a reviewed table (`data/sessions`), never arithmetic.

Extra sessions are common: a year may hold two sessions of one term, and a term more sessions than years. So nothing
but the table is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.paths import reviewed_data
from pipelines.review.entries import Entry, read_entries

_KEY = re.compile(r"([1-9]\d{5})-(政协|人大)-([1-9]\d?)-([1-9]\d?)")
_KEYS = ("year", "source")
YEARS = (1949, 2100)
"""The first session of the CPPCC; a bound against slips of the pen."""


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One 次 of one 届."""

    place: str
    body: str
    term: int
    meeting: int

    @property
    def id(self) -> str:
        """`420000-政协-13-2`."""
        return f"{self.place}-{self.body}-{self.term}-{self.meeting}"


@dataclass(frozen=True, slots=True)
class Held:
    """When a session was held, and how that is known."""

    year: int
    source: str


@cache
def sessions(root: Path | None = None) -> dict[Session, Held]:
    """Session → its year with the source of it, in order of the sessions; `root` is a file or folder.

    Raises ConfigurationError naming file, line and entry: a key that is no session or is written twice, a year out of
    range or before that of an earlier session of its term, a missing source, an unknown key.
    """
    found: dict[Session, Held] = {}
    first: dict[Session, str] = {}
    try:
        for entry in read_entries(root or reviewed_data("sessions"), _KEYS, _KEYS):
            session, held = _session(entry), _held(entry)
            if session is None or held is None:
                continue
            if session in first:
                entry.blame(f"这次会议已在 {first[session]} 写过")
                continue
            first[session] = entry.where
            found[session] = held
            _in_order(entry, session, found)
    except FileNotFoundError as error:
        raise ConfigurationError("缺少 data/sessions 目录；请恢复它，或重新安装本程序") from error
    return dict(sorted(found.items()))


def _session(entry: Entry) -> Session | None:
    match = _KEY.fullmatch(entry.name)
    if match is None:
        entry.blame("键应为 地区六位代码-政协或人大-届-次，如 420000-政协-13-2")
        return None
    return Session(match[1], match[2], int(match[3]), int(match[4]))


def _held(entry: Entry) -> Held | None:
    year, source = entry.values.get("year"), entry.text("source") if "source" in entry.values else None
    low, high = YEARS
    if "year" in entry.values and not (
        isinstance(year, int) and not isinstance(year, bool) and low <= year <= high
    ):
        entry.blame(f"应为 {low} 到 {high} 之间的年份", "year")
        return None
    return Held(year, source) if isinstance(year, int) and source is not None else None


def _in_order(entry: Entry, session: Session, known: dict[Session, Held]) -> None:
    """Within a term a later session never lies in an earlier year."""
    year = known[session].year
    for other, held in known.items():
        if (other.place, other.body, other.term) != (session.place, session.body, session.term):
            continue
        if (other.meeting < session.meeting and held.year > year) or (
            other.meeting > session.meeting and held.year < year
        ):
            entry.blame(f"与同届第 {other.meeting} 次会议（{held.year} 年）先后颠倒，请核对", "year")
            return
