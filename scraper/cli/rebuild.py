"""`hubei-replies rebuild`: the corpus again, from the archive alone."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import click

from scraper.cli.options import data_option
from scraper.cli.screen import counter


@click.command(short_help="只凭归档重建语料库；--compare 只比较，不改动")
@click.option("--compare", is_flag=True, help="只显示现行规则会改变哪些值，每行一个 JSON；什么也不改动。")
@data_option
def rebuild(compare: bool, data: Path) -> None:
    """只凭归档和现行规则重做 staging.db 和 corpus.db，不联网。结果与逐次采集得到的逐行相同。

    整个语料库未通过关口时不发布，退出码为 1；单个站点的问题用 hubei-replies check 查看。
    """
    from scraper.cli.chain import publish_data, rebuild_staging
    from scraper.cli.report import publish_report

    if compare:
        _compare(data)
        return
    with counter("重建") as progress:
        count = rebuild_staging(data, progress)
    click.echo(f"从归档读了 {count} 项。")
    publish_report(publish_data(data))


def _compare(data: Path) -> None:
    from pipelines.errors import DataUnreadable
    from pipelines.load.tables import REPLY_FIELDS
    from scraper.cli.chain import STAGING, existing_archive, fill

    old = data / STAGING
    if not old.is_file():
        raise DataUnreadable(f"没有 {old}，无从比较；请先运行 hubei-replies rebuild。")
    with tempfile.TemporaryDirectory(dir=data) as folder, existing_archive(data) as archive:
        new = Path(folder) / STAGING
        with counter("比较") as progress:
            fill(new, archive, progress, old)
        # Read as it is: the file was made under other rules, which is the point.
        before, after = _replies(old), _replies(new)
    differences = 0
    for address in sorted(before.keys() | after.keys()):
        was, now = before.get(address, {}), after.get(address, {})
        for field in REPLY_FIELDS:
            if was.get(field) != now.get(field):
                differences += 1
                line = {"url": address, "field": field, "old": was.get(field), "new": now.get(field)}
                click.echo(json.dumps(line, ensure_ascii=False))
    click.echo(f"{len(after)} 件答复，{differences} 个值会改变。", err=True)


def _replies(path: Path) -> dict[str, dict[str, object]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        return {row["address"]: dict(row) for row in conn.execute("select * from replies")}
