"""`/download`: everything that can be taken home, and the files themselves, from the folder of the snapshot served."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette.utils.asgi import AsgiFileDownload, NotFound, Request, Response

from pipelines.errors import DataUnreadable
from pipelines.publish.exports import write as exports
from pipelines.publish.exports.terms import CAVEATS
from pipelines.publish.site.corpora import recognised
from pipelines.publish.snapshots import SUMS, Snapshot, open_snapshot
from pipelines.schema.metadata import LICENSE, SOURCE, TITLE

PAGE = r"/download$"
ROUTE = r"/download/(?P<name>[A-Za-z0-9_-]+(?:\.[a-z]+){1,2})$"
GROUPS = (
    ("全部", "一个文件里什么都有，任何 SQLite 工具都能打开。", ()),
    (
        "答复，每年一个表格",
        "含正文，可以直接用 Excel、WPS、LibreOffice 打开。年份是会议年份。",
        ("replies-*.csv",),
    ),
    (
        "全部答复，供程序读取",
        "JSON 里每件答复连同它的机关、建议提案、引用、附件；Parquet 是答复这一张表。",
        ("replies.*",),
    ),
    ("其他表", "机关、建议提案、政策、网站等，用编号与答复相连。", ("*.csv",)),
    ("试用和说明", "先看看样子，或者交给程序自动识别。", ("sample.db", "datapackage.json", "README.txt")),
)
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
    ".parquet": "application/vnd.apache.parquet",
    ".db": "application/vnd.sqlite3",
}


@dataclass(frozen=True)
class _File:
    name: str
    title: str
    bytes: int
    url: str

    @property
    def size(self) -> str:
        """As people write it."""
        for unit in ("字节", "KB", "MB"):
            if (shown := self.bytes / 1000 ** ("字节", "KB", "MB").index(unit)) < 1000:
                return f"{shown:,.0f} {unit}"
        return f"{self.bytes / 1e9:,.1f} GB"


def _snapshot(datasette: Any, database: str) -> Snapshot | None:
    """The snapshot that a database is the file of; None for a file that lies elsewhere, or may be written to."""
    path = Path(datasette.databases[database].path)
    if datasette.databases[database].is_mutable:
        return None
    try:
        return open_snapshot(path.resolve().parent)
    except DataUnreadable:
        return None


async def page(request: Request, datasette: Any) -> Response:
    """The list of files, how to cite, conditions and caveats."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    told = await asyncio.to_thread(_told, datasette, names[0])
    return Response.html(await datasette.render_template("download.html", told, request=request))


def _told(datasette: Any, database: str) -> dict[str, Any]:
    snapshot = _snapshot(datasette, database)
    told: dict[str, Any] = {"database": database, "groups": [], "snapshot": None, "citation": None}
    told |= {"license": LICENSE, "source": SOURCE, "caveats": CAVEATS}
    if snapshot is None:
        return told
    manifest = snapshot.manifest
    files = _files(datasette, snapshot)
    told["groups"] = [
        {"title": title, "about": about, "files": found}
        for title, about, patterns in GROUPS
        if (found := _take(files, patterns) if patterns else _whole(datasette, database, snapshot))
    ]
    told["snapshot"] = {
        "name": snapshot.name,
        "created_at": manifest.created_at,
        "replies": manifest.tables.get("replies", 0),
    }
    told["citation"] = f"{TITLE}[DS]. 快照 {snapshot.name}. ({manifest.created_at[:10]})."
    return told


def _whole(datasette: Any, database: str, snapshot: Snapshot) -> list[_File]:
    if not datasette.setting("allow_download"):
        return []
    address = f"{datasette.urls.database(database)}.db"
    return [_File("corpus.db", "整个语料库，SQLite", snapshot.manifest.bytes, address)]


def _files(datasette: Any, snapshot: Snapshot) -> dict[str, _File]:
    folder = snapshot.path / exports.FOLDER
    if not (folder / exports.PACKAGE).is_file():  # of an earlier version
        return {}
    described = json.loads((folder / exports.PACKAGE).read_text("utf-8"))["resources"]
    titles = {one["path"]: one["title"] for one in described}
    titles |= {exports.PACKAGE: "给程序看的说明（Data Package）", "README.txt": "说明：来源、条件、注意事项"}
    return {
        name: _File(name, title, (folder / name).stat().st_size, datasette.urls.path(f"download/{name}"))
        for name, title in titles.items()
    }


def _take(files: dict[str, _File], patterns: tuple[str, ...]) -> list[_File]:
    taken = [name for pattern in patterns for name in files if Path(name).match(pattern)]
    return [files.pop(name) for name in dict.fromkeys(taken)]


async def download(request: Request, datasette: Any) -> Any:
    """One file of the exports; 304 for who has it, 404 for a name that the snapshot does not have."""
    names = recognised(datasette)
    snapshot = _snapshot(datasette, names[0]) if names else None
    name = request.url_vars["name"]
    sums = _sums(snapshot.path) if snapshot else {}
    digest = sums.get(f"{exports.FOLDER}/{name}")
    if snapshot is None or digest is None:
        raise NotFound("没有这个文件")
    tag = f'"{digest[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers)
    file = snapshot.path / exports.FOLDER / name
    kind = _TYPES.get(file.suffix, "application/octet-stream")
    return AsgiFileDownload(str(file), filename=name, content_type=kind, headers=headers)


def _sums(folder: Path) -> dict[str, str]:
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
