"""The functions of `scraper.batch` on a Dask cluster: `python -m scraper.batch.on_dask OUT FILE…`.

Nothing here knows what is extracted; another engine needs as many lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import distributed

from pipelines.declare import load_sites
from pipelines.models import Site
from scraper.batch.extract import Lists, listed, merged, rows
from scraper.batch.parquet import write


def extract(client: Any, files: Sequence[Path], out: Path, sites: Mapping[str, Site]) -> int:
    """One Parquet file for each WARC, under its name; how many rows. Files must be reachable from every worker."""
    declared = client.scatter(dict(sites), broadcast=True)
    lists = client.submit(merged, client.map(listed, files, sites=declared))
    done = client.map(_one, files, out=out, sites=declared, lists=lists)
    return int(sum(client.gather(done)))


def _one(path: Path, out: Path, sites: Mapping[str, Site], lists: Lists) -> int:
    return write(out / f"{path.name}.parquet", rows(path, sites, lists))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--scheduler", metavar="地址", help="Dask 调度器，例如 tcp://主机:8786；不写时在本机起。")
@click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help="在本机起几个工作进程。"
)
@click.option("--sites", type=click.Path(path_type=Path), help="站点声明；不写时用随包的。")
def main(out: Path, files: tuple[Path, ...], scheduler: str | None, workers: int, sites: Path | None) -> None:
    """从 WARC 文件抽取答复，每个文件写一个 Parquet，可用 hubei-replies import 装入语料库。"""
    out.mkdir(parents=True, exist_ok=True)
    connect: Any = distributed.Client
    local = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    with connect(scheduler) if scheduler else connect(**local) as client:
        count = extract(client, [path.absolute() for path in files], out.absolute(), load_sites(sites))
    click.echo(f"{len(files)} 个 WARC，写出 {count} 行，在 {out}。")


if __name__ == "__main__":
    main()
