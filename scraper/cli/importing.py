"""`hubei-replies import`: pages that a person saved, what other crawlers archived, and archives of other machines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.clock import SHANGHAI, now
from pipelines.declare import load_sites
from pipelines.errors import ConfigurationError, DataUnreadable
from scraper.cli.options import data_option, sites_option
from scraper.cli.screen import counter
from scraper.selection import select

if TYPE_CHECKING:
    from scraper.saved import Imported


def _moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value} 不是时间，请写成 2026-11-24T10:30 的样子") from error
    told = (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)
    text = told.isoformat(timespec="seconds")
    if text > now():
        raise click.BadParameter(f"{value} 还没有到")
    return text


@click.command(name="import", short_help="导入保存的网页、WARC，合并别的机器的归档")
@click.argument("files", nargs=-1, required=True, metavar="文件…", type=click.Path(path_type=Path))
@click.option("--site", metavar="站点", help="只认这个站点；不写时凭网址判断。")
@click.option("--url", metavar="网址", help="从哪个网址保存；只在文件自己没有写、而且只有一个文件时用。")
@click.option("--by", metavar="名字或单位", help="谁保存的；只记在归档里，不公开。")
@click.option("--at", callback=_moment, metavar="时间", help="什么时候保存的；文件自己写了的以文件为准。")
@sites_option
@data_option
def import_(
    files: tuple[Path, ...],
    site: str | None,
    url: str | None,
    by: str | None,
    at: str | None,
    sites: Path | None,
    data: Path,
) -> None:
    """把别处得来的内容收进归档，再照采集来的一样入库、发布。

    可以是人用浏览器保存的网页（HTML、MHTML），任何工具采集的 WARC，别的机器的归档（archive.db），或 export 写的
    WARC。网页只收已声明网站的，其余逐个列出；质询页记为“被拦截”。同样的内容不重复收。归档则连同各次运行原样并入。
    有没有收下的，退出码为 1。
    """
    from scraper.cli.chain import publish_data, ready_staging
    from scraper.cli.report import publish_report
    from scraper.saved import import_pages
    from scraper.saved.archives import is_archive, merge_archives

    if url is not None and len(files) > 1:
        raise ConfigurationError("--url 只能用于一个文件；几个文件请分几次导入。")
    declared = select(load_sites(sites), [site or ""])
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise DataUnreadable(f"没有文件 {'、'.join(missing)}；请检查路径。")
    ready_staging(data)
    archives = [path for path in files if is_archive(path)]
    pages = [path for path in files if path not in archives]
    if archives:
        with counter("合并") as progress:
            merged = merge_archives(archives, data, progress)
        click.echo(
            f"并入运行 {merged.runs} 次、应答 {merged.fetches} 个；已有的 {merged.known} 个没有重复收。"
        )
        ready_staging(data)
    complete = True
    if pages:
        with counter("导入") as progress:
            done = import_pages(pages, declared, data, url=url, by=by, at=at, progress=progress)
        _report(done)
        complete = done.complete
    publish_report(publish_data(data))
    if not complete:
        raise click.exceptions.Exit(1)


def _report(done: Imported) -> None:
    from scraper.cli.report import OUTCOME_WORDS

    for what, why in done.refused:
        click.echo(f"没有收：{what}：{why}。", err=True)
    if done.refused_count > len(done.refused):
        click.echo(f"没有收的共 {done.refused_count} 个，只列出前 {len(done.refused)} 个。", err=True)
    taken = "，".join(f"{OUTCOME_WORDS[name]} {count}" for name, count in sorted(done.outcomes.items()))
    click.echo(
        f"收进归档 {done.outcomes.total()} 个{f'（{taken}）' if taken else ''}，已有 {done.known} 个，"
        f"没有收 {done.refused_count} 个，图片、样式等 {done.ignored} 个未收。"
    )
