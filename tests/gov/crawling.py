"""Crawls in a child process: a reactor runs once a process, and a child can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.declare import dump_sites
from pipelines.models import Site

ROOT = Path(__file__).parent.parent.parent
CONTACT = "tests@example.org"

_CHILD = """
import json, resource, sys
from pathlib import Path
from dataclasses import asdict
from pipelines.declare import parse_dump
from scraper.run import crawl

def peak():
    # Bytes. Of this program alone where Linux says so: ru_maxrss counts the parent, whose copy a child is until it starts.
    try:
        [line] = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

told = json.loads(sys.stdin.read())
exec(told["prelude"])
events = []
result = crawl(
    parse_dump(told["sites"]), Path(told["data"]), proxy=told["proxy"],
    progress=events.append if told["events"] else None, **told["arguments"]
)
print(json.dumps({
    "run_id": result.run_id,
    "outcome": result.outcome,
    "resumed": result.resumed,
    "sites": {key: asdict(value) for key, value in result.sites.items()},
    "events": [asdict(event) for event in events] if told["events"] else [],
    "peak": peak(),
}, ensure_ascii=False))
"""


def start(
    sites: Mapping[str, Site],
    data: Path,
    proxy: str,
    *,
    prelude: str = "",
    events: bool = True,
    **arguments: Any,
) -> subprocess.Popen[str]:
    """A crawl under way; its result is one line of JSON on standard output, with its greatest resident memory in bytes
    as `peak`. `prelude` is run before it: a fault that only the inside of the process can have. `events`: whether its
    progress is kept."""
    arguments.setdefault("contact", CONTACT)
    told = {
        "sites": dump_sites(sites),
        "data": str(data),
        "proxy": proxy,
        "arguments": arguments,
        "prelude": prelude,
        "events": events,
    }
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "no_proxy": ""},
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(told))
    child.stdin.close()
    child.stdin = None
    return child


def finish(child: subprocess.Popen[str], patience: float = 120) -> dict[str, Any]:
    """Wait for a crawl, at most `patience` seconds, and give its result; fails with its log when there is none."""
    out, log = child.communicate(timeout=patience)
    assert child.returncode == 0, log
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    result["log"] = log
    return result


def crawl(
    sites: Mapping[str, Site], data: Path, proxy: str, patience: float = 120, **arguments: Any
) -> dict[str, Any]:
    """A whole crawl."""
    return finish(start(sites, data, proxy, **arguments), patience)
