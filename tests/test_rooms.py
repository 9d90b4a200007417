"""The floor plan: who may import whom. A wall that nobody checks is a drawing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETWORK = {
    "socket",
    "http.client",
    "http.server",
    "urllib.request",
    "requests",
    "httpx",
    "aiohttp",
    "twisted",
    "scrapy",
}
MARKUP_AND_SQL = {
    "bs4",
    "selectolax",
    "lxml",
    "nh3",
    "html",
    "sqlite3",
    "sqlite_utils",
    "pipelines.read",
    "pipelines.load",
}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(folder: str, forbidden: set[str]) -> list[str]:
    """`file: module` for each import below ``folder`` that lies in ``forbidden``."""
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imports(path)
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    ]


def test_an_import_is_seen_wherever_it_stands(tmp_path: Path) -> None:
    source = tmp_path / "room.py"
    source.write_text(
        "def late():\n    from scrapy.http import Response\n    import socket as s\n", encoding="utf-8"
    )
    assert set(imports(source)) == {"scrapy.http", "scrapy.http.Response", "socket"}


def test_pipelines_know_neither_the_scraper_nor_the_network() -> None:
    assert offenders("pipelines", {"scraper"}) == []
    # Serving is Datasette's business; it stands in one module of the publishing room.
    found = [
        line for line in offenders("pipelines", NETWORK) if not line.startswith("pipelines/publish/serve")
    ]
    assert found == []


def test_normalise_knows_neither_markup_nor_sql() -> None:
    assert offenders("pipelines/normalise", MARKUP_AND_SQL) == []


@pytest.mark.parametrize("package", ["scraper", "pipelines"])
def test_shipped_code_does_not_depend_on_tests(package: str) -> None:
    assert offenders(package, {"tests", "pytest"}) == []
