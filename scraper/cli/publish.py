"""`hubei-replies publish`: from the loaded rows to the file that people open."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.options import data_option


@click.command(short_help="把入库结果做成快照，原子替换 corpus.db")
@data_option
def publish(data: Path) -> None:
    """把 staging.db 归并、过关口、建检索索引，做成快照，再原子地替换 corpus.db。

    有站点未通过关口时照常发布，它的问题一并公布（用 hubei-replies check 查看）；
    整个语料库未通过关口时不发布，原来的 corpus.db 不动，退出码为 1。
    """
    from scraper.cli.chain import publish_data
    from scraper.cli.report import publish_report

    publish_report(publish_data(data))
