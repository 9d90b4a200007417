"""`hubei-replies schedule`: prints or installs what runs the crawl every night."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import click

from scraper.cli.options import data_option, night_option, sites_option

DEFAULT_ENVIRONMENT = Path("/etc/hubei-replies.env")

NEXT = {
    "systemd": (
        "接着运行：systemctl daemon-reload && systemctl enable --now hubei-replies-crawl.timer\n"
        "要网页的话：systemctl enable --now hubei-replies-serve.service"
    ),
    "cron": "cron 会自己读到这个文件。",
    "github": "请把它提交到仓库的 .github/workflows/，并设好仓库变量 HUBEI_REPLIES_CONTACT。",
}


@click.command(short_help="打印或安装定时任务")
@click.argument("kind", type=click.Choice(["systemd", "cron", "github"]), metavar="systemd|cron|github")
@click.option(
    "--install",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="目录",
    help="写到这个目录里，例如 /etc/systemd/system、/etc/cron.d、.github/workflows；不给就只打印。",
)
@click.option("--force", is_flag=True, help="目录里已有内容不同的同名文件也换掉。")
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_ENVIRONMENT,
    show_default=True,
    metavar="文件",
    help="环境变量文件，每行一个 名称=值，里面要有 HUBEI_REPLIES_CONTACT；只读不写。",
)
@click.option("--user", metavar="账号", help="用哪个账号运行；不给就是现在的账号。")
@night_option
@sites_option
@data_option
def schedule(
    kind: str,
    folder: Path | None,
    force: bool,
    env_file: Path,
    user: str | None,
    night: str | None,
    sites: Path | None,
    data: Path,
) -> None:
    """打印（或用 --install 安装）定时采集的配置：每小时运行一次 crawl --due。

    每个网站在夜里有自己固定的一分钟，由代号的校验值定，彼此错开；错过的（停机、断网、上一次没有做完）下一个小时补上。
    时段按北京时间，与机器的时区无关。
    """
    from scraper.schedule import Plan, cron, github, install, systemd

    plan = Plan(
        program=_program(),
        data=data.absolute(),
        environment=env_file.absolute(),
        user=user or getpass.getuser(),
        sites=sites.absolute() if sites else None,
        night=night,
    )
    if kind == "systemd":
        files = systemd(plan)
    elif kind == "cron":
        files = {"hubei-replies": cron(plan, system=folder is not None)}
    else:
        files = {"crawl.yml": github(plan)}
    if folder is None:
        click.echo("\n".join(f"# {name}\n{text}" if len(files) > 1 else text for name, text in files.items()))
        return
    for path in install(files, folder, force):
        click.echo(f"已写好 {path}")
    click.echo(NEXT[kind])
    if kind != "github" and not env_file.is_file():
        click.echo(f"还没有 {env_file}；请在里面写一行 HUBEI_REPLIES_CONTACT=邮箱或网址。", err=True)


def _program() -> Path:
    """The command as it was installed: beside the interpreter that runs now."""
    beside = Path(sys.executable).with_name("hubei-replies")
    return beside if os.access(beside, os.X_OK) else Path(sys.argv[0]).absolute()
