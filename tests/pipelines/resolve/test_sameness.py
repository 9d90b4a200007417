"""One reply on several sites, and everything that looks like one and is none."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.models import Listing, Processed, Reference, Site
from pipelines.resolve.identity import Candidate, merge
from pipelines.resolve.sameness import MIN_LETTER, keys, letter, names
from tests.pipelines.load.make import SITE, item, listing, url
from tests.pipelines.publish.browser import Browser
from tests.pipelines.resolve.chain import crawl
from tests.pipelines.resolve.test_listed import rows

pytestmark = pytest.mark.no_cover

LETTER = (
    "尊敬的委员：\n您提出的关于加强湖渠清淤的提案收悉，现答复如下：\n"
    "一、我厅把清淤列入年度计划，资金分三年落实，今年先做青荷渠、白鹭渠两段，明年做其余五段；每段完工以后由第三方测量并公布断面。\n"
    "二、淤泥经检测合格的用于绿化，不合格的送填埋场，去向逐车登记，登记表每月在网站公开，欢迎您和各位委员随时查看。\n"
    "感谢您对水利工作的关心和支持。\n湖北省湖渠厅\n2024年7月23日"
)
OTHER = LETTER.replace("青荷渠", "桃花渠")
PORTAL = f"关于第20249001号提案的答复\n鄂湖函〔2024〕12号\n{LETTER}\n（联系人：***，电话：***）\n抄送：省政协提案委员会。"


def named(body: str | None = LETTER, **values: Any) -> set[str]:
    """Keys of a page that is known by all there is, unless a value says otherwise."""
    told: dict[str, Any] = {
        "index_number": "011043145/2024-00001",
        "document_number": "鄂湖函〔2024〕12号",
        "proposals": ["p1"],
        "agency": "420000-hq",
        "signed_on": "2024-07-23",
        "numbers": ["20249001"],
        "body": body,
        "salutation": "尊敬的委员",
    }
    told |= values
    body, salutation = told.pop("body"), told.pop("salutation")
    return set(keys(names(**told), body, salutation))


ALONE: dict[str, Any] = {"index_number": None, "document_number": None, "proposals": [], "agency": None}


@pytest.mark.parametrize(
    "other",
    [
        named(OTHER),
        named(LETTER, numbers=["20249002"], proposals=["p2"]),
        named(LETTER, numbers=["20249001", "20249002"], proposals=["p1", "p2"]),
        named(None),
        named("详见附件。"),
        named("尊敬的委员：\n您的提案收悉，我们将认真研究。"),
        named(LETTER, **ALONE),
        # Each key differs, however alike the rest.
        named(
            index_number="011043145/2024-00002", document_number="鄂湖函〔2024〕13号", signed_on="2024-07-24"
        ),
        named(index_number=None, document_number=None, agency="420000-other"),
        named(index_number=None, document_number=None, signed_on=None),
        # Not all of the proposals are completely known.
        named(index_number=None, document_number=None, proposals=[]),
    ],
)
def test_near_misses_have_no_key_in_common(other: set[str]) -> None:
    assert named() & other == set()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"document_number": None, "signed_on": None},
        {"index_number": None, "signed_on": None},
        {"index_number": None, "document_number": None},
        {"body": PORTAL},
        {"body": PORTAL, "index_number": None, "document_number": None},
        {"body": LETTER.replace("，", ", ").replace("。", "。\n")},
        {"body": LETTER.replace("湖北省湖渠厅\n", "湖北省湖渠厅（盖章）\n")},
    ],
)
def test_one_key_and_the_letter_are_enough(values: dict[str, Any]) -> None:
    body = values.pop("body", LETTER)
    assert named() & named(body, **values)


def test_the_letter_ends_where_the_portal_adds_its_own() -> None:
    one = letter(LETTER.split("\n"), "尊敬的委员")
    assert one is not None
    assert len(one) > MIN_LETTER
    assert one.startswith("尊敬的委员您提出的")
    assert one.endswith("关心和支持")
    assert letter(PORTAL.split("\n"), "尊敬的委员") == one
    assert letter(LETTER.split("\n")[1:], None) == one.removeprefix("尊敬的委员")
    assert letter(["没有开头", "也没有结尾"], None) is None


def test_twenty_thousand_replies_under_one_index_number_take_no_longer_than_under_many() -> None:
    def candidates(shared: bool) -> list[Candidate]:
        return [
            Candidate(
                f"h{number % 40}.invalid/t{number}.shtml",
                f"http://h{number % 40}.invalid/t{number}.shtml",
                f"s{number % 40}",
                1,
                f"c{number}",
                tuple(
                    named(
                        LETTER.replace("三年", f"{number % 10_000}年"),
                        index_number="000014348" if shared else str(number % 10_000),
                    )
                ),
            )
            for number in range(20_000)
        ]

    took = []
    for shared in (False, True):
        made = candidates(shared)
        started = time.perf_counter()
        merged = merge(made)
        took.append(time.perf_counter() - started)
        assert len(merged) == 10_000
    assert took[1] < 5 * took[0] + 0.5


def test_the_order_of_the_set_does_not_matter() -> None:
    members = [
        Candidate(
            f"h{n % 4}.invalid/{n}.shtml",
            f"http://h{n % 4}.invalid/{n}.shtml",
            f"s{n % 4}",
            n % 3,
            None,
            (f"k{n % 7}",),
        )
        for n in range(60)
    ]
    expected = merge(members)
    assert len(expected) == 7
    for seed in range(5):
        random.Random(seed).shuffle(members)
        assert merge(members) == expected


# --- through the whole chain ---------------------------------------------------------------------------------------

PORTAL_SITE = Site("www", "演示门户", None, "420000", ("www.demo.invalid",), "trs", ())
CITY = Site("swj", "演示市水务局", "武汉市水务局", "420100", ("swj.demo.invalid",), "trs", ())
REFERENCE = Reference("政协", "省", None, 13, 2, "20240001", None, "提案")


def on(site: Site, number: int, **values: Any) -> Processed:
    """The reply of this number on another site, with the text of the portal unless a value says otherwise."""
    found = item(1, address=f"http://{site.hosts[0]}/jytabl/t20241101_{number}.shtml", **values)
    return replace(found, page=replace(found.page, site=site, column=None))


def test_portal_department_and_republication_are_one_reply_with_all_addresses(tmp_path: Path) -> None:
    told: dict[str, Any] = {"body_text": LETTER, "salutation": "尊敬的委员", "index_number": "DM1/2024-1"}
    items: list[Processed | Listing] = [
        listing(range(1, 2)),
        item(1, **told),
        item(
            9, **(told | {"title": "同一件换了标题", "references": (REFERENCE,), "issued_on": "2024-12-01"})
        ),
        on(PORTAL_SITE, 7, **(told | {"body_text": PORTAL, "index_number": None, "document_number": None})),
        on(CITY, 8, **told),
        on(CITY, 5, **(told | {"body_text": OTHER})),
    ]
    crawl(tmp_path, items, sites=(SITE, PORTAL_SITE, CITY))
    addresses = "select reply_urls.url, kind from reply_urls join replies on replies.id = reply_id where replies.url = ? order by 1"
    conn_rows = rows(tmp_path, addresses.replace("?", f"'{url(1)}'"))
    assert conn_rows == [
        (url(1), "canonical"),
        (url(9), "duplicate"),
        ("http://swj.demo.invalid/jytabl/t20241101_8.shtml", "republished"),
        ("http://www.demo.invalid/jytabl/t20241101_7.shtml", "portal"),
    ]
    assert rows(tmp_path, "select count(*) from replies") == [(2,)]
    assert rows(tmp_path, "select key, replies from sites order by key") == [
        ("kjt", 1),
        ("swj", 2),
        ("www", 1),
    ]
    found = rows(tmp_path, "select field, raw, severity from issues where code = 'index_number_shared'")
    assert found == [("index_number", "DM1/2024-1", "warning")] * 2


def test_the_earliest_archived_address_names_the_reply_and_former_ids_lead_to_it(tmp_path: Path) -> None:
    told: dict[str, Any] = {"body_text": LETTER, "salutation": "尊敬的委员"}
    crawl(tmp_path, [on(PORTAL_SITE, 7, **told)], sites=(SITE, PORTAL_SITE))
    ((first,),) = rows(tmp_path, "select id from replies")
    crawl(tmp_path, [listing(range(1, 2)), item(1, **told)], sites=(SITE, PORTAL_SITE), arguments="later")
    assert rows(tmp_path, "select id from replies") == [(first,)]
    assert rows(tmp_path, f"select kind from reply_urls where url = '{url(1)}'") == [("republished",)]
    ((former, now),) = rows(tmp_path, "select id, reply_id from reply_ids")
    assert now == first
    browser = Browser.of(tmp_path / "corpus.db")
    try:
        for suffix in ("", ".json"):
            answer = browser.get(f"/corpus/replies/{former}{suffix}")
            assert answer.status_code == 301
            assert answer.headers["location"].endswith(f"/corpus/replies/{first}{suffix}")
        assert browser.get("/corpus/replies/raaaaaaaaaaa").status_code == 404
    finally:
        browser.close()


def test_the_default_index_number_of_a_template_merges_nothing_and_is_said_once(tmp_path: Path) -> None:
    items = [item(n, body_text=LETTER + str(n), index_number="000014348/2024-1") for n in range(1, 9)]
    crawl(tmp_path, [listing(range(1, 9)), *items])
    assert rows(tmp_path, "select count(*) from replies") == [(8,)]
    ((message,),) = rows(tmp_path, "select message from issues where code = 'index_number_shared'")
    assert "有 8 件答复在用" in message
