"""Runs of several machines stand in one order, whoever merged them and in whichever order."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest

from pipelines import clock
from pipelines.archive import Archive, merge, told_by
from tests.pipelines.archive.made import fetch, page

SITES = ["jyt", "kjt", "swj"]
SECOND = datetime(2026, 11, 24, 2, 30, tzinfo=clock.SHANGHAI)


@pytest.fixture
def machines(tmp_path: Path) -> dict[str, Path]:
    """Three archives whose runs began in the same second, and differ in the sites alone."""
    paths = {site: tmp_path / f"{site}.db" for site in SITES}
    with clock.driven(lambda: SECOND):
        for number, (site, path) in enumerate(paths.items()):
            with Archive(path) as archive:
                run = archive.begin_run("", {"sites": [site]}, "test")
                archive.record(fetch(run.id, number, site=site), page(number))
                archive.end_run(run.id, "ok")
    return paths


@pytest.mark.parametrize("order", list(permutations(SITES)))
def test_machines_that_began_in_the_same_second_merge_into_the_same_archive(
    tmp_path: Path, machines: dict[str, Path], order: tuple[str, ...]
) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        for site in order:
            with Archive(machines[site], readonly=True) as other:
                merge(archive, told_by(other))
        archive.arrange()
        assert [json.loads(run.arguments)["sites"] for run in archive.runs()] == [[site] for site in SITES]
        assert [(one.run_id, one.site) for one in archive.fetches()] == list(enumerate(SITES, start=1))


def test_runs_of_one_import_keep_their_order(tmp_path: Path) -> None:
    """One for each site, in the same second and asked the same."""
    with clock.driven(lambda: SECOND), Archive(tmp_path / "archive.db") as archive:
        for site in reversed(SITES):
            archive.begin_run(site, {"import": "a.warc"}, "test", alone=False)
        assert not archive.arrange()
        assert [run.declarations for run in archive.runs()] == SITES[::-1]
