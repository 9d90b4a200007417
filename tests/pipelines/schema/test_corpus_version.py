"""The corpus has a version, and a version that was released does not change."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines import schema
from pipelines.publish.snapshots import open_snapshot
from tests.conftest import ROOT
from tests.pipelines.publish.serving import published

_SECTION = re.compile(r"^## (\d+)（(尚未发布|\d{4}-\d\d-\d\d)）$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def sections(text: str) -> list[tuple[int, bool, str | None]]:
    """(version, released, digest of its schema) as the change log has them, newest first."""
    return [
        (int(number), state != "尚未发布", (re.search(r"结构：`?([0-9a-f]{64})", rest) or [None, None])[1])
        for number, state, rest in _SECTION.findall(text)
    ]


def wrong(text: str, version: int, digest: str) -> str | None:
    """What is not in order between change log and schema."""
    found = sections(text)
    if not found or found[0][0] != version:
        return "the newest section is not the present version"
    if [number for number, _, _ in found] != list(range(version, 0, -1)):
        return "a version has no section"
    for number, released, told in found:
        if released and told is None:
            return f"version {number} was released without the digest of its schema"
    if found[0][1] and found[0][2] != digest:
        return "the schema changed since it was released: begin another version"
    return None


def present() -> str:
    with closing(sqlite3.connect(":memory:")) as conn:
        schema.create(conn)
        return schema.digest(conn)


def test_the_judge_knows_a_change_after_the_release() -> None:
    digest = "a" * 64
    released = f"## 2（2027-01-01）\n\n结构：`{digest}`\n\n## 1（2026-12-01）\n\n结构：`{'b' * 64}`\n"
    assert wrong(released, 2, digest) is None
    assert wrong(released, 2, "c" * 64) == "the schema changed since it was released: begin another version"
    assert wrong(released, 3, digest) == "the newest section is not the present version"
    assert wrong("## 2（尚未发布）\n", 2, digest) == "a version has no section"
    assert (
        wrong("## 1（2027-01-01）\n", 1, digest) == "version 1 was released without the digest of its schema"
    )
    assert wrong("## 2（尚未发布）\n## 1（2027-01-01）\n结构：" + digest, 2, "c" * 64) is None


def test_the_change_log_tells_of_the_present_version() -> None:
    text = (ROOT / "docs" / "corpus-changelog.md").read_text("utf-8")
    assert wrong(text, schema.VERSION, present()) is None


def test_file_and_manifest_say_the_version(tmp_path: Path) -> None:
    result = published(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        assert conn.execute("pragma user_version").fetchone() == (schema.VERSION,)
    manifest = open_snapshot(tmp_path / "snapshots" / result.snapshot).manifest
    assert manifest.corpus == schema.VERSION
    assert len(manifest.schema) == 64
