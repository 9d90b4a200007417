"""A folder of reviewed YAML files → entries with the place of each; nothing is judged here but shape and target."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.address import host_of, reply_id
from pipelines.declare.errors import DeclarationError, Fault
from pipelines.declare.source import Source, read_source
from pipelines.declare.words import did_you_mean, one_of
from pipelines.errors import ConfigurationError
from pipelines.normalise.privacy import mask
from pipelines.paths import reviewed_data

REPLY_ID = re.compile(r"r[a-z2-7]{11}")
MAX_TEXT = 500


class ReviewError(DeclarationError):
    """One or more entries of data/corrections or data/withheld are wrong; `faults` has all of them."""

    def _text(self) -> str:
        if len(self.faults) == 1:
            return f"人工复核的数据有误：{self.faults[0]}"
        return f"人工复核的数据有 {len(self.faults)} 处错误：\n" + "\n".join(
            f"  {fault}" for fault in self.faults
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written; `blame` notes a mistake at one of its keys."""

    source: Source
    name: str
    values: dict[str, Any]

    def blame(self, message: str, *way: str | int) -> None:
        """Note a mistake; `way` leads from the entry to the value."""
        self.source.blame((self.name, *way), message)

    @property
    def where(self) -> str:
        """`hubei.yaml:12`"""
        return f"{self.source.file.name}:{self.source.line_of((self.name,))}"

    def target(self) -> tuple[str | None, str | None]:
        """(id of the reply, address where one is given); exactly one of `id` and `url` is written."""
        given = [key for key in ("id", "url") if key in self.values]
        if len(given) != 1:
            self.blame("id（答复编号）和 url（网址）写一个，也只写一个")
            return None, None
        value = self.values[given[0]]
        if given == ["id"]:
            if isinstance(value, str) and REPLY_ID.fullmatch(value):
                return value, None
            self.blame("id 应为 r 加 11 个小写字符，与 replies 表的编号相同", "id")
            return None, None
        if isinstance(value, str) and value.startswith(("http://", "https://")) and host_of(value):
            return reply_id(value), value
        self.blame("url 应为 http:// 或 https:// 开头的完整网址", "url")
        return None, None

    def day(self) -> str | None:
        """The `date` of the decision, `YYYY-MM-DD`."""
        value = self.values.get("date")
        if isinstance(value, str) and is_day(value):
            return value
        self.blame('date 应为加引号的日期，如 "2026-11-24"', "date")
        return None

    def text(self, key: str) -> str | None:
        """A text of one line without contact data."""
        value = self.values.get(key)
        problem = text_problem(value)
        if problem is None:
            return str(value)
        self.blame(problem, key)
        return None


def is_day(value: str) -> bool:
    """Whether a text is a date `YYYY-MM-DD`."""
    try:
        return len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def text_problem(value: object) -> str | None:
    """Why a value is no text for publication, or None."""
    if not isinstance(value, str):
        return "应为文字；纯数字请加引号"
    if not value.strip() or value != value.strip() or "\n" in value:
        return "应为一行文字，首尾不留空格，不能为空"
    if len(value) > MAX_TEXT:
        return f"最多 {MAX_TEXT} 个字符"
    if mask(value) != value:
        return "含有电话、邮箱等联系方式，不能公开"
    return None


def folder(name: str) -> Path:
    """`data/<name>`. Raises ConfigurationError when it is absent: an absent list of what must not be published is no
    empty list."""
    try:
        return reviewed_data(name)
    except FileNotFoundError as error:
        raise ConfigurationError(f"缺少 data/{name} 目录；请恢复它，或重新安装本程序") from error


def read_entries(root: Path, allowed: Collection[str], required: Collection[str]) -> Iterator[Entry]:
    """Every entry of a file or of the `.yaml` files of a folder, in order of file and line.

    The caller notes what else is wrong with `Entry.blame` as it goes; behind the last entry everything noted is raised
    as one ReviewError.
    """
    files = [root] if root.is_file() else sorted(item for item in root.glob("*.y*ml") if item.is_file())
    faults: list[Fault] = []
    for file in files:
        source = read_source(file, "名称: 一条记录")
        for name, values in source.data.items():
            known = values if isinstance(values, dict) else {}
            entry = Entry(source, name, known)
            if not isinstance(values, dict):
                entry.blame(f"应为若干“键: 值”（{one_of(allowed)}）")
                continue
            for key in known:
                if key not in allowed:
                    entry.blame(f"没有 {key} 这个键{did_you_mean(key, allowed)}（{one_of(allowed)}）", key)
            for key in required:
                if key not in known:
                    entry.blame(f"缺少必填的 {key}")
            yield entry
        faults += sorted(source.faults, key=lambda fault: fault.line or 0)
    if faults:
        raise ReviewError.of(faults)
