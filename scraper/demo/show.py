"""One demonstration from an empty folder to a published corpus, told on the screen as it goes."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pipelines.archive import Archive
from pipelines.declare import load_sites
from pipelines.errors import ConfigurationError
from pipelines.lock import DataLock
from pipelines.models import Site
from pipelines.paths import reviewed_data
from pipelines.publish.build import publish
from scraper.cli.screen import console
from scraper.demo.answers import answers
from scraper.demo.server import DemoGovernment
from scraper.demo.verify import Verdict, verify
from scraper.run import crawl
from scraper.session import Progress as Event

CONTACT = "demo@hubei-replies.invalid"
MARK = "这是演示目录.txt"
DATABASES = ("archive.db", "staging.db", "corpus.db")
FOLDERS = ("snapshots", "feeds")
SHOWN_DIFFERENCES = 20


def prepare(data: Path) -> None:
    """An empty folder of our own, with a mark in it.

    Raises ConfigurationError for a folder with databases that no demonstration made; they are left alone.
    """
    mine = (data / MARK).exists()
    present = [name for name in DATABASES if (data / name).exists()]
    if present and not mine:
        raise ConfigurationError(
            f"目录 {data} 里已有 {'、'.join(present)}，不是演示建的，没有动它。请用 --data 另选一个目录。"
        )
    with DataLock(data, "demo"):
        (data / MARK).write_text(
            "这个目录由 hubei-replies demo 建立，每次演示都会清空其中的数据库。\n", "utf-8"
        )
        for name in DATABASES:
            for suffix in ("", "-wal", "-shm", "-journal"):
                (data / (name + suffix)).unlink(missing_ok=True)
        for folder in FOLDERS:
            shutil.rmtree(data / folder, ignore_errors=True)


def run(data: Path) -> bool:
    """Crawl, publish, and print what was found; True when the corpus says what the pages say."""
    prepare(data)
    sites = load_sites(reviewed_data("demo", "sites.yaml"))
    with DemoGovernment() as government:
        click.echo(f"演示政府：{len(sites)} 个网站，本机地址 {government.url} 。开始采集……")
        with _progress() as tell:
            crawl(sites, data, contact=CONTACT, proxy=government.proxy, progress=tell, log_level="ERROR")
        truth = tuple(answers(government.personalities))
    with closing(Archive(data / "archive.db", readonly=True)) as archive:
        result = publish(data, archive)
    verdict = verify(result.path, truth)
    _report(result.path, sites, verdict)
    return not verdict.differences


class _progress:  # noqa: N801 - used as a function
    """A bar on a terminal, nothing in a pipe: the demonstration lasts seconds."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("采集"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            console=console(stderr=True),
            transient=True,
            disable=not console(stderr=True).is_terminal,
        )

    def __enter__(self) -> Callable[[Event], None]:
        self._bar.start()
        task = self._bar.add_task("", total=0)
        rows = 0

        def tell(event: Event) -> None:
            nonlocal rows
            if event.kind == "rows":
                rows += event.count
                self._bar.update(task, total=rows)
            elif event.kind == "fetch" and event.role == "detail":
                self._bar.update(task, advance=1, description=event.site)

        return tell

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


COLUMNS = ("列表页", "答复", "会办意见", "其他文件", "附件", "受阻", "已失效", "拒绝")


def found(corpus: Path) -> dict[str, Counter[str]]:
    """By site: how many addresses of each sort of `COLUMNS` the corpus knows."""
    out: dict[str, Counter[str]] = {}
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        pages = conn.execute("select site, role, outcome, document_type from pages").fetchall()
        replies = conn.execute("select site, document_type from replies").fetchall()
    for site, role, outcome, document_type in pages:
        if sort := _sort(role, outcome, document_type):
            out.setdefault(site, Counter())[sort] += 1
    for site, document_type in replies:
        out.setdefault(site, Counter())["答复" if document_type == "reply" else "会办意见"] += 1
    return out


def _sort(role: str, outcome: str, document_type: str | None) -> str | None:
    match role, outcome:
        case "robots", _:
            return None
        case _, "refused":
            return "拒绝"
        case _, "gone" | "soft_404":
            return "已失效"
        case "list", "ok":
            return "列表页"
        case "attachment", "ok":
            return "附件"
        case "detail", "ok":
            return "其他文件" if document_type == "other" else None
        case _, "ok" | "redirect":
            return None
        case _:
            return "受阻"


def _report(corpus: Path, sites: dict[str, Site], verdict: Verdict) -> None:
    counts = found(corpus)
    table = Table("网站", *COLUMNS, title="演示采集结果", show_footer=True)
    for key, site in sites.items():
        table.add_row(site.name, *(str(counts.get(key, Counter())[name] or "–") for name in COLUMNS))
    total = sum(counts.values(), Counter[str]())
    for column, text in zip(table.columns, ("合计", *(str(total[name]) for name in COLUMNS)), strict=True):
        column.footer = text
        column.justify = "left" if text == "合计" else "right"
    out = console()
    out.print(table)
    out.print(
        "受阻：验证页面、空页面；已失效：404 和“页面不存在”；拒绝：链接或跳转离开本站。都是演示里有意安排的。"
    )
    if verdict.differences:
        out.print(f"与标准答案核对 {verdict.compared} 项，{len(verdict.differences)} 项不一致：")
        for difference in verdict.differences[:SHOWN_DIFFERENCES]:
            out.print(f"  {difference}", markup=False)
    else:
        out.print(f"与标准答案核对 {verdict.compared} 项，全部一致。")
    out.print(f"语料库：{corpus}")
