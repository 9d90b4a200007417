"""Which year a session belongs to: a reviewed table (`data/sessions`), never arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError
from pipelines.paths import reviewed_data


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


@cache
def sessions(root: Path | None = None) -> dict[Session, int]:
    """Session → year, in order. Raises ConfigurationError naming file and entry."""
    found: dict[Session, int] = {}
    for file in sorted((root or reviewed_data("sessions")).glob("*.yaml")):
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise ConfigurationError(f"{file}：应为列表")
        for position, entry in enumerate(entries, start=1):
            for session, year in _entry(file, position, entry):
                if found.setdefault(session, year) != year:
                    raise ConfigurationError(f"{file}：第 {position} 项：{session.id} 有两个年份")
    return dict(sorted(found.items()))


def _entry(file: Path, position: int, entry: Any) -> list[tuple[Session, int]]:
    where = f"{file}：第 {position} 项"
    if not isinstance(entry, dict) or set(entry) != {"place", "body", "term", "years"}:
        raise ConfigurationError(f"{where}：应有 place、body、term、years 四项")
    place, body, term, years = str(entry["place"]), entry["body"], entry["term"], entry["years"]
    if not (len(place) == 6 and place.isdigit()) or body not in ("政协", "人大"):
        raise ConfigurationError(f"{where}：place 应为六位代码，body 应为 政协 或 人大")
    if not isinstance(term, int) or not isinstance(years, dict) or not years:
        raise ConfigurationError(f"{where}：term 应为整数，years 应为“次: 年”的对照")
    for meeting, year in years.items():
        if not (isinstance(meeting, int) and isinstance(year, int) and 1949 <= year <= 2100):
            raise ConfigurationError(f"{where}：{meeting}: {year} 不是“次: 年”")
    return [(Session(place, body, term, meeting), year) for meeting, year in years.items()]
