"""What is asked first, because it is cheap, rules nothing out that the rules behind it would have found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.normalise import (
    agencies,
    citations,
    commitments,
    deadlines,
    document_number,
    grade,
    lines,
    outline,
    parts,
    privacy,
    references,
    signature,
    titles,
)
from pipelines.normalise.agencies import split_agencies
from pipelines.normalise.citations import find_citations
from pipelines.normalise.commitments import find_commitments
from pipelines.normalise.document_number import read_number_line
from pipelines.normalise.lines import read_lines
from pipelines.normalise.outline import find_outline
from pipelines.normalise.parts import is_note
from pipelines.normalise.signature import read_signature
from pipelines.normalise.text import is_tidy, signs_of
from pipelines.normalise.titles import read_title
from pipelines.read import chrome
from pipelines.read.chrome import chrome_reason

EVERY = re.compile(".")
NONE = re.compile(r"(?!)")


def text(pieces: list[str], most: int) -> st.SearchStrategy[str]:
    """Up to so many of the pieces in a row."""
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


DATE = text(
    [*"0123489年月日号一二三十元廿〇○零oO.-/ 　()（）。", "2024", "２０２４", "二○二四", "年7月", "２３日", "前", "局"], 12
)  # fmt: skip
PROMISE = text(
    [
        *("我局将", "拟于", "下一步，", "下步，", "今后将", "将來", "將", "力争", "力求在", "确保在", "计划于", "预计"),
        *("未来三年", "2024年", "2024年7月23日", "年底前", "今年", "明年底前", "一、", "工作打算", "您建议", "已"),
        *("是指", "如果", "加强", "完成", "建成", "投用", "全面", "开展", "修建道路", "，", "。", "；", "：", "\n"),
        *("《规划》", "“将”"),
    ],
    14,
)  # fmt: skip
NUMBER = st.builds(
    "{}{}2022{}181号{}".format,
    *map(
        st.sampled_from,
        (("武水函", "武 水函"), "〔[【﹝(（［{｛〈<＜〖", "〕]】﹞)）］}｝〉>＞〗", ("", "B", " 同意公开")),
    ),
)
GRADE = st.builds(
    "{}{}{}".format, *map(st.sampled_from, (("", "类别：", "办理结果: ", "（"), "ABCFＡＢ", ("", "类", "）")))
)
HEAD = st.one_of(NUMBER, GRADE, st.sampled_from(["011043145/2024-37154", "某委员：", "关于道路的答复", ""]))
MARKED = st.builds(
    "{}{}{}\n{}".format,
    st.sampled_from(
        [*("第一部分", "一、", "二、", "(一)", "（二）", "㈠", "第二，", "1.", "２、", "(3)", "3)", "⑴", "①", "٣.", "关于", "")]
    ),
    text(["加强管理", "您", "已", "了", "我局", "12", "3万元", "2024年", "“一。二”", "（三）", "《办法》", "，", "某某  某某"], 3),
    st.sampled_from(["", "。", "；", "：", "。后文。", "：后文，又一段很长很长很长很长的后文。"]),
    st.sampled_from(["后文。", "", "(一)", "2."]),
)  # fmt: skip
NOTE = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "（", " "]),
    st.sampled_from(
        [
            *("联系人：某某", "聯系電話﹕1", "联系电话 87", "电 话:8", "抄送 某某局", "抄报：某局", "某局印发", "共印30份", "类别 Ｃ"),
            *("B", "此件公开发布", "不同意公開", "同意公 开", "是否公开：是", "某局联系人：某某", "某某局", "公园", "附件：电子表"),
        ]
    ),
    st.sampled_from(["", "）", "类", "。"]),
)  # fmt: skip
CITING = st.lists(
    st.builds(
        "{}{}{}{}{}{}{}".format,
        *map(
            st.sampled_from,
            (
                ("根据", "《办法》", "《条例", "“法”", "《法》第三条", ""),
                ("（", "(", "", "（以下简称《法》）"),
                ("鄂政发", "国务院令", ""),
                ("〔", "【", "［", "（ ", "《"),
                ("2024", "２０24", "1９99", "24"),
                ("〕12号", "】１号", "］３号", "）第4号", "》"),
                ("）", "文件要求，", "\n", "。"),
            ),
        ),
    ),
    max_size=5,
).map("".join)
AROUND = text(
    [
        *("打印", "关闭", "已阅", "浏览量", "0", "12次", "上一篇", "下一条：", "首页", ">", "您现在的位置", "扫一扫"),
        *("责任编辑：", "某某"),
        *("ICP备", "icp备", "poweredby", "公安机关", "今天是", "字号：", "大", "中"),
        *("|", "｜", " ", "　", "[", "】", "。", "!", "相关链接", "2024"),
    ],
    9,
)  # fmt: skip

BODY = text(
    [
        *("您提出的", "，", "。", "；", "“", "”", "、", "：", ":", "﹕", "\n", " ", "  ", "　", "\u200b", "\x85"),
        *("《办法》", "〔2024〕", "（", "[", "＜", "{", "4", "２０", "12345", "1234-5678", "00-", "*", "**", "@", "＠"),
        *("##", "#", "B", "Ｃ", "𠀀", "٣٤٥٦"),
    ],
    14,
)  # fmt: skip


@given(st.lists(BODY, max_size=5))
@settings(max_examples=250)
def test_signs_of_lines_say_what_the_lines_say(paragraphs: list[str]) -> None:
    signs = signs_of(paragraphs)
    assert is_tidy("".join(signs)) == is_tidy("".join(paragraphs))
    for pattern in (
        privacy._MAY_BE_NUMBER,
        citations._OPENS,
        lines._COLON,
        lines._SIGNS,
        re.compile(r"\*\*"),
    ):
        found = [pattern.search(line) is not None for line in paragraphs]
        assert [pattern.search(line) is not None for line in signs] == found


TITLE = text(
    [
        *("关于", "对", "省", "政协", "人大", "十三届", "二次会议", "第", "23", "号", "至", "提案", "建议", "《", "》"),
        *("答复", "复函", "会办意见", "通知", "总体情况", "情况表", "的函", "(", ")", "（Ｂ）", "A类", "类别：C", " "),
        *("历届", "人代会", "第三次", "编号", "JY20250374号", "B-(2019)331", "会议温36号", "012号"),
        *("省教育厅", "、", "和", "等", "3个部门", "有关单位", "水函〔2024〕 7号", "[2023]", "｛ ２０24｝8号"),
    ],
    12,
)  # fmt: skip


def every_order(text: str, position: int) -> list[re.Match[str]]:
    return [match for order in references._SESSIONS if (match := order.search(text, position))]


@given(TITLE)
@settings(max_examples=200)
def test_nothing_of_a_title_or_a_list_is_ruled_out(printed: str) -> None:
    quick = read_title(printed), split_agencies(printed), read_number_line(printed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(titles, "_LONGEST_END", 500)
        patch.setattr(grade, "_ANY_LETTER", re.compile(""))
        patch.setattr(references, "_MAY_BE_NUMBER", re.compile(""))
        patch.setattr(references, "_candidates", every_order)
        patch.setattr(references, "_MAY_BE_RANGE", re.compile(""))
        patch.setattr(references, "_MAY_BE_LIST", re.compile(""))
        patch.setattr(agencies, "_ETC_ENDS", ("",))
        patch.setattr(document_number, "_OPENED", re.compile(""))
        assert (read_title(printed), split_agencies(printed), read_number_line(printed)) == quick


SIGNED = st.builds(
    "{}{}{}".format,
    st.sampled_from(["特此答复。", "万事如意! 某市水利局 ", "某市财政局"]),
    st.sampled_from(["2024年7月23日", "２０２４年７月", "2024年", "二〇二四年七月三日", "2024 年 7 月 3 日"]),
    st.sampled_from(["", "（此件公开）", " 抄送：某局", " 聯系人：某某", "印发", "，"]),
)


@given(DATE, DATE, SIGNED)
@settings(max_examples=200)
def test_no_date_of_a_signature_is_ruled_out(above: str, line: str, signed: str) -> None:
    paragraphs = (
        "某委员：",
        "您提出的提案收悉，现答复如下。",
        "某市水利局",
        above,
        signed,
        "某市财政局",
        line,
    )
    quick = read_signature(paragraphs, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signature, "_NO_DATE", NONE)
        patch.setattr(signature, "_MAY_BE_DATE", EVERY)
        patch.setattr(signature, "_DATE_ENDS", re.compile(""))
        assert read_signature(paragraphs, 0) == quick


@given(PROMISE)
@settings(max_examples=250)
def test_no_promise_is_ruled_out(letter: str) -> None:
    paragraphs = letter.split("\n")
    quick = find_commitments(paragraphs, "2024-01-05")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commitments, "_MAY_BE_FUTURE", EVERY)
        patch.setattr(commitments, "_FUTURE", EVERY)
        patch.setattr(deadlines, "_MAY_BE_DEADLINE", re.compile(""))
        patch.setattr(commitments, "_RULES", [(name, ("",), rule) for name, _, rule in commitments._RULES])
        assert find_commitments(paragraphs, "2024-01-05") == quick


@given(st.lists(HEAD, min_size=4, max_size=8).map(tuple))
@settings(max_examples=200)
def test_no_line_of_the_head_is_ruled_out(paragraphs: tuple[str, ...]) -> None:
    quick = read_lines(paragraphs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_SIGNS", re.compile(""))
        assert read_lines(paragraphs) == quick


@given(AROUND)
@settings(max_examples=250)
def test_no_line_of_the_site_is_ruled_out(line: str) -> None:
    quick = chrome_reason(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chrome, "_WITHIN", ("",))
        assert chrome_reason(line) == quick


@given(st.lists(MARKED, min_size=1, max_size=3))
@settings(max_examples=200)
def test_no_heading_is_ruled_out(marked: list[str]) -> None:
    paragraphs = "\n".join(marked).split("\n")
    quick = find_outline(paragraphs, ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outline, "_BEGINS", re.compile(""))
        patch.setattr(outline, "_BY_FIRST", {})
        patch.setattr(outline, "_OF_DIGITS", outline._MARKS)
        patch.setattr(outline, "_OPENING_MARK", re.compile(""))
        patch.setattr(outline, "_MAY_BE_FACT", re.compile(""))
        assert find_outline(paragraphs, ()) == quick


@given(NOTE)
@settings(max_examples=200)
def test_no_note_is_ruled_out(line: str) -> None:
    quick = is_note(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_MAY_BE_NOTE", re.compile(""))
        assert is_note(line) == quick


@given(CITING)
@settings(max_examples=200)
def test_no_citation_is_ruled_out(letter: str) -> None:
    paragraphs = letter.split("\n")
    quick = find_citations(paragraphs, signs=signs_of(paragraphs))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(citations, "_OPENS", re.compile(""))
        patch.setattr(citations, "_OPENS_CITATION", re.compile(""))
        patch.setattr(citations, "_MAY_CITE", re.compile(""))
        patch.setattr(citations, "lines_with", lambda pattern, lines: list(range(len(lines))))
        assert find_citations(paragraphs) == quick
