"""The command line `hubei-replies`: puts the two packages together, one module a command.

Commands are imported when they are called, so that `hubei-replies search` does not wait for Scrapy.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version

import click

from scraper.cli.chinese import speak_chinese
from scraper.cli.errors import EXIT_CODES, explained

COMMANDS = (
    "demo",
    "crawl",
    "extract",
    "rebuild",
    "check",
    "publish",
    "rollback",
    "backup",
    "serve",
    "status",
    "sites",
    "discover",
    "search",
    "schedule",
    "notify",
    "import",
    "export",
    "work",
)
"""In the order in which a newcomer meets them."""

MODULES = {"import": ("importing", "import_")}
"""Commands whose name is a word of the language: module and function."""


class LazyGroup(click.Group):
    """A group whose command `name` is `scraper.cli.<name>.<name>`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = MODULES.get(cmd_name, (cmd_name, cmd_name))
        command = getattr(importlib.import_module(f"scraper.cli.{module}"), function)
        if not isinstance(command, click.Command):
            raise TypeError(f"scraper.cli.{module}.{function} is not a click command")
        command.options_metavar = "[选项]"
        return command

    def invoke(self, ctx: click.Context) -> object:
        with explained():
            return super().invoke(ctx)


EPILOG = "\b\n退出码：\n" + "\n".join(f"  {code}  {meaning}" for code, meaning in EXIT_CODES.items())


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数…]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(version("hubei-replies"), message="%(prog)s %(version)s", help="显示版本号并退出。")
def cli() -> None:
    """湖北省人大建议、政协提案办理答复：采集、归档、规范化、发布、检索。"""


def main() -> None:
    """Entry point of the console script."""
    speak_chinese()
    cli(prog_name="hubei-replies")
