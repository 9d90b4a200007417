"""What a command tells at its end: what was found, what was published, what needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click
from rich.table import Table

from pipelines.check.gates import GateResult
from pipelines.publish.build import PublishResult
from scraper.cli.logs import JsonLog
from scraper.cli.screen import console
from scraper.run import CrawlResult

OUTCOME_WORDS: Mapping[str, str] = {
    "ok": "取到",
    "unchanged": "未变",
    "redirect": "跳转",
    "refused": "拒绝",
    "blocked": "被拦截",
    "maintenance": "维护中",
    "soft_404": "假 404",
    "gone": "已撤下",
    "error": "出错",
    "truncated": "不完整",
    "empty": "空页",
    "robots": "不许取",
    "unreachable": "连不上",
}
RUN_WORDS: Mapping[str, str] = {
    "ok": "完成",
    "partial": "部分完成",
    "interrupted": "中断，再运行一次就接着来",
}


def crawl_report(result: CrawlResult, log: JsonLog | None = None) -> None:
    """A table of sites, then their troubles; with `log` the same as lines of it."""
    if log is not None:
        for key, site in result.sites.items():
            complete = "info" if site.complete else "warning"
            log.write(
                "site.done",
                complete,
                site=key,
                rows=site.rows,
                documents=site.documents,
                outcomes=site.counts,
            )
        for key, issue in result.issues:
            log.write("site.issue", issue.severity, site=key, code=issue.code, message=issue.message)
        level = "info" if result.outcome == "ok" else "warning"
        log.write("crawl.end", level, outcome=result.outcome, resumed=result.resumed, sites=len(result.sites))
        return
    table = Table("网站", "列表条数", "应取", "结果", box=None, header_style="bold")
    for key, site in result.sites.items():
        counts = "  ".join(
            f"{OUTCOME_WORDS.get(name, name)} {number}" for name, number in site.counts.items()
        )
        table.add_row(key, str(site.rows), str(site.documents), counts)
    console().print(table)
    for key, issue in result.issues:
        click.echo(f"{key}：{issue.message}", err=True)
    resumed = "（接着上次没有做完的）" if result.resumed else ""
    click.echo(f"第 {result.run_id} 次采集{resumed}：{RUN_WORDS[result.outcome]}。")


def publish_report(result: PublishResult, log: JsonLog | None = None) -> None:
    """What was published, and every gate that failed; with `log` the same as lines of it."""
    if log is not None:
        for gate in result.gates:
            if not gate.ok:
                site = gate.name if gate.scope == "site" else None
                log.write("gate", "warning", site=site, gate=gate.name, message=gate.message)
        log.write(
            "publish",
            snapshot=result.snapshot,
            fresh=result.fresh,
            replies=result.replies,
            pages=result.pages,
            issues=result.issues,
            withdrawn=list(result.withdrawn),
        )
        return
    gate_report(result.gates)
    for name in result.withdrawn:
        click.echo(f"快照 {name} 里有已经撤下的答复，已删除。", err=True)
    click.echo(f"快照 {result.snapshot}{'' if result.fresh else '：内容没有变化，没有做新的'}。")
    click.echo(
        f"已发布 {result.path}：答复 {result.replies} 件，网页 {result.pages} 个，问题 {result.issues} 条。"
    )


def gate_report(gates: Iterable[GateResult]) -> None:
    """The failed gates on standard error, a line each reason."""
    for gate in gates:
        if not gate.ok:
            where = "语料库" if gate.scope == "corpus" else gate.name
            click.echo(f"关口未通过 · {where}：{gate.message}", err=True)
