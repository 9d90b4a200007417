"""From staging and archive to the published file: what it says, and that nothing bad takes its place."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.errors import DataUnreadable
from pipelines.load import Loader, StagingStale
from pipelines.models import Column, Issue, Listing, ListRow, Processed, Reference
from pipelines.publish import search
from pipelines.publish.build import PublicationRefused, PublishResult, publish
from pipelines.publish.inspection import check
from pipelines.resolve import resolve
from tests.pipelines.load.make import COLUMN, SITE, item, listing, reply, url
from tests.pipelines.resolve.chain import crawl

pytestmark = pytest.mark.no_cover

Item = Processed | Listing
OFF_SITE = ListRow("http://www.elsewhere.invalid/t20240902_9.html", "关于第9号提案的答复")


def published(folder: Path) -> PublishResult:
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        return conn.execute(sql).fetchall()


def dump(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = rows(folder, "select name from sqlite_master where type = 'table' ")
    return {name: rows(folder, f"select * from {name}") for (name,) in sorted(tables)}


def sound(folder: Path) -> bool:
    """Whether `check` is content; a file that it cannot read is not sound."""
    try:
        return check(folder).ok
    except DataUnreadable:
        return False


def long(number: int) -> str:
    return f"贵单位提出的第{number}件提案收悉。" + "我厅认真研究，现将有关情况答复如下。" * 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items: list[Item] = [
        listing(range(1, 7), total=6, page_count=1),
        *(item(number, body_text=long(number)) for number in range(1, 6)),
        item(1, address=url(1, "_slh"), body_text=long(1)),
        item(6, document_type="other", title="2024年建议提案办理工作总结"),
    ]
    crawl(tmp_path, items, others=[("http://kjt.demo.invalid/P1.pdf", "attachment", "ok")])
    return tmp_path


# --- what must not happen -----------------------------------------------------------------------------------------


def test_an_empty_corpus_does_not_replace_a_full_one(folder: Path) -> None:
    published(folder)
    before = (folder / "corpus.db").read_bytes()
    (folder / "staging.db").unlink()
    Loader(folder / "staging.db").close()
    with pytest.raises(PublicationRefused, match="上一版有 5 件"):
        published(folder)
    assert (folder / "corpus.db").read_bytes() == before
    assert [path.name for path in folder.glob(".corpus*")] == []


def test_a_failure_half_way_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(folder)
    before = (folder / "corpus.db").read_bytes()

    def broken(self: search.Side, conn: sqlite3.Connection) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(search.Side, "finish", broken)
    with pytest.raises(RuntimeError):
        published(folder)
    assert (folder / "corpus.db").read_bytes() == before
    assert [path.name for path in folder.glob(".corpus*")] == []


def test_a_reference_that_leads_nowhere_stops_publication(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = resolve

    def broken(conn: sqlite3.Connection, *rest: Any) -> None:
        real(conn, *rest)
        conn.execute("pragma defer_foreign_keys = on")
        conn.execute("update reply_proposals set proposal_id = null")
        conn.execute("delete from reply_html")
        conn.execute("commit")
        conn.execute("pragma foreign_keys = off")
        conn.execute("begin")
        conn.execute("insert into reply_html values ('rnone', '')")

    monkeypatch.setattr("pipelines.publish.build.resolve", broken)
    with pytest.raises(PublicationRefused, match="引用落空：reply_html"):
        published(folder)
    assert not (folder / "corpus.db").exists()


def test_staging_of_other_rules_is_not_published(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.load.store.fingerprint", lambda: "other")
    with pytest.raises(StagingStale):
        published(folder)


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_check_names_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "corpus.db").write_bytes(content)
    with pytest.raises(DataUnreadable, match=r"corpus\.db"):
        check(tmp_path)


def test_check_notices_a_stale_index_and_a_truncated_file(folder: Path) -> None:
    published(folder)
    assert check(folder).ok
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        conn.execute("update replies set title = '改过'")
        conn.commit()
    report = check(folder)
    assert not report.ok
    assert "过时" in report.index[0]
    content = (folder / "corpus.db").read_bytes()
    (folder / "corpus.db").write_bytes(content[: len(content) // 2])
    assert not sound(folder)


# --- sites --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "others", "health", "reason"),
    [
        ([listing(range(0))], [], "failed", "一条也没有"),
        ([], [], "failed", "栏目没有读到"),
        ([], [(COLUMN, "list", "blocked")], "failed", "被拦截"),
        ([listing(range(1, 3), total=9)], [], "partial", "共 9 条，只找到 2 条"),
        ([listing(range(1, 3), total=3, refused=(OFF_SITE,))], [], "ok", "1 条链接指向站外"),
        ([listing(range(1, 3), page_count=3)], [], "partial", "3 页，只读到 1 页"),
        ([listing(range(1, 3))], [(url(2), "detail", "blocked")], "partial", "1 个详情页没有取到（被拦截）"),
        (
            [listing(range(1, 3))],
            [("http://kjt.demo.invalid/robots.txt", "robots", "error")],
            "failed",
            "robots",
        ),
        ([listing(range(1, 3))], [("http://kjt.demo.invalid/robots.txt", "robots", "gone")], "ok", ""),
        ([listing(range(1, 3))], [(url(2), "detail", "gone")], "ok", ""),
    ],
)
def test_the_health_of_a_site(
    tmp_path: Path, listed: list[Any], others: list[Any], health: str, reason: str
) -> None:
    crawl(tmp_path, [*listed, item(1)], others=others)
    result = published(tmp_path)
    found, reasons = rows(tmp_path, "select health, reasons from sites")[0]
    assert (found, reason in (reasons or "")) == (health, True), reasons
    assert result.ok == (health == "ok")
    assert check(tmp_path).ok == result.ok


def test_an_empty_column_that_may_be_empty_is_fine(tmp_path: Path) -> None:
    site = replace(SITE, columns=(Column(COLUMN, may_be_empty=True),))
    crawl(tmp_path, [listing(range(0))], sites=[site])
    assert published(tmp_path).ok


def test_a_failing_site_keeps_its_rows_and_the_others_are_published(folder: Path) -> None:
    column = Column("http://swj.demo.invalid/jytabl/")
    other = replace(SITE, key="swj", name="演示市水务局", agency=None, columns=(column,))
    # Registered, but nobody knows yet where its replies are: nothing is asked, and that is no failure.
    waiting = replace(other, key="fgw", columns=(), discover=True, source="链接栏", known="2020-07")
    sites = [SITE, other, waiting]
    crawl(folder, [], sites=sites, others=[(COLUMN, "list", "blocked")], arguments="again")
    result = published(folder)
    assert not result.ok
    assert result.replies == 5
    assert rows(folder, "select key, health, discover, source, known_on from sites order by key") == [
        ("fgw", "undiscovered", 1, "链接栏", "2020-07"),
        ("kjt", "failed", 0, None, None),
        ("swj", "never", 0, None, None),
    ]
    assert {gate.name: gate.ok for gate in result.gates if gate.scope == "site"} == {
        "fgw": True,
        "kjt": False,
        "swj": True,
    }


# --- what is published --------------------------------------------------------------------------------------------


def test_what_a_reader_finds(folder: Path) -> None:
    result = published(folder)
    assert result.ok
    assert (result.replies, result.pages) == (5, 9)
    first = rows(
        folder,
        "select session_year, body, term, meeting, place, agency, site, column_url, body_chars > 0, gone_on"
        " from replies order by id limit 1",
    )
    assert first == [(2024, "政协", 13, 2, "420000", "湖北省科学技术厅", "kjt", COLUMN, 1, None)]
    assert rows(folder, "select search_id from replies order by published_at, id desc") == [
        (n,) for n in range(1, 6)
    ]
    assert rows(folder, "select kind, count(*) from reply_urls group by kind") == [
        ("canonical", 5),
        ("twin", 1),
    ]
    assert rows(folder, "select outcome, media_type, bytes > 0 from attachments order by url limit 2") == [
        ("ok", "text/html", 1),
        (None, None, None),
    ]
    assert rows(folder, "select count(*), sum(reply_id is not null) from pages where role = 'detail'") == [
        (7, 6)
    ]
    assert rows(folder, "select title from pages where document_type = 'other'") == [
        ("2024年建议提案办理工作总结",)
    ]
    assert rows(folder, "select url_date from pages where reply_id is not null limit 1") == [("2024-09-02",)]
    assert rows(folder, "select printed_total, rows_found, replies, coverage from columns") == [
        (6, 6, 5, 100)
    ]
    assert rows(folder, "select outcome, addresses, ok, sites from crawls") == [("ok", 9, 9, '["kjt"]')]


def test_values_that_are_found_here_carry_their_source(folder: Path) -> None:
    published(folder)
    found = {
        row[0]: row[1:]
        for row in rows(folder, "select field, source, rule from field_sources group by field")
    }
    assert found["session_year"] == ("sessions", "sessions.table")
    assert found["place"] == ("site", "site.place")
    assert found["agency"] == ("site", "agencies.authority")
    assert found["title"] == ("h1", "title.first")


def test_agencies_and_their_roles(folder: Path) -> None:
    published(folder)
    found = rows(
        folder, "select name, role, agency_id from reply_agencies group by position order by position"
    )
    assert found == [
        ("湖北省科技厅", "主办", "420000-kjt"),
        ("省教育厅", "会办", "420000-jyt"),
        ("省某某办", "会办", None),
    ]


@pytest.mark.parametrize(
    ("printed", "agency", "source"),
    [
        ({"publisher": "省教育厅"}, "湖北省教育厅", "publisher"),
        ({"publisher": None, "answering_agency": "省财政厅"}, "湖北省财政厅", "answering_agency"),
        ({"publisher": "演示门户网站"}, "湖北省科学技术厅", "signatory"),
        ({"publisher": "某某县民政局", "signatory": None}, "某某县民政局", "publisher"),
        ({"publisher": "演示门户网站", "signatory": "某某县民政局"}, None, None),
    ],
)
def test_the_agency_on_a_portal_is_found_or_as_printed(
    tmp_path: Path, printed: dict[str, Any], agency: str | None, source: str | None
) -> None:
    portal = replace(SITE, agency=None)
    crawl(tmp_path, [listing(range(1, 2)), item(1, **printed)], sites=[portal])
    published(tmp_path)
    assert rows(tmp_path, "select agency from replies") == [(agency,)]
    found = rows(tmp_path, "select source from field_sources where field = 'agency'")
    assert found == ([(source,)] if source else [])


def test_an_undeclared_place_and_a_site_out_of_the_declarations_are_no_broken_references(
    tmp_path: Path,
) -> None:
    crawl(tmp_path, [listing(range(1, 2)), item(1)], sites=[replace(SITE, place="439999")])
    assert published(tmp_path).replies == 1
    assert rows(tmp_path, "select name from places where code = '439999'") == [("439999",)]
    other = tmp_path / "other"
    crawl(other, [item(1)], sites=[replace(SITE, key="another", columns=())])
    assert published(other).replies == 1
    assert rows(other, "select site, place, column_url from replies") == [(None, None, None)]


def test_an_opinion_is_addressed_to_the_lead_agency(tmp_path: Path) -> None:
    opinion = item(1, document_type="co_handling_opinion", lead_agency="省教育厅", co_handlers=())
    crawl(tmp_path, [listing(range(1, 2)), opinion])
    published(tmp_path)
    found = rows(tmp_path, "select name, role, agency_id from reply_agencies order by position")
    assert found == [("省教育厅", "主办", "420000-jyt"), ("湖北省科技厅", "会办", "420000-kjt")]


def test_several_replies_to_one_proposal_and_several_proposals_in_one_reply(tmp_path: Path) -> None:
    one = Reference("政协", "省", None, 13, 2, "094", None, "提案")
    same = replace(one, number="94", kind=None)
    partial = replace(one, number=None)
    items: list[Item] = [
        listing(range(1, 3)),
        item(1, references=(one, partial), body_text=long(1)),
        item(2, references=(same,), body_text=long(2)),
    ]
    crawl(tmp_path, items)
    published(tmp_path)
    assert rows(tmp_path, "select number, kind, session_year, place from proposals") == [
        ("94", "提案", 2024, "420000")
    ]
    assert sorted(
        rows(tmp_path, "select number, proposal_id is not null from reply_proposals"), key=repr
    ) == [
        ("094", 1),
        ("94", 1),
        (None, 0),
    ]


def test_a_session_that_the_table_lacks_is_null_and_said(tmp_path: Path) -> None:
    reference = Reference("人大", "省", None, 13, 5, "7", None, "建议")
    crawl(tmp_path, [listing(range(1, 2)), item(1, references=(reference,))])
    published(tmp_path)
    assert rows(tmp_path, "select session_year from replies") == [(None,)]
    assert rows(tmp_path, "select severity, field from issues where code = 'session_unknown'") == [
        ("info", "session_year")
    ]


def test_a_number_of_another_year_than_its_session_is_said(tmp_path: Path) -> None:
    reference = Reference("政协", "省", None, 13, 2, "20230133", None, "提案")
    crawl(tmp_path, [listing(range(1, 2)), item(1, references=(reference,))])
    published(tmp_path)
    assert rows(tmp_path, "select session_year from replies") == [(2024,)]
    assert rows(tmp_path, "select raw from issues where code = 'number_year_session_year'") == [("20230133",)]


def test_published_twice_is_one_reply_with_an_issue(tmp_path: Path) -> None:
    text = reply(1, body_text=long(1))
    again = item(9, title=text.title, body_text=text.body_text, issued_on="2024-10-01")
    crawl(tmp_path, [listing(range(1, 10)), item(1, body_text=long(1)), again])
    published(tmp_path)
    assert rows(tmp_path, "select issued_on from replies") == [("2024-09-02",)]
    assert rows(tmp_path, "select kind from reply_urls order by kind") == [("canonical",), ("duplicate",)]
    assert rows(tmp_path, "select count(*) from issues where code = 'published_twice'") == [(1,)]


def test_what_was_not_got_is_an_issue(tmp_path: Path) -> None:
    lost = "http://kjt.demo.invalid/P9.pdf"
    crawl(
        tmp_path,
        [
            listing(range(1, 3)),
            item(1),
            item(2, outcome="blocked", issues=(Issue("outcome_blocked", "x", "error"),)),
        ],
        others=[(lost, "attachment", "gone"), (url(1), "detail", "unreachable")],
    )
    published(tmp_path)
    found = rows(
        tmp_path, "select code, severity, url from issues where code like 'outcome_%' order by code, url"
    )
    assert found == [
        ("outcome_blocked", "error", url(2)),
        ("outcome_gone", "warning", lost),
        ("outcome_unreachable", "error", url(1)),
    ]
    assert rows(tmp_path, f"select outcome, document_type from pages where url = '{url(1)}'") == [
        ("unreachable", "reply")
    ]


def test_the_same_content_gives_the_same_file(folder: Path, tmp_path: Path) -> None:
    published(folder)
    first = (folder / "corpus.db").read_bytes()
    expected = dump(folder)
    published(folder)
    assert dump(folder) == expected
    assert (folder / "corpus.db").read_bytes() == first


def test_revisions_are_published(folder: Path) -> None:
    crawl(folder, [item(2, day=9, body_text=long(2), validity="失效")], arguments="again")
    published(folder)
    assert rows(folder, "select number, changed is null from revisions where number > 1") == [(2, 0)]
    assert rows(folder, "select last_seen_at from replies where validity = '失效'") == [
        ("2026-11-09T02:30:00+08:00",)
    ]


# --- the file opens anywhere --------------------------------------------------------------------------------------


def test_the_file_is_plain_sqlite(folder: Path) -> None:
    published(folder)
    assert rows(folder, "pragma journal_mode") == [("delete",)]
    assert rows(folder, "select count(*) from sqlite_master where type = 'trigger'") == [(0,)]
    assert [path.name for path in folder.glob("corpus.db-*")] == []
    assert rows(folder, "select count(*) from replies_fts") == [(5,)]
    shell = (
        "select title from replies join replies_fts on replies_fts.rowid = replies.search_id"
        " where replies_fts match '提案'"
    )
    assert len(rows(folder, shell)) == 5


STOCK = {**os.environ, "DATASETTE_LOAD_PLUGINS": ""}
"""Datasette as it comes, without our plugin or any other."""


def stock(folder: Path, path: str) -> Any:
    root = Path(__file__).parent.parent.parent.parent
    tool = Path(sys.executable).with_name("datasette")
    command = [
        str(tool),
        str(folder / "corpus.db"),
        "-m",
        str(root / "datasette-metadata.json"),
        "--get",
        path,
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=STOCK)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_datasette_without_our_plugin_shows_searches_and_facets(folder: Path) -> None:
    published(folder)
    columns = "_col=title&_shape=array"
    assert stock(folder, f"/corpus/replies.json?_search=鬱鬯&{columns}") == []
    assert len(stock(folder, f"/corpus/replies.json?_search=提案&{columns}")) == 5
    facets = stock(folder, "/corpus/replies.json?_col=title&_size=0")["facet_results"]
    assert set(facets) == {"place", "agency", "session_year", "body", "document_type", "validity"}
    assert facets["place"]["results"][0]["label"] == "湖北省"
    assert stock(folder, "/corpus/by_number.json?number=20240001&_shape=array")[0]["number"] == "20240001"


def test_a_reader_of_the_old_file_is_not_disturbed(folder: Path) -> None:
    published(folder)
    with closing(sqlite3.connect(folder / "corpus.db")) as reader:
        assert reader.execute("select count(*) from replies").fetchone() == (5,)
        crawl(folder, [item(7, body_text=long(7))], arguments="again")
        old = (folder / "corpus.db").stat().st_ino
        assert published(folder).replies == 6
        assert (folder / "corpus.db").stat().st_ino != old, "written in place, not renamed"
        assert reader.execute("select count(*) from replies").fetchone() == (5,)
    assert rows(folder, "select count(*) from replies") == [(6,)]


def test_what_a_killed_publication_left_is_cleared_away(folder: Path) -> None:
    leftover = folder / ".corpus.db.1.tmp"
    leftover.write_bytes(b"half")
    published(folder)
    assert not leftover.exists()


def test_sqlite_utils_counts_every_table(folder: Path) -> None:
    published(folder)
    tool = Path(sys.executable).with_name("sqlite-utils")
    run = subprocess.run(
        [str(tool), "tables", str(folder / "corpus.db"), "--counts"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert '{"table": "replies", "count": 5}' in run.stdout
