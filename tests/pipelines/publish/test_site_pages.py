"""Pages of things and of the whole: right where there is nothing, one thing, a failure or no year; then where all is well."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from pipelines import schema
from pipelines.publish import search
from pipelines.publish.serve import application
from pipelines.publish.site.pages import session as session_page
from pipelines.publish.site.pages.changes import bounds
from pipelines.resolve.summaries import write_summaries
from pipelines.review.corrections import corrections
from pipelines.schema.summaries import TABLES as SUMMARIES
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible
from tests.pipelines.publish.synthetic import insert

WHOLE = ("/", "/charts", "/missing", "/changes", "/changes?kind=新增", "/report")
SESSION = "420000-政协-13-2"


def made(path: Path, fill: Callable[[sqlite3.Connection], None] = lambda conn: None) -> Path:
    """A corpus with the rows that `fill` inserts, counted and indexed as a publication does it."""
    with closing(sqlite3.connect(path)) as conn:
        schema.create(conn)
        fill(conn)
        write_summaries(conn)
        search.build(conn)
        conn.commit()
    return path


@pytest.fixture
def open_corpus() -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(path: Path, **metadata: object) -> Browser:
        opened.append(Browser(application(path, metadata)))
        return opened[-1]

    yield make
    for browser in opened:
        browser.close()


def text(page: LexborHTMLParser) -> str:
    return " ".join(visible(page).split())


def figures(page: LexborHTMLParser) -> dict[str, str]:
    return {
        node.css("dt")[0].text(): node.css("dd")[0].text().split()[0].strip()
        for node in page.css(".figures > div")
    }


# --- nothing, one, failed, unknown ---


def test_an_empty_corpus_says_that_it_is_empty(tmp_path: Path, open_corpus: Callable[..., Browser]) -> None:
    browser = open_corpus(made(tmp_path / "corpus.db"))
    for path in WHOLE:
        page = browser.page(path)
        assert "None" not in text(page), path
        assert not page.css("figure.chart"), path
    assert "还没有采集到答复" in text(browser.page("/"))
    assert "还没有答复，画不出图" in text(browser.page("/charts"))
    assert "还没有发现" in text(browser.page("/changes"))
    assert set(figures(browser.page("/missing")).values()) == {"0"}
    for table in ("agencies", "policies", "proposals", "sessions", "sites"):
        assert "没有这条记录" in text(browser.page(f"/corpus/{table}/nothing", 404))


def _one(conn: sqlite3.Connection) -> None:
    """A reply of which the page says next to nothing, on a site that is not declared."""
    insert(
        conn,
        "replies",
        id="raaaaaaaaaaa",
        document_type="reply",
        co_handlers="[]",
        url="http://a.invalid/1",
        search_id=1,
    )


def test_one_reply_without_year_agency_or_title(tmp_path: Path, open_corpus: Callable[..., Browser]) -> None:
    browser = open_corpus(made(tmp_path / "corpus.db", _one))
    for path in WHOLE:
        assert "None" not in text(browser.page(path)), path
    [row] = browser.page("/charts").css("#years tbody tr")
    assert [node.text() for node in row.css("th, td")] == ["不明", "1"]
    assert "1 件看不出属于哪一年" in text(browser.page("/missing"))
    assert figures(browser.page("/"))["答复"] == "1"
    filled = {row["field"]: row["filled"] for row in browser.json("/corpus/field_coverage.json?_shape=array")}
    assert (filled["title"], filled["session_year"], filled["body_text"]) == (0, 0, 0)
    for row in browser.json("/corpus/year_counts.json?_shape=array"):
        assert browser.get(f"/corpus/year_counts/{row['id']}").status_code == 200


def _failed(conn: sqlite3.Connection) -> None:
    insert(
        conn,
        "sites",
        key="bad",
        name="坏掉的网站",
        hosts='["bad.invalid"]',
        family="trs",
        health="failed",
        reasons="列表没有取到\n2 个详情页没有取到",
        rules="list_not_got\npage_not_got",
        crawled_at="2026-11-20T02:00:00+08:00",
    )
    insert(
        conn,
        "sites",
        key="new",
        name="没有采集的网站",
        hosts="[]",
        family="trs",
        health="undiscovered",
        discover=1,
    )
    insert(
        conn,
        "columns",
        url="http://bad.invalid/a/",
        site="bad",
        holds="mixed",
        printed_total=40,
        pages_read=0,
        documents=2,
        documents_missing=2,
        reconciled=None,
    )
    insert(
        conn,
        "column_years",
        id=1,
        column_url="http://bad.invalid/a/",
        year=None,
        documents=2,
        documents_missing=2,
    )
    insert(conn, "site_outcomes", site="bad", role="list", outcome="blocked", addresses=1)
    insert(
        conn,
        "crawls",
        id=1,
        kind="crawl",
        started_at="2026-11-20T02:00:00+08:00",
        sites='["bad"]',
        addresses=3,
    )


def test_a_failed_site_says_why_and_what_is_not_here(
    tmp_path: Path, open_corpus: Callable[..., Browser]
) -> None:
    browser = open_corpus(made(tmp_path / "corpus.db", _failed))
    page = browser.page("/corpus/sites/bad")
    assert [node.text() for node in page.css(".health code")] == ["list_not_got", "page_not_got"]
    said = text(page)
    assert "失败" in said
    assert "列表没有取到" in said
    assert "此前采集到的答复都保留着" in said
    assert "还没有读到列表" in said
    assert "没有结束" in said
    assert [node.text() for node in page.css("td.bad")] == ["2", "被拦截"]
    new = text(browser.page("/corpus/sites/new"))
    assert "还不知道答复放在哪个栏目" in new
    assert "None" not in said + new
    absent = browser.page("/missing")
    assert figures(absent)["没有采全的网站"] == "1"
    assert figures(absent)["还没有采集的网站"] == "1"
    assert "2 个详情页没有取到" in text(absent)
    assert "日期不明：栏目列出 2 份，2 份没有取到" in text(absent)
    assert "没有读到" in text(absent)
    home = text(browser.page("/"))
    assert "1 个失败" in home
    assert "1 个网站最近一次没有采全" in home


def test_a_corpus_of_an_earlier_version_has_no_counts_but_its_pages(
    tmp_path: Path, open_corpus: Callable[..., Browser]
) -> None:
    path = synthetic.build(tmp_path / "corpus.db", replies=4)
    with closing(sqlite3.connect(path)) as conn:
        for view in ("yearly_counts",):
            conn.execute(f"drop view {view}")
        for table in SUMMARIES:
            conn.execute(f"drop table {table.name}")
        conn.commit()
    browser = open_corpus(path)
    for address in (
        *WHOLE,
        "/corpus/agencies/420000-kjt",
        "/corpus/sites/kjt",
        f"/corpus/sessions/{quote(SESSION)}",
    ):
        assert browser.get(address).status_code in (200, 302), address
    assert browser.get("/corpus/policies/daaaaaaaaaaa").status_code == 404


# --- things ---


def _government(conn: sqlite3.Connection) -> None:
    """Two agencies, three proposals of one session with gaps, a policy cited twice, edits and a reply that is gone."""
    insert(conn, "places", code="420000", name="湖北省")
    for key, name, more in (
        ("420000-a", "湖北省甲厅", {"since": 2018, "source": "机构改革"}),
        ("420000-b", "湖北省乙局", {"until": 2018, "successor": "420000-a"}),
    ):
        insert(conn, "agencies", id=key, name=name, place="420000", **more)
        insert(conn, "agency_names", agency_id=key, name=name, kind="canonical")
    insert(
        conn, "agency_names", agency_id="420000-a", name="湖北省老甲厅", kind="former", since=2000, until=2018
    )
    for term, meeting, year in ((13, 2, 2024), (13, 3, 2025)):
        insert(
            conn,
            "sessions",
            id=f"420000-政协-{term}-{meeting}",
            place="420000",
            body="政协",
            term=term,
            meeting=meeting,
            year=year,
            source="公报",
        )
    insert(
        conn,
        "policies",
        id="dbbbbbbbbbbb",
        title="节水办法",
        document_number="鄂政发〔2023〕1号",
        replies=2,
        citations=3,
    )
    insert(conn, "policy_ids", id="dccccccccccc", policy_id="dbbbbbbbbbbb")
    for number, serial, opinion in ((1, 1, False), (2, 4, True), (3, 40, False)):
        reply, proposal = f"raaaaaaaaaa{'abc'[number - 1]}", f"paaaaaaaaaa{'abc'[number - 1]}"
        insert(
            conn,
            "replies",
            id=reply,
            title=f"第{serial}号的{'会办意见' if opinion else '答复'}",
            document_type="co_handling_opinion" if opinion else "reply",
            session_year=2024,
            body="政协",
            place="420000",
            agency="湖北省甲厅",
            published_at=f"2024-09-{number:02d}T10:00",
            signed_on="2024-08-31" if number < 3 else "2024-09-30",
            co_handlers="[]",
            url=f"http://a.invalid/{number}",
            search_id=number,
            first_seen_at=f"2026-1{number - 1}-05T02:00:00+08:00",
            gone_on="2026-11-03" if number == 3 else None,
        )
        insert(
            conn,
            "field_sources",
            reply_id=reply,
            field="signed_on",
            source="body",
            rule="x",
            raw="2024年8月31日",
        )
        insert(
            conn,
            "proposals",
            id=proposal,
            place="420000",
            body="政协",
            term=13,
            meeting=2,
            number=f"{serial:03d}",
            series="",
            serial=serial,
            kind="提案",
            session_year=2024,
            has_lead_reply=int(not opinion),
            proposer="某委员",
            proposer_reply=reply,
        )
        insert(
            conn, "reply_proposals", reply_id=reply, position=1, proposal_id=proposal, number=f"{serial:03d}"
        )
        insert(
            conn,
            "reply_agencies",
            reply_id=reply,
            position=1,
            agency_id="420000-a",
            name="省甲厅",
            role="会办" if opinion else "主办",
        )
        insert(
            conn,
            "reply_agencies",
            reply_id=reply,
            position=2,
            name="省丙办",
            role="主办" if opinion else "会办",
        )
        if number < 3:
            insert(
                conn,
                "citations",
                reply_id=reply,
                position=1,
                policy_id="dbbbbbbbbbbb",
                raw="《节水办法》",
                paragraph=3,
                rule="citations.title",
            )
    insert(
        conn,
        "citations",
        reply_id="raaaaaaaaaaa",
        position=2,
        policy_id="dbbbbbbbbbbb",
        raw="办法",
        paragraph=4,
        rule="citations.title",
    )
    insert(
        conn,
        "revisions",
        reply_id="raaaaaaaaaaa",
        number=2,
        fetched_at="2026-11-02T02:00:00+08:00",
        summary="正文",
        digest="x",
    )
    insert(
        conn,
        "reply_events",
        reply_id="raaaaaaaaaac",
        happened_at="2026-11-03T02:00:00+08:00",
        kind="gone",
        url="http://a.invalid/3",
    )
    insert(
        conn,
        "reply_events",
        reply_id="raaaaaaaaaab",
        happened_at="2026-10-09T02:00:00+08:00",
        kind="moved",
        url="http://a.invalid/2",
        former_url="http://a.invalid/old",
    )


@pytest.fixture(scope="module")
def government(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(application(made(tmp_path_factory.mktemp("government") / "corpus.db", _government)))
    yield browser
    browser.close()


def test_the_page_of_an_agency(government: Browser) -> None:
    page = government.page("/corpus/agencies/420000-a")
    said = text(page)
    assert figures(page)["主办、承办、分办"] == "2"
    assert figures(page)["会办、协办"] == "1"
    assert "湖北省老甲厅 曾用名 2000—2018" in said
    assert page.css('a[href="/corpus/agencies/420000-b"]')
    assert [node.text() for node in page.css(".latest a")] == ["第40号的答复", "第1号的答复"]
    # 2 and 1 days; the third was published before it was signed.
    assert "一半不超过 1.5 天" in said
    assert "另有 1 件上网早于落款" in said
    assert "省丙办" in said
    through = (
        next(node for node in page.css("a") if node.text() == "全部文件（含会办意见）").attributes["href"]
        or ""
    )
    assert government.json(through.replace("replies?", "replies.json?"))["filtered_table_rows_count"] == 3
    assert government.page(through).css("ol.replies h3 a")[0].text() == "第40号的答复"
    old = text(government.page("/corpus/agencies/420000-b"))
    assert "2018 年已撤并，职责由湖北省甲厅承接" in old.replace(" 湖北省甲厅 ", "湖北省甲厅")
    assert "还没有见到这个机关的答复" in old


def test_the_page_of_a_proposal(government: Browser) -> None:
    page = government.page("/corpus/proposals/paaaaaaaaaab")
    said = text(page)
    assert page.css("h1")[0].text() == "湖北省政协十三届二次会议第004号提案"
    assert "只见到会办意见，没有见到主办单位的答复" in said
    assert [node.text() for node in page.css(".neighbours a")] == ["前一件：第001号", "后一件：第040号"]
    assert "节水办法" in said
    assert page.css('dd a[href="/corpus/replies/raaaaaaaaaab"]')
    answered = text(government.page("/corpus/proposals/paaaaaaaaaaa"))
    assert "只见到会办意见" not in answered


def test_the_page_of_a_session_shows_what_is_answered_and_what_is_not(government: Browser) -> None:
    moved = government.get(f"/corpus/sessions/{quote(SESSION)}")
    assert moved.status_code == 302
    page = government.page(moved.headers["location"])
    assert {"见到的编号": "3", "有答复": "2", "只见到会办意见": "1", "中间缺": "37"}.items() <= figures(
        page
    ).items()
    assert [node.text().strip() for node in page.css(".sheet:not(.legend) li")] == [
        "001",
        "缺 002",
        "缺 003",
        "004（只见到会办意见）",
        "缺 005—039（35 个）",
        "040",
    ]
    asked = next(node for node in page.css("dd a") if "missing_in_session" in (node.attributes["href"] or ""))
    rows = government.json((asked.attributes["href"] or "").replace("?", ".json?") + "&_shape=array")
    assert len(rows) == 37
    empty = text(
        government.page(government.get(f"/corpus/sessions/{quote('420000-政协-13-3')}").headers["location"])
    )
    assert "还没有见到这次会议的建议提案有答复" in empty


def test_a_sheet_of_many_numbers_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_page, "CELLS", 5)

    class Nowhere:
        def row(self, table: str, key: object) -> str:
            return f"/{table}/{key}"

    numbers = {serial: {"number": str(serial), "id": "p", "has_lead_reply": 1} for serial in range(1, 40)}
    sheet = session_page._sheet(numbers, "", Nowhere())  # type: ignore[arg-type]
    assert (len(sheet["cells"]), sheet["cut"]) == (5, 34)


def test_the_page_of_a_policy(government: Browser) -> None:
    page = government.page("/corpus/policies/dbbbbbbbbbbb")
    assert figures(page) == {"提到它的答复": "2", "一共提到": "3"}
    assert page.css('.meta a[href="/corpus/replies/raaaaaaaaaaa#p3"]')[0].text() == "《节水办法》"
    assert page.css("#content tbody th")[0].text() == "2024"
    assert "《节水办法》 2 次" in text(page)
    assert page.css('a[href="/corpus/agencies/420000-a"]')


def test_a_former_id_leads_to_the_policy(government: Browser) -> None:
    moved = government.get("/corpus/policies/dccccccccccc.json?_shape=array")
    assert (moved.status_code, moved.headers["location"]) == (
        301,
        "/corpus/policies/dbbbbbbbbbbb.json?_shape=array",
    )
    assert government.json(moved.headers["location"])[0]["title"] == "节水办法"
    assert government.get("/corpus/policies/dzzzzzzzzzzz").status_code == 404


def test_nothing_needs_a_hole_in_the_policy(government: Browser) -> None:
    things = ("agencies/420000-a", "proposals/paaaaaaaaaab", "policies/dbbbbbbbbbbb")
    for path in (*WHOLE, *(f"/corpus/{thing}" for thing in things)):
        page = government.page(path)
        assert not page.css("main [style], main style, main script, main img, main iframe"), path
        assert all(
            node.attributes.get("nonce") or node.attributes.get("src") for node in page.css("script")
        ), path
        for node in page.css("link[rel=stylesheet], script[src]"):
            assert (node.attributes.get("href") or node.attributes.get("src") or "").startswith("/"), path


def test_json_of_every_thing_is_its_row(government: Browser) -> None:
    for table, key in (("agencies", "420000-a"), ("proposals", "paaaaaaaaaaa"), ("policies", "dbbbbbbbbbbb")):
        page = government.page(f"/corpus/{table}/{key}")
        [link] = [node for node in page.css(".export-links a") if node.text() == "JSON"]
        row = government.json((link.attributes["href"] or "") + "?_shape=array")[0]
        assert row["id"] == key
        assert set(row) == set(schema.table(table).names())


# --- changes ---


def test_changes_are_listed_counted_and_taken_away(government: Browser) -> None:
    page = government.page("/changes")
    assert [(node.css(".mark")[0].text(), node.css("a")[0].text()) for node in page.css(".day li")] == [
        ("撤下", "第40号的答复"),
        ("修改", "第1号的答复"),
        ("搬家", "第4号的会办意见"),
    ]
    assert "原址 http://a.invalid/old" in text(page)
    [export] = [node for node in page.css("a") if node.text() == "存为 CSV"]
    answer = government.get(export.attributes["href"] or "").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(answer)))
    assert sorted(row["kind"] for row in table) == ["修改", "搬家", "撤下"]
    october = government.page("/changes?month=2026-10")
    assert [node.css(".mark")[0].text() for node in october.css(".day li")] == ["搬家"]
    [export] = [node for node in october.css("a") if node.text() == "存为 CSV"]
    answer = government.get(export.attributes["href"] or "").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(answer)))
    assert [(row["kind"], row["happened_on"]) for row in table] == [("搬家", "2026-10-09")]
    new = government.page("/changes?kind=新增")
    assert len(new.css(".day li")) == 3
    assert "2026年10月没有发现撤下" in text(government.page("/changes?kind=撤下&month=2026-10"))


def test_what_the_address_of_changes_says_wrongly_is_as_if_it_said_nothing(government: Browser) -> None:
    for query in ("kind=x", "month=2026-13", "month='", "page=0", "page=-1", "page=999999999999", "kind=%00"):
        assert len(government.page(f"/changes?{query}").css(".day li")) == 3, query
    assert "还没有" in text(government.page("/changes?page=99"))


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2026-11", ("2026-11", "2026-12")), ("2026-12", ("2026-12", "2027-01")), (None, ("", "9999"))],
)
def test_a_month_ends_where_the_next_begins(month: str | None, expected: tuple[str, str]) -> None:
    assert bounds(month) == expected


# --- reports ---


def _report(browser: Browser, **asked: str) -> LexborHTMLParser:
    query = "&".join(f"{key}={quote(value)}" for key, value in asked.items())
    return browser.page(f"/report?{query}")


def test_a_report_that_lacks_something_makes_no_entry(government: Browser) -> None:
    of = {"table": "replies", "id": "raaaaaaaaaaa", "field": "signed_on"}
    for more, message in (
        ({"value": "2024年8月30日", "reason": "附件"}, "YYYY-MM-DD"),
        ({"value": "2024-08-30"}, "请写明理由"),
        ({"value": "2024-08-30", "reason": "电话 13800138000"}, "联系方式"),
    ):
        page = _report(government, **of, **more)
        assert message in page.css(".message-error")[0].text()
        assert not page.css("pre.entry")
    assert not _report(government, **of).css(".message-error, pre.entry")


@pytest.mark.parametrize(
    ("field", "asked", "expected"),
    [
        ("signed_on", {"value": "2024-08-30"}, ("2024年8月31日", "2024-08-30")),
        ("title", {"value": "正确: '题目' # \"x\""}, ("第1号的答复", "正确: '题目' # \"x\"")),
        ("document_number", {"value": "鄂甲函〔2024〕1号"}, (None, "鄂甲函〔2024〕1号")),
        ("published_at", {"empty": "1"}, ("2024-09-01T10:00", None)),
        ("proposer_count", {"value": "12"}, (None, 12)),
        ("co_handlers", {}, ([], [])),
    ],
)
def test_the_entry_is_one_that_the_reader_of_corrections_takes(
    government: Browser, tmp_path: Path, field: str, asked: dict[str, str], expected: tuple[object, object]
) -> None:
    page = _report(government, table="replies", id="raaaaaaaaaaa", field=field, reason="原件如此", **asked)
    entry = page.css("pre.entry")[0].text()
    (tmp_path / "x.yaml").write_text(entry, "utf-8")
    [made] = corrections(tmp_path / "x.yaml")["raaaaaaaaaaa"]
    shaped = (
        (made.applies_to, made.value) if field != "co_handlers" else (list(made.applies_to), list(made.value))
    )
    assert (made.field, *shaped) == (field, *expected)
    assert next(iter(yaml.safe_load(entry).values()))["reason"] == "原件如此"


def test_hostile_text_of_a_report_is_text(government: Browser) -> None:
    page = _report(
        government,
        table="replies",
        id="raaaaaaaaaaa",
        field="title",
        value=synthetic.HOSTILE,
        reason=synthetic.HOSTILE,
    )
    assert not page.css("img")
    assert "71*73" in page.css("pre.entry")[0].text()
    page = _report(government, page="javascript:alert(1)", table=synthetic.HOSTILE, id=synthetic.HOSTILE)
    assert not page.css("img, a[href^=javascript]")


def test_every_page_leads_to_its_report(government: Browser) -> None:
    for path, about in (
        ("/corpus/replies/raaaaaaaaaaa", "第1号的答复"),
        ("/corpus/agencies/420000-a", "data/agencies"),
        ("/corpus/policies/dbbbbbbbbbbb", "请到写错的那一件答复上报告"),
        ("/missing", "请写明是哪一页"),
        ("/corpus/replies?_search=x", "请写明是哪一页"),
    ):
        links = [
            node.attributes["href"] or ""
            for node in government.page(path).css("a")
            if "报告" in node.text() or "告诉" in node.text()
        ]
        assert links, path
        for link in links:
            assert about in text(government.page(link)), (path, link)
    assert "请写明是哪一页" in text(government.page("/report?page=/corpus/replies/%F0%9F%98%80"))


def test_whom_to_tell_is_told_by_who_runs_the_site(
    tmp_path: Path, open_corpus: Callable[..., Browser]
) -> None:
    path = made(tmp_path / "corpus.db")
    assert "没有公布联系地址" in text(open_corpus(path).page("/report"))
    for metadata, href in (
        (
            {"plugins": {"hubei-replies": {"report_to": "mailto:someone@example.org"}}},
            "mailto:someone@example.org",
        ),
        ({"about_url": "https://example.org/issues"}, "https://example.org/issues"),
    ):
        assert open_corpus(path, **metadata).page("/report").css(f'a[href="{href}"]')
    hostile = {"plugins": {"hubei-replies": {"report_to": "javascript:alert(1)"}}}
    assert "没有公布联系地址" in text(open_corpus(path, **hostile).page("/report"))


def test_a_database_that_is_called_like_a_page_keeps_its_address(
    tmp_path: Path, open_corpus: Callable[..., Browser]
) -> None:
    browser = open_corpus(made(tmp_path / "charts.db", _government))
    assert browser.json("/charts/agencies.json?_shape=array")[0]["id"] == "420000-a"
    assert "数据表" in text(browser.page("/charts"))
    assert browser.page("/missing").css("h1")[0].text() == "本库缺什么"


def test_counts_say_what_the_rows_say(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "corpus.db", replies=50)
    with closing(sqlite3.connect(path)) as conn:

        def value(sql: str) -> object:
            return conn.execute(sql).fetchone()[0]

        assert value("select sum(replies) from year_counts") == 51
        assert value("select sum(replies) from waiting_days") == value(
            "select count(*) from replies where signed_on is not null and published_at is not null"
        )
        assert value("select filled from field_coverage where field = 'signed_on' and site = 'kjt'") == value(
            "select count(signed_on) from replies where site = 'kjt'"
        )
        assert value("select sum(times) from month_changes") == value("select count(*) from changes")
        assert json.loads(
            str(
                value(
                    "select json_group_array(lead) from (select distinct lead from consultations order by 1)"
                )
            )
        ) == [
            "武汉市水务局",
            "湖北省科学技术厅",
        ]


def test_a_wrong_address_prints_no_locals(government: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    government.page("/corpus/policies/dzzzzzzzzzzz", 404)
    said = "".join(capfd.readouterr())
    assert "locals" not in said
    assert "NotFound" not in said


def test_a_page_that_nobody_serves_is_not_linked(government: Browser) -> None:
    pages = government.datasette.jinja_env.globals["pages"]
    assert pages.offers("/feeds")
    assert pages.offers("/corpus/replies")
    assert not pages.offers("/nothing")
    assert not pages.offers("/corpus")
    assert not government.page("/").css('a[href="/nothing"]')
