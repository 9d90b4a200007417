"""From exceptions to what a person should do, and to the exit codes that README documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipelines.errors import ConfigurationError, DataUnreadable, HubeiRepliesError, Locked

EXIT_CODES: dict[int, str] = {
    0: "完成",
    1: "运行失败或只完成一部分：有站点或关口未通过，详见输出",
    2: "用法或配置有误：参数、站点声明、联系方式",
    3: "数据读不了：数据库缺失、损坏或版本不符",
    4: "另一个进程正在使用同一数据目录",
}


def exit_code(error: HubeiRepliesError) -> int:
    """Exit code of one of our errors; 1 where none is closer."""
    for kind, code in ((ConfigurationError, 2), (DataUnreadable, 3), (Locked, 4)):
        if isinstance(error, kind):
            return code
    return 1


@contextmanager
def explained() -> Iterator[None]:
    """Turn our own errors into one message on standard error and the documented exit code."""
    try:
        yield
    except HubeiRepliesError as error:
        click.echo(f"错误：{error}", err=True)
        raise click.exceptions.Exit(exit_code(error)) from error
