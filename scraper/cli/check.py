"""`hubei-replies check`: quality gates and site health of what is published, and the archive read through."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from scraper.cli.options import data_option
from scraper.cli.screen import console, counter

if TYPE_CHECKING:
    from pipelines.check.accuracy import Accuracy

CASES = Path(__file__).parents[2] / "tests" / "accuracy"
"""Labelled cases of a checkout; a wheel ships none."""

_SHOWN = 20
_NAMES = {
    "outcome": "取页结果",
    "issues": "应报的问题",
    "title": "标题",
    "document_type": "类型",
    "references": "提案、建议",
    "answering_agency": "答复机关",
    "index_number": "索引号",
    "document_number": "发文字号",
    "publisher": "发布机构",
    "category": "分类",
    "validity": "有效性",
    "disclosure": "公开方式",
    "issued_on": "发文日期",
    "published_at": "发布时间",
    "signed_on": "落款日期",
    "signatory": "落款机关",
    "salutation": "称谓",
    "grade": "办理结果",
    "lead_agency": "主办单位",
    "co_handlers": "会办单位",
    "quoted_subject": "案由",
    "attachments": "附件",
    "body_text": "正文",
}
_FIGURES = {"precision": "查准率", "recall": "查全率", "wanted": "应有值数"}
_GATES = {
    "foreign_keys": "引用",
    "integrity": "文件",
    "not_empty": "内容",
    "index": "检索索引",
    "rows": "行数",
    "snapshot": "快照",
    "unpublished": "发布",
    "clock": "时钟",
    "archive": "归档",
}
_VERDICTS = {"ok": "正常", "partial": "部分成功", "failed": "失败"}


@click.command(short_help="质量关口和网站健康；有关口不通过时退出码为 1")
@click.option("--archive", is_flag=True, help="把归档从头读一遍，核对每份正文的 SHA-256；归档大时要很久。")
@click.option(
    "--accuracy", is_flag=True, help="改为用标注案例核对读取的准确率：每个字段的查准率、查全率与下限。"
)
@click.option(
    "--cases",
    type=click.Path(path_type=Path),
    default=None,
    metavar="目录",
    help="标注案例所在的目录；默认是源码里的 tests/accuracy。与 --accuracy 同用。",
)
@data_option
def check(data: Path, archive: bool, accuracy: bool, cases: Path | None) -> None:
    """检查已发布的 corpus.db：文件完好、引用完整、检索索引与文字一致、每个网站的栏目都取全。

    不通过的，说明是什么、在哪里、从什么时候起、怎么办；规则见 docs/gates.md。
    加 --accuracy 时不看数据库，而是把标注案例逐个重读一遍，与人工写定的期望比较。有一项不通过，退出码就是 1。
    """
    if accuracy:
        _accuracy(cases or CASES)
        return
    if cases is not None:
        raise click.UsageError("--cases 要与 --accuracy 同用。")
    from pipelines.check.gate_rules import RULES
    from pipelines.publish.inspection import check as check_corpus

    with counter("核对归档") if archive else nullcontext() as progress:
        report = check_corpus(data, archive, progress)
    for gate in report.gates:
        name = _GATES.get(gate.name, gate.name) if gate.scope != "site" else gate.name
        lines = gate.message.split("\n")
        since = f"（自 {gate.since} 起）" if gate.since else ""
        click.echo(f"{'通过  ' if gate.ok else '不通过'}  {name}  {lines[0]}{since}")
        for line in lines[1:]:
            click.echo(f"        {line}")
        if not gate.ok:
            for rule in dict.fromkeys(gate.rules or (gate.name,)):
                click.echo(f"        怎么办（{rule}）：{RULES[rule].advice}")
    failed = sum(not gate.ok for gate in report.gates)
    click.echo(f"{_VERDICTS[report.verdict]}：{failed} 项不通过。" if failed else "正常：全部通过。")
    if not report.ok:
        raise click.exceptions.Exit(1)


def _accuracy(folder: Path) -> None:
    from pipelines.check.accuracy import measure
    from pipelines.errors import ConfigurationError

    if not (folder / "cases").is_dir():
        raise ConfigurationError(
            f"{folder} 里没有标注案例。标注案例不随安装包发布：请在源码目录里运行，或用 --cases 指定目录。"
        )
    result = measure(folder)
    console().print(_table(result))
    for line in result.unaccepted[:_SHOWN]:
        click.echo(line)
    if len(result.unaccepted) > _SHOWN:
        click.echo(f"……还有 {len(result.unaccepted) - _SHOWN} 个案例没有接受")
    failed = [
        f"{short.field} 的{_FIGURES[short.figure]} {short.got:g} 低于下限 {short.floor:g}"
        if short.field in result.floors
        else f"{short.field} 没有下限：请在 floors.json 里写上"
        for short in result.shortfalls
    ]
    click.echo("\n".join((f"{result.cases} 个网页和文本、{result.titles} 个标题。", *failed)))
    if not result.ok:
        click.echo("每一处不符：python -m tests.accuracy")
        raise click.exceptions.Exit(1)
    click.echo("全部达到下限。")


def _table(result: Accuracy) -> Table:
    table = Table("字段", "", box=None, header_style="bold")
    for head in ("查准率", "下限", "查全率", "下限", "读对", "读出", "应有"):
        table.add_column(head, justify="right")
    for name, count in (*result.tally.counts.items(), ("合计", result.tally.total)):
        floor = result.floors.get(name)
        least = (f"{floor.precision:.3f}", f"{floor.recall:.3f}") if floor else ("—", "—")
        figures = (f"{count.precision:.4f}", least[0], f"{count.recall:.4f}", least[1])
        table.add_row(
            _NAMES.get(name, name),
            name if name in _NAMES else "",
            *figures,
            str(count.right),
            str(count.given),
            str(count.wanted),
        )
    return table
