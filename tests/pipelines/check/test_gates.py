"""Each rule is shown to fail: from a good run, one thing is broken. What others have is published all the same."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive, Note
from pipelines.check.gate_rules import RULES
from pipelines.models import Column, Expect, Issue, Listing, ListRow, Outcome, Processed, Role, Site
from pipelines.publish import build
from pipelines.publish.build import PublicationRefused, PublishResult, publish
from pipelines.publish.inspection import check
from tests.conftest import ROOT
from tests.pipelines.load.make import COLUMN, SITE, item, listing, page, url
from tests.pipelines.resolve.chain import crawl

OTHER = replace(
    SITE,
    key="jyt",
    name="演示省教育厅",
    hosts=("jyt.demo.invalid",),
    columns=(Column("http://jyt.demo.invalid/jytabl/"),),
)
Item = Processed | Listing


def letter(number: int) -> str:
    return f"贵单位提出的第{number}件提案收悉。" + "我厅认真研究，现将有关情况答复如下。" * 5


def good(number: int, **values: Any) -> Processed:
    return item(number, **{"body_text": letter(number), **values})


def others(number: int) -> list[Item]:
    """A reply of the other site, and its list."""
    column = OTHER.columns[0].url
    address = f"{column}202409/t20240902_{number}.shtml"
    made = good(100 + number, address=address)
    made = replace(made, page=replace(made.page, site=OTHER, column=column))
    rows = tuple(
        ListRow(f"{column}202409/t20240902_{k}.shtml", "答复", "2024-09-02") for k in range(1, number + 1)
    )
    return [Listing("jyt", column, column + "index.shtml", 0, rows, page_count=1), made]


@dataclass(frozen=True)
class Break:
    """What the second run of the site brings, if it is not what the first brought."""

    items: Sequence[Item] = ()
    fetches: Sequence[tuple[str, Role, Outcome]] = ()
    site: Site = SITE
    health: str = "partial"
    replies: int = 12
    """Of the site, afterwards."""


def issue(code: str) -> Processed:
    """A page of the site with an error that staging tells."""
    return Processed(page(1), "ok", None, (Issue(code, "出错", "error"),))


def expecting(**values: Any) -> Site:
    return replace(SITE, expect=Expect(**values))


def details(outcome: Outcome, count: int) -> list[tuple[str, Role, Outcome]]:
    return [(url(number), "detail", outcome) for number in range(1, count + 1)]


FULL = listing(range(1, 13), total=12, page_count=1)
SITES: dict[str, Break] = {
    "list_not_got": Break(fetches=[(COLUMN, "list", "blocked")], health="failed"),
    "column_not_read": Break(
        site=replace(SITE, columns=(*SITE.columns, Column(COLUMN + "new/"))), health="failed"
    ),
    "column_empty": Break([listing(range(0), page_count=1)], health="failed"),
    "column_differs": Break([listing(range(1, 13), total=13, page_count=1)]),
    "rows_dropped": Break([listing(range(1, 5), total=4, page_count=1)]),
    "page_not_got": Break(fetches=details("error", 1)),
    "pages_absent": Break(fetches=details("gone", 3)),
    "block_rate": Break(fetches=details("blocked", 3), health="failed"),
    "exceptions": Break([issue("not_processed")]),
    "replies_lost": Break([good(k, document_type="other") for k in range(1, 4)]),
    "replies_few": Break(site=expecting(min_replies=13), health="failed"),
    "field_floor": Break(site=expecting(fields=(("grade", 0.5),))),
    "template_changed": Break(
        [
            listing(range(1, 15), total=14, page_count=1),
            *(good(k, index_number=None, sources={}) for k in (13, 14)),
        ],
        replies=14,
    ),
    "template_unknown": Break([issue("template_unknown")]),
    "snapshot_held": Break([good(1, day=2, index_number=None, category=None)]),
    "archive_damaged": Break([issue("archive_damaged")]),
    "crawl_told": Break(),
    "rows_refused": Break(
        [replace(FULL, refused=(ListRow("http://elsewhere.invalid/1.html", "站外"),), total=13)], health="ok"
    ),
}

CORPUS: dict[str, str] = {
    "foreign_keys": "update sites set place = 'nowhere'",
    "integrity": "create index extra on replies(title); pragma writable_schema = on;"
    " delete from sqlite_master where name = 'extra'",
    "not_empty": "delete from replies",
    "index": "update replies set title = title || '（改）' where id = (select min(id) from replies)",
    "rows": "delete from replies where id in (select id from replies order by id limit 8)",
}


def sourced(made: Processed) -> Processed:
    """With labels as the places that the values come from, as on a real page."""
    assert made.reply is not None
    source = made.reply.sources["title"]
    labels = {name: replace(source, source=f"cell:{name}") for name in ("index_number", "category")}
    return replace(made, reply=replace(made.reply, sources={**made.reply.sources, **labels}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good run of two sites, published."""
    crawl(tmp_path, [FULL, *(sourced(good(number)) for number in range(1, 13)), *others(1)], (SITE, OTHER))
    result = published(tmp_path)
    assert result.ok
    assert check(tmp_path).verdict == "ok"
    return tmp_path


def published(folder: Path) -> PublishResult:
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive)


def one(folder: Path, sql: str) -> tuple[Any, ...]:
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        row: tuple[Any, ...] = conn.execute(sql).fetchone()
        return row


def test_every_rule_is_shown_to_fail() -> None:
    by_scope = {
        scope: {name for name, rule in RULES.items() if rule.scope == scope} for scope in ("site", "corpus")
    }
    assert (set(SITES), set(CORPUS)) == (by_scope["site"], by_scope["corpus"])
    assert {name for name, rule in RULES.items() if rule.scope == "installation"} == set(INSTALLATION)


@pytest.mark.parametrize("rule", SITES)
def test_a_site_that_fails_keeps_its_rows_and_the_others_go_on(rule: str, folder: Path) -> None:
    broken = SITES[rule]
    # The list comes first, as in every run; what is broken comes after it, and is what counts.
    crawl(folder, [FULL, *broken.items, *others(2)], (broken.site, OTHER), broken.fetches, arguments="2")
    if rule == "crawl_told":
        with Archive(folder / "archive.db") as archive:
            archive.note(Note(2, "kjt", Issue("site_stopped", "连续 3 次被拦截", "error")))
    result = published(folder)
    health, rules, reasons = one(folder, "select health, rules, reasons from sites where key = 'kjt'")
    assert health == broken.health
    assert rule in rules.split("\n")
    assert len(rules.split("\n")) == len(reasons.split("\n"))
    assert one(folder, "select count(*) from replies where site = 'kjt'") == (broken.replies,)
    assert one(
        folder, "select index_number is not null from replies where site = 'kjt' order by url limit 1"
    ) == (1,)
    assert one(folder, "select health, replies from sites where key = 'jyt'") == ("ok", 2)
    assert result.ok == (broken.health == "ok")
    report = check(folder)
    assert report.verdict == ("ok" if broken.health == "ok" else "partial")
    for gate in report.gates:
        if gate.name == "kjt" and not gate.ok:
            assert gate.since is not None
            assert "更早" not in gate.since


def test_a_good_run_after_a_bad_one_is_good(folder: Path) -> None:
    crawl(folder, [FULL, *others(2)], (SITE, OTHER), details("blocked", 3), arguments="2")
    assert not published(folder).ok
    crawl(
        folder,
        [FULL, *(sourced(good(number, day=3)) for number in range(1, 13))],
        (SITE, OTHER),
        arguments="3",
    )
    assert published(folder).ok


@pytest.mark.parametrize("rule", CORPUS)
def test_a_failure_of_the_whole_leaves_the_published_corpus(
    rule: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "corpus.db").read_bytes()
    made = build._build

    def broken(path: Path, *rest: Any) -> None:
        made(path, *rest)
        with closing(sqlite3.connect(path)) as conn:
            conn.executescript(CORPUS[rule])

    monkeypatch.setattr(build, "_build", broken)
    with pytest.raises(PublicationRefused, match="未发布") as caught:
        published(folder)
    assert rule in {gate.name for gate in caught.value.results if not gate.ok}
    assert (folder / "corpus.db").read_bytes() == before
    assert check(folder).ok


def rewritten(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        conn.execute("vacuum")
        conn.execute("create table mine(a)")


def damaged(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as conn, conn:
        conn.execute("update bodies set data = x'00' where id = 3")


INSTALLATION: dict[str, Callable[[Path], None]] = {
    "snapshot": rewritten,
    "unpublished": lambda folder: crawl(folder, [FULL], (SITE, OTHER), arguments="2"),
    "clock": lambda folder: None,
    "archive": damaged,
}


@pytest.mark.parametrize("rule", INSTALLATION)
def test_check_sees_what_is_wrong_with_the_installation(
    rule: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    INSTALLATION[rule](folder)
    if rule == "clock":
        monkeypatch.setattr("pipelines.publish.inspection.now", lambda: "1970-01-01T08:00:00+08:00")
    report = check(folder, archive=True)
    assert [gate.name for gate in report.gates if not gate.ok] == [rule]
    assert report.verdict == "failed"
    if rule == "archive":
        message = next(gate.message for gate in report.gates if not gate.ok)
        assert "1 份读不出来，其余完好" in message
        assert "没有别的存档" in message


def test_the_new_ones_are_counted_by_themselves(folder: Path) -> None:
    items = [good(number, body_text="") for number in range(21, 31)]
    numbers = listing(range(1, 31), page_count=1)
    crawl(
        folder, [numbers, *items, *(good(number) for number in range(31, 150))], (SITE, OTHER), arguments="2"
    )
    published(folder)
    assert one(folder, "select rules from sites where key = 'kjt'") == (None,)
    crawl(
        folder,
        [numbers, *(good(number, body_text="") for number in range(201, 212))],
        (SITE, OTHER),
        arguments="3",
    )
    published(folder)
    (reasons,) = one(folder, "select reasons from sites where key = 'kjt'")
    assert reasons == "最近一次新取到的 11 件答复里 body_text 只有 0%，应不低于 80%"


def test_what_the_site_does_not_print_any_more_is_accepted_in_the_declaration(folder: Path) -> None:
    accepting = expecting(gone_fields=("category", "index_number"))
    fewer = good(1, day=2, index_number=None, category=None)
    crawl(
        folder,
        [FULL, replace(fewer, page=replace(fewer.page, site=accepting))],
        (accepting, OTHER),
        arguments="2",
    )
    published(folder)
    assert one(
        folder, "select index_number, category from replies where site = 'kjt' order by url limit 1"
    ) == (None, None)


def test_a_page_that_says_it_is_not_public_counts_at_once(folder: Path) -> None:
    gone = good(1, day=2, index_number=None, category=None, disclosure="不予公开")
    crawl(folder, [FULL, gone], (SITE, OTHER), arguments="2")
    published(folder)
    assert one(folder, "select count(*) from replies where site = 'kjt'") == (11,)


def test_lists_that_keep_the_newest_only_may_drop_rows(folder: Path) -> None:
    few = listing(range(1, 5), total=4, page_count=1)
    crawl(folder, [few], (expecting(rows_may_drop=True), OTHER), arguments="2")
    assert published(folder).ok


def test_the_document_says_what_the_rules_say() -> None:
    text = (ROOT / "docs" / "gates.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \| (.*) \|$", text, re.MULTILINE)
    assert rows == [
        (name, rule.compares, rule.threshold, rule.does, rule.advice)
        for scope in ("site", "corpus", "installation")
        for name, rule in RULES.items()
        if rule.scope == scope
    ]
