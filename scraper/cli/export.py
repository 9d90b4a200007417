"""`hubei-replies export`: the archive as WARC."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.options import data_option
from scraper.cli.screen import counter


@click.command(short_help="把归档导出为 WARC")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def export(file: Path, data: Path) -> None:
    """把 archive.db 导出为一个 WARC 1.1 文件（名字以 .gz 结尾的逐条压缩），供网页存档工具使用，或交给别的机器 import。

    连同各次运行、站点声明、失败与被拦截的记录，import 回来的语料库与原来的逐行相同。与归档一样含有未遮盖的联系方式，请勿公开。
    """
    from pipelines.errors import ConfigurationError
    from pipelines.storage import size
    from pipelines.warc import export as export_archive
    from scraper.cli.chain import existing_archive

    if file.exists():
        raise ConfigurationError(f"{file} 已经存在；请另取一个名字，导出从不覆盖旧的")
    if not file.parent.is_dir():
        raise ConfigurationError(f"没有目录 {file.parent}；请先建好")
    with existing_archive(data) as archive, counter("导出") as progress:
        done = export_archive(archive, file, progress)
    click.echo(
        f"已导出到 {file}：运行 {done.runs} 次，应答 {done.fetches} 个，其中内容与先前相同的 {done.revisits} 个，"
        f"{size(file.stat().st_size)}。"
    )
