"""An archive and a staging database that belong together, for tests of what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.archive import Archive, Fetch
from pipelines.declare import dump_sites
from pipelines.load import Loader
from pipelines.models import Listing, Outcome, Processed, Role, Site
from tests.pipelines.load.make import COLUMN, SITE


def crawl(
    folder: Path,
    items: Sequence[Processed | Listing],
    sites: Sequence[Site] = (SITE,),
    others: Sequence[tuple[str, Role, Outcome]] = (),
    outcome: str = "ok",
    arguments: str = "",
) -> None:
    """One run: every item is recorded and loaded in order, then the fetches that no stage reads."""
    folder.mkdir(parents=True, exist_ok=True)
    with Archive(folder / "archive.db") as archive, Loader(folder / "staging.db") as loader:
        run = archive.begin_run(dump_sites({site.key: site for site in sites}), {"x": arguments}, "test")

        def record(url: str, role: Role, result: Outcome, when: str, site: str | None) -> None:
            status = {"ok": 200, "gone": 404, "blocked": 412, "unreachable": 0}.get(result, 500)
            body = b"<html>" + url.encode() if result == "ok" else None
            headers = (("content-type", "text/html"),)
            fetch = Fetch(run.id, url, when, status, headers, result, role, site, COLUMN)
            archive.record(fetch, body)

        for one in items:
            if isinstance(one, Listing):
                record(one.url, "list", "ok", "2026-11-01T02:00:00+08:00", one.site)
            else:
                site = one.page.site.key if one.page.site else None
                record(one.page.url, one.page.role, one.outcome, one.page.fetched_at or "", site)
            loader.load(one)
        for url, role, result in others:
            record(url, role, result, "2026-11-01T03:00:00+08:00", sites[0].key)
        loader.flush()
        archive.end_run(run.id, outcome)
