"""`hubei-replies work`: one of several crawlers on a queue in Redis."""

from __future__ import annotations

import contextlib
import hashlib
import socket
from pathlib import Path

import click

from pipelines.clock import now
from pipelines.declare import load_sites
from scraper.cli.errors import INTERRUPTED
from scraper.cli.logs import JsonLog, log_option
from scraper.cli.options import contact_option, data_option, sites_option


@click.command(short_help="与别的机器一起采集：从 Redis 领网站")
@click.argument("redis", metavar="REDIS地址")
@click.argument("site", nargs=-1, metavar="[站点…]")
@click.option(
    "--round", "name", metavar="名称", help="第几轮；一起采集的各台机器写一样的。不写时是今天的日期。"
)
@click.option("--worker", metavar="名称", help="这个工作进程的名字；不写时由主机名和数据目录得出。")
@click.option("--full", is_flag=True, help="列表从头读到尾，已知的网页全部重新取一遍。")
@contact_option
@log_option
@sites_option
@data_option
def work(
    redis: str,
    site: tuple[str, ...],
    name: str | None,
    worker: str | None,
    full: bool,
    contact: str | None,
    log: JsonLog | None,
    sites: Path | None,
    data: Path,
) -> None:
    """从 Redis（redis://主机:6379/0）的公用队列里领网站来采集，归档、入库，不发布；可在任意多台机器上同时运行。

    同一主机（同一系统的各主机）同时只有一个工作进程、一个连接在采集。工作进程被杀死，它的网站一分半钟后由别的接着采集，
    已取到的不再取。全部网站采完后各自结束；然后在一处用 hubei-replies import 合并各自的 archive.db，见 docs/cluster.md。
    """
    from scraper.cli.chain import ready_staging
    from scraper.cli.progress import crawl_progress
    from scraper.cli.report import crawl_report
    from scraper.cluster.board import Sharing
    from scraper.run import crawl

    declared = load_sites(sites)
    ready_staging(data)
    sharing = Sharing(redis, name or now()[:10], worker or _name(data))
    with crawl_progress() if log is None else contextlib.nullcontext(log) as progress:
        if log is not None:
            log.install()
        result = crawl(
            declared,
            data,
            only=site,
            full=full,
            contact=contact,
            progress=progress,
            root_handler=log is None,
            sharing=sharing,
        )
    crawl_report(result, log)
    if result.outcome == "interrupted":
        raise click.exceptions.Exit(INTERRUPTED)
    if log is None:
        click.echo(
            f"这一轮（{sharing.round}）的网站都采完了；请把各台机器的 archive.db 用 hubei-replies import 合并。"
        )
    if result.outcome != "ok":
        raise click.exceptions.Exit(1)


def _name(data: Path) -> str:
    folder = hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:8]
    return f"{socket.gethostname()}-{folder}"
