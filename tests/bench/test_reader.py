"""The measurement of what readers wait for, on a small corpus: it asks what it says it asks, and sees what is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipelines import schema
from pipelines.publish.site import shelf
from tests.bench import large, reader
from tests.bench.reader import Bounds, Kind

pytestmark = pytest.mark.no_cover

PAGES = 2


def test_a_facet_that_is_missing_is_seen() -> None:
    kind = Kind("table", ["/"], facets=2)
    facet = b'<div class="facet-info facet-corpus-replies-%d" id="facet-x">'
    whole = facet % 1 + facet % 2
    assert reader._wrong(200, whole, kind) is None
    assert reader._wrong(200, facet % 1, kind) == "1 of 2 facets"
    assert reader._wrong(200, whole + b'<p class="facets-timed-out">', kind) is not None
    assert "interrupted" in str(reader._wrong(400, b"<p>interrupted</p>", None))


def test_a_bound_that_is_broken_is_counted() -> None:
    bounds = Bounds()
    assert bounds.check("one", True) == ""
    assert "not held" in bounds.check("two", False)
    assert (bounds.held, bounds.broken) == (1, ["two"])


def test_every_canned_query_is_asked_with_something_in_its_blanks(tmp_path: Path) -> None:
    corpus = large.build(tmp_path / "corpus.db", 300, 500)
    found = {kind.name: kind for kind in reader.kinds(corpus, random.Random(1))}
    assert {query.name for query in schema.QUERIES} < found.keys()
    assert all("=&" not in path and not path.endswith("=") for kind in found.values() for path in kind.paths)


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="CPU times of other processes are read from /proc"
)
def test_the_measurement_runs_without_an_error_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bounds = reader.measure(tmp_path, 500, 300, seconds=1.0, each=0.0, clients=2, only=PAGES)
    printed = capsys.readouterr().out
    assert not [line for line in bounds.broken if "no error" in line], printed
    assert printed.splitlines()[-1].startswith(f"reader: {bounds.held} of {3 * PAGES + 1} ")


def test_a_page_made_anew_is_no_page_that_was_kept() -> None:
    first, second = reader.anew(), reader.anew()
    keys = [shelf.key_of(_scope(headers)) for headers in ({}, {}, first, second)]
    assert keys[0] == keys[1] is not None
    assert len(set(keys)) == 3


def _scope(headers: dict[str, str]) -> dict[str, object]:
    sent = {"Host": "127.0.0.1"} | headers
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
