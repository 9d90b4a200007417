"""From exceptions to what a person should do, and to the exit codes that README documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipelines.errors import ConfigurationError, DataUnreadable, HubeiRepliesError, Locked
from pipelines.storage import failure

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""

EXIT_CODES: dict[int, str] = {
    0: "完成",
    1: "运行失败或只完成一部分：有站点或关口未通过，详见输出",
    2: "用法或配置有误：参数、站点声明、联系方式",
    3: "数据读写不了：数据库缺失、损坏、版本不符，或磁盘已满、只读",
    4: "另一个进程正在使用同一数据目录，或锁住了数据库",
    INTERRUPTED: "被 Ctrl+C 或 SIGTERM 停下：已得到的都在，再运行一次就接着来",
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
    except KeyboardInterrupt as error:
        click.echo("已停下；已得到的都在，再运行一次就接着来。", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from error
    except OSError as error:
        # Whatever else was being written when the disk was full: a feed, a log, standard output.
        told = failure(error, Path(error.filename or "."), "文件")
        if told is None:
            raise
        click.echo(f"错误：{told}", err=True)
        raise click.exceptions.Exit(exit_code(told)) from error
