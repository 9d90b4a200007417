"""`hubei-replies check`: quality gates and site health of what is published."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from scraper.cli.options import data_option
from scraper.cli.screen import console

NAMES = {"foreign_keys": "引用", "integrity": "文件", "not_empty": "内容", "snapshot": "快照"}


@click.command(short_help="质量关口和网站健康；有关口不通过时退出码为 1")
@data_option
def check(data: Path) -> None:
    """检查已发布的 corpus.db：文件完好、引用完整、检索索引与正文一致、每个网站的栏目都取全。

    有一项不通过，退出码就是 1。
    """
    from pipelines.publish.build import check as check_corpus

    report = check_corpus(data)
    table = Table("", "检查", "结果", box=None, header_style="bold")
    for gate in report.gates:
        name = NAMES.get(gate.name, gate.name) if gate.scope == "corpus" else gate.name
        table.add_row("通过" if gate.ok else "不通过", name, gate.message.replace("\n", "；"))
    for problem in report.index:
        table.add_row("不通过", "检索索引", f"{problem}；请运行 hubei-replies publish 重做")
    if not report.index:
        table.add_row("通过", "检索索引", "与正文一致")
    console().print(table)
    failed = sum(not gate.ok for gate in report.gates) + len(report.index)
    click.echo(f"{failed} 项不通过。" if failed else "全部通过。")
    if not report.ok:
        raise click.exceptions.Exit(1)
