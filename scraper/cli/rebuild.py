"""`hubei-replies rebuild`: the corpus again, from the archive alone."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table

from scraper.cli.options import data_option, workers_option
from scraper.cli.screen import console, gauge

if TYPE_CHECKING:
    from pipelines.load.changes import Tally


@click.command(short_help="只凭归档重建语料库；--compare 只比较，不改动")
@click.option("--compare", is_flag=True, help="只显示现行规则会改变哪些值，每行一个 JSON；什么也不改动。")
@workers_option
@data_option
def rebuild(compare: bool, workers: int | None, data: Path) -> None:
    """只凭归档和现行规则重做 staging.db 和 corpus.db，不联网。结果与逐次采集得到的逐行相同，与进程数无关。

    中途被停下（哪怕断电）再运行一次就接着来。
    整个语料库未通过关口时不发布，退出码为 1；单个站点的问题用 hubei-replies check 查看。
    --compare 把会改变的值一行一个写到标准输出，逐字段的数目和第一例写到标准错误；有值会改变时退出码为 1。
    """
    from scraper.cli.chain import publish_data, rebuild_staging
    from scraper.cli.report import publish_report

    if compare:
        _compare(data, workers)
        return
    with gauge("重建") as progress:
        count = rebuild_staging(data, progress, workers)
    click.echo(f"从归档读了 {count} 项。")
    publish_report(publish_data(data, workers=workers))


def _compare(data: Path, workers: int | None) -> None:
    from pipelines.errors import DataUnreadable
    from pipelines.load.changes import Tally, changes
    from scraper.cli.chain import STAGING, existing_archive
    from scraper.refill import fill

    old = data / STAGING
    if not old.is_file():
        raise DataUnreadable(f"没有 {old}，无从比较；请先运行 hubei-replies rebuild。")
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(dir=data) as folder, existing_archive(data) as archive:
        new = Path(folder) / STAGING
        with gauge("比较") as progress:
            fill(new, archive, progress, old, workers)
        try:
            # Read as it is: the file was made under other rules, which is the point.
            for change in changes(old, new):
                click.echo(json.dumps(asdict(change), ensure_ascii=False))
                tallies.setdefault(change.field, Tally()).add(change)
        except sqlite3.DatabaseError as error:
            raise DataUnreadable(
                f"{old} 读不了（{error}），无从比较；请运行 hubei-replies rebuild 重做"
            ) from error
    _summary(tallies)
    if tallies:
        raise click.exceptions.Exit(1)


def _summary(tallies: dict[str, Tally]) -> None:
    """By field: how many values, in which way, the first of them; behind the lines and on standard error."""
    from pipelines.load.changes import shortened

    total = sum(one.filled + one.changed + one.emptied for one in tallies.values())
    if total:
        table = Table("字段", "新填", "改变", "变空", "第一例", box=None, header_style="bold")
        for name, one in sorted(tallies.items()):
            example = one.example
            shown = (
                escape(f"{shortened(example.old)} → {shortened(example.new)}  {example.url}")
                if example
                else ""
            )
            table.add_row(name, str(one.filled), str(one.changed), str(one.emptied), shown)
        console(stderr=True).print(table)
    click.echo(f"{total} 个值会改变。" if total else "没有值会改变。", err=True)
