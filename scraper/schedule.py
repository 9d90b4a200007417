"""Units and lines that run `crawl --due` once an hour: for systemd, for cron, for GitHub Actions.

Nothing here decides what is crawled when; `scraper.due` does. So a timer needs no time zone, a missed hour costs an
hour, and two calls at once are told apart by the lock of the data folder (exit code 4).
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError

TIME_LIMIT_HOURS = 6
"""A crawl that lasts longer is ended as by Ctrl+C, and the next hour goes on where it stopped."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run, and where; all paths absolute."""

    program: Path
    """The command `hubei-replies`."""
    data: Path
    environment: Path
    """A file of lines `NAME=value` that sets HUBEI_REPLIES_CONTACT; it is read at each run and never written here."""
    user: str | None = None
    """Account of a system unit; None where the units run for the user who installs them."""
    sites: Path | None = None
    night: str | None = None

    def arguments(self) -> list[str]:
        """The command line."""
        extra = ["--night", self.night] if self.night else []
        extra += ["--sites", str(self.sites)] if self.sites else []
        return [str(self.program), "crawl", "--due", *extra, "--data", str(self.data)]

    def minute(self) -> int:
        """The minute of the hour: of this installation, so that not all of them knock at once; never the full hour."""
        return 1 + int.from_bytes(hashlib.sha256(str(self.data).encode()).digest()[:4], "big") % 58


# --- systemd ------------------------------------------------------------------------------------------------------

_HARDENED = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
"""


def systemd(plan: Plan) -> dict[str, str]:
    """File name → unit: the crawl, its timer, and the server."""
    user = f"User={plan.user}\n" if plan.user else ""
    crawl = f"""\
# 由 hubei-replies schedule systemd 生成
[Unit]
Description=hubei-replies：采集到了时间的网站，入库，发布
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{user}# 写明 HUBEI_REPLIES_CONTACT=邮箱或网址；没有联系方式就不采集
EnvironmentFile={_unit_path(plan.environment)}
ExecStart={_unit_command(plan.arguments())}
# 4：上一次采集还在进行，过一个小时再看
SuccessExitStatus=4 130
# 到时限或要求停止时像 Ctrl+C 那样结束，下一次接着做
KillSignal=SIGINT
TimeoutStartSec={TIME_LIMIT_HOURS}h
TimeoutStopSec=10min
Nice=10
CPUWeight=20
IOWeight=20
MemoryMax=2G
TasksMax=64
UMask=0022
ReadWritePaths={_unit_words([str(plan.data)])}
{_HARDENED}"""
    timer = f"""\
# 由 hubei-replies schedule systemd 生成
[Unit]
Description=hubei-replies：每小时看一次哪些网站到了时间

[Timer]
OnCalendar=*-*-* *:{plan.minute():02d}:00 Asia/Shanghai
RandomizedDelaySec=10min
Persistent=true
AccuracySec=1min
Unit=hubei-replies-crawl.service

[Install]
WantedBy=timers.target
"""
    serve = f"""\
# 由 hubei-replies schedule systemd 生成；不需要网页就不必启用
[Unit]
Description=hubei-replies：浏览和检索
After=network.target

[Service]
Type=exec
{user}ExecStart={_unit_command([str(plan.program), "serve", "--data", str(plan.data)])}
Restart=on-failure
RestartSec=5
# 只通知主进程，它让子进程答完手头的请求
KillMode=mixed
TimeoutStopSec=60
MemoryMax=1G
TasksMax=64
{_HARDENED}
[Install]
WantedBy=multi-user.target
"""
    return {
        "hubei-replies-crawl.service": crawl,
        "hubei-replies-crawl.timer": timer,
        "hubei-replies-serve.service": serve,
    }


def _unit_path(path: Path) -> str:
    return str(path).replace("%", "%%")


def _unit_words(words: list[str]) -> str:
    """Words of a list, quoted for systemd (systemd.syntax(7))."""
    return " ".join(_unit_word(word) for word in words)


def _unit_command(words: list[str]) -> str:
    """The same for a command, in which a dollar sign begins a variable (systemd.service(5))."""
    return _unit_words(words).replace("$", "$$")


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;]", word) else escaped


# --- cron ---------------------------------------------------------------------------------------------------------


def cron(plan: Plan, system: bool = False) -> str:
    """A line for `crontab`; with `system` one for `/etc/cron.d`, which names the account."""
    environment = shlex.quote(str(plan.environment))
    command = (
        f"set -a && . {environment} && set +a && exec {shlex.join(plan.arguments())}"
        f" >>{shlex.quote(str(plan.data / 'cron.log'))} 2>&1"
    )
    account = f"{plan.user or 'root'} " if system else ""
    # In a crontab a bare percent sign is the end of the command (crontab(5)).
    line = f"{plan.minute()} * * * * {account}{command}".replace("%", "\\%")
    return (
        "# 由 hubei-replies schedule cron 生成：每小时看一次哪些网站到了时间；错过的下一个小时补上\n"
        f"SHELL=/bin/sh\n{line}\n"
    )


# --- GitHub Actions -----------------------------------------------------------------------------------------------


def github(plan: Plan) -> str:
    """A workflow for a private repository that holds this project."""
    return f"""\
# 由 hubei-replies schedule github 生成。
# 请用私有仓库：归档和中间库放在缓存里，含有未遮盖的原文，公开仓库的缓存别人可能读到。
# 仓库变量 HUBEI_REPLIES_CONTACT 写联系方式；没有就不采集。缓存七天不用会被清掉，归档请另外备份。
name: crawl
on:
  schedule:
    # UTC 16 点到 22 点，即北京时间 0 点到 6 点；错过的下一次补上
    - cron: "{plan.minute()} 16-22 * * *"
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: crawl
  cancel-in-progress: false
jobs:
  crawl:
    runs-on: ${{{{ vars.HUBEI_REPLIES_RUNNER || 'ubuntu-latest' }}}}
    timeout-minutes: 330
    env:
      HUBEI_REPLIES_CONTACT: ${{{{ vars.HUBEI_REPLIES_CONTACT }}}}
      HUBEI_REPLIES_NOTIFY: ${{{{ secrets.HUBEI_REPLIES_NOTIFY }}}}
      HUBEI_REPLIES_LOG_FORMAT: json
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: make setup
      - uses: actions/cache/restore@v4
        with:
          path: var
          key: hubei-replies-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
          restore-keys: hubei-replies-
      - name: crawl and publish
        # 1：有网站没有取全，取到的已经发布；由最后一步报告
        run: .venv/bin/hubei-replies crawl --due --data var || test $? -eq 1
        timeout-minutes: 300
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: var
          key: hubei-replies-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: corpus
          path: |
            var/snapshots/current/
            var/feeds/
          if-no-files-found: ignore
          retention-days: 30
      - name: check
        run: .venv/bin/hubei-replies check --data var
"""


# --- putting them somewhere ---------------------------------------------------------------------------------------


def install(files: dict[str, str], folder: Path, force: bool = False) -> list[Path]:
    """Write files into a folder, each by one rename. Returns their paths.

    Raises ConfigurationError when one is there that says something else (unless `force`), or nothing can be written; then
    none of them was touched.
    """
    different = [name for name, text in files.items() if _says(folder / name) not in (None, text)]
    if different and not force:
        raise ConfigurationError(
            f"{folder} 里已有内容不同的 {'、'.join(different)}，没有动它；确定要换就加 --force。"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            fresh = folder / f".{name}.{os.getpid()}"
            fresh.write_text(text, "utf-8")
            fresh.replace(folder / name)
    except OSError as error:
        raise ConfigurationError(f"不能写到 {folder}：{error.strerror}") from error
    return [folder / name for name in files]


def _says(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} 读不了：{error}") from error
