"""When a template gets a dictionary: its first one in a few milliseconds as soon as a run has pages enough, so that most
are compressed once; all else between crawls or at the end of one."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from pipelines.archive.bodies import Bodies
from pipelines.archive.codec import make_dictionary

MIN_BODIES = 30
"""A dictionary is stored too (some 75 KB): below this many pages it costs more than it saves."""
SAMPLES = 100
REDESIGN_BODIES = 100
"""New pages before we ask whether a site was redesigned."""
REDESIGN_GAIN = 1.25
"""A dictionary that makes pages not even this much smaller belongs to an old design."""

_BATCH = 50
"""Bodies a transaction: a reader or a kill never waits for, or loses, more."""
_FREE_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Maintained:
    """What was done."""

    dictionaries: int
    """Made."""
    bodies: int
    """Compressed anew."""


def train(bodies: Bodies, template: str, minimum: int = MIN_BODIES) -> int | None:
    """Make a dictionary from the newest bodies of a template; later bodies use it. None below `minimum` bodies."""
    samples = bodies.newest(template, SAMPLES)
    if len(samples) < max(minimum, 1):
        return None
    content = make_dictionary([body for _, body in samples])
    return bodies.add_dictionary(template, content, samples[-1][0]) if content else None


def maintain(bodies: Bodies, connection: sqlite3.Connection) -> Maintained:
    """Train where it pays, bring older bodies of those templates into their dictionary, give free pages back.

    Safe to kill at any moment and to run again: each step is a transaction that leaves every body readable.
    """
    made = again = 0
    for template in bodies.templates():
        if _due(bodies, template):
            made += train(bodies, template) is not None
        while done := bodies.recompress(template, _BATCH):
            again += done
    while connection.execute("PRAGMA freelist_count").fetchone()[0]:
        # Each step of the pragma gives one page back and is no row to a cursor, which would stop behind the first.
        connection.executescript(f"PRAGMA incremental_vacuum({_FREE_PAGES})")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Maintained(made, again)


def _due(bodies: Bodies, template: str) -> bool:
    newest = bodies.newest_dictionary(template)
    if newest is None:
        return bodies.count_since(template, None) >= MIN_BODIES
    if bodies.count_since(template, newest) < REDESIGN_BODIES:
        return False
    recent = [body for _, body in bodies.newest(template, MIN_BODIES)]
    return not bodies.still_fits(recent, newest, REDESIGN_GAIN)
