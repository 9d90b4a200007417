"""Which addresses carry one reply: pure, over the whole set.

Three rules join addresses: the mobile twin and its original (`address.canonical`), two publications on one site with the
same title and body, and two on any sites with a key of `sameness` in common. The earliest archived canonical address
names the reply. Time is compared by run, not by clock: within a run the order of the addresses decides, so that a crawl
that was interrupted names it alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.address import canonical, is_twin, reply_id

Kind = Literal["canonical", "twin", "duplicate", "portal", "republished"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address that holds a reply."""

    address: str
    url: str
    site: str | None
    run: int
    """Run in which the address was first archived as a document."""
    content: str | None
    """Digest of title and body; None where there is too little to compare."""
    keys: tuple[str, ...] = ()
    """Keys by which it is the same reply on any site, see `sameness`."""
    portal: bool = False
    """Its site carries many agencies."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One reply and the addresses that hold it; the first address gives its values."""

    id: str
    members: tuple[tuple[Candidate, Kind], ...]


def content_digest(title: str | None, body: str | None, particulars: str) -> str | None:
    """Digest by which two publications on one site are the same; None without a body.

    White space does not count. A body of one line (`详见附件`) says little: there its particulars (index number,
    references, attachments) must agree too.
    """
    text = "".join((body or "").split())
    if not text:
        return None
    parts = ["".join((title or "").split()), text]
    if len(text) < 60:
        parts.append(particulars)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def merge(candidates: Iterable[Candidate]) -> list[Merged]:
    """Replies in order of id. The result depends on the set only, not on its order."""
    by_canonical: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda one: one.address):
        by_canonical.setdefault(canonical(candidate.url), []).append(candidate)
    parents = {key: key for key in by_canonical}

    def root(key: str) -> str:
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    seen: dict[tuple[str | None, str], str] = {}
    for key, members in by_canonical.items():
        for member in members:
            own = [(member.site, member.content)] if member.content is not None else []
            for shared in (*own, *((None, f"any\0{one}") for one in member.keys)):
                other = seen.setdefault(shared, key)
                parents[root(key)] = root(other)
    groups: dict[str, list[str]] = {}
    for key in by_canonical:
        groups.setdefault(root(key), []).append(key)
    merged = [_merged([by_canonical[key] for key in keys]) for keys in groups.values()]
    return sorted(merged, key=lambda one: one.id)


def _merged(publications: list[list[Candidate]]) -> Merged:
    ordered = sorted(
        publications, key=lambda members: (min(one.run for one in members), canonical(members[0].url))
    )
    members: list[tuple[Candidate, Kind]] = []
    for position, publication in enumerate(ordered):
        for one in sorted(publication, key=lambda one: (is_twin(one.url), one.run, one.address)):
            members.append((one, "canonical" if position == 0 else _kind(one, ordered[0][0])))
    members = [(one, "twin" if is_twin(one.url) else kind) for one, kind in members]
    return Merged(reply_id(members[0][0].url), tuple(members))


def _kind(one: Candidate, first: Candidate) -> Kind:
    """What a further publication is to the first one."""
    if one.site == first.site:
        return "duplicate"
    return "portal" if one.portal else "republished"
