"""What follows a publication, or the lack of one: messages, metrics, and the words for a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from pipelines.errors import ConfigurationError, HubeiRepliesError, Locked
from scraper.cli.errors import exit_code
from scraper.cli.logs import JsonLog


@dataclass(slots=True)
class After:
    """How the command ended; set within the block."""

    code: int = 0
    """Exit code, applied when everything else is done."""
    idle: bool = False
    """Nothing was published, because there was nothing to do."""


@contextmanager
def followed(
    data: Path, log: JsonLog | None, metrics: Path | None, messages: bool = False, summary: bool = True
) -> Iterator[After]:
    """Around the work of a command that publishes.

    At its end metrics are written, and with `messages` people are told; a failure is told too, unless it is one of usage
    or another process at work. Neither metrics nor messages change how the command ends.
    """
    from scraper.notify import tell_failure, tell_run

    def say(line: str) -> None:
        if log is not None:
            log.write("after", "warning", message=line)
        else:
            click.echo(line, err=True)

    after = After()
    try:
        yield after
    except HubeiRepliesError as error:
        if not isinstance(error, ConfigurationError | Locked):
            if messages:
                tell_failure(data, str(error), say)
            _write_metrics(metrics, data, False, say)
        if log is None:
            raise
        log.write("error", "error", message=str(error))
        raise click.exceptions.Exit(exit_code(error)) from error
    if messages:
        tell_run(data, say, summary, after.idle)
    if not after.idle:
        _write_metrics(metrics, data, True, say)
    if after.code:
        raise click.exceptions.Exit(after.code)


def _write_metrics(path: Path | None, data: Path, published: bool, say: Callable[[str], None]) -> None:
    from pipelines.publish import metrics

    if path is None:
        return
    try:
        metrics.write(path, data, published)
    except OSError as error:
        say(f"指标文件 {path} 没有写成：{error.strerror}。")
