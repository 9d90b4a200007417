"""`extract`: files or titles in, one JSON object a line out; no database, no network."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pipelines.models import Page, Reply
from pipelines.process import process, process_text, process_title
from pipelines.read import decode
from pipelines.read.guard import MAX_BYTES

_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|tbody|td|p|span|h[1-6]|ul|br|script)\b[^<>]{0,4000}>",
    re.IGNORECASE,
)
_SNIFF = 65_536


class _Unusable(Exception):
    """A file that gives no reply; the message is for the reader."""


def looks_like_markup(body: bytes) -> bool:
    """HTML or plain text, by content: the name of a file says nothing."""
    head = body[:_SNIFF].replace(b"\x00", b"")
    return bool(_MARKUP.search(head))


def _read_file(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(name)
    if path.is_dir():
        raise _Unusable("是目录，请给出文件")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = {FileNotFoundError: "文件不存在", PermissionError: "没有读取权限"}.get(type(error), "读不了")
        raise _Unusable(f"{reason}（{error.strerror or error}）") from error


def _reply(body: bytes, url: str | None) -> Reply:
    """The reply in a file; raises _Unusable where there is none."""
    if len(body) > MAX_BYTES:
        raise _Unusable(f"超过 {MAX_BYTES // 1_000_000} MB，未读取")
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise _Unusable("文件是空的")
    if looks_like_markup(body):
        done = process(Page(url=url or "", body=body))
        if done.reply is None:
            raise _Unusable(" ".join(issue.message for issue in done.issues) or done.outcome)
        return done.reply
    return process_text(body, url)


def _titles(body: bytes) -> Iterator[Reply]:
    for line in decode(body).text.splitlines():
        if line.strip():
            yield process_title(line)


def _print(reply: Reply) -> None:
    click.echo(json.dumps(reply.as_dict(), ensure_ascii=False))


@click.command(short_help="从网页或文本文件读出答复的各个字段，每件一行 JSON")
@click.option(
    "--url", default=None, metavar="网址", help="文件原来的网址：用来补全链接，并写进结果；只用于单个文件。"
)
@click.option("--titles", is_flag=True, help="输入的每一行是一个标题，逐行输出。")
@click.argument("files", nargs=-1, required=True, metavar="文件…|-")
def extract(url: str | None, titles: bool, files: tuple[str, ...]) -> None:
    """从网页（HTML）或纯文本文件提取答复的各个字段，每件输出一行 JSON；- 表示标准输入。

    HTML 还是纯文本由内容判断，编码自动识别。页面没有写明的字段为 null。某个文件读不了时，
    错误写到标准错误并继续处理其余文件，最后以退出码 1 结束。

    \b
    例：
      hubei-replies extract 答复.html
      hubei-replies extract --url https://example.gov.cn/a/t1.html 答复.html
      hubei-replies extract --titles 标题.txt
      curl -s 网址 | hubei-replies extract -
    """
    if url is not None and (titles or len(files) != 1):
        raise click.UsageError("--url 只用于单个文件，且不与 --titles 同用。")
    failed = False
    for name in files:
        try:
            body = _read_file(name)
            if titles:
                for reply in _titles(body):
                    _print(reply)
            else:
                _print(_reply(body, url))
        except _Unusable as error:
            failed = True
            click.echo(f"{'标准输入' if name == '-' else name}：{str(error).rstrip('。')}。", err=True)
    if failed:
        raise click.exceptions.Exit(1)
