"""`hubei-replies rollback`: back to a snapshot that was published before."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from pipelines.lock import DataLock
from scraper.cli.options import data_option
from scraper.cli.screen import console


@click.command(short_help="退回到以前发布的快照；--list 列出现有的")
@click.argument("snapshot", required=False, metavar="[快照]")
@click.option("--list", "only_list", is_flag=True, help="只列出现有的快照，不改动。")
@click.option(
    "--public-url",
    envvar="HUBEI_REPLIES_URL",
    show_envvar=True,
    default=None,
    metavar="网址",
    help="浏览界面对外的网址，写进订阅文件的链接；不给就链接到原文。",
)
@data_option
def rollback(snapshot: str | None, only_list: bool, public_url: str | None, data: Path) -> None:
    """退回到前一个快照，或名字（开头几位即可）所指的快照：先核对 SHA-256，再原子地替换 corpus.db。

    正在运行的 serve 会跟着换。下一次采集或发布仍会换上新的快照；问题没有解决以前，请先停下定时任务。
    """
    from pipelines.errors import DataUnreadable
    from pipelines.publish.rollback import rollback as roll_back

    if only_list:
        _list(data)
        return
    if not data.is_dir():
        raise DataUnreadable(
            f"没有目录 {data}；请用 --data 指明数据库所在的目录，或先运行 hubei-replies crawl。"
        )
    with DataLock(data, "退回"):
        chosen = roll_back(data, snapshot, public_url)
    replies = chosen.manifest.tables.get("replies", 0)
    click.echo(f"已退回到快照 {chosen.name}（{chosen.manifest.created_at} 发布，答复 {replies} 件）。")


def _list(data: Path) -> None:
    from pipelines.publish.snapshots import listed, pointed

    present = pointed(data)
    table = Table("", "快照", "发布时间", "答复", "网页", "大小", "版本", box=None, header_style="bold")
    found = listed(data)
    for one in reversed(found):
        told = one.manifest
        table.add_row(
            "当前" if one.name == present else "",
            one.name,
            told.created_at,
            str(told.tables.get("replies", 0)),
            str(told.tables.get("pages", 0)),
            f"{told.bytes / 1e6:.1f} MB",
            told.package,
        )
    if found:
        console().print(table)
    click.echo(f"{data} 里有 {len(found)} 个快照。")
