"""A bounded YAML file → plain values with the line of each; nothing in it can run, refer back or blow up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipelines.declare.errors import Fault

MAX_BYTES = 256 * 1024
MAX_DEPTH = 6
"""File, site, columns, column: four levels; two to spare."""

Loc = tuple[str | int, ...]

# Ten times as fast where the library was built with it; every command reads the lists of agencies and sessions.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_PLAIN = {_PREFIX + name for name in ("str", "int", "float", "bool", "null")}


@dataclass(slots=True)
class Source:
    """What a file says: values by top-level key, the line of each value, and the mistakes met on the way."""

    file: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)
    """Of every key and every item of a list, counted from 1."""
    faults: list[Fault] = field(default_factory=list)
    shape: str = "网站键: 声明"
    """What the outermost mapping should be, for the message when it is none."""

    def line_of(self, loc: Loc) -> int | None:
        """Line of the value at `loc`, or of the nearest one that holds it."""
        for end in range(len(loc), 0, -1):
            if loc[:end] in self.lines:
                return self.lines[loc[:end]]
        return None

    def blame(self, loc: Loc, message: str, line: int | None = None) -> None:
        """Note a fault at `loc`."""
        self.faults.append(Fault(self.file, line or self.line_of(loc), spell(loc), message))


def spell(loc: Loc) -> str:
    """`("kjt", "columns", 1, "holds")` → `kjt.columns[2].holds`, counted as people count."""
    out = ""
    for part in loc:
        if isinstance(part, int):
            out += f"[{part + 1}]"
        else:
            out += f".{part}" if out else part
    return out


def read_source(file: Path, shape: str = "网站键: 声明") -> Source:
    """Read one file of declarations; mistakes are collected, never raised. `shape` names its outermost mapping."""
    source = Source(file, shape=shape)
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            source.blame((), f"文件有 {size} 字节，声明文件最多 {MAX_BYTES} 字节")
            return source
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        source.blame((), "不是 UTF-8 文本；请另存为 UTF-8")
        return source
    except OSError as error:
        source.blame((), f"读不了：{error.strerror}")
        return source
    try:
        if _harmless(source, text):
            _read_root(source, yaml.compose(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        lines = text.splitlines()
        shown = lines[line - 1].strip()[:60] if line and line <= len(lines) else "文件末尾"
        source.blame((), f"YAML 写法有误：“{shown}”附近；检查缩进、冒号后的空格、括号和引号", line)
    except yaml.YAMLError:
        source.blame((), "含有 YAML 不允许的字符（如控制字符）")
    return source


def _harmless(source: Source, text: str) -> bool:
    """Refuse what could grow or run, looking at parser events only: nothing is built yet."""
    depth = documents = 0
    before = len(source.faults)
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else None
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                source.blame((), "一个文件只写一份 YAML，不要用 --- 分段", line)
                return False
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            source.blame((), "不接受 & 锚点和 * 引用，请写全", line)
            return False
        elif tag:
            source.blame((), f"不接受 {tag} 这样的类型标签", line)
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                source.blame((), f"嵌套超过 {MAX_DEPTH} 层", line)
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return len(source.faults) == before


def _read_root(source: Source, root: yaml.Node | None) -> None:
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        source.blame((), f"最外层应为“{source.shape}”", root.start_mark.line + 1)
        return
    source.data = dict(_pairs(source, root, ()))


def _pairs(source: Source, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, Any]]:
    """Keys and values of a mapping; a key written twice is a fault, its second value is left out."""
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
            source.blame(loc, "键应为一个词", line)
            continue
        key = str(key_node.value)
        if key in seen:
            source.blame((*loc, key), f"这个键写了两次，第一次在第 {seen[key]} 行", line)
            continue
        seen[key] = line
        source.lines[(*loc, key)] = line
        yield key, _value(source, value_node, (*loc, key))


def _value(source: Source, node: yaml.Node, loc: Loc) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(source, node, loc))
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            source.lines[(*loc, index)] = item.start_mark.line + 1
            items.append(_value(source, item, (*loc, index)))
        return items
    if node.tag not in _PLAIN:
        source.blame(loc, f"“{node.value[:40]}”会被 YAML 当作日期等类型，请加引号", line)
        return str(node.value)
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except ValueError:
        source.blame(loc, f"“{node.value[:40]}”不是有效的数", line)
        return str(node.value)
