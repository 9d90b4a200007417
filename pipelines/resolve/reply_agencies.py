"""Which agencies a reply names, in which role, and why: the printed names are put together here, one row an agency.

The agency that answers stands in the title, in the signature or, where neither prints one, in the declaration of the
site. All signatories of a joint reply answer. Its role is the one that the page prints for it (我厅承办, 承办单位:…); where
none is printed, who answers a proposal is 主办 and who writes an opinion is 会办.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.models import HandlingRole, RoleMention
from pipelines.normalise.agencies import looks_like_agency, split_agencies
from pipelines.normalise.roles import CONSULTED
from pipelines.resolve.agencies import Agency, Authority

Row = Mapping[str, Any]

_SPECIFIC: tuple[HandlingRole, ...] = ("主办", "分办", "会办", "协办", "承办")
"""Where a page prints several roles for who answers, the first of these: 承办 is the word for all of them."""


@dataclass(frozen=True, slots=True)
class ReplyAgency:
    """One row of `reply_agencies` without reply and position."""

    agency: Agency | None
    name: str
    """As printed; of the declaration where the page prints none."""
    role: HandlingRole
    source: str
    rule: str


def agencies_of(
    head: Row,
    mentions: Iterable[RoleMention],
    sources: Mapping[str, tuple[str, str]],
    declared: str | None,
    place: str | None,
    authority: Authority,
) -> tuple[ReplyAgency, ...]:
    """The agencies of one reply: lead agency of an opinion first, then who answers, then the others as printed.

    `head`: document_type, answering_agency, signatory, publisher, lead_agency, co_handlers (JSON). `sources`: field →
    (source, rule). `declared` and `place` are those of the site.
    """
    seen = _Seen(authority, place)
    opinion = head["document_type"] == "co_handling_opinion"
    mentions = tuple(mentions)
    answering = _answering(head, sources, declared)
    for name, _, _ in answering:
        seen.answers(name)
    own = [one for one in mentions if one.name is None or seen.is_answering(one.name)]
    printed = next((one for role in _SPECIFIC for one in own if one.role == role), None)
    if opinion and head["lead_agency"]:
        for name in split_agencies(head["lead_agency"]) or (head["lead_agency"],):
            seen.add(name, "主办", *sources.get("lead_agency", ("body", "body.addressed_agency")))
    for name, source, rule in answering:
        if printed is not None:
            seen.add(name, printed.role, printed.source, printed.rule)
        else:
            seen.add(name, "会办" if opinion else "主办", source, rule)
    others = {one.name: one for one in reversed(mentions) if one.name is not None and one not in own}
    for one in reversed(others.values()):
        # A line with a label stands for itself; names from the letter have to be those of the field, which a person may
        # have corrected.
        labelled = one.source != "body" and sources.get("co_handlers", ("", ""))[1] != "corrections"
        if one.name is not None and (one.role not in CONSULTED or labelled):
            seen.add(one.name, one.role, one.source, one.rule)
    for name in json.loads(head["co_handlers"] or "[]"):
        mention = others.get(name)
        if mention is not None:
            seen.add(name, mention.role, mention.source, mention.rule)
        else:
            seen.add(name, "会办", *sources.get("co_handlers", ("body", "body.co_handlers")))
    return tuple(seen.rows)


def _answering(
    head: Row, sources: Mapping[str, tuple[str, str]], declared: str | None
) -> list[tuple[str, str, str]]:
    """(name, source, rule) of everyone who answers; title and signature may print one body in two ways."""
    found: list[tuple[str, str, str]] = []
    for field, fallback in (
        ("answering_agency", ("title", "title.before_about")),
        ("signatory", ("body", "signature.block")),
    ):
        source, rule = sources.get(field, fallback)
        found += [(name, source, rule) for name in _several(head[field])]
    if not found and declared:
        found = [(declared, "site", "site.agency")]
    if not found and head["publisher"]:
        source, rule = sources.get("publisher", ("cell", "labels.as_printed"))
        found = [(name, source, rule) for name in _several("".join(head["publisher"].split()))]
    return found


def _several(printed: str | None) -> Iterator[str]:
    """Signatories of a joint reply are joined by spaces, agencies in a title by 、."""
    for part in (printed or "").split(" "):
        names = [name for name in re.split(r"[、,，]", part) if name]
        if len(names) > 1 and all(looks_like_agency(name) for name in names):
            yield from names
        elif part:
            yield part


class _Seen:
    """Rows so far; a body stands once, under the name and the role that came first."""

    def __init__(self, authority: Authority, place: str | None) -> None:
        self.rows: list[ReplyAgency] = []
        self._authority, self._place = authority, place
        self._answering: list[tuple[Agency | None, str]] = []

    def answers(self, name: str) -> None:
        """Note one who answers."""
        self._answering.append((self._authority.find(name, self._place), name))

    def is_answering(self, name: str) -> bool:
        """Whether a printed name means one of those who answer."""
        found = self._authority.find(name, self._place)
        return any(_same(found, name, *other) for other in self._answering)

    def add(self, name: str, role: HandlingRole, source: str, rule: str) -> None:
        """Add a body that is not there yet."""
        found = self._authority.find(name, self._place)
        if not any(_same(found, name, row.agency, row.name) for row in self.rows):
            self.rows.append(ReplyAgency(found, name, role, source, rule))


def _same(one: Agency | None, printed: str, other: Agency | None, name: str) -> bool:
    """One body: by id where the file knows both, else where one name is the other with a place in front."""
    if one is not None and other is not None:
        return one.id == other.id
    if one is not None or other is not None:
        return False
    short, long = sorted((printed, name), key=len)
    return long == short or (len(short) >= 4 and short[0] in "省市州县区" and long.endswith(short))
