"""`hubei-replies search WORDS`: the same search as on the web page, on the terminal."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from pipelines.publish.corpus import open_corpus
from pipelines.publish.search import count, excerpt, holds, newest
from pipelines.publish.site.listing import file_with
from scraper.cli.options import data_option

SQL = "select id, title, agency, published_at, url, body_text from replies where id = ?"


@click.command(short_help="在终端里检索")
@click.argument("words", nargs=-1, required=True, metavar="词…")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, metavar="件数", help="最多列出几件。"
)
@click.option("--json", "as_json", is_flag=True, help="每行输出一件答复的 JSON，供程序使用。")
@data_option
def search(words: tuple[str, ...], limit: int, as_json: bool, data: Path) -> None:
    """检索标题、正文和附件里的文字：几个词都出现才算命中，一串汉字必须连续出现，数字和外文按整词匹配。新的在前。"""
    query = " ".join(words)
    with closing(open_corpus(data)) as conn:
        conn.row_factory = sqlite3.Row
        total, ids = count(conn, query), newest(conn, query, limit)
        hits = [conn.execute(SQL, (one,)).fetchone() for one in ids]
        shown = [(hit, _where(conn, hit, query)) for hit in hits]
    for hit, where in shown:
        if as_json:
            click.echo(json.dumps(_facts(hit, where, query), ensure_ascii=False))
        else:
            _print(hit, where, query)
    if not as_json:
        first = f"，列出前 {limit} 件" if total > limit else ""
        click.echo(f"命中 {total} 件{first}。")


def _where(conn: sqlite3.Connection, hit: sqlite3.Row, query: str) -> tuple[str | None, str | None]:
    """(name of the attachment or None for the body, text) that an excerpt is made of."""
    if not holds(hit["body_text"], query) and (file := file_with(conn, hit["id"], query)) is not None:
        return file["name"], file["text"]
    return None, hit["body_text"]


def _facts(hit: sqlite3.Row, where: tuple[str | None, str | None], query: str) -> dict[str, Any]:
    facts = {key: hit[key] for key in hit.keys() if key != "body_text"}  # noqa: SIM118 -- a Row iterates over values
    facts["excerpt"] = "".join(part.text for part in excerpt(where[1], query))
    facts["excerpt_of"] = where[0]
    return facts


def _print(hit: sqlite3.Row, where: tuple[str | None, str | None], query: str) -> None:
    def marked(text: str | None, width: int) -> str:
        parts = excerpt(text, query, width)
        return "".join(
            click.style(part.text, bold=True, fg="red") if part.hit else part.text for part in parts
        )

    click.echo(f"{hit['id']}  {marked(hit['title'], 400)}")
    click.echo("  " + "  ".join(str(hit[key]) for key in ("agency", "published_at", "url") if hit[key]))
    name, text = where
    click.echo(f"  {f'附件“{name}”：' if name else ''}{marked(text, 120)}\n")
