"""The metrics file: what Prometheus' own parser reads of it, and that no collector ever sees half of it."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.publish import metrics
from tests.pipelines.publish.serving import published


def parsed(path: Path) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Metric → labels → value; a metric that is there twice, or without help and type, is an error."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(path.read_text("utf-8")):
        assert family.name not in found, f"{family.name} stands twice"
        assert family.type == "gauge"
        assert family.documentation
        samples = {tuple(sorted(one.labels.items())): float(one.value) for one in family.samples}
        assert len(samples) == len(family.samples), f"{family.name}: one set of labels twice"
        found[family.name] = samples
    return found


def test_the_figures_are_those_of_the_corpus(tmp_path: Path) -> None:
    for run in (1, 2, 3):
        published(tmp_path, run)
    target = tmp_path / "textfile" / "hubei.prom"
    metrics.write(target, tmp_path, published=True)
    found = parsed(target)
    assert found["hubei_replies_replies"] == {(): 3}
    assert found["hubei_replies_publish_success"] == {(): 1}
    assert found["hubei_replies_snapshots"] == {(): 3}
    assert found["hubei_replies_site_health"][("health", "ok"), ("site", "kjt")] == 1
    assert found["hubei_replies_site_health"][("health", "failed"), ("site", "kjt")] == 0
    assert sum(found["hubei_replies_issues"].values()) > 0
    [labels] = found["hubei_replies_info"]
    assert dict(labels)["version"] == "0.1.0"
    crawled = found["hubei_replies_site_crawl_timestamp_seconds"][(("site", "kjt"),)]
    assert crawled == datetime.fromisoformat("2026-11-04T02:30:00+08:00").timestamp()
    assert [path.name for path in target.parent.iterdir()] == ["hubei.prom"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_a_failure_says_so_and_keeps_the_rest(tmp_path: Path) -> None:
    published(tmp_path, 1)
    metrics.write(tmp_path / "m.prom", tmp_path, published=False)
    found = parsed(tmp_path / "m.prom")
    assert found["hubei_replies_publish_success"] == {(): 0}
    assert found["hubei_replies_replies"] == {(): 1}


def test_without_a_corpus_or_with_a_damaged_one_there_are_figures_too(tmp_path: Path) -> None:
    metrics.write(tmp_path / "m.prom", tmp_path, published=False)
    assert "hubei_replies_replies" not in parsed(tmp_path / "m.prom")
    (tmp_path / "corpus.db").write_bytes(b"no database" * 1000)
    metrics.write(tmp_path / "m.prom", tmp_path, published=False)
    assert parsed(tmp_path / "m.prom")["hubei_replies_corpus_readable"] == {(): 0}


def test_labels_that_need_it_are_escaped(tmp_path: Path) -> None:
    published(tmp_path, 1)
    odd = 'a"b\\c\nd'
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        conn.execute("pragma foreign_keys = off")
        conn.execute("update sites set key = ?", (odd,))
        conn.commit()
    metrics.write(tmp_path / "m.prom", tmp_path, published=True)
    assert parsed(tmp_path / "m.prom")["hubei_replies_site_replies"][(("site", odd),)] == 1


def test_an_error_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, 1)
    target = tmp_path / "m.prom"
    metrics.write(target, tmp_path, published=True)
    before = target.read_bytes()

    def full(self: Path, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space"):
        metrics.write(target, tmp_path, published=False)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".m.prom*")] == []
