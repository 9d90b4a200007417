"""`hubei-replies search WORDS`: the same search as on the web page, on the terminal."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import click

from pipelines.publish.corpus import open_corpus
from pipelines.publish.search import ENOUGH, Found, Part, Search, excerpt, find, hints, holds, marked
from pipelines.publish.search.find import Sort
from pipelines.publish.site.listing import file_with
from scraper.cli.options import data_option

SQL = "select id, title, agency, published_at, url, body_text from replies where id in (select value from json_each(?))"


@click.command(short_help="在终端里检索", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="词…")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, metavar="件数", help="最多列出几件。"
)
@click.option("--title", "in_title", is_flag=True, help="只搜标题。")
@click.option(
    "--sort",
    type=click.Choice(["date", "relevance"]),
    default="date",
    show_default=True,
    help="date 新的在前，relevance 按相关程度。",
)
@click.option("--json", "as_json", is_flag=True, help="每行输出一件答复的 JSON，供程序使用。")
@data_option
def search(words: tuple[str, ...], limit: int, in_title: bool, sort: str, as_json: bool, data: Path) -> None:
    """检索标题、正文和附件里的文字：几个词都出现才算命中，一串汉字必须连续出现，数字和外文按整词匹配。

    写法与网页上相同："老旧小区 改造" 依次紧挨着出现（引号外面再加一层单引号），-电动车 不要出现，标题:电梯 要在标题里。
    没有一件符合、而检索词里有繁体字时，改按简体找，并且说明。
    """
    if unknown := next((word for word in words if word.startswith("--")), None):
        raise click.NoSuchOption(unknown)
    asked = Search(" ".join(words), in_title=in_title, sort=cast("Sort", sort), size=limit)
    with closing(open_corpus(data)) as conn:
        conn.row_factory = sqlite3.Row
        found = find(conn, asked, facets=False)
        rows = {row["id"]: row for row in conn.execute(SQL, (json.dumps(found.ids),))}
        query = str(found.search.query)
        shown = [(rows[key], _where(conn, rows[key], query)) for key in found.ids]
        others = hints(conn, asked) if not found.total else []
    for hit, where in shown:
        if as_json:
            click.echo(json.dumps(_facts(hit, where, query), ensure_ascii=False))
        else:
            _print(hit, where, query)
    if not as_json:
        _sum_up(found, asked, limit)
    for other in others if not as_json else ():
        number = f"{ENOUGH} 件以上" if other.hits > ENOUGH else f"{other.hits} 件"
        click.echo(f"  可以试试：{other.search.query}（{other.why}，{number}）")


def _sum_up(found: Found, asked: Search, limit: int) -> None:
    if found.converted:
        click.echo(
            f"没有一件答复里有“{asked.words}”这几个字，以上是换成简体“{found.search.words}”以后找到的。"
        )
    if asked.query.unwanted and not asked.query.wanted:
        click.echo("只写了不要的词，请再写至少一个要找的词。")
    first = f"，列出前 {limit} 件" if found.more or found.total > limit else ""
    click.echo(f"命中 {found.total} 件{'以上' if found.more else ''}{first}。")


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
    def coloured(parts: tuple[Part, ...]) -> str:
        return "".join(
            click.style(part.text, bold=True, fg="red") if part.hit else part.text for part in parts
        )

    click.echo(f"{hit['id']}  {coloured(marked(hit['title'] or '', query))}")
    click.echo("  " + "  ".join(str(hit[key]) for key in ("agency", "published_at", "url") if hit[key]))
    name, text = where
    click.echo(f"  {f'附件“{name}”：' if name else ''}{coloured(excerpt(text, query))}\n")
