"""Policies and promises marked in the body: where they stand, and nowhere else."""

from __future__ import annotations

import random
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.publish.site.marks import Span, body

POLICY = "/corpus/policies/d1"


def text(html: str) -> str:
    return "".join(LexborHTMLParser(html).text().split())


def marked(html: str, selector: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(html).css(selector)]


def test_what_does_not_stand_there_is_not_marked() -> None:
    html = '<p><span id="p1"></span>按照《办法》办理。</p><p><span id="p2"></span>完。</p>'
    for span in (
        Span(1, 2, "《通知》", url=POLICY),
        Span(2, 0, "《办法》", url=POLICY),
        Span(9, 0, "《办法》", url=POLICY),
        Span(1, 2, "", url=POLICY),
        Span(1, 2, " \n", name="c1"),
    ):
        assert body(html, "按照《办法》办理。\n完。", [span]) == body(html, "", [])


def test_a_policy_is_a_link_at_its_own_place() -> None:
    line = "《办法》第一条和《办法》第二条"
    html = f'<p><span id="p1"></span>{line}</p>'
    assert str(body(html, line, [Span(1, 8, "《办法》", url=POLICY)])) == (
        f'<p><span id="p1"></span>《办法》第一条和<a class="policy" href="{POLICY}">《办法》</a>第二条</p>'
    )


def test_a_mark_goes_on_behind_the_tags_inside_it() -> None:
    html = '<p><span id="p1"></span>按《<b>办 &amp; 法</b>&nbsp;》，将于<i>年</i>底完成。好</p>'
    line = "按《办 & 法 》，将于年底完成。好"
    shown = str(body(html, line, [Span(1, 1, "《办 & 法 》", url=POLICY), Span(1, 0, line[:-1], name="c1")]))
    assert "".join(marked(shown, "a.policy")) == "《办 & 法》"
    assert text("".join(marked(shown, ".promise"))) == text(line[:-1])
    assert shown.count('id="c1"') == 1
    assert text(shown) == text(html)
    assert LexborHTMLParser(shown).css("a.policy b") == []


def test_there_is_no_link_in_a_link() -> None:
    html = '<p><span id="p1"></span>见<a href="http://x.invalid/">《办法》</a></p>'
    shown = str(body(html, "见《办法》", [Span(1, 1, "《办法》", url=POLICY)]))
    assert "policy" not in shown
    assert "promise" in str(body(html, "见《办法》", [Span(1, 1, "《办法》", name="c1")]))


def test_a_text_without_markup_is_shown_by_paragraphs() -> None:
    shown = str(body(None, "一<b>\n将做。", [Span(2, 0, "将做。", name="c1")]))
    assert '<p><span id="p1"></span>一&lt;b&gt;</p>' in shown
    assert marked(shown, "p .promise") == ["将做。"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:1">x</a>',
        '<p onclick="x()">x</p>',
        "<svg onload=x>",
        "<style>*{}</style>",
    ],
)
def test_hostile_markup_and_names_do_not_get_through(hostile: str) -> None:
    evil = f'"><script>{hostile}'
    shown = str(
        body(f'<p><span id="p1"></span>{hostile}将做</p>', "将做", [Span(1, 0, "将做", url=evil, name=None)])
    )
    page = LexborHTMLParser(shown)
    assert page.css("script, style, svg, [onclick], [onload], a[href^=javascript]") == []
    assert "<script" not in re.sub(r"&lt;script", "", shown)


def test_any_marks_leave_the_text_as_it_is() -> None:
    chance = random.Random(8)
    for _ in range(200):
        lines = ["".join(chance.choices("甲乙《》&< 　丙", k=chance.randint(1, 25))) for _ in range(3)]
        html = "".join(
            f'<p><span id="p{n}"></span>'
            + "".join(
                {"&": "&amp;", "<": "&lt;"}.get(char, char)
                if chance.random() < 0.8 or char in "&<"
                else f"<b>{char}</b>"
                for char in line
            )
            + "</p>"
            for n, line in enumerate(lines, start=1)
        )
        spans = []
        for position in range(chance.randint(1, 5)):
            number = chance.randint(1, 3)
            start = chance.randrange(len(lines[number - 1]))
            piece = lines[number - 1][start : start + chance.randint(1, 9)]
            spans.append(
                Span(
                    number,
                    start,
                    piece,
                    url=POLICY if position % 2 else None,
                    name=None if position % 2 else f"c{position}",
                )
            )
        shown = str(body(html, "\n".join(lines), spans))
        assert text(shown) == text(html)
        page = LexborHTMLParser(shown)
        assert page.css("a a, .promise .promise, a .promise") == []
        assert [node.text().split() for node in page.css("p")] == [
            node.text().split() for node in LexborHTMLParser(html).css("p")
        ]
        assert shown.count("<a ") == shown.count("</a>")
