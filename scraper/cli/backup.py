"""`hubei-replies backup`: a copy of the archive, taken while crawls go on, and read through before it is believed."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import click

from scraper.cli.options import data_option
from scraper.cli.screen import counter


@click.command(short_help="备份归档，采集进行中也可以")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def backup(file: Path, data: Path) -> None:
    """把 archive.db 备份成一个文件：从头读一遍核对无误，才改成所给的名字；已有的文件不覆盖。

    只有归档需要备份，另加您自己改过的 data/ 里的文本文件；怎样恢复见 docs/backup.md。
    """
    from pipelines import storage
    from pipelines.archive import Archive, ArchiveDamaged
    from pipelines.errors import ConfigurationError
    from pipelines.storage import remove_database
    from scraper.cli.chain import ARCHIVE, existing_archive

    if file.exists():
        raise ConfigurationError(f"{file} 已经存在；请另取一个名字，备份从不覆盖旧的")
    if not file.parent.is_dir():
        raise ConfigurationError(f"没有目录 {file.parent}；请先建好")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    with ExitStack() as stack:
        stack.callback(remove_database, part)
        stack.enter_context(
            storage.explained(
                file, "备份", (data / ARCHIVE).stat().st_size if (data / ARCHIVE).is_file() else storage.ROOM
            )
        )
        with existing_archive(data) as archive:
            archive.backup(part)
        with Archive(part, readonly=True) as copy, counter("核对") as progress:
            found = copy.verify(progress)
        if not found.ok:
            raise ArchiveDamaged(
                data / ARCHIVE,
                f"有 {len(found.damaged)} 份正文读不出来，没有做成备份",
                "请运行 hubei-replies check --archive 查看损失；要留下现状，请直接复制这个文件",
            )
        storage.sync(part)
        part.replace(file)
        storage.sync(file.absolute().parent)
    click.echo(f"已备份到 {file}：内容 {found.bodies} 份，{storage.size(file.stat().st_size)}，核对无误。")
