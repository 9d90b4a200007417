"""`hubei-replies demo`: the whole chain over a demonstration government on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.errors import ConfigurationError

DEFAULT_DATA = Path("build") / "demo"
USUAL_PORT = 8001
INVENTED = {
    "title": "演示语料库（内容虚构）",
    "description": "随软件附带的演示政府：机构、编号和文字都是虚构的，只用来看看软件是什么样子。",
    "source": "演示数据",
}
METADATA = {**INVENTED, "databases": {"corpus": INVENTED}}
"""What the pages say of themselves: nobody should take a demonstration for a government's words."""


@click.command(short_help="采集随包附带的演示政府网站，并打开结果")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_DATA,
    show_default=True,
    metavar="目录",
    help="演示数据库所在的目录；每次从头做起，只清空演示自己建的目录。",
)
@click.option("--no-serve", is_flag=True, help="入库、发布并列出结果后即结束，不打开网页。")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="网页监听的地址。")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    metavar="端口",
    help="网页监听的端口；不给就用 8001，占用了另选一个空闲的。",
)
def demo(data: Path, no_serve: bool, host: str, port: int | None) -> None:
    """在本机搭起几个演示网站，用真正的采集程序走完全程，再打开结果供浏览和检索。

    演示网站的机构、编号和文字都是虚构的，只用于看看软件是什么样子。全程不连接外网，
    您自己的 data/ 目录不受影响。与标准答案不一致时，--no-serve 的退出码为 1。
    """
    from scraper.demo.show import run

    ok = run(data)
    if no_serve:
        raise click.exceptions.Exit(0 if ok else 1)
    from pipelines.publish.serve import serve

    def ready(address: str) -> None:
        click.echo(f"演示语料库在 {address} ，按 Ctrl+C 停止。")

    try:
        serve(data, host=host, port=USUAL_PORT if port is None else port, metadata=METADATA, ready=ready)
    except ConfigurationError:
        if port is not None:
            raise
        serve(data, host=host, port=0, metadata=METADATA, ready=ready)
