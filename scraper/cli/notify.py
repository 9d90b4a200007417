"""`hubei-replies notify`: sends a message to see whether messages arrive."""

from __future__ import annotations

import click


@click.command(short_help="发一条试验消息，看通知收不收得到")
def notify() -> None:
    """向环境变量 HUBEI_REPLIES_NOTIFY 里的每个目标发一条试验消息。

    目标是 Apprise 的网址（企业微信、钉钉、飞书、邮件等）或它的配置文件，用空格或换行隔开。有一个没有发出去，退出码就是 1。
    """
    from pipelines.errors import ConfigurationError
    from pipelines.publish.news import Message
    from scraper.notify import VARIABLE, Sender, targets

    wanted = targets()
    if not wanted:
        raise ConfigurationError(f"没有设置 {VARIABLE}；写法见 docs/operations.md。")
    message = Message("summary", "建议提案答复：试验消息", "收到这一条，说明通知已经设好。")
    outcome = Sender(wanted).send(message)
    for problem in outcome.problems:
        click.echo(f"没有发到 {problem}", err=True)
    click.echo(f"已发出 {outcome.sent} 条。")
    if outcome.problems:
        raise click.exceptions.Exit(1)
