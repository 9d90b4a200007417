"""A Datasette over one corpus file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from pipelines.errors import ConfigurationError
from pipelines.publish import datasette_plugin


def application(
    corpus: Path,
    metadata: Mapping[str, Any] | Path | None = None,
    inspected: Mapping[str, Any] | None = None,
) -> Datasette:
    """A Datasette over one corpus file; `metadata` is given or a file, None takes what the schema says.

    With `inspected`, the inspect data of a snapshot, the file is one that never changes: Datasette opens it as immutable
    and counts nothing anew. Without, it is followed through renames (`pipelines.publish.site.snapshot`).
    """
    if not pm.is_registered(datasette_plugin):
        # A checkout that was never installed has no entry point.
        pm.register(datasette_plugin, "pipelines.publish.datasette_plugin")
    given = read_metadata(metadata) if isinstance(metadata, Path) else dict(metadata or {})
    if inspected is None:
        return Datasette([str(corpus)], metadata=given)
    return Datasette([], immutables=[str(corpus)], inspect_data=dict(inspected), metadata=given)


def read_metadata(path: Path) -> dict[str, Any]:
    """A Datasette metadata file. Raises ConfigurationError when it cannot be read or is no JSON object."""
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"元数据文件 {path} 无法读取：{error}") from error
    if not isinstance(given, dict):
        raise ConfigurationError(f"元数据文件 {path} 应当是一个 JSON 对象")
    return given
