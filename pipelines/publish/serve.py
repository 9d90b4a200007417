"""Serve the corpus of a data folder: stock Datasette with our plugin, on this machine unless told otherwise."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from pipelines.errors import ConfigurationError
from pipelines.publish import datasette_plugin
from pipelines.publish.corpus import readable_corpus


def application(corpus: Path, metadata: Mapping[str, Any] | Path | None = None) -> Datasette:
    """A Datasette over one corpus file; `metadata` is given or a file, None takes what the schema says."""
    if not pm.is_registered(datasette_plugin):
        # A checkout that was never installed has no entry point.
        pm.register(datasette_plugin, "pipelines.publish.datasette_plugin")
    given = _read_metadata(metadata) if isinstance(metadata, Path) else dict(metadata or {})
    return Datasette([str(corpus)], metadata=given)


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"元数据文件 {path} 无法读取：{error}") from error
    if not isinstance(given, dict):
        raise ConfigurationError(f"元数据文件 {path} 应当是一个 JSON 对象")
    return given


def serve(
    data_dir: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    metadata: Mapping[str, Any] | Path | None = None,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve until interrupted (Ctrl+C returns normally).

    The file stays replaceable: a new snapshot that arrives by rename is seen by the next query. Port 0 takes a
    free one. `ready` is called with the address once requests are answered.

    Raises DataUnreadable for a corpus that cannot be served, ConfigurationError for an address that is taken.
    """
    datasette = application(readable_corpus(data_dir), metadata)
    listener = _listener(host, port)
    address = _address(host, listener.getsockname()[1])
    server = _Server(
        uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", access_log=False),
        lambda: ready(address),
    )
    # uvicorn finishes its answers first and then hands Ctrl+C on.
    with closing(listener), suppress(KeyboardInterrupt):
        asyncio.run(_run(datasette, server, listener))


async def _run(datasette: Datasette, server: uvicorn.Server, listener: socket.socket) -> None:
    await datasette.invoke_startup()
    await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigurationError(
            f"不能在 {host}:{port} 上提供服务（{error}）。换一个端口：--port 0 自动选一个空闲的。"
        ) from error
    return listener


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
