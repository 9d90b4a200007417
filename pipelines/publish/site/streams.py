"""Long answers: stopped when the reader has gone away, compressed, and written for Excel when asked.

uvicorn drops what is sent to a client that has left and says nothing, so that Datasette would read a whole table for
nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
from typing import Any
from urllib.parse import parse_qs

from asgi_gzip import GZipMiddleware

from pipelines.publish.site.corpora import recognised
from pipelines.publish.site.headers import Application, Message, Receive, Scope, Send, local_path
from pipelines.publish.spreadsheet import plain

LEVEL = 5
"""Of gzip: a table page of 90 KB takes a millisecond and a half; 9 takes twice that for one per cent."""
AS_THEY_ARE = (".db", ".gz", ".zip", ".parquet")
"""Files that gain nothing, or are too large to compress anew for each reader."""
EXCEL = "_excel"
BOM = "\ufeff"


class ClientGone(BaseException):
    """The reader is no longer there; raised where the application sends.

    No `Exception`: Datasette answers those while it streams, by writing them into the file.
    """


def delivered(app: Application, datasette: Any) -> Application:
    """Wrap Datasette's ASGI application: all of the above."""
    inner = _for_excel(_while_there(app), datasette)
    compressed = GZipMiddleware(inner, compresslevel=LEVEL)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and recognised(datasette)
        with contextlib.suppress(ClientGone):
            if ours and not scope["path"].endswith(AS_THEY_ARE) and "/download/" not in scope["path"]:
                await compressed(scope, receive, send)
            else:
                await inner(scope, receive, send)

    return wrapped


def _while_there(app: Application) -> Application:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await app(scope, receive, send)
            return
        watch: asyncio.Task[None] | None = None

        async def leave() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        async def send_on(message: Message) -> None:
            nonlocal watch
            if watch is not None:
                await asyncio.sleep(0)  # so that the watch gets its turn
                if watch.done():
                    raise ClientGone
            elif message.get("more_body"):
                watch = asyncio.get_running_loop().create_task(leave())
            await send(message)

        try:
            await app(scope, receive, send_on)
        finally:
            if watch is not None:
                watch.cancel()

    return wrapped


def _for_excel(app: Application, datasette: Any) -> Application:
    """`_excel=1` on a CSV: with a byte order mark, and no cell that would be run as a formula."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if not (scope["type"] == "http" and _asked(datasette, scope)):
            await app(scope, receive, send)
            return
        waiting = BOM
        table = False

        async def send_plain(message: Message) -> None:
            nonlocal waiting, table
            if message["type"] == "http.response.start":
                kinds = [value for key, value in message["headers"] if key.lower() == b"content-type"]
                # Datasette says text/plain unless the file is to be stored, and text/html for `_trace`.
                table = message["status"] == 200 and not any(b"html" in kind for kind in kinds)
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
                message = {**message, "headers": kept} if table else message
            elif table:
                waiting += message.get("body", b"").decode()
                done = not message.get("more_body", False)
                # Only whole rows: outside quotation marks, at the end of a line.
                whole = done or (waiting.endswith("\n") and waiting.count('"') % 2 == 0)
                message = {**message, "body": _rows(waiting).encode() if whole else b""}
                waiting = "" if whole else waiting
            await send(message)

        await app(scope, receive, send_plain)

    return wrapped


def _asked(datasette: Any, scope: Scope) -> bool:
    if EXCEL.encode() not in scope["query_string"] or not recognised(datasette):
        return False
    given = parse_qs(scope["query_string"].decode("latin-1"))
    return local_path(datasette, scope).endswith(".csv") and given.get(EXCEL, ["0"])[-1] not in ("0", "off")


def _rows(text: str) -> str:
    mark, text = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [plain(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))
    )
    return mark + out.getvalue()
