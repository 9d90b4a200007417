"""What `schedule` prints is what systemd, cron and GitHub take; and the cron line is really run."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from pipelines.paths import reviewed_data
from scraper.demo.server import DemoGovernment
from scraper.schedule import Plan, cron, github, install, systemd
from tests.conftest import said

PROGRAM = Path(sys.executable).with_name("hubei-replies")
ANALYZE = shutil.which("systemd-analyze")


def plan(folder: Path, user: str = "root") -> Plan:
    return Plan(program=PROGRAM, data=folder, environment=folder / "env", user=user)


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    units = sorted(str(path) for path in folder.iterdir() if path.suffix in (".service", ".timer"))
    return subprocess.run(
        [ANALYZE, "verify", *units], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["data", '资料 与 100% "数据" $HOME'])
def test_the_units_pass_systemd_analyze_verify(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    data.mkdir()
    (data / "env").write_text("HUBEI_REPLIES_CONTACT=a@example.org\n")
    units = tmp_path / "units"
    install(systemd(plan(data)), units)
    done = verify(units)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    text = (units / "hubei-replies-crawl.service").read_text("utf-8")
    if "$" in name:
        assert "$$HOME" in (command := re.search("ExecStart=.*", text)[0])  # type: ignore[index]
        assert "100%%" in command
        assert "$$" not in re.search("ReadWritePaths=.*", text)[0]  # type: ignore[index]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("hubei-replies-crawl.service", "ProtectSystem=strict", "ProtectSystem=stricter"),
        ("hubei-replies-crawl.timer", "Asia/Shanghai", "Asia/Shanghigh"),
        ("hubei-replies-crawl.service", f"ExecStart={PROGRAM}", "ExecStart=/nowhere/hubei-replies"),
    ],
)
def test_a_wrong_unit_is_noticed(tmp_path: Path, file: str, old: str, new: str) -> None:
    units = systemd(plan(tmp_path))
    assert old in units[file]
    install({**units, file: units[file].replace(old, new)}, tmp_path / "units")
    done = verify(tmp_path / "units")
    assert done.returncode != 0 or done.stderr != ""


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_the_timer_rings_every_hour_in_shanghai(tmp_path: Path) -> None:
    assert ANALYZE is not None
    text = systemd(plan(tmp_path))["hubei-replies-crawl.timer"]
    found = re.search(r"OnCalendar=(.+)", text)
    assert found
    done = subprocess.run(
        [ANALYZE, "calendar", "--iterations=3", found[1]], capture_output=True, text=True, check=True
    )
    assert "Asia/Shanghai" in done.stdout
    assert "Persistent=true" in text


def test_the_service_is_hardened_and_names_no_contact(tmp_path: Path) -> None:
    text = systemd(plan(tmp_path))["hubei-replies-crawl.service"]
    for line in (
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectSystem=strict",
        f"ReadWritePaths={tmp_path}",
        "MemoryMax=2G",
        "TimeoutStartSec=6h",
        "CPUWeight=20",
        "KillSignal=SIGINT",
        f"EnvironmentFile={tmp_path / 'env'}",
    ):
        assert line in text.splitlines()
    assert "@" not in text


# --- cron ---------------------------------------------------------------------------------------------------------


def command_of(text: str) -> str:
    """What cron hands to `sh -c`: the line without its five fields, `\\%` as a percent sign (crontab(5))."""
    [line] = [one for one in text.splitlines() if one and not one.startswith(("#", "SHELL="))]
    fields = line.split(None, 5)
    assert re.fullmatch(r"[1-9]|[1-5]\d", fields[0])
    assert fields[1:5] == ["*"] * 4
    command = fields[5]
    assert not re.search(r"(?<!\\)%", command), "cron ends the command at a bare percent sign"
    return command.replace("\\%", "%")


def crawls(data: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{data / 'corpus.db'}?mode=ro", uri=True)) as conn:
        return conn.execute("select outcome, sites from crawls order by id").fetchall()


def test_the_cron_line_runs_crawls_and_the_next_one_has_nothing_to_do(tmp_path: Path) -> None:
    data = tmp_path / "100% 数据"
    data.mkdir()
    environment = tmp_path / "hubei replies.env"
    shown = said(
        *("schedule", "cron", "--data", data, "--env-file", environment),
        *("--sites", reviewed_data("demo", "sites.yaml")),
    )
    assert shown.returncode == 0, shown.stderr
    with DemoGovernment() as government:
        environment.write_text(
            f"HUBEI_REPLIES_CONTACT=tests@example.org\nHUBEI_REPLIES_PROXY={government.proxy}\n"
        )
        for _ in range(2):
            done = subprocess.run(
                ["/bin/sh", "-c", command_of(shown.stdout)],
                capture_output=True,
                text=True,
                timeout=120,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "HOME": "/"},
                check=False,
            )
            assert (done.stdout, done.stderr) == ("", "")
            assert done.returncode in (0, 1)  # the demonstration holds trouble on purpose
    log = (data / "cron.log").read_text("utf-8")
    assert "已发布" in log
    assert "没有到时间的网站。" in log
    assert done.returncode == 0
    [(outcome, sites)] = crawls(data)
    assert (outcome, len(json.loads(sites))) == ("partial", 5)


def test_in_cron_d_the_account_is_named(tmp_path: Path) -> None:
    text = cron(plan(tmp_path, user="hubei"), system=True)
    assert re.search(r"^\d+ \* \* \* \* hubei set -a && ", text, re.MULTILINE)


# --- GitHub Actions -----------------------------------------------------------------------------------------------


def schema_check(path: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run(
        [str(tool), "--builtin-schema", "vendor.github-workflows", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_workflow_is_valid_by_its_schema(tmp_path: Path) -> None:
    [path] = install({"crawl.yml": github(plan(tmp_path))}, tmp_path / ".github" / "workflows")
    done = schema_check(path)
    assert done.returncode == 0, done.stdout
    path.write_text(path.read_text("utf-8").replace("timeout-minutes: 330", "timeout-minutes: long"), "utf-8")
    assert schema_check(path).returncode == 1


def test_the_workflow_crawls_checks_and_publishes(tmp_path: Path) -> None:
    workflow = yaml.safe_load(github(plan(tmp_path)))
    job = workflow["jobs"]["crawl"]
    steps = [step.get("run") or step["uses"] for step in job["steps"]]
    assert any("crawl --due --data var" in step for step in steps)
    assert steps[-1].endswith("hubei-replies check --data var")
    assert workflow["permissions"] == {"contents": "read"}
    assert job["env"]["HUBEI_REPLIES_CONTACT"] == "${{ vars.HUBEI_REPLIES_CONTACT }}"
    assert workflow["concurrency"]["cancel-in-progress"] is False
    hours = {int(one) for one in re.findall(r"\d+", workflow[True]["schedule"][0]["cron"])[1:]}
    assert hours == {16, 22}  # midnight to six in Shanghai


# --- installing ---------------------------------------------------------------------------------------------------


def test_install_writes_and_does_not_overwrite(tmp_path: Path) -> None:
    folder = tmp_path / "units"
    arguments = ("schedule", "systemd", "--data", tmp_path, "--install", folder)
    shown = said(*arguments, "--env-file", tmp_path / "none.env")
    assert shown.returncode == 0, shown.stderr
    assert "enable --now hubei-replies-crawl.timer" in shown.stdout
    assert "HUBEI_REPLIES_CONTACT" in shown.stderr
    names = {"hubei-replies-crawl.service", "hubei-replies-crawl.timer", "hubei-replies-serve.service"}
    assert {path.name for path in folder.iterdir()} == names
    assert said(*arguments, "--env-file", tmp_path / "none.env").returncode == 0, "the same again"
    refused = said(*arguments, "--night", "22:00-04:00")
    assert refused.returncode == 2
    assert "hubei-replies-crawl.service" in refused.stderr
    assert "--night" not in (folder / "hubei-replies-crawl.service").read_text("utf-8")
    assert said(*arguments, "--night", "22:00-04:00", "--force").returncode == 0
    assert "--due --night 22:00-04:00" in (folder / "hubei-replies-crawl.service").read_text("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ["schedule"],
        ["schedule", "at"],
        ["schedule", "cron", "--night", "x"],
        ["crawl", "--due", "--limit", "3"],
    ],
)
def test_a_slip_of_the_hand_is_a_usage_error(arguments: list[str]) -> None:
    shown = said(*arguments)
    assert shown.returncode == 2
    assert "错误：" in shown.stderr
