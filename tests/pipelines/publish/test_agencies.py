"""Agencies in what is published: names through time, roles with their source, names that the file does not know."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.models import RoleMention
from pipelines.publish.build import publish
from tests.conftest import hubei_replies
from tests.pipelines.load.make import item, listing
from tests.pipelines.publish.browser import Browser, visible
from tests.pipelines.resolve.chain import crawl


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    roles = (
        RoleMention(None, "承办", "line:承办单位", "roles.label"),
        RoleMention("省教育厅", "协办", "body", "roles.behind"),
        RoleMention("省某某局", "分办", "line:分办单位", "roles.label"),
    )
    joint = item(
        2,
        body_text="二。",
        signatory="湖北省科技厅 湖北省财政厅",
        co_handlers=("省某某办",),
        index_number="MB1568036/2024-2",
    )
    crawl(tmp_path, [listing(range(1, 3)), item(1, roles=roles), joint])
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        assert publish(tmp_path, archive).ok
    return tmp_path


def rows(folder: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        return conn.execute(sql, parameters).fetchall()


def test_roles_with_their_source(folder: Path) -> None:
    found = rows(
        folder,
        "select position, name, role, agency_id, source, rule from reply_agencies"
        " join replies on replies.id = reply_id where url like '%!_1.shtml' escape '!' order by position",
    )
    assert found == [
        (1, "湖北省科技厅", "承办", "420000-kjt", "line:承办单位", "roles.label"),
        (2, "省某某局", "分办", None, "line:分办单位", "roles.label"),
        (3, "省教育厅", "协办", "420000-jyt", "body", "roles.behind"),
        (4, "省某某办", "会办", None, "body", "body.co_handlers"),
    ]


def test_all_signatories_of_a_joint_reply_answer(folder: Path) -> None:
    found = rows(
        folder,
        "select name, role, agency_id from reply_agencies join replies on replies.id = reply_id"
        " where url like '%!_2.shtml' escape '!' order by position",
    )
    assert found == [
        ("湖北省科技厅", "主办", "420000-kjt"),
        ("湖北省财政厅", "主办", "420000-czt"),
        ("省某某办", "会办", None),
    ]


def test_names_that_the_file_does_not_know_are_counted(folder: Path) -> None:
    found = rows(
        folder, "select name, place, times, replies, sites from unresolved_agencies order by times desc, name"
    )
    assert found == [("省某某办", "420000", 2, 2, "kjt"), ("省某某局", "420000", 1, 1, "kjt")]
    shown = hubei_replies("status", "--data", folder)
    assert shown.returncode == 0, shown.stderr
    assert "对到名录 4 处；对不到的名称 2 个，共 3 处" in "".join(
        line.strip() for line in shown.stdout.split("\n")
    )


def test_a_code_that_is_another_agencys_is_an_issue_of_its_reply(folder: Path) -> None:
    found = rows(folder, "select url, severity, raw from issues where code = 'index_number_agency'")
    assert [(address[-8:], *rest) for address, *rest in found] == [
        ("_2.shtml", "warning", "MB1568036/2024-2")
    ]


def test_the_authority_file_with_names_through_time(folder: Path) -> None:
    [culture] = rows(
        folder, "select name, until, successor, successors, code from agencies where id = '420000-wht'"
    )
    assert culture == ("湖北省文化厅", 2018, "420000-wlt", None, None)
    [(heirs,)] = rows(folder, "select successors from agencies where id = '420000-fda'")
    assert json.loads(heirs) == ["420000-scjg", "420000-mpa"]
    found = rows(
        folder,
        "select name, kind, since, until from agency_names where agency_id = '420000-jrb' order by name",
    )
    assert ("湖北省地方金融管理局", "also", None, None) in found
    assert ("湖北省地方金融监督管理局", "former", None, None) in found
    assert rows(folder, "select id from agencies where code = '011043145'") == [("420000-kjt",)]
    assert rows(folder, "select count(*) from agencies where source is null or known_on is null") == [(0,)]


def test_the_page_says_where_a_role_was_read(folder: Path) -> None:
    [(reply,)] = rows(folder, "select id from replies where url like '%!_1.shtml' escape '!'")
    browser = Browser.of(folder / "corpus.db")
    text = visible(browser.page(f"/corpus/replies/{reply}"))
    browser.close()
    for words in ("承办单位", "分办单位", "协办单位", "正文中“承办单位”一行"):
        assert words in text
