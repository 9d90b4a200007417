"""The page of a reply as a place to read and cite: what is missing, what is marked, what can be copied, the snapshot."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.publish.site.citing import bibtex, gb7714
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible

BARE = "rbare2222222"
FULL = "r00000000003"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = synthetic.build(tmp_path_factory.mktemp("reading") / "corpus.db", replies=6)
    with closing(sqlite3.connect(path)) as conn:
        synthetic.insert(
            conn,
            "replies",
            id=BARE,
            url="http://x.invalid/1",
            document_type="reply",
            co_handlers="[]",
            search_id=999,
        )
        synthetic.insert(
            conn, "policies", id="d22222222222", title="科技成果转化办法", replies=1, citations=1
        )
        line = (
            conn.execute("select body_text from replies where id = ?", (FULL,)).fetchone()[0].split("\n")[1]
        )
        insert = {"reply_id": FULL, "position": 1, "paragraph": 2}
        synthetic.insert(
            conn,
            "citations",
            **insert,
            policy_id="d22222222222",
            offset=3,
            raw=line[3:9],
            rule="citations.title",
        )
        synthetic.insert(conn, "commitments", **insert, sentence=line[:12], offset=0, rule="commitments.will")
        html = "".join(
            f'<p><span id="p{n}"></span>{text}</p>'
            for n, text in enumerate(
                conn.execute("select body_text from replies where id = ?", (FULL,)).fetchone()[0].split("\n"),
                1,
            )
        )
        conn.execute("update reply_html set html = ? where reply_id = ?", (html, FULL))
        synthetic.insert(conn, "reply_ids", id="rformer22222", reply_id=FULL)
        synthetic.insert(conn, "withheld", id="rtaken222222", withheld_on="2026-01-02", reason="recall")
        conn.commit()
    return path


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(corpus)
    yield browser
    browser.close()


@pytest.mark.parametrize("path", ["/corpus/replies/{}", "/snapshot/{}"])
def test_an_id_that_is_not_there(browser: Browser, path: str) -> None:
    def asked(key: str) -> Any:
        answer = browser.get(path.format(key))
        while answer.status_code in (301, 302):
            answer = browser.get(answer.headers["location"])
        return answer

    assert asked("rnothing2222").status_code == 404
    taken = asked("rtaken222222")
    assert taken.status_code == 410
    assert "撤下" in taken.text
    assert "第004号" in asked("rformer22222").text
    assert asked("%3Cscript%3E").status_code == 404


def test_a_reply_of_which_hardly_anything_is_known(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies/{BARE}")
    text = visible(page)
    assert "（无标题）" in text
    assert "没有读到正文" in text
    assert "None" not in text
    assert "不明" not in text
    assert page.css_first("#gb7714").text() == "（无标题）[EB/OL]. http://x.invalid/1."  # type: ignore[union-attr]
    assert browser.page(f"/snapshot/{BARE}").css_first(".body") is not None


def test_policies_are_links_and_promises_are_marked_in_the_text(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies/{FULL}")
    [link] = page.css(".body a.policy")
    assert link.attributes["href"] == "/corpus/policies/d22222222222"
    promise = "".join(node.text() for node in page.css(".body p:not(.key) .promise"))
    [listed] = [node for node in page.css("section li a") if (node.attributes["href"] or "") == "#c1"]
    assert promise == listed.text()
    assert page.css("#c1")


def test_agencies_and_proposals_are_links(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies/{FULL}")
    links = {node.attributes["href"] for node in page.css("aside a")}
    assert {"/corpus/agencies/420100-swj", "/corpus/proposals/p00000000003"} <= links


def test_every_value_says_where_it_comes_from(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies/{FULL}")
    [fact] = [node for node in page.css(".facts > div") if "落款日期" in node.text()]
    assert "原文“2022年7月23日”" in fact.css_first("details.source").text()  # type: ignore[union-attr]


def test_the_row_can_be_taken_as_csv_with_its_text(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies/{FULL}")
    [link] = [node.attributes["href"] or "" for node in page.css(".export-links a") if node.text() == "CSV"]
    [row] = csv.DictReader(io.StringIO(browser.get(link).text.removeprefix("\ufeff")))
    assert row["id"] == FULL
    assert row["body_text"].startswith("贵单位")


def test_the_snapshot_runs_nothing(browser: Browser) -> None:
    answer = browser.get("/snapshot/r00000000006")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "nonce" not in policy
    page = browser.page("/snapshot/r00000000006")
    assert page.css("script, img, iframe, [onclick], [onerror], form") == []
    assert "71*73" in visible(page)
    assert "首页" not in visible(page)
    [link] = browser.page(f"/corpus/replies/{FULL}").css("a[href^='/snapshot']")
    assert link.attributes["href"] == f"/snapshot/{FULL}"


def cited(**values: Any) -> dict[str, Any]:
    names = (
        "agency",
        "publisher",
        "signatory",
        "title",
        "published_at",
        "signed_on",
        "last_seen_at",
        "document_number",
    )
    return dict.fromkeys(names) | {"id": "r1", "url": "http://x.invalid/1"} | values


def test_a_citation_gives_what_is_known_only() -> None:
    assert gb7714(cited()) == "（无标题）[EB/OL]. http://x.invalid/1."
    whole = cited(
        agency="某厅",
        title="关于\n某事的答复",
        published_at="2024-09-02T10:33",
        last_seen_at="2026-11-20T02:10:00+08:00",
    )
    assert gb7714(whole) == "某厅. 关于 某事的答复[EB/OL]. (2024-09-02)[2026-11-20]. http://x.invalid/1."
    assert (
        gb7714(cited(signatory="某局", title="x", signed_on="2024-01-02"))
        == "某局. x[EB/OL]. (2024-01-02). http://x.invalid/1."
    )


def test_an_entry_of_bibtex_cannot_be_ended_by_what_a_page_printed() -> None:
    evil = r"}}, note={x}} @evil{ \input{/etc/passwd} %$&#_^~"
    entry = bibtex(
        cited(agency=evil, title=evil, document_number=evil, url="http://x.invalid/{}\\ a%20b"), evil
    )
    plain = re.sub(r"\\[{}%&#$_^~]", "", entry)
    depth = 0
    for place, char in enumerate(plain):
        depth += (char == "{") - (char == "}")
        assert depth > 0 or place in (len(plain) - 1, *range(plain.index("{"))), plain[:place]
    assert depth == 0
    assert entry.count("@") == 1 + 4
    assert r"\input{" not in entry
    assert "url = {http://x.invalid/%7B%7D%5C%20a%20b}" in entry


def test_an_entry_of_bibtex_of_a_reply(browser: Browser) -> None:
    entry = browser.page(f"/corpus/replies/{FULL}").css_first("#bibtex").text()  # type: ignore[union-attr]
    lines = [line.strip().rstrip(",") for line in entry.split("\n")]
    assert lines[0] == f"@online{{{FULL}"
    assert "author = {{武汉市水务局}}" in lines
    assert "date = {2022-09-04}" in lines
    assert f"note = {{收录于 http://localhost/corpus/replies/{FULL}}}" in lines
