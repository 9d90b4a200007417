"""What many tests share: the demonstration government crawled once, by the command that users call."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.cli import cli
from scraper.cli.chinese import speak_chinese

ROOT = Path(__file__).parent.parent

# Before any test: Click keeps the words of a command that was called once.
speak_chinese()


def hubei_replies(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as users run it; `HUBEI_REPLIES_CONTACT` is unset unless given."""
    kept = {key: value for key, value in os.environ.items() if key != "HUBEI_REPLIES_CONTACT"}
    return subprocess.run(
        [sys.executable, "-c", "from scraper.cli import main; main()", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


def said(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command within this process, where starting Python a hundred times would be most of the time; not for what crawls."""
    words = [*map(str, arguments)]
    shown = CliRunner(env={"HUBEI_REPLIES_CONTACT": None, **environment}).invoke(
        cli, words, prog_name="hubei-replies"
    )
    if shown.exception is not None and not isinstance(shown.exception, SystemExit):
        raise shown.exception
    return subprocess.CompletedProcess(words, shown.exit_code, shown.stdout, shown.stderr)


@pytest.fixture(scope="module", autouse=True)
def _measured_or_not(request: pytest.FixtureRequest) -> Iterator[None]:
    """Modules marked `no_cover` walk again, many times, what others walk: their processes are not measured either, which
    takes twice the time."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("no_cover"):
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `hubei-replies demo --no-serve` leaves it; made once for all workers. Do not write to it."""
    shared = (
        tmp_path_factory.getbasetemp().parent
        if os.environ.get("PYTEST_XDIST_WORKER")
        else tmp_path_factory.getbasetemp()
    )
    data, done = shared / "demo-data", shared / "demo-data.done"
    with (shared / "demo-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made = hubei_replies("demo", "--no-serve", "--data", data)
            assert made.returncode == 0, made.stdout + made.stderr
            done.write_text(made.stdout, encoding="utf-8")
    return data


@pytest.fixture(scope="session")
def demo_corpus(demo_data: Path) -> Path:
    """The corpus that the demonstration publishes. Do not write to it."""
    return demo_data / "corpus.db"
