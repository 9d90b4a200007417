"""Structured log lines: one JSON object a line on standard error, for a collector instead of a person.

Keys: `time` (Asia/Shanghai), `level`, `event`, and where they are known `run`, `site`, `url`, `role`, `outcome`,
`count`, `message`. The programs of others (Scrapy, Twisted) log through the same formatter.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import click

from pipelines.clock import now
from scraper.session import Progress as Event

VARIABLE = "HUBEI_REPLIES_LOG_FORMAT"


class JsonLog:
    """Writes events; as a callable it listens to a crawl, as `line` it takes what a command says."""

    def __init__(self) -> None:
        self.run: int | None = None
        self.site: str | None = None

    def __call__(self, event: Event) -> None:
        self.run = event.run if event.run is not None else self.run
        level = "warning" if event.kind == "stopped" else "info"
        facts = {
            "site": event.site or None,
            "url": event.url,
            "role": event.role,
            "outcome": event.outcome,
            "count": event.count if event.kind in ("list", "rows") else None,
            "message": event.message,
        }
        self.write(f"crawl.{event.kind}", level, **facts)

    def write(self, event: str, level: str = "info", **facts: Any) -> None:
        """One line; what is None is left out."""
        line = {"time": now(), "level": level, "event": event, "run": self.run, **facts}
        told = {key: value for key, value in line.items() if value is not None}
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stderr.flush()

    def install(self) -> None:
        """Let the root logger write here, errors only, as the crawl logs them otherwise; warnings of Python go with it."""
        handler = _Handler(self)
        handler.addFilter(lambda record: record.levelno >= logging.ERROR or record.name == "py.warnings")
        logging.getLogger("py.warnings").setLevel(logging.WARNING)
        logging.basicConfig(handlers=[handler], level=logging.ERROR, force=True)
        logging.captureWarnings(True)


class _Handler(logging.Handler):
    """Records of the standard library as lines of ours."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record)
        except Exception:  # noqa: BLE001 -- a log line that cannot be made must not end the crawl
            message = str(record.msg)
        self._log.write("log", record.levelname.lower(), logger=record.name, message=message)


def log_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--log-format text|json`, passed as `log: JsonLog | None`."""

    def made(_ctx: click.Context, _param: click.Parameter, value: str) -> JsonLog | None:
        return JsonLog() if value == "json" else None

    return click.option(
        "--log-format",
        "log",
        type=click.Choice(["text", "json"]),
        default="text",
        callback=made,
        envvar=VARIABLE,
        show_envvar=True,
        metavar="格式",
        help="text 或 json；json 时过程和结果都写成每行一个 JSON（标准错误），供日志系统收集。",
    )(function)
