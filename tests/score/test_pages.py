"""Floors on real pages, and the seed; skipped where the folder is not named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.models import Attachment, Reference, Reply
from pipelines.normalise.reply import normalise
from pipelines.read import read_text
from tests.score import pages, real_folder

FOLDER = real_folder()
needs_folder = pytest.mark.skipif(FOLDER is None, reason="HUBEI_REPLIES_REAL names no folder")


def test_a_wrong_value_costs_precision_and_recall() -> None:
    score = pages.PageScore()
    score.tally.add("a.html", "title", "甲", "甲")
    score.tally.add("a.html", "category", "乙", "丙")
    score.tally.add("a.html", "publisher", "丁", None)
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 2)


@needs_folder
def test_pages_are_read_as_people_read_them() -> None:
    assert FOLDER is not None
    score = pages.score(FOLDER)
    assert score.tally.total.wanted > 200
    assert score.precision >= 0.98, score.table()
    assert score.recall >= 0.98, score.table()


@pytest.fixture(scope="module")
def seed() -> Reply:
    assert FOLDER is not None
    return normalise(read_text((Path(FOLDER) / "kjt-20240133.txt").read_text(encoding="utf-8")))


@needs_folder
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("index_number", "011043145/2024-37154"),
        ("document_number", None),
        ("category", "科技"),
        ("validity", "有效"),
        ("publisher", "湖北省科学技术厅"),
        ("issued_on", "2024-09-02"),
        ("published_at", "2024-09-02T10:33"),
        ("signed_on", "2024-07-23"),
        ("signatory", "湖北省科技厅"),
        ("references", (Reference("政协", "省", None, 13, 2, "20240133", None, "提案"),)),
        ("co_handlers", ("省教育厅", "省委金融办", "省发展和改革委员会", "省经济和信息化厅")),
        ("attachments", ()),
        ("document_type", "reply"),
    ],
)
def test_the_seed(seed: Reply, field: str, value: Any) -> None:
    assert getattr(seed, field) == value


@needs_folder
def test_the_text_of_the_seed_has_no_chrome(seed: Reply) -> None:
    body = seed.body_text or ""
    assert body.startswith("贵单位提出的")
    assert body.endswith("2024年7月23日")
    for chrome in ("工作后台", "已阅", "打印", "关闭", "索 引 号", "发文日期", "附件:"):
        assert chrome not in body
    assert not any(isinstance(item, Attachment) for item in seed.attachments)
