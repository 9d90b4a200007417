"""What is asked first, because it is cheap, rules nothing out that the rules behind it would have found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pipelines.read import chrome, container, ends, headings, outcome
from pipelines.read.flatten import flatten

NAMES = (
    *(
        "TRS_Editor",
        "trs_editor",
        "TRS_UEDITOR",
        "trs_ueditor",
        "TRS_UEDITOR2",
        "ue_content",
        "v_news_content",
    ),
    *("UE_CONTENT", "ue_content\u3000x", "ue_content\tx", "xue_content", "nav_item", "row", "", "trs_web"),
    *(
        "UCAP-CONTENT",
        "ucap-content",
        "vsb_content",
        "vsb_content_501",
        "VSB_content",
        "my_vsb_content",
        "content",
    ),
)
MARKUP = st.lists(
    st.one_of(
        st.builds('<{} class="{}" id="{}">'.format, *map(st.sampled_from, (("div", "p", "a"), NAMES, NAMES))),
        st.builds("<div class={}>".format, st.sampled_from(NAMES)),
        st.sampled_from(["</div>", "</p>", "甲", "<div>"]),
    ),
    max_size=9,
).map("".join)


@given(st.sampled_from(("", "<!DOCTYPE html>", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN">')), MARKUP)
@settings(max_examples=150)
def test_no_editor_is_ruled_out(doctype: str, markup: str) -> None:
    tree = LexborHTMLParser(doctype + markup)
    asked = {node.mem_id: node for node in tree.css(container._EDITOR_SELECTOR)}
    assert [node.mem_id for node in container._editors(tree)] == list(asked)


@pytest.mark.parametrize("selector", container._EDITORS)
def test_every_editor_is_found(selector: str) -> None:
    name = re.sub(r"[\[\].#^*=]|class|(?<=\[)id", "", selector)
    attribute = "class" if selector.startswith((".", "[class")) else "id"
    tree = LexborHTMLParser(f'<!DOCTYPE html><div {attribute}="{name}">甲</div>')
    assert [node.tag for node in tree.css(selector)] == ["div"]
    assert [node.tag for node in container._editors(tree)] == ["div"]


FRAMES = (
    *(name.strip(".#") for name in container._FRAMES),
    *("ZOOM", "Pages_Content", "pages_content\tx", "pages_content\u3000x", "xzoom", "ARTICLE", "", "row"),
)
FRAMED = st.lists(
    st.one_of(
        st.builds(
            '<{} class="{}" id="{}">'.format, *map(st.sampled_from, (("div", "ARTICLE", "a"), FRAMES, FRAMES))
        ),
        st.sampled_from(["</div>", "</article>", "甲", "<div class>", "<article>"]),
    ),
    max_size=9,
).map("".join)


@given(st.sampled_from(("", "<!DOCTYPE html>")), FRAMED)
@settings(max_examples=150)
def test_no_frame_is_ruled_out(doctype: str, markup: str) -> None:
    tree = LexborHTMLParser(doctype + markup)
    asked = {node.mem_id: node for node in tree.css(container._FRAME_SELECTOR)}
    assert [node.mem_id for node in container._frames(tree)] == list(asked)


@pytest.mark.parametrize("name", container._FRAMES)
def test_every_frame_is_found(name: str) -> None:
    attribute = {".": "class", "#": "id"}.get(name[0], "title")
    tag = "div" if attribute != "title" else name
    tree = LexborHTMLParser(f'<!DOCTYPE html><{tag} {attribute}="{name.strip(".#")}">甲</{tag}>')
    assert [node.tag for node in tree.css(name)] == [node.tag for node in container._frames(tree)] == [tag]


@pytest.mark.parametrize("rule", [rule for _, rule in chrome._RULES], ids=lambda rule: rule.pattern[:30])
@given(data=st.data())
@settings(max_examples=40)
def test_no_rule_is_ruled_out(rule: re.Pattern[str], data: st.DataObject) -> None:
    tight = "".join(data.draw(st.from_regex(rule)).split())
    answers = [reason for reason, one in chrome._RULES if one.match(tight)]
    if answers and len(tight) <= 600:
        assert chrome.chrome_reason(tight) == answers[0]


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "您提出的提案收悉，现答复如下。",
                "某市水利局",
                "2024年7月23日",
                "附件：",
                "一、关于道路的问题",
                "",
            ),
            *(
                "上一篇：关于道路的答复",
                "下一条：无",
                "扫一扫在手机打开当前页",
                "责任编辑：某某",
                "打印",
                "关闭",
            ),
            *(
                "版权所有 某市水利局",
                "鄂ICP备12345号",
                "相关链接",
                "热门推荐",
                "下一步，我局将加强协调",
                "您的支持",
            ),
            *(
                "本站内容由AI生成，仅供参考",
                "技术支持：某某公司",
                "甲" * 61,
                "上一篇" + "甲" * 80 + "。",
                "扫" + "。" * 70,
            ),
        ]
    ),
    max_size=8,
)


@given(LINES)
@settings(max_examples=150)
def test_the_tail_begins_where_everything_below_is_the_sites(lines: list[str]) -> None:
    def may_stand_below(line: str) -> bool:
        return (len(line) <= 60 and "。" not in line) or chrome.chrome_reason(line) is not None

    begins = [
        index
        for index in range(1, len(lines))
        if ends._may_end(lines[index])
        and chrome.ends_document(chrome.chrome_reason(lines[index]))
        and all(map(may_stand_below, lines[index:]))
    ]
    reasons = ends.tail_reasons(lines)
    if begins:
        assert len(reasons) >= len(lines) - begins[0]
    below = reasons[len(reasons) - len(lines[begins[0] :]) :] if begins else []
    assert below == [
        chrome.chrome_reason(line) or "below_chrome" for line in lines[len(lines) - len(below) :]
    ]
    above = lines[: len(lines) - len(below)]
    assert reasons[: len(reasons) - len(below)] == _site_lines(above)


def _site_lines(lines: list[str]) -> list[str]:
    """Reasons of the last lines that say themselves that they are the site's."""
    found: list[str] = []
    while lines and (reason := ends._reason(lines[-1])) is not None:
        found.insert(0, reason)
        lines = lines[:-1]
    return found


@pytest.mark.parametrize("needles", outcome._UTF8)
def test_no_word_of_a_notice_is_ruled_out(needles: tuple[bytes, ...]) -> None:
    asked = outcome._UTF8[needles]
    assert all(word.decode() for word in asked)
    assert len(asked) < len(needles)
    ends = (b"", b"\x80", b"\x80\x80", b"\x80\x80\x80")
    for other in set(needles) - set(asked):
        for before in (b"", b"\xc3", b"\xe4", b"\xe4\xbd", b"\xf0\x9f", b"\xf0\x9f\x98"):
            for behind in ends:
                with pytest.raises(UnicodeDecodeError):
                    (before + other + behind).decode()


def test_no_name_of_a_column_is_ruled_out() -> None:
    names = "工作方案 情况报告 工作总结 年度总结 总体情况 办理情况 情况通报 工作计划 责任分工 责任分解 责任清单 任务清单"
    tables = "提案办理表 建议答复情况表 议案办复意见表 提案回复反馈表"
    for name in (names + " " + tables).split():
        assert headings.names_column(f"某市水利局2024年{name}"), name
    assert not headings.names_column("关于市政协提案的答复")


def test_a_bracket_that_begins_no_tag_is_text() -> None:
    flat = flatten("<p>1 < 2 <</p><p>甲</p>", plain=True)
    assert [paragraph.text for paragraph in flat.paragraphs] == ["1 < 2 <", "甲"]
    assert flat.markup() == "<p>1 &lt; 2 &lt;</p><p>甲</p>"
