"""Turns of phrase that labelled cases brought to light; what looks alike and means something else first."""

from __future__ import annotations

import time

import pytest

from pipelines.models import FieldSource, RawField, RawReply, Reference
from pipelines.normalise.agencies import looks_like_agency
from pipelines.normalise.body import quoted_subject, read_letter
from pipelines.normalise.places import read_place
from pipelines.normalise.references import find_references
from pipelines.normalise.reply import normalise
from pipelines.normalise.roles import co_handlers
from pipelines.normalise.signature import read_signature
from pipelines.normalise.text import fold
from pipelines.normalise.titles import read_title


@pytest.mark.parametrize(
    "text", ["开放机关单位停车场46处", "新建二次供水泵房6座及泵站2处", "改造公厕22个", "培训干部3人"]
)
def test_what_is_counted_is_no_agency(text: str) -> None:
    assert not looks_like_agency(text)


@pytest.mark.parametrize(
    "opening", ["我局牵头,有关部门配合,现答复如下", "请代表配合,现答复如下", "会办(无),现答复如下"]
)
def test_general_words_are_no_co_handlers(opening: str) -> None:
    assert co_handlers(opening) == ()


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("我局高度重视，商市经信局、市卫健委同意，现答复如下", ("市经信局", "市卫健委")),
        ("由我局牵头，区残联、区民政局配合，认真研究", ("区残联", "区民政局")),
        ("会同省疾控中心提出如下意见，现答复如下", ("省疾控中心",)),
        ("根据主办（市城管局）、会办（市公安局、市场监管局）单位意见，现答复如下", ("市公安局", "市场监管局")),
    ],
)  # fmt: skip
def test_co_handlers(opening: str, names: tuple[str, ...]) -> None:
    assert co_handlers(opening) == names


def test_a_subject_that_concerns_the_office() -> None:
    assert quoted_subject("第96号《关于治理某河的建议》涉及我局职责，现函告如下") == (
        "关于治理某河的建议",
        False,
    )
    assert quoted_subject("根据《某市河湖保护条例》涉及我局职责的规定，现函告如下") == (None, False)


@pytest.mark.parametrize(
    "title",
    ["关于做好县政协十届三次会议提案办理工作的通知", "关于征集市政协十五届一次会议提案线索的公告", "召开区人大七届二次会议建议交办会"],
)  # fmt: skip
def test_a_verb_is_no_part_of_a_place(title: str) -> None:
    (reference,) = find_references(fold(title)).references
    assert reference.place is None
    assert reference.level in ("县", "市", "区")


def test_a_number_behind_its_label_loses_its_ordinal() -> None:
    (reference,) = find_references("提案编号:第0307号").references
    assert reference == Reference(number="0307", kind="提案")
    (other,) = find_references("提案编号:温27号").references
    assert other.number == "温27"


def test_a_number_in_brackets_behind_the_subject() -> None:
    (reference,) = read_title("关于“加强城市内涝治理”的提案（第091号）的答复").references
    assert (reference.number, reference.kind) == ("091", "提案")
    assert read_title("关于“加强城市内涝治理”的提案（91号文）的答复").references == ()


def test_a_doubled_word_in_the_name_of_the_congress() -> None:
    (reference,) = read_title("关于区十七届人大代表大会四次会议第18号建议的答复").references
    assert (reference.body, reference.level, reference.term, reference.meeting) == ("人大", "区", 17, 4)


def test_two_agencies_that_answer_together() -> None:
    title = "市教育局 市财政局关于市政协十届四次会议第2025031号提案的联合答复"
    assert read_title(title).answering_agency == "市教育局 市财政局"
    assert read_title("市教 育局关于县政协九届一次会议第3号提案的答复").answering_agency == "市教育局"


def test_traditional_characters_are_read_and_stay_as_printed() -> None:
    title = "關於市政協十四屆一次會議第20220033號提案的答覆"
    (reference,) = read_title(title).references
    assert reference == Reference("政协", "市", None, 14, 1, "20220033", None, "提案")
    letter = read_letter(("某某委員：", "您提出的提案收悉，現答覆如下："))
    assert (letter.salutation, letter.to_persons) == ("某某委員", True)
    assert len(fold(title)) == len(title)


@pytest.mark.parametrize(
    ("line", "signed_on"),
    [
        ("2022年7月29日（此件主动公开）", "2022-07-29"),
        ("2022年7月29日 (此件公开发布)", "2022-07-29"),
        ("2022年7月29日会议纪要", None),
    ],
)
def test_the_date_of_the_signature_with_a_note_behind_it(line: str, signed_on: str | None) -> None:
    assert read_signature(("某代表：", "正文。", "某市城市管理局", line), 0).signed_on == signed_on


def reply(
    title: str, *paragraphs: str, cells: tuple[tuple[str, str], ...] = ()
) -> tuple[tuple[Reference, ...], FieldSource]:
    fields = tuple(RawField(label, value, "cell") for label, value in cells)
    done = normalise(RawReply(None, (("h1", title),), fields, paragraphs, ""))
    return done.references, done.sources["references"]


def test_the_kind_stands_in_the_opening_where_no_title_prints_it() -> None:
    title = "关于十四届二次会议第20240099号的答复"
    (reference,), source = reply(title, "某代表：", "您提出的关于发展木耳产业的建议收悉，现答复如下：")
    assert reference.kind == "建议"
    assert source.rule == "references.title_and_opening"
    (unknown,), _ = reply(title, "某代表：", "您提出的问题收悉，我们研究了您的建议，现答复如下：")
    assert unknown.kind is None
    (titled,), _ = reply("关于十四届二次会议第99号提案的答复", "某代表：", "您提出的建议收悉，现答复如下：")
    assert titled.kind == "提案"


def test_a_form_completes_a_title_that_names_the_body_only() -> None:
    cells = (("提案编号", "20230077"), ("提案题目", "关于发展托育服务的提案"), ("办理结果", "A"))
    references, source = reply("市政协提案办理答复表", "某委员：", "您的提案收悉，现答复如下：", cells=cells)
    assert references == (Reference("政协", "市", None, None, None, "20230077", None, "提案"),)
    assert source.source == "cell:提案编号"
    other, _ = reply("市人大建议办理答复表", "某代表：", "您的建议收悉，现答复如下：", cells=cells)
    assert other[0].number != "20230077" or other[0].kind == "提案"


def test_the_whole_title_wins_over_one_that_a_template_cut() -> None:
    whole = "关于省政协十三届二次会议第20240566号提案的答复"
    cut = (("h1", "关于省政协十三届二次会议第2024…"), ("row", whole))
    assert normalise(RawReply(None, cut, (), (), "")).title == whole
    other = (("h1", "关于省政协十三届二次会议第2024…"), ("row", "关于县人大建议的答复"))
    assert normalise(RawReply(None, other, (), (), "")).title == cut[0][1]
    both_cut = (cut[0], ("row", "关于省政协十三届二次会议第20240566…"))
    assert normalise(RawReply(None, both_cut, (), (), "")).title == cut[0][1]


def test_a_row_of_units_is_read_in_no_time() -> None:
    title = "对" + "省" * 29 + "十4届人大2次会" + "省" * 29 + "十届人大2次会议第7号建议的答复"
    start = time.process_time()
    read_title(title)
    assert time.process_time() - start < 2  # was half a minute and more
    assert read_place("湖北省" + "恩施土家族苗族自治州" + "来凤县") == (
        "湖北省恩施土家族苗族自治州来凤县",
        "县",
    )
    assert read_place("省" * 31) is None
