"""The files to take away: complete, the same as the corpus, safe in a spreadsheet, described for machines."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from pipelines import schema
from pipelines.normalise.privacy import mask
from pipelines.publish import search
from pipelines.publish.exports import write as exports
from pipelines.publish.exports.sample import write_sample
from pipelines.publish.snapshots import SNAPSHOTS
from pipelines.publish.spreadsheet import plain
from tests.bench import large
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.serving import published

WHEN = "2026-11-25T00:00:00+08:00"


def _made(corpus: Path, folder: Path) -> Path:
    exports.write(corpus, folder, WHEN, "1")
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _all(corpus: Path, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(corpus)) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(sql)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = synthetic.build(tmp_path_factory.mktemp("exports") / "corpus.db", replies=40)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("update replies set category = '=1+1', grade = '-5' where id = 'r00000000001'")
        conn.execute("update replies set title = '甲,\"乙\"' || char(10) || '丙' where id = 'r00000000002'")
        search.build(conn)
        conn.commit()
    return path


@pytest.fixture(scope="module")
def made(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(corpus, tmp_path_factory.mktemp("made") / "exports")


def test_an_empty_corpus_has_files_that_say_so(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        schema.create(conn)
        search.build(conn)
        conn.commit()
    folder = _made(tmp_path / "corpus.db", tmp_path / "exports")
    assert not list(folder.glob("replies-*.csv"))
    assert gzip.decompress((folder / "replies.jsonl.gz").read_bytes()) == b""
    assert _rows(folder / "proposals.csv") == []
    assert _all(folder / "sample.db", "select count(*) as n from replies") == [{"n": 0}]
    assert Package(str(folder / "datapackage.json")).validate(parallel=False).valid


def test_a_year_without_replies_has_no_file_and_an_unknown_year_has_one(corpus: Path, made: Path) -> None:
    years = {row["session_year"] for row in _all(corpus, "select distinct session_year from replies")}
    assert None in years
    names = {f"replies-{'unknown' if year is None else year}.csv" for year in years}
    assert {path.name for path in made.glob("replies-*.csv")} == names


def test_every_reply_is_in_one_file_with_every_value(corpus: Path, made: Path) -> None:
    expected = {row["id"]: row for row in _all(corpus, "select * from replies")}
    found = [(path.name, row) for path in made.glob("replies-*.csv") for row in _rows(path)]
    assert sorted(row["id"] for _, row in found) == sorted(expected)
    for name, row in found:
        whole = expected[row["id"]]
        year = "unknown" if whole["session_year"] is None else whole["session_year"]
        assert name == f"replies-{year}.csv"
        assert row == {key: "" if value is None else plain(str(value)) for key, value in whole.items()}


def test_a_spreadsheet_opens_it_and_runs_nothing(made: Path) -> None:
    for path in made.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path
        for row in _rows(path):
            for cell in row.values():
                assert not re.match(r"[=+\-@\t\r](?!\d+(?:\.\d+)?$)", cell), (path.name, cell)
    [row] = [row for path in made.glob("replies-*.csv") for row in _rows(path) if row["id"] == "r00000000001"]
    assert (row["category"], row["grade"]) == ("'=1+1", "-5")


def test_the_lines_hold_what_belongs_to_a_reply(corpus: Path, made: Path) -> None:
    lines = [
        json.loads(line) for line in gzip.decompress((made / "replies.jsonl.gz").read_bytes()).splitlines()
    ]
    expected = _all(corpus, "select * from replies order by id")
    assert [line["id"] for line in lines] == [row["id"] for row in expected]
    for line, row in zip(lines, expected, strict=True):
        assert line["body_text"] == row["body_text"]
        assert line["co_handlers"] == json.loads(row["co_handlers"])
        assert [one["name"] for one in line["reply_agencies"]] == [
            one["name"]
            for one in _all(
                corpus, f"select name from reply_agencies where reply_id = '{row['id']}' order by position"
            )
        ]
    assert sum(len(line["attachments"]) for line in lines) == len(_all(corpus, "select 1 from attachments"))


def test_parquet_is_the_table(corpus: Path, made: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra")
    assert pq.read_table(made / "replies.parquet").to_pylist() == _all(
        corpus, "select * from replies order by id"
    )


def test_the_description_is_valid_and_true(made: Path) -> None:
    package = Package(str(made / "datapackage.json"))
    report = package.validate(parallel=False)
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:5]
    told = json.loads((made / "datapackage.json").read_text("utf-8"))
    assert "licenses" not in told
    assert "不为政府文本另设许可" in told["description"]
    files = {path.name for path in made.iterdir()} - {"datapackage.json", "README.txt"}
    assert {one["path"] for one in told["resources"]} == files
    for one in told["resources"]:
        assert one["bytes"] == (made / one["path"]).stat().st_size
        if one["format"] == "csv":
            assert [field["name"] for field in one["schema"]["fields"]] == list(_header(made / one["path"]))


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def test_a_wrong_description_is_seen_to_be_wrong(made: Path, tmp_path: Path) -> None:
    told = json.loads((made / "datapackage.json").read_text("utf-8"))
    [one] = [resource for resource in told["resources"] if resource["name"] == "proposals"]
    (tmp_path / "proposals.csv").write_bytes((made / "proposals.csv").read_bytes())
    one["schema"]["fields"][0]["type"] = "integer"
    (tmp_path / "datapackage.json").write_text(json.dumps(told | {"resources": [one]}))
    assert not Package(str(tmp_path / "datapackage.json")).validate(parallel=False).valid


def test_the_caveats_and_conditions_go_along(made: Path) -> None:
    text = (made / "README.txt").read_text("utf-8-sig")
    for words in ("以发布网站的声明为准", "已经遮盖", "没有采集到不等于没有答复", "撇号", WHEN):
        assert words in text
    assert "\t41 行" in text


def test_the_same_corpus_gives_the_same_bytes(corpus: Path, made: Path, tmp_path: Path) -> None:
    again = _made(corpus, tmp_path / "exports")
    for path in made.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_the_sample_is_closed_and_can_be_searched(tmp_path: Path) -> None:
    corpus = large.build(tmp_path / "corpus.db", 600, 250)
    count = write_sample(corpus, tmp_path / "sample.db", replies=40)
    assert 40 <= count < 300
    with closing(sqlite3.connect(tmp_path / "sample.db")) as conn:
        assert conn.execute("pragma foreign_key_check").fetchall() == []
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)
        assert search.problems(conn) == []
        for table in (
            "replies",
            "proposals",
            "reply_agencies",
            "citations",
            "policies",
            "commitments",
            "issues",
        ):
            mine = set(
                conn.execute(
                    f"select * from {table}" if table != "replies" else "select id, title from replies"
                )
            )
            with closing(sqlite3.connect(corpus)) as whole:
                every = set(
                    whole.execute(
                        f"select * from {table}" if table != "replies" else "select id, title from replies"
                    )
                )
            assert mine
            assert mine <= every, table
        answered = "select proposal_id, count(*) from reply_proposals group by 1 order by 1"
        mine = set(conn.execute(answered))
        with closing(sqlite3.connect(corpus)) as whole:
            assert mine <= set(whole.execute(answered)), "a reply to a proposal of the sample was left out"


def test_a_snapshot_holds_them_with_their_checksums(tmp_path: Path) -> None:
    published(tmp_path, 1)
    folder = tmp_path / SNAPSHOTS / "current"
    lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    files = {f"exports/{path.name}" for path in (folder / "exports").iterdir()}
    assert files
    assert files < sums.keys()
    for name in files:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sums[name]


def test_no_contact_of_a_person_leaves(demo_data: Path) -> None:
    folder = demo_data / SNAPSHOTS / "current" / "exports"
    texts = [row["body_text"] for path in folder.glob("replies-*.csv") for row in _rows(path)]
    lines = gzip.decompress((folder / "replies.jsonl.gz").read_bytes()).splitlines()
    texts += [json.loads(line)["body_text"] or "" for line in lines]
    assert any("***" in text for text in texts), "nothing was masked: the demonstration has contacts"
    for text in texts:
        assert mask(text) == text
