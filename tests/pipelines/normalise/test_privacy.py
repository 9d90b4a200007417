"""Contact data never leaves; everything else that looks like a number stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.normalise import privacy
from pipelines.normalise.privacy import holding, is_named, mask, mask_html, mask_named
from pipelines.normalise.text import collapse, signs_of


@pytest.mark.parametrize(
    "text",
    [
        "索引号 011043145/2024-37154",
        "11332500MB1960337R/2025-41491",
        "01526265-2-/2019-0628001",
        "20240913-211507-617",
        "001008003014074/2024-312830",
        "甲科函〔2024〕12号",
        "2024年7月23日",
        "2024-09-02 10:33:00",
        "第20240133号提案",
        "投入13812345678元",
        "投入 13800000000 元",
        "合计0.27187654321亿",
        "安排资金1.34亿元,惠及12345678人",
        "拨打12345热线",
        "发展联系人制度,加强电话回访",
        "建立联系方式多样的代表联络站",
        "P020240902123456789012.pdf",
        "https://example.invalid/jytabl/202511/t20251119_5816046.shtml",
        "手机、电视等消费品以旧换新",
    ],
)
def test_what_is_no_contact_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请拨打13812345678。", "请拨打***********。"),
        ("请拨打138-1234-5678。", "请拨打*************。"),
        ("请拨打１３８１２３４５６７８。", "请拨打***********。"),
        ("请拨打+8613812345678。", "请拨打**************。"),
        ("办公室(027)87654321转802", "办公室*****************"),
        ("办公室027-87654321,办公时间", "办公室************,办公时间"),
        ("办公室0713－8765432", "办公室************"),
        ("邮件发至abc.def@example.gov.cn即可", "邮件发至**********************即可"),
        ("证件42010619900101123X。", "证件******************。"),
        ("联系人：某某某", "联系人：***"),
        ("联 系 人:某 某", "联 系 人:* *"),
        ("联系人及电话:某某某,87654321", "联系人及电话:************"),
        ("(联系人：某某 电话：8765432)", "(联系人：** **********)"),
        ("邮政编码:430050", "邮政编码:******"),
        ("邮  编：430050", "邮  编：******"),
        ("家庭住址：某市某区某路1号", "家庭住址：********"),
        ("承办人：某某 8765432", "承办人：** *******"),
        ("联系人及电话某某某13812345678", "联系人及电话**************"),
        # The site starred the number and left the name.
        ("联系人某某某 ***********", "联系人*** ***********"),
    ],
)
def test_contact_data_is_masked_character_for_character(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert len(mask(text)) == len(text)


def test_prose_after_a_contact_label_keeps_its_end() -> None:
    text = "您好。" + "我局高度重视。" * 15 + "联系人:某某某 某县水利局 2023年6月1日"
    assert mask(text) == text.replace("某某某 某县", "*** 某县")


def test_lines_are_judged_one_by_one() -> None:
    assert mask("联系人:某某\n某县水利局\n2023年6月1日") == "联系人:**\n某县水利局\n2023年6月1日"


def test_html_is_masked_across_inline_tags_and_keeps_its_tags() -> None:
    html = "<p>联系人:<span>某某</span>某&nbsp;电话<b>027-8765</b>4321</p><p>某县<i>水利局</i></p>"
    masked = mask_html(html)
    assert masked == "<p>联系人:<span>**</span>*&nbsp;**<b>********</b>****</p><p>某县<i>水利局</i></p>"


def test_a_line_feed_in_the_source_of_html_is_a_space() -> None:
    assert mask_html("<p>联系人\n：某某</p>") == "<p>联系人\n：**</p>"


GAPS = st.sampled_from(["", " ", "\n", "\u3000", "\xa0", "&nbsp;", "<b>", "</b>", "<br>", "-", "（办）"])
PIECES = st.sampled_from(
    [
        *("联系人", "邮箱", "微信号", "ｑｑ", "地址", "某某", "年", "号提案", ":", "：", "（", ")", "。"),
        *("027", "87654321", "138", "1234", "400", "０２７", "８７６５", "a@b.cn", "＠", "##", "**", "12号"),
        *("<p>", "</p>", "&amp;", '<a href="tel:110">', '<img alt="电话13812345678">'),
    ]
)
LABELS = st.sampled_from(["联系人", "邮箱", "微信号", "ｑｑ", "地址", "经办人", "电话（办）"])
CONTACT = st.lists(
    st.one_of(st.tuples(LABELS, GAPS, st.sampled_from(":："), GAPS, PIECES).map("".join), PIECES), max_size=5
)


@given(CONTACT.map("".join))
@settings(max_examples=500)
def test_what_is_asked_first_changes_no_answer(text: str) -> None:
    quick = mask(text), mask_html(text)
    slow = mask.__self__.function  # type: ignore[attr-defined]  # what stands behind the memory
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "may_hold", lambda text: True)
        patch.setattr(privacy, "_SIGNS", re.compile(""))
        patch.setattr(privacy, "mask", slow)
        patch.setattr(privacy, "_ONLY_PARAGRAPHS", re.compile("(?!)"))
        patch.setattr(privacy, "_has_names_alone", lambda html: False)
        patch.setattr(privacy, "_LONG_NUMBER", re.compile(""))
        assert (slow(text), mask_html(text)) == quick


INSIDE = st.sampled_from(
    [
        *("联系人", "电话", "地址", "某某", ":", "：", "（办）", "138", "1234", "5678", "027-", "87654321", "**", "ab@b.cn"),
        *("年", "2024", " ", "&nbsp;", "<strong>", "</strong>", "<br>", "&amp;", "拨打12345热线"),
    ]
)  # fmt: skip


@given(st.lists(st.lists(INSIDE, max_size=6).map("".join), min_size=1, max_size=4))
@settings(max_examples=300)
def test_paragraphs_that_hold_nothing_need_not_be_looked_at(printed: list[str]) -> None:
    html = "".join(f'<p><span id="p{n}"></span>{text}</p>' for n, text in enumerate(printed, start=1))
    read = [re.sub("<br>", "\n", re.sub("</?strong>", "", text)) for text in printed]
    lines = [collapse(text.replace("&nbsp;", "\xa0").replace("&amp;", "&")) for text in read]
    assert is_named(html, len(lines))
    held = [index + 1 for index in holding(lines, signs_of(lines))]
    assert mask_named(html, held) == mask_html(html)


def test_links_to_a_telephone_lose_their_target() -> None:
    html = '<a href="tel:02787654321">拨打</a><a href="mailto:a@b.cn">写信</a><a href="./t20240101_5816046.shtml">页</a>'
    assert (
        mask_html(html)
        == '<a href="#">拨打</a><a href="#">写信</a><a href="./t20240101_5816046.shtml">页</a>'
    )


def test_html_without_contacts_is_untouched() -> None:
    html = "<p>甲科函〔2024〕12号 &lt;2024年&gt; 1 < 2</p>"
    assert mask_html(html) == html
    assert mask_html("") == ""
