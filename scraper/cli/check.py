"""`hubei-replies check`: quality gates and site health of what is published, and the archive read through."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from scraper.cli.options import data_option
from scraper.cli.screen import counter

NAMES = {
    "foreign_keys": "引用",
    "integrity": "文件",
    "not_empty": "内容",
    "index": "检索索引",
    "snapshot": "快照",
    "unpublished": "发布",
    "clock": "时钟",
    "archive": "归档",
}
VERDICTS = {"ok": "正常", "partial": "部分成功", "failed": "失败"}


@click.command(short_help="质量关口和网站健康；有关口不通过时退出码为 1")
@click.option("--archive", is_flag=True, help="把归档从头读一遍，核对每份正文的 SHA-256；归档大时要很久。")
@data_option
def check(archive: bool, data: Path) -> None:
    """检查已发布的 corpus.db：文件完好、引用完整、检索索引与正文一致、每个网站的栏目都取全。

    不通过的，说明是什么、在哪里、从什么时候起、怎么办；规则见 docs/gates.md。有一项不通过，退出码就是 1。
    """
    from pipelines.check.gate_rules import RULES
    from pipelines.publish.inspection import check as check_corpus

    with counter("核对归档") if archive else nullcontext() as progress:
        report = check_corpus(data, archive, progress)
    for gate in report.gates:
        name = NAMES.get(gate.name, gate.name) if gate.scope != "site" else gate.name
        lines = gate.message.split("\n")
        since = f"（自 {gate.since} 起）" if gate.since else ""
        click.echo(f"{'通过  ' if gate.ok else '不通过'}  {name}  {lines[0]}{since}")
        for line in lines[1:]:
            click.echo(f"        {line}")
        if not gate.ok:
            for rule in dict.fromkeys(gate.rules or (gate.name,)):
                click.echo(f"        怎么办（{rule}）：{RULES[rule].advice}")
    failed = sum(not gate.ok for gate in report.gates)
    click.echo(f"{VERDICTS[report.verdict]}：{failed} 项不通过。" if failed else "正常：全部通过。")
    if not report.ok:
        raise click.exceptions.Exit(1)
