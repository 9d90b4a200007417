"""From staging to the candidates that `identity.merge` takes: one an address, bodies passing through one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from pipelines.models import Reference
from pipelines.normalise.proposal_number import normal_number
from pipelines.resolve.addresses import life_of
from pipelines.resolve.agencies import Authority
from pipelines.resolve.identity import Candidate, content_digest
from pipelines.resolve.life import Life
from pipelines.resolve.log import FIRST_RUN_UNKNOWN, Log
from pipelines.resolve.proposals import proposal_of
from pipelines.resolve.sameness import keys, names

_SQL = (
    "select {root}, replies.address, replies.url, pages.site, log.first_ok_run, log.life,"
    # What the page says, not what a correction makes of it: duplicates are told by their print.
    " coalesce((select raw from field_sources f where f.address = replies.address and f.field = 'title'"
    " and f.rule = 'corrections'), replies.title), replies.body_text, salutation, signed_on, document_number,"
    " coalesce(signatory, answering_agency, publisher), replies.index_number,"
    " (select group_concat(coalesce(number, '')) from reply_references r where r.address = replies.address),"
    " (select group_concat(coalesce(url, name)) from attachments a where a.address = replies.address),"
    " (select content from revisions v where v.address = replies.address and v.number = 1),"
    " (select json_group_array(content) from revisions v where v.address = replies.address and content is not null)"
    " from {among} join pages on pages.address = replies.address"
    " left join temp.addresses log on log.key = replies.address{order}"
)


def candidates(
    staging: sqlite3.Connection, log: Log, authority: Authority, *, joint: bool = False
) -> Iterator[tuple[int, Candidate]]:
    """(0, candidate) of every address that holds a reply, as they come; with `joint` of those in the temporary table
    `joint`, (root, candidate) in order of root. Without it `keys` are names alone, which takes no reading of letters: what
    shares no name is not one. The log stands in temporary tables of the same connection."""
    log.addresses.settle()
    among = "temp.joint cross join replies on replies.address = joint.address" if joint else "replies"
    root, order = ("joint.root", " order by joint.root, replies.address") if joint else ("0", "")
    for row in staging.execute(_SQL.format(root=root, among=among, order=order)):
        (
            group,
            address,
            url,
            key,
            first_ok_run,
            told,
            title,
            body,
            salutation,
            signed_on,
            document_number,
            printed,
            *particulars,
            first,
            had,
        ) = row
        life = life_of(told) if told is not None else Life()
        site = log.sites.get(key) if key else None
        place = site.place if site else None
        references = _references(staging, address)
        agency = authority.find(printed, place)
        known = (proposal_of(reference, place) for reference in references)
        named = names(
            index_number=particulars[0],
            document_number=document_number,
            proposals=[proposal.id for proposal in known if proposal is not None],
            agency=agency.id if agency else printed,
            signed_on=signed_on,
            numbers=[normal_number(reference.number) or "" for reference in references],
        )
        yield (
            group,
            Candidate(
                address,
                url,
                key,
                FIRST_RUN_UNKNOWN if first_ok_run is None else first_ok_run,
                content_digest(title, body, json.dumps(particulars)),
                keys(named, body, salutation) if joint else named,
                portal=site is not None and site.agency is None,
                state=life.state,
                last_ok_run=life.last_ok_run,
                arrived_with=first,
                had=frozenset(json.loads(had)),
            ),
        )


def _references(staging: sqlite3.Connection, address: str) -> list[Reference]:
    rows = staging.execute(
        "select body, level, place, term, meeting, number, category_number, kind from reply_references"
        " where address = ? order by position",
        (address,),
    )
    return [Reference(*row) for row in rows]
