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
    """`--keep N` and `--public-url URL`, passed as `keep: int` and `public_url: str | None`."""
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
    return keep(address(function))
