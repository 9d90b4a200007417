"""`hubei-replies publish`: from the loaded rows to the file that people open."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.logs import JsonLog, log_option
from scraper.cli.options import data_option, publish_options


@click.command(short_help="把入库结果做成快照，原子替换 corpus.db")
@click.option(
    "--force", is_flag=True, help="行数比上一版少得过多也发布（核对过、确属预期时用）；别的关口照样要过。"
)
@publish_options
@log_option
@data_option
def publish(
    force: bool, keep: int, public_url: str | None, metrics: Path | None, log: JsonLog | None, data: Path
) -> None:
    """把 staging.db 归并、建检索索引、过关口，做成快照，再原子地替换 corpus.db，并写好订阅文件。

    有站点未通过关口时照常发布，它的问题一并公布（用 hubei-replies check 查看）；
    整个语料库未通过关口时不发布，原来的 corpus.db 不动，退出码为 1。内容没有变化就不做新的快照。
    """
    from scraper.cli.after import followed
    from scraper.cli.chain import publish_data
    from scraper.cli.report import publish_report

    with followed(data, log, metrics):
        publish_report(publish_data(data, keep=keep, force=force, address=public_url), log)
