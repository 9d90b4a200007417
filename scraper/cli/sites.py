"""`hubei-replies sites`: the declarations, and their verification without network."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from pipelines.declare import cluster, load_sites
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
    """列出已声明的站点：键、名称、地区、模板族、栏目数、主机和间隔。

    声明有错时，指出文件、行号、键和允许的写法；--check 连同机关名录（data/agencies）一起核验。
    """
    declared = load_sites(sites, families=tuple(FAMILIES))
    columns = sum(len(site.columns) for site in declared.values())
    clusters = {cluster(host) for site in declared.values() for host in site.hosts}
    summary = f"{len(declared)} 个站点，{columns} 个栏目，{len(clusters)} 个主机集群"
    if only_check:
        agencies = reviewed_agencies()
        click.echo(f"声明核验通过：{summary}。机关名录核验通过：{len(agencies)} 个机关。")
        return
    table = Table("键", "名称", "地区", "模板族", "栏目", "主机", "间隔（秒）", box=None, header_style="bold")
    names = places()
    for site in declared.values():
        place = names[site.place].name if site.place else ""
        row = (
            site.key,
            site.name,
            place,
            site.family,
            str(len(site.columns)),
            "、".join(site.hosts),
            f"{site.delay:g}",
        )
        table.add_row(*row)
    console().print(table)
    click.echo(f"共 {summary}。")
