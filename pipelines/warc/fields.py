"""What the archive keeps and WARC has no field for, as fields of our own (ISO 28500 §5.1 allows them), and moments."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.clock import SHANGHAI

RUN = "hubei-replies-run"
"""In a warcinfo: the run that its records belong to, one line of JSON."""
FETCH = "Hubei-Replies-Fetch"
"""Header of a record: role, site, column, outcome, context, and whatever else the record does not say by itself, JSON."""
NOTE = "Hubei-Replies-Note"
"""Header of a metadata record: what a run said of a site as a whole, JSON."""

CODED = frozenset(("content-encoding", "transfer-encoding"))
"""Headers that would make a reader decode a body that is decoded already."""


def iso(moment: str) -> str:
    """A moment of the archive as WARC-Date (§5.4).

    >>> iso("2026-11-24T10:30:00+08:00")
    '2026-11-24T02:30:00Z'
    """
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shanghai(printed: str) -> str | None:
    """A WARC-Date, with or without a fraction, as the archive writes moments; None for what is none."""
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return None
    told = found if found.tzinfo else found.replace(tzinfo=UTC)
    return told.astimezone(SHANGHAI).isoformat(timespec="seconds")
