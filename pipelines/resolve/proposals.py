"""From what a title prints to the proposal that it answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from pipelines.address import base32
from pipelines.models import Reference
from pipelines.normalise.proposal_number import normal_number
from pipelines.places import places
from pipelines.resolve.sessions import Session, sessions

NATION = "100000"
"""Code by which 全国 stands in the tables; GB/T 2260 has none for the whole country."""

_UNITS = ("土家族苗族自治州", "土家族自治县", "省", "市", "州", "县", "区")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with a complete key."""

    place: str
    body: str
    term: int
    meeting: int
    number: str

    @property
    def id(self) -> str:
        """`p` and 11 lower-case base32 characters of the SHA-256 of the key."""
        key = "\0".join((self.place, self.body, str(self.term), str(self.meeting), self.number))
        return "p" + base32(hashlib.sha256(key.encode()).digest())


@cache
def _by_name() -> dict[str, str | None]:
    """Name, with or without its unit → code; None where two places share it."""
    found: dict[str, str | None] = {"全国": NATION}
    for code, place in places().items():
        bare = next(
            (place.name.removesuffix(unit) for unit in _UNITS if place.name.endswith(unit)), place.name
        )
        names = {place.name, bare} if len(bare) >= 2 else {place.name}
        if place.name.endswith("自治州"):
            names.add(bare + "州")  # 恩施州
        for name in names:
            found[name] = None if name in found and found[name] != code else code
    return found


def place_of(level: str | None, printed: str | None, site_place: str | None) -> str | None:
    """Code of the place whose body a title names.

    A printed name counts first; a level alone means the division of that level to which the site belongs; nothing
    printed means the division of the site itself. None where the table does not tell.
    """
    if printed:
        return _named(printed)
    if level in ("全国", "国家"):
        return NATION
    if site_place is None or level is None:
        return site_place
    chain = _above(site_place)
    if level in ("省", "自治区"):
        return next((code for code in chain if code.endswith("0000")), None)
    if level in ("州", "盟"):
        return next((code for code in chain if _unit(code) == "州"), None)
    if level == "市":
        # A county-level city calls itself 市 too; on its own site it means itself.
        return next((code for code in chain if _unit(code) == "市"), None)
    return site_place if level == _unit(site_place) else None


def _named(printed: str) -> str | None:
    """Code of a printed name; of `宜昌市枝江市` and the like the last part counts."""
    names = _by_name()
    if printed in names:
        return names[printed]
    for start in range(1, max(1, len(printed) - 1)):
        head, tail = printed[:start], printed[start:]
        if head in names and tail in names:
            return names[tail]
    return None


def _above(code: str) -> list[str]:
    """The place itself and those above it, nearest first."""
    chain = [code]
    table = places()
    while (place := table.get(chain[-1])) is not None and place.parent is not None:
        chain.append(place.parent)
    if not chain[-1].endswith("0000"):
        chain.append(chain[-1][:2] + "0000")
    return chain


def _unit(code: str) -> str | None:
    place = places().get(code)
    return place.name[-1] if place else None


def proposal_of(reference: Reference, site_place: str | None) -> Proposal | None:
    """The proposal that a reference names, or None where a part of its key is unknown."""
    place = place_of(reference.level, reference.place, site_place)
    number = normal_number(reference.number)
    if None in (place, reference.body, reference.term, reference.meeting, number):
        return None
    assert place and reference.body and reference.term is not None  # noqa: PT018 — for the type checker
    assert reference.meeting is not None and number is not None  # noqa: PT018
    return Proposal(place, reference.body, reference.term, reference.meeting, number)


def session_year(reference: Reference, site_place: str | None) -> int | None:
    """Year of the session that a reference names, from the table."""
    place = place_of(reference.level, reference.place, site_place)
    if place is None or reference.body is None or reference.term is None or reference.meeting is None:
        return None
    held = sessions().get(Session(place, reference.body, reference.term, reference.meeting))
    return held.year if held else None
