"""What the archive takes and gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import DataUnreadable
from pipelines.models import Issue, Outcome, Role

Context = Mapping[str, str | int | None]
"""What the page alone does not say: `row_title`, `row_date`, `part_of` (address of the first page), `index`,
`text_in` (where a list carries the text of the document)."""


class ArchiveDamaged(DataUnreadable):
    """The file is no archive, or something in it is not what was written; says which file and what to do."""

    def __init__(self, path: Path, problem: str, advice: str | None = None) -> None:
        self.path = path
        self.advice = advice or (
            "请把它移到别处保存，从备份恢复；没有备份时可用 sqlite3 的 .recover 抢救，或重新采集"
        )
        super().__init__(f"归档 {path} {problem}。{self.advice}")


@dataclass(frozen=True, slots=True)
class Run:
    """A run that may record."""

    id: int
    resumed: bool
    """An earlier run with the same declarations and arguments was broken off, and goes on."""
    started_at: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the archive remembers it."""

    id: int
    started_at: str
    ended_at: str | None
    outcome: str | None
    """None while it runs or after a kill; `interrupted` when another run began in its stead."""
    declarations: str
    """`pipelines.declare.dump_sites` of the sites it ran with."""
    arguments: str
    """Canonical JSON."""
    code: str
    """Version of the code that fetched."""

    @property
    def imported(self) -> bool:
        """Whether a person saved these pages, instead of a crawl."""
        told = json.loads(self.arguments)
        return isinstance(told, dict) and "import" in told


@dataclass(frozen=True, slots=True)
class Fetch:
    """One answer, or the lack of one, of one address."""

    run_id: int
    url: str
    """As requested, without fragment."""
    fetched_at: str
    status: int
    """0 when nothing answered."""
    headers: tuple[tuple[str, str], ...]
    """Names lower case, order kept."""
    outcome: Outcome
    role: Role
    site: str | None = None
    column: str | None = None
    context: Context = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Fetch):
    """A fetch in the archive; its body is read only when asked for."""

    id: int
    sha256: str | None
    """Lower-case hex; None where no body came."""
    size: int
    """Bytes of the body, decompressed; 0 where none came."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that another archive kept, on its way into this one."""

    fetch: Fetch
    """`run_id`: as there."""
    sha256: str | None = None
    """Lower-case hex; None where no body came."""
    body: Callable[[], bytes] | None = None
    """Reads the body; None where it must be here already."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a crawl says of a site as a whole and no answer of its own can show: that it was left alone, and why."""

    run_id: int
    site: str
    issue: Issue
    url: str | None = None
    """Where it is about one address."""


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the archive holds."""

    runs: int
    fetches: int
    bodies: int
    dictionaries: int
    body_bytes: int
    """Of the distinct bodies, as received."""
    stored_bytes: int
    """Of the same, compressed, without dictionaries."""
    file_bytes: int
    """Of the database file, dictionaries and indexes included."""
