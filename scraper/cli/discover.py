"""`hubei-replies discover`: from a home page to a declaration that a person can review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.clock import now
from pipelines.declare import load_sites
from scraper.cli.options import contact_option, sites_option
from scraper.cli.report import OUTCOME_WORDS
from scraper.families import FAMILIES

if TYPE_CHECKING:
    from scraper.discovery.proposal import Proposed
    from scraper.discovery.search import Candidate, Search


@click.command(short_help="从网站首页找出答复栏目，写出待复核的声明")
@click.argument("site", nargs=-1, required=True, metavar="主机或站点…")
@click.option(
    "--max-requests",
    type=click.IntRange(3, 200),
    default=25,
    show_default=True,
    metavar="次数",
    help="对每个网站最多请求几次，robots.txt、跳转和重试都算。",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="把声明写进这个文件（不能已经存在），不打印。",
)
@contact_option
@sites_option
def discover(
    site: tuple[str, ...], max_requests: int, write: Path | None, contact: str | None, sites: Path | None
) -> None:
    """从首页（和 robots.txt 所列的网站地图、站内检索）出发，找出登载答复的栏目，打印待复核的声明。

    站点写声明里的键或主机名；没有声明过的主机也可以。守采集的一切规矩（robots.txt、间隔、一个连接、联系方式），
    每个网站只请求有限的几次；取到的网页看过即弃，不进归档。

    栏目不凭名称认定，要看列出来的是不是答复：办理动态、工作方案、年度总结之类的邻居不会提出来，空栏目也不提。
    把握分高、中两等，请逐条在浏览器里看过再写进 data/sites。

    每个网站都找到栏目（包括已声明的）时退出码为 0，有网站没有找到时为 1。
    """
    from pipelines.errors import ConfigurationError
    from scraper.discovery.spider import discover as search_sites
    from scraper.discovery.targets import targets

    if write is not None and write.exists():
        raise ConfigurationError(f"{write} 已经存在，没有覆盖；请换一个文件名。")
    chosen = targets(site, load_sites(sites, families=tuple(FAMILIES)))
    searches = search_sites(chosen, contact=contact, max_requests=max_requests, progress=_say)
    text = "\n".join(filter(None, (_told(search) for search in searches.values())))
    if write is not None and text:
        write.write_text(text, encoding="utf-8")
        click.echo(f"已写入 {write}；复核后移进 data/sites。")
    elif text:
        click.echo(text, nl=False)
    raise click.exceptions.Exit(0 if _all_found(searches) else 1)


def _say(search: Search, candidate: Candidate) -> None:
    """One line a request: a search of many sites of one cluster takes a while."""
    click.echo(f"{search.site.key}：看 {candidate.text or '…'} {candidate.url}", err=True)


def _all_found(searches: Mapping[str, Search]) -> bool:
    from scraper.discovery.proposal import proposed

    return all(proposed(search) for search in searches.values())


def _told(search: Search) -> str:
    """Declarations for standard output, one a family; what else a person should know goes to standard error."""
    from scraper.discovery.proposal import declaration, proposed, rejected
    from scraper.discovery.targets import named

    site = named(search.site, search.name)
    found = proposed(search)
    fresh = [one for one in found if not one.declared]
    kept = len(found) - len(fresh)
    say = f"{site.key}：请求 {len(search.asked)} 个网页，找到 {len(found)} 个栏目"
    click.echo(say + (f"，其中 {kept} 个已经声明" if kept else ""), err=True)
    for seen in rejected(search):
        counted = f"{seen.verdict.rows} 条中 {len(seen.verdict.replies)} 条是答复"
        click.echo(f"  看过而没有提出：{seen.name or seen.candidate.text}（{counted}）{seen.url}", err=True)
    for url, outcome in search.missed:
        click.echo(f"  没有取到（{OUTCOME_WORDS.get(outcome, outcome)}）：{url}", err=True)
    for url, text in list(search.elsewhere.items())[:5]:
        message = f"  “{text or '（无文字）'}”指向声明之外的主机，没有跟去：{url}；属于该网站时请加进 hosts"
        click.echo(message, err=True)
    if search.unasked:
        count = len(search.unasked)
        message = (
            f"  另有 {count} 个像是答复栏目的链接没有看，如 {search.unasked[0].url}；可加大 --max-requests"
        )
        click.echo(message, err=True)
    today = now()[:10]
    parts = []
    for number, (_, columns) in enumerate(groupby(sorted(fresh, key=_by_family), key=_by_family)):
        key = site.key if number == 0 else f"{site.key}-{number + 1}"
        parts.append(declaration(replace(site, key=key), list(columns), today))
    return "\n".join(parts)


def _by_family(one: Proposed) -> str:
    return one.family
