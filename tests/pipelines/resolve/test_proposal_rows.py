"""Proposals joined from several documents: one row, each value from a document that is named, contradictions told."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines import schema
from pipelines.archive import Archive
from pipelines.models import FieldSource, Processed, Reference
from pipelines.publish.build import publish
from pipelines.schema.proposals import LISTED
from tests.pipelines.load.make import item
from tests.pipelines.resolve.chain import crawl

ONE = Reference("政协", "省", None, 13, 2, "094", None, "提案")
OTHER = Reference("政协", "省", None, 13, 2, "95", None, "提案")


def document(number: int, **values: Any) -> Processed:
    """A reply to proposal 94 with a text of its own."""
    kept = {"references": (ONE,), "co_handlers": (), "body_text": f"第{number}份。" * 30, **values}
    return item(number, **kept)


def corpus(folder: Path, items: Sequence[Processed]) -> Path:
    crawl(folder, items)
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive).path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


VALUES = "select proposer, proposer_kind, proposer_count, quoted_subject, grade from proposals"


def test_what_two_replies_say_differently_is_told_with_both_values(tmp_path: Path) -> None:
    late = document(
        1,
        signed_on="2024-08-01",
        quoted_subject="关于甲事的提案",
        grade="A",
        proposer="某乙委员",
        references=(Reference("政协", "省", None, 13, 2, "94", None, "建议"),),
    )
    early = document(
        2, signed_on="2024-07-01", quoted_subject="关于乙事的提案", grade="B", proposer="某甲委员"
    )
    path = corpus(tmp_path, [late, early])
    assert rows(path, VALUES) == [("某甲委员", None, None, "关于乙事的提案", "B")]
    [(first, second)] = rows(
        path,
        "select (select id from replies where signed_on = '2024-07-01'),"
        " (select id from replies where signed_on = '2024-08-01')",
    )
    told = rows(
        path,
        "select reply_id, severity, field, raw, message from issues where code = 'proposal_conflict' order by field",
    )
    assert [row[:4] for row in told] == [
        (second, "warning", "grade", "A"),
        (second, "warning", "proposer", "某乙委员"),
        (second, "warning", "quoted_subject", "关于甲事的提案"),
        (second, "warning", "references", "建议"),
    ]
    assert all(first in row[4] for row in told)
    assert "“A”" in told[0][4]
    assert "“B”" in told[0][4]


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
@pytest.mark.parametrize("field", ["signed_on", "published_at"])
def test_the_earlier_document_gives_the_value(tmp_path: Path, numbers: tuple[int, int], field: str) -> None:
    same = {"signed_on": "2024-07-01"} if field == "published_at" else {}
    early, late = (
        document(number, **{**same, field: day, "grade": grade})
        for number, day, grade in zip(numbers, ("2024-07-02", "2024-08-01"), "AB", strict=True)
    )
    path = corpus(tmp_path, [early, late])
    assert rows(path, "select grade from proposals") == [("A",)]


def test_the_order_of_crawling_has_no_say(tmp_path: Path) -> None:
    documents = [document(n, signed_on=f"2024-0{9 - n}-01", grade="ABC"[n]) for n in range(3)]
    one = corpus(tmp_path / "one", documents)
    other = corpus(tmp_path / "other", documents[::-1])
    for table in ("proposals", "reply_proposals"):
        assert rows(one, f"select * from {table}") == rows(other, f"select * from {table}")
    assert rows(one, "select grade from proposals") == [("C",)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("quoted_subject", ("关于打通“白鹭渠”断点的提案", "打通白鹭渠断点")),
        ("quoted_subject", ("关于甲事的建议", "关于甲事的提案")),
        ("proposer", ("某某委员", "某某等3名委员")),
        ("proposer", ("某某委员", "某某、某某某委员")),
        ("grade", ("A", "A")),
    ],
)
def test_another_form_of_the_same_is_no_contradiction(
    tmp_path: Path, name: str, values: tuple[str, str]
) -> None:
    path = corpus(tmp_path, [document(number, **{name: value}) for number, value in enumerate(values)])
    assert rows(path, "select count(*) from proposals") == [(1,)]
    assert rows(path, "select * from issues where code = 'proposal_conflict'") == []


def test_an_opinion_alone_is_no_reply_and_gives_way_to_one(tmp_path: Path) -> None:
    opinion = document(
        1,
        document_type="co_handling_opinion",
        signed_on="2024-05-01",
        lead_agency="省某某厅",
        proposer="某甲委员",
        grade="C",
    )
    alone = corpus(tmp_path / "alone", [opinion])
    counts = "select replies, opinions, has_lead_reply, agencies, first_signed_on, last_published_at from proposals"
    assert rows(alone, counts) == [(0, 1, 0, 2, None, None)]
    assert rows(alone, VALUES) == [("某甲委员", None, None, None, None)]
    reply = document(
        2, signed_on="2024-08-01", proposer="某甲等2名委员", proposer_kind="联名", proposer_count=2
    )
    both = corpus(tmp_path / "both", [opinion, reply])
    assert rows(both, counts) == [(1, 1, 1, 2, "2024-08-01", "2024-09-02T10:33")]
    assert rows(both, VALUES) == [("某甲等2名委员", "联名", 2, None, None)]


def test_a_reply_to_two_proposals_tells_of_neither_who_proposed_it(tmp_path: Path) -> None:
    path = corpus(
        tmp_path,
        [
            document(
                1,
                references=(ONE, OTHER),
                proposer="某甲、某乙委员",
                quoted_subject="关于甲事的提案",
                grade="A",
            )
        ],
    )
    assert rows(path, VALUES) == [(None, None, None, None, "A")] * 2


def test_a_proposal_printed_twice_in_one_document_is_counted_once(tmp_path: Path) -> None:
    again = Reference("政协", "省", None, 13, 2, "94", None, "提案")
    path = corpus(tmp_path, [document(1, references=(ONE, again), proposer="某甲委员")])
    assert rows(path, "select replies, proposer from proposals") == [(1, "某甲委员")]


def test_every_value_leads_to_its_source(tmp_path: Path) -> None:
    source = FieldSource("body", "proposer.salutation", "尊敬的某甲委员")
    path = corpus(tmp_path, [document(1, proposer="某甲委员", sources={"proposer": source}), document(2)])
    found = "select raw, rule from proposals join field_sources on reply_id = proposer_reply and field = 'proposer'"
    assert rows(path, found) == [("尊敬的某甲委员", "proposer.salutation")]
    assert rows(path, "select quoted_subject_reply, grade_reply from proposals") == [(None, None)]


def test_a_year_behind_letters_is_held_against_the_session(tmp_path: Path) -> None:
    wrong = Reference("政协", "省", None, 13, 2, "JY20230094", None, "提案")
    silent = Reference("政协", "省", None, 13, 2, "23094", None, "提案")
    path = corpus(tmp_path, [document(1, references=(wrong,)), document(2, references=(silent,))])
    assert rows(path, "select raw from issues where code = 'number_year_session_year'") == [("JY20230094",)]


# --- numbers ------------------------------------------------------------------------------------------------------


def numbered(*numbers: tuple[str, str, int] | tuple[str, str, int, str, str]) -> sqlite3.Connection:
    """Proposals by (number, series, serial[, body, kind]) of one session."""
    conn = sqlite3.connect(":memory:")
    schema.create(conn)
    conn.execute("insert into places values ('420000', '湖北省', null)")
    for index, (number, series, serial, *rest) in enumerate(numbers):
        body, kind = rest or ("政协", "提案")
        conn.execute(
            "insert into proposals (id, place, body, term, meeting, number, series, serial, kind, replies, opinions,"
            " has_lead_reply, agencies) values (?, '420000', ?, 13, 2, ?, ?, ?, ?, 1, 0, 1, 1)",
            (f"p{index}", body, number, series, serial, kind),
        )
    return conn


def missing(conn: sqlite3.Connection) -> list[str]:
    sql = "select number from missing_numbers order by body, kind, series, serial"
    return [number for (number,) in conn.execute(sql)]


def test_an_outlier_makes_no_million_rows() -> None:
    conn = numbered(("20240001", "2024", 1), ("20240003", "2024", 3), ("20249999", "2024", 9999))
    found = missing(conn)
    assert len(found) == LISTED
    assert found[:3] == ["20240002", "20240004", "20240005"]
    assert found[-1] == f"2024{LISTED + 2:04d}"
    assert conn.execute(
        "select seen, smallest, largest, missing, share from session_coverage"
    ).fetchall() == [(3, 1, 9999, 9996, 0)]


def test_the_cap_counts_over_all_gaps_of_a_series() -> None:
    numbers = [(str(n), "", n) for n in range(1, 2 * LISTED, 3)]
    found = [int(number) for number in missing(numbered(*numbers))]
    every = [n for n in range(1, max(found) + 1) if n % 3 != 1]
    assert found == every
    assert len(found) == LISTED


def test_series_do_not_mix_and_nothing_is_said_beyond_the_ends() -> None:
    conn = numbered(
        ("20240002", "2024", 2),
        ("20240004", "2024", 4),
        ("JY20240007", "JY2024", 7),
        ("JY20240009", "JY2024", 9),
        ("温36", "温", 36),
        ("温38", "温", 38),
        ("5", "", 5),
        ("3", "", 3, "人大", "建议"),
        ("6", "", 6, "人大", "议案"),
        ("8", "", 8, "人大", "议案"),
        ("4", "", 4, "人大", "建议"),
    )
    assert missing(conn) == ["7", "20240003", "JY20240008", "温37"]
    coverage = (
        "select kind, series, seen, smallest, largest, missing, share from session_coverage order by 1, 2"
    )
    assert conn.execute(coverage).fetchall() == [
        ("建议", "", 2, 3, 4, 0, 100),
        ("提案", "", 1, 5, 5, 0, 100),
        ("提案", "2024", 2, 2, 4, 1, 66),
        ("提案", "JY2024", 2, 7, 9, 1, 66),
        ("提案", "温", 2, 36, 38, 1, 66),
        ("议案", "", 2, 6, 8, 1, 66),
    ]


def test_numbers_without_a_serial_and_one_serial_in_two_forms() -> None:
    conn = numbered(("2024005", "2024", 5), ("20240005", "2024", 5), ("20240007", "2024", 7))
    conn.execute("update proposals set series = null, serial = null where number = '20240007'")
    assert missing(conn) == []
    assert conn.execute("select seen from session_coverage").fetchall() == [(1,)]
