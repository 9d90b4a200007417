"""Who proposed: what names nobody stays nameless, what is printed is given as printed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models import Page
from pipelines.normalise.proposer import read_proposer
from pipelines.normalise.text import squeeze
from pipelines.process import process

NOTHING = "你们提出的建议收悉，现答复如下："


@pytest.mark.parametrize(
    ("salutation", "opening"),
    [
        (None, ""),
        (None, "您提出的关于河道清淤的建议收悉"),
        ("尊敬的代表", NOTHING),
        ("尊敬的委员", NOTHING),
        ("各位委员", NOTHING),
        ("各位代表", NOTHING),
        ("尊敬的省政协委员", NOTHING),
        ("尊敬的某某区人大代表", NOTHING),
        ("省人民政府办公厅", NOTHING),
        ("省政协提案委员会", NOTHING),
        ("市人大常委会选举任免联络委员会", NOTHING),
        ("市住建局", NOTHING),
        ("某某[…]代表", NOTHING),
        # Of a sentence only a name may be taken.
        (None, "部分代表提出的建议收悉"),
        (None, "近年来多位委员多次提出的意见收悉"),
        (None, "会上有的代表提出的建议收悉"),
        # What stands in a quotation is the proposal's own text, and what follows 收悉 is ours.
        (None, "《某某委员提出的办法》收悉"),
        (None, "来函收悉。某某委员提出的意见很好"),
        (None, "贵局提出的意见收悉"),
    ],
)
def test_what_names_nobody_gives_nothing(salutation: str | None, opening: str) -> None:
    assert read_proposer(salutation, opening) is None


@pytest.mark.parametrize(
    ("salutation", "name", "kind", "count"),
    [
        ("某某某委员", "某某某委员", "个人", None),
        ("尊敬的某某代表", "某某代表", "个人", None),
        ("尊敬某某某代表", "某某某代表", "个人", None),
        ("某和某委员", "某和某委员", "个人", None),
        ("某某·某某委员", "某某·某某委员", "个人", None),
        ("某某、某某某代表", "某某、某某某代表", "联名", None),
        ("某某和某某某代表", "某某和某某某代表", "联名", None),
        ("某某某等代表", "某某某等代表", "联名", None),
        ("某某等12名代表", "某某等12名代表", "联名", 12),
        ("某某等10位代表", "某某等10位代表", "联名", 10),
        ("某某等十代表", "某某等十代表", "联名", 10),
        ("某某等（共3位）委员", "某某等（共3位）委员", "联名", 3),
        ("某某某代表（等5名）", "某某某代表（等5名）", "联名", 5),
        ("某某、某某二位代表", "某某、某某二位代表", "联名", 2),
        ("民盟某省委", "民盟某省委", "单位", None),
        ("致公党某市委会", "致公党某市委会", "单位", None),
        ("九三学社某省委员会", "九三学社某省委员会", "单位", None),
        ("省工商联", "省工商联", "单位", None),
        ("民建某省委、省工商联", "民建某省委、省工商联", "单位", None),
        ("县政协社会和法制委员会", "县政协社会和法制委员会", "单位", None),
        ("省政协农业农村专委会", "省政协农业农村专委会", "单位", None),
        ("某某代表团", "某某代表团", "单位", None),
        ("省政协教育科技界别组", "省政协教育科技界别组", "界别", None),
        ("省政协经济界委员", "省政协经济界委员", "界别", None),
        # Blanks between two names are lost before this: whether it is one or two nobody can say.
        ("某甲某乙丙委员", "某甲某乙丙委员", None, None),
    ],
)
def test_salutations(salutation: str, name: str, kind: str | None, count: int | None) -> None:
    found = read_proposer(salutation, NOTHING)
    assert found is not None
    assert (found.name, found.kind, found.count) == (name, kind, count)
    assert (found.rule, found.raw) == ("proposer.salutation", salutation)


@pytest.mark.parametrize(
    ("opening", "name", "kind", "count"),
    [
        ("某某委员提出的《关于某事的提案》收悉", "某某委员", "个人", None),
        ("省政协十三届二次会议期间，某某某委员提出的第12号提案收悉", "某某某委员", "个人", None),
        ("对某某某等12名代表联名提出的建议收悉", "某某某等12名代表", "联名", 12),
        ("某某某代表等5人提出的建议收悉", "某某某代表等5人", "联名", 5),
        ("对某某某代表（等5名）提出的建议收悉", "某某某代表（等5名）", "联名", 5),
        ("由民进某市委提出的提案收悉", "民进某市委", "单位", None),
        ("民盟某省委在省政协十三届二次会议上提出的提案收悉", "民盟某省委", "单位", None),
        ("贵单位提出的关于《某事》的提案收悉", None, "单位", None),
        ("贵组提出的提案收悉", None, "界别", None),
    ],
)
def test_openings(opening: str, name: str | None, kind: str, count: int | None) -> None:
    found = read_proposer("尊敬的代表", opening)
    assert found is not None
    assert (found.name, found.kind, found.count) == (name, kind, count)
    assert found.rule == "proposer.opening"


def test_the_salutation_of_an_opinion_is_the_lead_agency() -> None:
    assert read_proposer("市妇联", "贵单位转来的提案收悉", opinion=True) is None
    found = read_proposer("市妇联", "贵单位转来的某某委员提出的提案收悉", opinion=True)
    assert found is not None
    assert found.name == "某某委员"


def test_the_name_comes_from_the_salutation_where_both_name() -> None:
    found = read_proposer("某某某等代表", "某某委员提出的提案收悉")
    assert found is not None
    assert found.name == "某某某等代表"


def _page(salutation: str, title: str = "关于省政协十三届二次会议第12号提案的答复") -> Page:
    body = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class='TRS_UEDITOR'>"
        f"<p>{salutation}：</p><p>您提出的关于河道清淤的提案收悉，现答复如下：</p><p>已经列入今年的计划，汛前完成。</p>"
        "<p>某某局</p><p>2024年7月1日</p></div></body></html>"
    )
    return Page("http://kjt.demo.invalid/t.html", body.encode())


def test_a_wrong_word_in_the_salutation_changes_nothing_about_the_body() -> None:
    reply = process(_page("尊敬的某某某代表")).reply
    assert reply is not None
    assert (reply.proposer, reply.proposer_kind) == ("某某某代表", "个人")
    assert [one.body for one in reply.references] == ["政协"]
    source = reply.sources["proposer"]
    assert (source.source, source.rule, source.raw) == ("body", "proposer.salutation", "尊敬的某某某代表")


def test_extract_prints_no_proposer_and_contact_data_is_masked() -> None:
    reply = process(_page("某某某代表（13900000000）")).reply
    assert reply is not None
    assert not [key for key in reply.as_dict() if key.startswith("proposer")]
    assert "13900000000" not in str(reply)


WORDS = """某某 某某某 代表 委员 等 12名 、 和 尊敬的 提出 在
会议上 民盟 省委 界别 组 贵单位 《 》 ( （ ） 收悉 ， ： 由 省政协 委员会 各位 您 𠮷"""
PIECES = st.sampled_from([*WORDS.split(), "\u3000", "\x00"])
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60)


@given(TEXTS, TEXTS, st.booleans())
def test_whatever_is_printed_the_name_is_part_of_it(salutation: str, opening: str, opinion: bool) -> None:
    found = read_proposer(salutation, opening, opinion=opinion)
    if found is not None and found.name is not None:
        text = salutation if found.rule == "proposer.salutation" else opening
        assert found.name in squeeze(text)
        assert not opinion or found.rule == "proposer.opening"
        assert found.count is None or found.kind == "联名"


@pytest.mark.parametrize(
    "piece", ["某", "某、", "提出", "在会议", "等1", "《", "代表", "界", "民盟", "贵单位", "("]
)
def test_time_grows_with_the_input_alone(piece: str) -> None:
    def spent(length: int) -> float:
        text = piece * length
        start = time.process_time()
        for _ in range(20):
            read_proposer(text[:200], text)
        return time.process_time() - start

    spent(100)
    assert spent(20_000) < 0.5 + 20 * spent(1_000)
