"""Figures of the corpus and of the last publication for Prometheus, as a file for node_exporter's textfile collector.

Source of the format: Prometheus text exposition format 0.0.4. Everything is a gauge: the file is written anew each time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pipelines.publish.snapshots import CORPUS, current, listed

PREFIX = "hubei_replies"
HEALTH = ("ok", "partial", "failed", "never")
SEVERITIES = ("error", "warning", "info")

Sample = tuple[Mapping[str, str], float]
Family = tuple[str, str, list[Sample]]
"""Name without prefix, help, samples."""


def write(path: Path, data_dir: Path, published: bool) -> None:
    """Write the file by one rename; the temporary name does not end in `.prom`, so that no collector reads it.

    `published`: whether the attempt that ends now published. Raises OSError.
    """
    text = render(families(data_dir, published))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_text(text, "utf-8")
        fresh.chmod(0o644)  # the collector is another account
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def families(data_dir: Path, published: bool) -> list[Family]:
    """Every metric with its samples; those of the corpus only where there is one that can be read."""
    found: list[Family] = [
        ("publish_success", "上一次发布是否成功（1 成功，0 被关口拦下或出错）。", [({}, float(published))]),
        ("snapshots", "保留着的快照个数。", [({}, float(len(listed(data_dir))))]),
    ]
    snapshot = current(data_dir)
    if snapshot is not None:
        told = snapshot.manifest
        labels = {"version": told.package, "snapshot": snapshot.name}
        found.append(("info", "当前快照和做它的版本。", [(labels, 1.0)]))
        found.append(("publish_timestamp_seconds", "当前快照做成的时间。", [({}, _seconds(told.created_at))]))
    path = data_dir / CORPUS
    if path.is_file():
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
                found += list(_corpus(conn))  # all of them or none
        except sqlite3.Error:
            found.append(("corpus_readable", "语料库能不能读（0 不能）。", [({}, 0.0)]))
    return found


def _corpus(conn: sqlite3.Connection) -> Iterator[Family]:
    yield "corpus_readable", "语料库能不能读（0 不能）。", [({}, 1.0)]
    for table, told in (
        ("replies", "答复件数。"),
        ("pages", "已知的网页数。"),
        ("proposals", "建议、提案件数。"),
    ):
        yield table, told, [({}, float(conn.execute(f"select count(*) from {table}").fetchone()[0]))]  # noqa: S608
    gone = conn.execute("select count(*) from replies where gone_on is not null").fetchone()[0]
    yield "replies_gone", "网站已经撤下的答复件数。", [({}, float(gone))]
    counts = dict(conn.execute("select severity, count(*) from issues group by 1").fetchall())
    samples: list[Sample] = [({"severity": one}, float(counts.get(one, 0))) for one in SEVERITIES]
    yield "issues", "问题条数，按程度。", samples
    sites = conn.execute("select key, health, replies, crawled_at from sites order by key").fetchall()
    samples = [
        ({"site": key, "health": one}, float(health == one)) for key, health, *_ in sites for one in HEALTH
    ]
    yield "site_health", "网站的状况：是哪一种，哪一种就是 1。", samples
    yield "site_replies", "网站的答复件数。", [({"site": key}, float(count)) for key, _, count, _ in sites]
    crawled: list[Sample] = [({"site": key}, _seconds(at)) for key, _, _, at in sites if at]
    yield "site_crawl_timestamp_seconds", "网站最近一次取页的时间。", crawled
    last = conn.execute(
        "select started_at, finished_at, addresses, ok, blocked, failed from crawls order by id desc limit 1"
    ).fetchone()
    if last is not None:
        yield "crawl_start_timestamp_seconds", "最近一次采集开始的时间。", [({}, _seconds(last[0]))]
        if last[1]:
            yield "crawl_end_timestamp_seconds", "最近一次采集结束的时间。", [({}, _seconds(last[1]))]
        results = (("all", last[2]), ("ok", last[3]), ("blocked", last[4]), ("failed", last[5]))
        samples = [({"result": name}, float(count)) for name, count in results]
        yield "crawl_addresses", "最近一次采集的地址数，按结果。", samples


def render(found: list[Family]) -> str:
    """The text of the file."""
    lines = []
    for name, told, samples in found:
        if not samples:
            continue
        lines.append(f"# HELP {PREFIX}_{name} {_escaped(told)}")
        lines.append(f"# TYPE {PREFIX}_{name} gauge")
        for labels, value in samples:
            inside = ",".join(f'{key}="{_quoted(text)}"' for key, text in labels.items())
            lines.append(f"{PREFIX}_{name}{'{' + inside + '}' if inside else ''} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')


def _seconds(moment: str) -> float:
    """Since 1970, of a time of ours."""
    return datetime.fromisoformat(moment).timestamp()
