"""The gates before publication: a site at a time, then the whole corpus.

A site that fails is published with its trouble and its last good rows; only a failure of the whole corpus stops
publication.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.check.gate_rules import Scope


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate: what it looked at and what it found, in Chinese."""

    scope: Scope
    name: str
    """Name of the gate, or key of the site."""
    ok: bool
    message: str
    health: str | None = None
    """Of a site: ok, partial, failed, never, undiscovered."""
    rules: tuple[str, ...] = ()
    """Of a site: the rule behind each line of the message, in order."""
    since: str | None = None
    """Of a site that is not well: since when, as far as anybody can tell."""


def gates(conn: sqlite3.Connection, previous_replies: int = 0) -> list[GateResult]:
    """Every gate over a corpus; those of the corpus first. `previous_replies` is the count of the file it replaces.

    Reads only. A site that was never crawled, or whose columns are still to be found, passes: it has promised nothing yet.
    """
    return [*_corpus(conn, previous_replies), *_sites(conn)]


def stops_publication(results: list[GateResult]) -> bool:
    """Whether a gate of the whole corpus failed."""
    return any(result.scope == "corpus" and not result.ok for result in results)


def _corpus(conn: sqlite3.Connection, previous: int) -> Iterator[GateResult]:
    broken = Counter(str(row[0]) for row in conn.execute("pragma foreign_key_check"))
    message = f"{broken.total()} 处引用落空：{'、'.join(sorted(broken))}" if broken else "引用完整"
    yield GateResult("corpus", "foreign_keys", not broken, message)
    damage = [row[0] for row in conn.execute("pragma integrity_check(5)") if row[0] != "ok"]
    yield GateResult("corpus", "integrity", not damage, "；".join(damage) or "文件完好")
    count = conn.execute("select count(*) from replies").fetchone()[0]
    # What was taken down on purpose is not lost; taking down must never be refused.
    withheld = conn.execute("select count(*) from withheld").fetchone()[0]
    lost = count == 0 and previous > withheld
    message = f"一件答复也没有，而上一版有 {previous} 件" if lost else f"{count} 件答复"
    yield GateResult("corpus", "not_empty", not lost, message)


def _sites(conn: sqlite3.Connection) -> Iterator[GateResult]:
    for key, name, health, reasons, rules in conn.execute(
        "select key, name, health, reasons, rules from sites order by key"
    ):
        yield GateResult(
            "site",
            key,
            health in ("ok", "never", "undiscovered"),
            f"{name}：{reasons or '正常'}",
            health,
            tuple((rules or "").split()),
        )


def verdict(results: Iterable[GateResult]) -> Literal["ok", "partial", "failed"]:
    """How the whole ended: failed when a gate of the whole failed, partial when a site did not end well."""
    bad = {result.scope for result in results if not result.ok}
    return "failed" if bad - {"site"} else "partial" if bad else "ok"
