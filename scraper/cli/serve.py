"""`hubei-replies serve`: browse and search the corpus."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.options import data_option


@click.command(short_help="用浏览器浏览和检索语料库")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听的地址。")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    metavar="端口",
    help="监听的端口；0 表示自动选一个空闲的。",
)
@click.option(
    "--metadata",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件",
    help="Datasette 元数据文件；不给就用内置的说明。",
)
def serve(data: Path, host: str, port: int, metadata: Path | None) -> None:
    """用 Datasette 浏览和检索 corpus.db，按 Ctrl+C 停止。

    运行期间发布新的语料库，刷新网页就能看到，不必重新启动。
    """
    from pipelines.publish.serve import serve as serve_corpus

    serve_corpus(
        data,
        host=host,
        port=port,
        metadata=metadata,
        ready=lambda address: click.echo(f"语料库在 {address} ，按 Ctrl+C 停止。"),
    )
