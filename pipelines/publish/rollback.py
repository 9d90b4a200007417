"""Back to a snapshot that was published before, and away with those that nobody may see any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path

from pipelines.address import reply_id
from pipelines.errors import DataUnreadable, HubeiRepliesError
from pipelines.publish import feeds
from pipelines.publish.corpus import readable
from pipelines.publish.snapshots import Snapshot, current, discard, find, listed, pointed, switch, verified
from pipelines.review.withheld import decisions


class RollbackRefused(HubeiRepliesError):
    """The snapshot holds replies that were taken down since."""


def rollback(data_dir: Path, name: str | None = None, address: str | None = None) -> Snapshot:
    """Make an earlier snapshot the present one; without a name the one before it. The caller holds the lock.

    Raises ConfigurationError for a name that no snapshot has, DataUnreadable where there is nothing to go back to or the
    snapshot is damaged, RollbackRefused when it holds what was taken down. In every case of an error nothing changed.
    """
    snapshot = verified(_before(data_dir) if name is None else find(data_dir, name))
    readable(snapshot.corpus)
    if holds_withheld(snapshot.corpus):
        raise RollbackRefused(
            f"快照 {snapshot.name} 里还有后来撤下的答复（data/withheld），不能退回；请用 hubei-replies publish 重新发布。"
        )
    feeds.write(snapshot.corpus, data_dir / feeds.FOLDER, address)
    switch(data_dir, snapshot)
    return snapshot


def _before(data_dir: Path) -> Snapshot:
    present = current(data_dir)
    earlier = [
        one
        for one in listed(data_dir)
        if one.name != pointed(data_dir)
        and (present is None or one.manifest.sequence < present.manifest.sequence)
    ]
    if not earlier:
        raise DataUnreadable(
            f"{data_dir} 里没有更早的快照可以退回；用 hubei-replies rollback --list 查看现有的。"
        )
    return earlier[-1]


def discard_withheld(data_dir: Path) -> list[str]:
    """Discard every snapshot that holds a reply taken down since, except the present one. Returns their names.

    What is withheld leaves every published place, and a snapshot is one: it can be served and gone back to.
    """
    present = pointed(data_dir)
    doomed = [one for one in listed(data_dir) if one.name != present and holds_withheld(one.corpus)]
    for one in doomed:
        discard(one)
    return [one.name for one in doomed]


def holds_withheld(corpus: Path) -> bool:
    """Whether a corpus shows a reply that `data/withheld` takes down, under any of its addresses.

    True for a file that cannot be read: nobody can say that it does not.
    """
    down = {key for key, decision in decisions().items() if decision.reason is not None}
    if not down:
        return False
    try:
        with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn:
            ids = (row[0] for row in conn.execute("select id from replies"))
            former = (reply_id(row[0]) for row in conn.execute("select url from reply_urls"))
            return any(one in down for one in chain(ids, former))
    except sqlite3.Error:
        return True
