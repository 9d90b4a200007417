"""What the supervisor tells a child, and how long each waits for the other."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

DRAIN_SECONDS = 30.0
"""How long connections may last that were open when a child was replaced; downloads under way among them."""
STOP_SECONDS = 10
"""How long requests may last that were under way when the server was stopped."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a child is to serve."""

    corpus: str
    metadata: dict[str, Any]
    immutable: bool
    """Of a snapshot, whose inspect data stands beside it."""

    def line(self) -> bytes:
        """As the child reads it."""
        return json.dumps(asdict(self)).encode() + b"\n"
