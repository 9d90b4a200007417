"""A column that is not there any more: its site is searched for the place where it may stand now.

After the crawl, by the rules and within the bound of `discover`. What is found is an issue for a person to review and
never a declaration by itself. A site is not searched for the same column again within thirty days; until then each run says
what the last search found.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipelines.archive import Archive
from pipelines.clock import day_of
from pipelines.models import Issue, Site
from scraper.discovery.proposal import proposed
from scraper.discovery.search import Search
from scraper.session import Session

AGAIN_AFTER = 30
"""Days until the same loss makes a search again."""

CODES = ("column_successor", "column_successor_unknown")

_SHOWN = 5


def sites_to_search(session: Session) -> dict[str, Site]:
    """Sites that lost a column in this run and were not searched for it lately.

    What an earlier search found is noted again for the others: issues are those of the last run.
    """
    if not session.gone:
        return {}
    earlier = _earlier(session.archive, session.today)
    wanted: dict[str, Site] = {}
    for key, columns in session.gone.items():
        site = session.sites[key]
        for column in columns:
            known = earlier.get((key, column))
            if known is not None:
                session.note_issue(site, known, column)
            elif not session.is_site_stopped(site):
                wanted[key] = site
    return wanted


def note(session: Session, searches: Mapping[str, Search]) -> None:
    """Put on record what the searches found, for each lost column that has no answer yet."""
    answered = {
        (one.site, one.url)
        for one in session.archive.notes()
        if one.run_id == session.run.id and one.issue.code in CODES
    }
    for key, search in searches.items():
        for column in session.gone[key]:
            if (key, column) not in answered:
                session.note_issue(search.site, told(search, column, session.today), column)


def told(search: Search, column: str, today: date) -> Issue:
    """What a search means for a lost column. The day in the text is that of the search."""
    site = search.site
    lost = f"{site.name}：栏目 {column} 已不存在"
    fresh = [one for one in proposed(search) if not one.declared]
    if fresh:
        places = "；".join(
            f"{one.column.url}（把握{one.confidence}：{one.evidence}）" for one in fresh[:_SHOWN]
        )
        message = (
            f"{lost}；{today} 在网站上找到像是新址的栏目：{places}。请在浏览器里核对，再改 data/sites 的声明；"
            f"完整的声明用 hubei-replies discover {site.key} 打印。"
        )
        return Issue("column_successor", message, "warning")
    missed = f"，其中 {len(search.missed)} 次没有取到网页" if search.missed else ""
    message = (
        f"{lost}；{today} 从首页找过（请求 {len(search.asked)} 次{missed}），没有找到新的答复栏目。"
        "请在浏览器里查找，再改 data/sites 的声明。"
    )
    return Issue("column_successor_unknown", message, "warning")


def _earlier(archive: Archive, today: date) -> dict[tuple[str, str], Issue]:
    """By site and column, what a search of the last thirty days found; the first run that said it is the one that searched."""
    began = {run.id: day_of(run.started_at) for run in archive.runs()}
    searched: dict[tuple[str, str, str], date] = {}
    found: dict[tuple[str, str], Issue] = {}
    for one in archive.notes():
        if one.issue.code not in CODES or one.url is None:
            continue
        day = searched.setdefault((one.site, one.url, one.issue.message), began[one.run_id])
        if (today - day).days < AGAIN_AFTER:
            found[one.site, one.url] = one.issue
        else:
            found.pop((one.site, one.url), None)
    return found
