"""What the search index is made of, known before a reply is written: making it takes longest, so it is begun first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from pipelines.resolve.attachments import text_of
from pipelines.resolve.log import Log


def place_by_date(staging: sqlite3.Connection) -> None:
    """Id → place, from 1, when replies stand in order of publication, the newest last, as the search index has them: the
    temporary table `places`, in order of id.

    Of one date in order of id when read from the end; those without a date are the oldest.
    """
    staging.execute(
        "create temp table places as select id, row_number() over (order by coalesce(published_at, ''), id desc)"
        " as place from temp.members m join replies using (address) where position = 0 order by id"
    )
    staging.execute("create unique index temp.places_in_order on places (place)")


def texts(staging: sqlite3.Connection, log: Log) -> Iterator[tuple[Any, ...]]:
    """(place, title, body, text of each file that has one…) in order of place, as they will be published: a publication
    whose replies say anything else is refused, for its index is held against them."""
    for address, has_files, *row in staging.execute(
        "select m.address, exists (select 1 from attachments a where a.address = m.address), p.place, r.title, r.body_text"
        " from temp.places p indexed by places_in_order cross join temp.members m on m.id = p.id and m.position = 0"
        " cross join replies r on r.address = m.address order by p.place"
    ):
        files = (
            staging.execute("select url from attachments where address = ? order by position", (address,))
            if has_files
            else ()
        )
        yield (*row, *(text for (url,) in files if (text := text_of(staging, log, url)) is not None))
