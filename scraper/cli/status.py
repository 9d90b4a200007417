"""`hubei-replies status`: one screen of health."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from rich.table import Table

from scraper.cli.options import data_option
from scraper.cli.screen import console

HEALTH_WORDS = {
    "ok": "正常",
    "partial": "部分成功",
    "failed": "失败",
    "never": "没有采集过",
    "undiscovered": "栏目待发现",
}


@click.command(short_help="一屏看完现状")
@data_option
def status(data: Path) -> None:
    """归档有多大、最近一次采集如何、发布了多少、哪些网站有问题。"""
    from pipelines.errors import DataUnreadable
    from pipelines.publish.corpus import CORPUS, open_corpus
    from scraper.cli.chain import ARCHIVE, STAGING, existing_archive, staging_is_current

    if not (data / ARCHIVE).is_file() and not (data / CORPUS).is_file():
        raise DataUnreadable(
            f"{data} 里还没有数据；请运行 hubei-replies crawl，或先看演示：hubei-replies demo。"
        )
    table = Table(box=None, show_header=False)
    if (data / ARCHIVE).is_file():
        with existing_archive(data) as archive:
            stats, runs = archive.stats(), archive.runs()
        table.add_row("归档", f"取页 {stats.fetches} 次，内容 {stats.bodies} 份，{_size(data / ARCHIVE)}")
        if runs:
            last = runs[-1]
            ended = (
                f"{last.ended_at} 结束，{last.outcome}" if last.ended_at else "没有做完，再运行一次就接着来"
            )
            table.add_row("最近采集", f"第 {last.id} 次，{last.started_at} 开始，{ended}")
    else:
        table.add_row("归档", "没有")
    if (data / STAGING).is_file():
        current = "与现行规则一致" if staging_is_current(data) else "是按另一版规则做的，下次采集前会自动重建"
        table.add_row("中间库", f"{_size(data / STAGING)}，{current}")
    if not (data / CORPUS).is_file():
        table.add_row("语料库", "还没有发布")
        console().print(table)
        return
    with closing(open_corpus(data)) as conn:
        _corpus(conn, table, _size(data / CORPUS))


def _corpus(conn: sqlite3.Connection, table: Table, size: str) -> None:
    replies, newest = conn.execute("select count(*), max(published_at) from replies").fetchone()
    table.add_row("语料库", f"答复 {replies} 件，最新发布于 {newest or '（没有）'}，{size}")
    kinds = conn.execute("select severity, count(*) from issues group by 1 order by 1").fetchall()
    words = {"error": "错误", "warning": "警告", "info": "说明"}
    table.add_row("问题", "，".join(f"{words.get(kind, kind)} {count}" for kind, count in kinds) or "没有")
    table.add_row("机关", _agencies(conn))
    console().print(table)
    sites = Table("网站", "状况", "答复", "最近采集", "原因", box=None, header_style="bold")
    rows = "select key, health, replies, crawled_at, reasons from sites where health not in ('never', 'undiscovered') order by health, key"
    for key, health, count, crawled, reasons in conn.execute(rows):
        reason = (reasons or "").split("\n")[0]
        sites.add_row(key, HEALTH_WORDS.get(health, health), str(count), crawled or "", reason)
    console().print(sites)
    never = conn.execute("select count(*) from sites where health = 'never'").fetchone()[0]
    if never:
        click.echo(f"另有 {never} 个声明过的网站还没有采集。")
    unknown = conn.execute("select count(*) from sites where health = 'undiscovered'").fetchone()[0]
    if unknown:
        click.echo(f"另有 {unknown} 个网站栏目待发现；用 hubei-replies discover 找。")


def _agencies(conn: sqlite3.Connection) -> str:
    """How many printed names are tied to the authority file, and how many are left to be added."""
    known, names, times = conn.execute(
        "select count(agency_id), count(distinct case when agency_id is null then name end),"
        " sum(agency_id is null) from reply_agencies"
    ).fetchone()
    if not names:
        return f"对到名录 {known} 处，没有对不到的"
    return f"对到名录 {known} 处；对不到的名称 {names} 个，共 {times} 处，见视图 unresolved_agencies"


def _size(path: Path) -> str:
    """`12.3 MB`"""
    return f"{path.stat().st_size / 1e6:.1f} MB"
