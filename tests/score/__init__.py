"""Scores on real cases with answers read by eye; `python -m tests.score` prints the tables.

The folder is named by HUBEI_REPLIES_REAL; without it there is nothing to score and the tests are skipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def real_folder() -> Path | None:
    """Folder of the real cases, or None when the variable is unset or names no folder."""
    named = os.environ.get("HUBEI_REPLIES_REAL")
    return Path(named) if named and Path(named).is_dir() else None


def rows(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
