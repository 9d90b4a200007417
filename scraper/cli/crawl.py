"""`hubei-replies crawl`: lists, fetches, archives, loads, publishes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.clock import SHANGHAI
from pipelines.declare import load_sites
from pipelines.errors import DataUnreadable
from scraper.cli.errors import INTERRUPTED
from scraper.cli.logs import JsonLog, log_option
from scraper.cli.options import contact_option, data_option, night_option, publish_options, sites_option
from scraper.due import Night, due_now

if TYPE_CHECKING:
    from pipelines.models import Site
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
@click.option(
    "--due", is_flag=True, help="只采集到了时间的网站，没有就什么也不做；供定时任务每小时运行一次。"
)
@night_option
@contact_option
@publish_options
@log_option
@sites_option
@data_option
def crawl(
    site: tuple[str, ...],
    full: bool,
    since: str | None,
    limit: int | None,
    dry_run: bool,
    due: bool,
    night: str | None,
    contact: str | None,
    keep: int,
    public_url: str | None,
    metrics: Path | None,
    log: JsonLog | None,
    sites: Path | None,
    data: Path,
) -> None:
    """采集站点（不写就是全部），归档、入库，然后发布。

    平常只读列表的开头，直到与已知的对上；取新的，按期回看已知的网页，规则见 docs/incremental.md。第一次采集和 --full
    读全部列表、取全部网页。

    中断以后用同样的参数再运行一次就接着来，归档里已有的网页不会再取。按一次 Ctrl+C（或收到 SIGTERM）在手头的网页取完后停下，
    再按一次立即停下；都不发布，退出码为 130。
    有站点没有取全时，取到的照常发布，退出码为 1。
    """
    from scraper.cli.after import followed
    from scraper.cli.chain import ready_staging
    from scraper.cli.report import crawl_report
    from scraper.selection import select

    if due and (since or limit or dry_run):
        raise click.UsageError("--due 不与 --since、--limit、--dry-run 同用。")
    hours, now = Night.parse(night) if night else Night(), datetime.now(SHANGHAI)
    out = _Output(data, log, keep, public_url)
    with ExitStack() as stack:
        declared = load_sites(sites)
        if not dry_run:
            summary = not (due and hours.covers(now))
            after = stack.enter_context(followed(data, log, metrics, messages=True, summary=summary))
            ready_staging(data, out.say)
            caught_up = _publish_what_is_pending(out)
            if caught_up is not None and not due:
                out.say(
                    "caught_up", "上一次采集已经做完而没有发布，现已补发布。要采集新的内容，请再运行一次。"
                )
                after.code = _code(None, caught_up)
                return
        if due:
            chosen = select(declared, list(site))
            site = due_now(data, tuple(key for key, one in chosen.items() if one.columns), now, hours)
            if not site:
                out.say("idle", "没有到时间的网站。")
                after.idle = caught_up is None
                return
        result = _run(declared, data, site, full, since, limit, dry_run, contact, log)
        crawl_report(result, log)
        if result.outcome == "interrupted" and not dry_run:
            # What was got is kept and goes on next time; half a walk would be published as trouble of the sites.
            after.code, after.idle = INTERRUPTED, True
            return
        waiting = sum(not one.columns for one in declared.values())
        if waiting and not site:
            out.say(
                "undiscovered", f"另有 {waiting} 个网站栏目待发现，没有采集；用 hubei-replies discover 找。"
            )
        published = None if dry_run else out.publish()
        if not dry_run:
            after.code = _code(result, published)
    if dry_run and _code(result, None):
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class _Output:
    """Where and how a crawl publishes, and how it speaks."""

    data: Path
    log: JsonLog | None
    keep: int
    public_url: str | None

    def publish(self) -> PublishResult:
        """Publish what is loaded, and report it."""
        from scraper.cli.chain import publish_data
        from scraper.cli.report import publish_report

        result = publish_data(self.data, keep=self.keep, address=self.public_url)
        publish_report(result, self.log)
        return result

    def say(self, event: str, text: str) -> None:
        """A line for a person, or for a log."""
        if self.log is not None:
            self.log.write(event, message=text)
        else:
            click.echo(text)


def _run(
    declared: dict[str, Site],
    data: Path,
    site: Sequence[str],
    full: bool,
    since: str | None,
    limit: int | None,
    dry_run: bool,
    contact: str | None,
    log: JsonLog | None,
) -> CrawlResult:
    from scraper.cli.progress import crawl_progress
    from scraper.run import crawl as run_crawl

    with crawl_progress() if log is None else contextlib.nullcontext(log) as progress:
        if log is not None:
            log.install()
        return run_crawl(
            declared,
            data,
            only=site,
            full=full,
            since=since,
            limit=limit,
            dry_run=dry_run,
            contact=contact,
            progress=progress,
            root_handler=log is None,
        )


def _publish_what_is_pending(out: _Output) -> PublishResult | None:
    """Publish a run that ended and never reached the corpus: its process was killed in between.

    So that a killed crawl, run again, ends where an undisturbed one does. None when there is nothing to catch up, or
    when a gate refuses the corpus: then only a new crawl can help.
    """
    from pipelines.publish.build import PublicationRefused
    from scraper.cli.chain import ARCHIVE, STAGING, existing_archive

    data = out.data
    if not (data / ARCHIVE).is_file() or not (data / STAGING).is_file():
        return None
    with existing_archive(data) as archive:
        runs = archive.runs()
    if not runs or runs[-1].ended_at is None or runs[-1].outcome == "interrupted":
        return None
    if _holds_run(data, runs[-1].id):
        return None
    try:
        return out.publish()
    except PublicationRefused:
        return None


def _holds_run(data: Path, run: int) -> bool:
    """Whether the published file tells of a finished run; a file that cannot be read tells of none."""
    from pipelines.publish.corpus import open_corpus

    with contextlib.suppress(DataUnreadable, sqlite3.Error), contextlib.closing(open_corpus(data)) as conn:
        found = conn.execute("select finished_at from crawls where id = ?", (run,)).fetchone()
        return found is not None and found[0] is not None
    return False


def _code(crawled: CrawlResult | None, published: PublishResult | None) -> int:
    """Exit code: 1 unless everything went well."""
    failed = (crawled is not None and crawled.outcome != "ok") or (published is not None and not published.ok)
    return int(failed)
