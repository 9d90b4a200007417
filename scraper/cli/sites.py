"""`hubei-replies sites`: the declarations, and their verification without network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

from pipelines.declare import cluster, load_sites
from pipelines.errors import ConfigurationError
from pipelines.models import Site
from pipelines.places import places
from pipelines.resolve.agencies import reviewed_agencies
from scraper.cli.options import sites_option
from scraper.cli.screen import console
from scraper.families import FAMILIES


@click.command(short_help="列出站点声明；--check 不联网逐条核验")
@click.option(
    "--check", "only_check", is_flag=True, help="只核验声明，不列表；有错时逐条列出并以退出码 2 结束。"
)
@sites_option
def sites(only_check: bool, sites: Path | None) -> None:
    """列出已声明的站点：键、名称、地区、模板族、栏目数、主机、间隔和依据。

    栏目一栏：数字是已知的栏目数；“待发现”是网站已登记而不知道栏目，不采集，用 discover 命令找；“不全”是还可能有别的栏目。

    \b
    核验（--check）：
      每条声明的写法；
      键、主机、栏目不重复；
      主机所属的地区与声明一致；
      发布机关在 data/agencies 里，或以所在地区的名称开头；
      机关名录（data/agencies）本身的写法。
    """
    declared = load_sites(sites, families=tuple(FAMILIES))
    if only_check:
        _check(declared)
        agencies = reviewed_agencies()
        click.echo(f"声明核验通过：{_summary(declared)}。机关名录核验通过：{len(agencies)} 个机关。")
        return
    table = Table(
        "键", "名称", "地区", "模板族", "栏目", "主机", "间隔（秒）", "依据", box=None, header_style="bold"
    )
    names = places()
    for site in declared.values():
        place = names[site.place].name if site.place else ""
        source = f"{site.source or ''}（{site.known}）" if site.known else site.source or ""
        columns = "待发现" if not site.columns else f"{len(site.columns)}{'，不全' if site.discover else ''}"
        table.add_row(
            site.key, site.name, place, site.family, columns, "、".join(site.hosts), f"{site.delay:g}", source
        )
    console().print(table)
    click.echo(f"共 {_summary(declared)}。")


def _summary(declared: Mapping[str, Site]) -> str:
    columns = sum(len(site.columns) for site in declared.values())
    waiting = sum(not site.columns for site in declared.values())
    clusters = {cluster(host) for site in declared.values() for host in site.hosts}
    found = f"{len(declared)} 个站点，{columns} 个栏目，{len(clusters)} 个主机集群"
    return f"{found}；{waiting} 个站点栏目待发现" if waiting else found


def _check(declared: Mapping[str, Site]) -> None:
    """Print what deserves a look. Raises ConfigurationError with everything that is wrong."""
    from scraper.registry import findings

    found = findings(declared)
    for one in found:
        if not one.wrong:
            click.echo(f"提示：{one.site}：{one.message}。", err=True)
    wrong = [f"  {one.site}：{one.message}" for one in found if one.wrong]
    if wrong:
        raise ConfigurationError(f"站点声明有 {len(wrong)} 处错误：\n" + "\n".join(wrong))
