"""Printed names and roles → one row an agency, each able to say why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.models import HandlingRole, RoleMention
from pipelines.resolve.agencies import Authority
from pipelines.resolve.handling import code_issue, publisher_of
from pipelines.resolve.reply_agencies import agencies_of
from tests.pipelines.resolve import role_sample
from tests.score import graph

AUTHORITY = Authority([])


def rows(
    *mentions: tuple[str | None, HandlingRole],
    place: str = "420100",
    declared: str | None = None,
    co_handlers: tuple[str, ...] = (),
    sources: dict[str, tuple[str, str]] | None = None,
    label: str = "body",
    **head: Any,
) -> list[tuple[str, str]]:
    values = dict.fromkeys(("document_type", "answering_agency", "signatory", "publisher", "lead_agency"))
    found = agencies_of(
        {**values, "document_type": "reply", "co_handlers": json.dumps(co_handlers), **head},
        [RoleMention(name, role, label, "roles.behind") for name, role in mentions],
        sources or {},
        declared,
        place,
        AUTHORITY,
    )
    return [(row.name, row.role) for row in found]


def test_the_labelled_letters() -> None:
    assert len(role_sample.ALL) >= 60
    score = graph.roles(role_sample.ALL)
    assert score.good, score.table()


def test_nobody_is_named() -> None:
    assert rows() == []
    assert rows(("市财政局", "会办")) == [], (
        "a name of the letter that is not in the field was corrected away"
    )


def test_title_and_signature_are_one_body_under_two_names() -> None:
    assert rows(answering_agency="市水务局", signatory="武汉市水务局") == [("市水务局", "主办")]
    # Unknown to the file, one name is the other with its place in front.
    assert rows(answering_agency="市湖渠局", signatory="武汉市湖渠局") == [("市湖渠局", "主办")]
    assert rows(answering_agency="市湖渠局", signatory="武汉市水务局") == [
        ("市湖渠局", "主办"),
        ("武汉市水务局", "主办"),
    ]


def test_all_signatories_answer() -> None:
    assert rows(signatory="武汉市教育局 武汉市财政局") == [("武汉市教育局", "主办"), ("武汉市财政局", "主办")]
    assert rows(answering_agency="市教育局、市财政局") == [("市教育局", "主办"), ("市财政局", "主办")]


def test_the_site_speaks_where_the_page_is_silent() -> None:
    assert rows(declared="武汉市水务局", publisher="武汉水务网") == [("武汉市水务局", "主办")]
    assert rows(publisher="武汉市 水务局") == [("武汉市水务局", "主办")]
    assert rows(publisher="武汉市水务局、武汉市财政局") == [
        ("武汉市水务局", "主办"),
        ("武汉市财政局", "主办"),
    ]
    assert rows(declared="武汉市水务局", signatory="市教育局") == [("市教育局", "主办")]


@pytest.mark.parametrize(
    ("mentions", "role"),
    [
        ([(None, "承办")], "承办"),
        ([("武汉市水务局", "承办")], "承办"),
        ([(None, "承办"), ("市水务局", "主办")], "主办"),
        ([(None, "承办"), (None, "分办")], "分办"),
        ([("市教育局", "承办")], "主办"),
    ],
)
def test_a_printed_role_counts_more_than_the_type_of_the_document(
    mentions: list[tuple[str | None, HandlingRole]], role: str
) -> None:
    assert rows(*mentions, signatory="武汉市水务局")[0] == ("武汉市水务局", role)


def test_an_opinion_names_its_lead_agency_first() -> None:
    opinion: dict[str, Any] = {"document_type": "co_handling_opinion", "signatory": "武汉市财政局"}
    assert rows(lead_agency="市水务局", **opinion) == [("市水务局", "主办"), ("武汉市财政局", "会办")]
    assert rows((None, "协办"), lead_agency="市水务局", **opinion)[1] == ("武汉市财政局", "协办")
    assert rows(**opinion) == [("武汉市财政局", "会办")]


def test_who_is_consulted_is_what_the_field_says() -> None:
    found = rows(
        ("市财政局", "协办"),
        ("市教育局", "会办"),
        signatory="武汉市水务局",
        co_handlers=("市财政局", "市民政局"),
    )
    assert found == [("武汉市水务局", "主办"), ("市财政局", "协办"), ("市民政局", "会办")]
    corrected = {"co_handlers": ("correction", "corrections")}
    lines: list[tuple[str | None, HandlingRole]] = [("市财政局", "会办")]
    assert rows(*lines, signatory="武汉市水务局", label="line:会办单位") == [
        ("武汉市水务局", "主办"),
        ("市财政局", "会办"),
    ]
    assert rows(*lines, signatory="武汉市水务局", label="line:会办单位", sources=corrected) == [
        ("武汉市水务局", "主办")
    ]


def test_a_body_stands_once() -> None:
    assert rows(signatory="武汉市水务局", co_handlers=("市水务局", "市财政局", "武汉市财政局")) == [
        ("武汉市水务局", "主办"),
        ("市财政局", "会办"),
    ]


def test_every_row_says_why() -> None:
    [answer, consulted] = agencies_of(
        {
            "document_type": "reply",
            "answering_agency": None,
            "signatory": "武汉市水务局",
            "publisher": None,
            "lead_agency": None,
            "co_handlers": '["市财政局"]',
        },
        [],
        {"signatory": ("body", "signature.chinese"), "co_handlers": ("cell:会办单位", "agencies.list")},
        None,
        "420100",
        AUTHORITY,
    )
    assert (answer.agency and answer.agency.id, answer.source, answer.rule) == (
        "420100-shuiwu",
        "body",
        "signature.chinese",
    )
    assert (consulted.source, consulted.rule) == ("cell:会办单位", "agencies.list")


# --- the organisation code as a witness ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index_number", "agency", "place"),
    [
        (None, "湖北省科学技术厅", "420000"),
        ("011043145/2024-37154", "湖北省科学技术厅", "420000"),
        ("011043145/2024-37154", None, "420000"),
        ("011043145/2024-37154", "某某局", "420000"),
        ("011158671/2024-37154", "湖北省科学技术厅", "420000"),  # nobody's in the file
        ("MB1568036/2017-00001", "湖北省文化厅", "420000"),  # the code of who took over
        ("2024", "湖北省科学技术厅", "420000"),
    ],
)
def test_a_code_that_says_nothing_against_the_agency(
    index_number: str | None, agency: str | None, place: str
) -> None:
    assert code_issue(index_number, agency, place, AUTHORITY) is None


@pytest.mark.parametrize(
    "index_number", ["011043145/2024-37154", "01104314-5-2024-00001", "110000000110431458/2024-1"]
)
def test_a_code_of_another_agency_is_told(index_number: str) -> None:
    issue = code_issue(index_number, "湖北省教育厅", "420000", AUTHORITY)
    assert issue is not None
    assert (issue.code, issue.severity, issue.raw) == ("index_number_agency", "warning", index_number)
    assert "湖北省科学技术厅" in issue.message
    assert "湖北省教育厅" in issue.message


def test_the_publisher_is_never_taken_from_a_code() -> None:
    row = {
        "publisher": "某某门户",
        "answering_agency": None,
        "signatory": None,
        "index_number": "011043145/2024-1",
    }
    assert publisher_of(row, None, "420000", AUTHORITY) == (None, "publisher")
