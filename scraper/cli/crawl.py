"""`hubei-replies crawl`: lists, fetches, archives, loads, publishes."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.declare import load_sites
from pipelines.errors import DataUnreadable
from scraper.cli.options import contact_option, data_option, sites_option
from scraper.cli.screen import counter

if TYPE_CHECKING:
    from pipelines.publish.build import PublishResult
    from scraper.run import CrawlResult


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if value else None
    except ValueError as error:
        raise click.BadParameter(f"{value} 不是日期，请写成 2024-09-02 的样子") from error


@click.command(short_help="列表、取页、归档、入库、发布")
@click.argument("site", nargs=-1, metavar="[站点…]")
@click.option("--full", is_flag=True, help="列表从头读到尾，已知的网页全部重新取一遍。")
@click.option(
    "--since", callback=_day, metavar="日期", help="只取列表日期不早于这一天的；列表没有印日期的照取。"
)
@click.option("--limit", type=click.IntRange(1), metavar="件数", help="每个站点最多取几个详情页。")
@click.option("--dry-run", is_flag=True, help="只读列表，报告会取什么；不取详情页，不动数据目录。")
@contact_option
@sites_option
@data_option
def crawl(
    site: tuple[str, ...],
    full: bool,
    since: str | None,
    limit: int | None,
    dry_run: bool,
    contact: str | None,
    sites: Path | None,
    data: Path,
) -> None:
    """采集站点（不写就是全部），归档、入库，然后发布。

    平常只读列表的开头，直到与已知的对上；取新的，按期回看已知的网页，规则见 docs/incremental.md。第一次采集和 --full
    读全部列表、取全部网页。

    中断以后用同样的参数再运行一次就接着来，归档里已有的网页不会再取；按一次 Ctrl+C 会在手头的网页取完后停下。
    有站点没有取全时，取到的照常发布，退出码为 1。
    """
    from scraper.cli.progress import crawl_progress
    from scraper.cli.report import crawl_report, publish_report
    from scraper.run import crawl as run_crawl

    declared = load_sites(sites)
    if not dry_run:
        _refresh_staging(data)
        caught_up = _publish_what_is_pending(data)
        if caught_up is not None:
            publish_report(caught_up)
            click.echo("上一次采集已经做完而没有发布，现已补发布。要采集新的内容，请再运行一次。")
            _exit(None, caught_up)
            return
    with crawl_progress() as progress:
        result = run_crawl(
            declared,
            data,
            only=site,
            full=full,
            since=since,
            limit=limit,
            dry_run=dry_run,
            contact=contact,
            progress=progress,
        )
    crawl_report(result)
    published: PublishResult | None = None
    if not dry_run:
        from scraper.cli.chain import publish_data

        published = publish_data(data)
        publish_report(published)
    _exit(result, published)


def _refresh_staging(data: Path) -> None:
    """Staging made under other rules is made anew first, so that a changed rule never looks like a changed page."""
    from scraper.cli.chain import rebuild_staging, staging_is_current

    if not staging_is_current(data):
        click.echo("规则变了，先从归档重建……", err=True)
        with counter("重建") as progress:
            rebuild_staging(data, progress)


def _publish_what_is_pending(data: Path) -> PublishResult | None:
    """Publish a run that ended and never reached the corpus: its process was killed in between.

    So that a killed crawl, run again, ends where an undisturbed one does. None when there is nothing to catch up, or
    when a gate refuses the corpus: then only a new crawl can help.
    """
    from pipelines.publish.build import PublicationRefused
    from scraper.cli.chain import ARCHIVE, STAGING, existing_archive, publish_data

    if not (data / ARCHIVE).is_file() or not (data / STAGING).is_file():
        return None
    with existing_archive(data) as archive:
        runs = archive.runs()
    if not runs or runs[-1].ended_at is None or runs[-1].outcome == "interrupted":
        return None
    if _holds_run(data, runs[-1].id):
        return None
    try:
        return publish_data(data)
    except PublicationRefused:
        return None


def _holds_run(data: Path, run: int) -> bool:
    """Whether the published file tells of a finished run; a file that cannot be read tells of none."""
    from pipelines.publish.corpus import open_corpus

    with contextlib.suppress(DataUnreadable, sqlite3.Error), contextlib.closing(open_corpus(data)) as conn:
        found = conn.execute("select finished_at from crawls where id = ?", (run,)).fetchone()
        return found is not None and found[0] is not None
    return False


def _exit(crawled: CrawlResult | None, published: PublishResult | None) -> None:
    """Exit code 1 unless everything went well."""
    if (crawled is not None and crawled.outcome != "ok") or (published is not None and not published.ok):
        raise click.exceptions.Exit(1)
