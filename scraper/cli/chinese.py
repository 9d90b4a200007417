"""Click's own words in Chinese.

Click asks gettext for each phrase; a catalogue would depend on the locale of the machine, and our readers'
machines often run under `C`. So the phrases stand here and are handed to Click's modules directly. A phrase
that an upgrade of Click adds stays English and is found by the tests.
"""

from __future__ import annotations

import sys

PHRASES: dict[str, str] = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本帮助并退出。",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "(dynamic)": "（动态）",
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "用 {command} {option} 查看帮助。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing command.": "缺少命令。",
    "Invalid value: {message}": "取值有误：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 取值有误：{message}",
    "No such option {name!r}.": "没有选项 {name}。",
    "No such command {name!r}.": "没有命令 {name}。",
    "Option {name!r} does not take a value.": "选项 {name} 不带值。",
    "{name} {filename!r} does not exist.": "{name} {filename} 不存在。",
    "{name} {filename!r} is a file.": "{name} {filename} 是文件，这里需要目录。",
    "{name} {filename!r} is a directory.": "{name} {filename} 是目录，这里需要文件。",
    "{name} {filename!r} is not readable.": "{name} {filename} 不可读。",
    "{value!r} is not a valid {number_type}.": "{value} 不是这里能用的数。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 之内。",
    "{name} {filename!r} is not writable.": "{name} {filename} 不可写。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename}：{message}",
    "unknown error": "未知错误",
    "file": "文件",
    "directory": "目录",
    "path": "路径",
    "Aborted!": "已中止。",
}

PLURALS: dict[str, str] = {
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "Got unexpected extra argument ({args})": "多余的参数：{args}",
    "Option {name!r} requires an argument.": "选项 {name} 需要一个值。",
    "{value!r} is not {choice}.": "{value} 不是 {choice}。",
    "{value!r} is not one of {choices}.": "{value} 不在可选范围内：{choices}。",
}
"""Keyed by the singular; Chinese has one form for both."""


def _phrase(message: str) -> str:
    return PHRASES.get(message, message)


def _plural(singular: str, plural: str, n: int) -> str:
    return PLURALS.get(singular, singular if n == 1 else plural)


def speak_chinese() -> None:
    """Give Click's modules our phrases; calling it again changes nothing."""
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            for attribute, function in (("_", _phrase), ("gettext", _phrase), ("ngettext", _plural)):
                if callable(getattr(module, attribute, None)):
                    setattr(module, attribute, function)
