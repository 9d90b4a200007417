"""Options that several commands share, so that each is spelled and explained once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.publish.snapshots import KEEP

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DATA = Path("data")


def data_option(function: F) -> F:
    """`--data DIR`, passed as `data: Path`."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_DATA,
        show_default=True,
        metavar="目录",
        help="数据库所在的目录。",
    )(function)


def workers_option(function: F) -> F:
    """`--workers N`, passed as `workers: int | None`."""
    return click.option(
        "--workers",
        type=click.IntRange(1),
        default=None,
        metavar="进程数",
        help="用几个进程读网页；只有一个进程写。不写就用全部处理器。",
    )(function)


def sites_option(function: F) -> F:
    """`--sites PATH`, passed as `sites: Path | None`."""
    return click.option(
        "--sites",
        type=click.Path(exists=True, path_type=Path),
        default=None,
        metavar="路径",
        help="用这个文件或目录里的站点声明，代替随包附带的声明。",
    )(function)


def contact_option(function: F) -> F:
    """`--contact`, passed as `contact: str | None`."""
    return click.option(
        "--contact",
        envvar="HUBEI_REPLIES_CONTACT",
        show_envvar=True,
        default=None,
        metavar="邮箱或网址",
        help="写进 User-Agent 的联系方式，让网站管理员能找到您；没有就不采集。",
    )(function)


def publish_options(function: F) -> F:
    """`--keep N`, `--public-url URL`, `--metrics FILE`: `keep: int`, `public_url: str | None`, `metrics: Path | None`."""
    keep = click.option(
        "--keep",
        type=click.IntRange(1),
        default=KEEP,
        show_default=True,
        envvar="HUBEI_REPLIES_KEEP",
        show_envvar=True,
        metavar="个数",
        help="快照最多保留几个，当前的也算。",
    )
    address = click.option(
        "--public-url",
        envvar="HUBEI_REPLIES_URL",
        show_envvar=True,
        default=None,
        metavar="网址",
        help="浏览界面对外的网址，写进订阅文件的链接；不给就链接到原文。",
    )
    metrics = click.option(
        "--metrics",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="HUBEI_REPLIES_METRICS",
        show_envvar=True,
        default=None,
        metavar="文件",
        help="结束时把 Prometheus 指标写到这个文件（供 node_exporter 的 textfile 收集）。",
    )
    return keep(address(metrics(function)))


def night_option(function: F) -> F:
    """`--night HH:MM-HH:MM`, passed as `night: str | None`, checked."""

    def checked(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        from scraper.due import Night

        if value is not None:
            Night.parse(value)
        return value

    return click.option(
        "--night",
        callback=checked,
        envvar="HUBEI_REPLIES_NIGHT",
        show_envvar=True,
        default=None,
        metavar="时段",
        help="网站分散在夜里的哪一段（北京时间），不给就是 00:30-05:30。",
    )(function)
