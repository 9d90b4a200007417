"""Which addresses carry one reply: pure, over the whole set.

Three rules join addresses: the mobile twin and its original (`address.canonical`), two publications on one site with the
same title and body, and two on any sites with a key of `sameness` in common; so does a page that moved: it does not answer
any more at one address, and came to light at another with a text that it had. Values come from where the reply is now;
the earliest archived canonical address names it. Time is compared by run, not by clock: within a run the order of the
addresses decides, so that a crawl that was interrupted names it alike.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines.address import canonical, is_twin, reply_id
from pipelines.resolve.life import State
from pipelines.resolve.log import FIRST_RUN_UNKNOWN

Kind = Literal["canonical", "twin", "duplicate", "portal", "republished", "moved"]


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
    state: State = "there"
    last_ok_run: int = 0
    """Run of its last good answer."""
    arrived_with: str | None = None
    """Print of its first text (`pipelines.load.rows.print_of`)."""
    had: frozenset[str] = frozenset()
    """Prints of all its texts."""


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
    for new, old in _moved(by_canonical):
        parents[root(new)] = root(old)
    groups: dict[str, list[str]] = {}
    for key in by_canonical:
        groups.setdefault(root(key), []).append(key)
    merged = [_merged([by_canonical[key] for key in keys]) for keys in groups.values()]
    return sorted(merged, key=lambda one: one.id)


def _merged(publications: list[list[Candidate]]) -> Merged:
    ordered = sorted(
        publications, key=lambda members: (min(one.run for one in members), canonical(members[0].url))
    )
    first = min(ordered[0], key=_rank)
    # Where it can be read today; else where it could be read last. `min` keeps the first of equals.
    heads = [min(publication, key=_rank) for publication in ordered]
    chosen = ordered[min(range(len(heads)), key=lambda place: _staleness(heads[place], heads))]
    rest = [publication for publication in ordered if publication is not chosen]
    members: list[tuple[Candidate, Kind]] = []
    now = min(chosen, key=_rank)
    for publication in (chosen, *rest):
        for one in sorted(publication, key=_rank):
            kind: Kind = "canonical" if publication is chosen else _kind(one, now)
            members.append((one, "twin" if is_twin(one.url) else kind))
    return Merged(reply_id(first.url), tuple(members))


def _rank(one: Candidate) -> tuple[bool, int, str]:
    return is_twin(one.url), one.run, one.address


def _staleness(one: Candidate, others: list[Candidate]) -> int:
    """0 for an address that answers, or may; of the others the one that answered last comes first."""
    if one.state == "there" or (
        one.state == "missing"
        and not any(other.state == "there" and _left_for(one, other) for other in others)
    ):
        return 0
    return FIRST_RUN_UNKNOWN - one.last_ok_run


def _kind(one: Candidate, now: Candidate) -> Kind:
    """What another publication is to the one where the reply is now."""
    if one.state in ("gone", "leads") or _left_for(one, now):
        return "moved"
    if one.site == now.site:
        return "duplicate"
    return "portal" if one.portal else "republished"


def _left_for(old: Candidate, new: Candidate) -> bool:
    """Whether an address stopped to answer before another was met. Without that order only certainty counts: of two
    publications one may be missing for a day."""
    return old.state != "there" and new.run > old.last_ok_run


def _moved(by_canonical: Mapping[str, list[Candidate]]) -> Iterator[tuple[str, str]]:
    """(new, old) canonical addresses of pages that moved: each with the last one that had its first text."""
    left: dict[tuple[str | None, str], list[tuple[int, str, Candidate]]] = {}
    for key, members in by_canonical.items():
        for one in members:
            for print_ in one.had if one.state != "there" else ():
                left.setdefault((one.site, print_), []).append((one.last_ok_run, key, one))
    for found in left.values():
        found.sort(key=lambda entry: entry[:2])
    for key, members in by_canonical.items():
        for one in members:
            before = left.get((one.site, one.arrived_with or ""), [])
            place = bisect_left(before, one.run, key=lambda entry: entry[0])
            if place and before[place - 1][1] != key:
                yield key, before[place - 1][1]
