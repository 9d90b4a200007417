"""What is clean is taken as it is: the short ways give what the long ones give, and are not taken where something stands."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.read import clutter, sanitise
from pipelines.read.sanitise import _CLEANER, _EMPTY, _is_plain
from pipelines.read.tokens import tokenise
from tests.pipelines.read.pages import LETTER, TEXT, document, read

PIECES = (
    *("<p>", "</p>", "<p>", "</p>", "<div>", "</div>", '<span id="p1">', '<span id="p12"></span>', "</span>"),
    *(
        "<strong>",
        "</strong>",
        "<b>",
        "</b>",
        "<sub>",
        "</sub>",
        "<br>",
        "<p ",
        "<script>",
        "</script>",
        "<a>",
    ),
    *(
        "甲",
        "乙，丙。",
        " ",
        "\n",
        "\r",
        "\xa0",
        "\x00",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&copy;",
        "&",
        "<",
        ">",
        "\u200b",
    ),
)


def test_what_is_taken_for_clean_is_what_the_cleaner_leaves() -> None:
    random = Random(7)
    plain = 0
    for _ in range(6000):
        inner = "".join(random.choice(PIECES) for _ in range(random.randrange(4)))
        html = random.choice(("<p>{}</p>", "<div><p>{}</p>\n</div>", "<p>甲</p>{}", "{}")).format(inner)
        if _is_plain(html):
            plain += 1
            assert _CLEANER.clean(html) == html
            cell = f"<td>{html}</td>"
            assert sanitise(cell) == _EMPTY.sub("", _CLEANER.clean(cell))
    assert plain > 500


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲<script>1</script></p>",
        '<p onclick="x()">甲</p>',
        '<p><span id="q1"></span>甲</p>',
        "<p>甲<b>乙</p>丙</b>",
        "<p>甲<p>乙</p></p>",
        "<div><p>甲</p>",
        "<p>甲</p></div>",
        "<p>1 < 2</p>",
        "<p>&copy;</p>",
    ],
)
def test_everything_else_goes_through_the_cleaner(html: str) -> None:
    assert not _is_plain(html)
    assert sanitise(html) == _EMPTY.sub("", _CLEANER.clean(html))


def container(inner: str, more: str = "") -> list[str]:
    """The tags of a container with so much in it."""
    node = LexborHTMLParser(f'<div class="TRS_Editor"{more}>{inner}</div>').css_first(".TRS_Editor")
    assert node is not None
    return tokenise(node.html or "")[1::2]


def test_a_letter_as_editors_make_it_is_plain() -> None:
    assert not clutter.kinds(container(LETTER))
    assert not clutter.kinds(container('<p class="MsoNormal" style="text-align: left"><span>甲</span></p>'))


SUSPECTS = (
    "<script>1</script>",
    "<style>p {}</style>",
    "<svg><title>甲</title></svg>",
    "<form><input></form>",
    "<nav>首页</nav>",
    "<table><tr><td>甲</td></tr></table>",
    "<xmp><p></xmp>",
    "<p hidden>甲</p>",
    '<p style="color: red; display: none">甲</p>',
    '<p style="visibility:hidden">甲</p>',
    '<p style="DISPLAY:&#160;none; float: none">甲</p>',
    '<p style="x:y;&#160;display:none">甲</p>',
    '<p style="border: none; overflow: hidden">甲</p>',
    '<div class="bdshare">分享</div>',
    '<div id="qr_code">扫一扫</div>',
    '<span class="where">当前位置</span>',
    '<p class="insertfileTag"><a href="a.pdf">甲</a></p>',
    '<P CLASS="InsertFileTag"><a href="a.pdf">甲</a></p>',
    '<div class="a&amp;b">甲</div>',
    '<p data-hr-removed="hidden">甲</p>',
)
HARMLESS = ('<p style="border: none; overflow: hidden">甲</p>',)


@pytest.mark.parametrize("inner", [suspect for suspect in SUSPECTS if suspect not in HARMLESS])
def test_a_container_with_something_to_leave_out_is_not(inner: str) -> None:
    assert clutter.kinds(container(LETTER + inner))
    assert clutter.kinds(container(inner + LETTER))


@pytest.mark.parametrize("inner", SUSPECTS)
def test_what_is_not_looked_for_is_not_there(inner: str) -> None:
    every = set(get_args(clutter.Kind))
    for more in ("", *SUSPECTS):
        page = f'<div class="TRS_Editor">{LETTER}{inner}{more}</div>'
        asked, swept = (LexborHTMLParser(page).css(".TRS_Editor")[0] for _ in range(2))
        kinds = clutter.kinds(tokenise(asked.html or "")[1::2])
        silenced, before = clutter.silence(swept), asked.html
        if "silent" in kinds:
            assert clutter.silence(asked) == silenced
            before = asked.html
        assert before == swept.html
        assert clutter.sweep(asked, kinds) == clutter.sweep(swept, every) == (swept.html != before)
        assert asked.html == swept.html


def test_what_the_container_itself_is_called_does_not_count() -> None:
    assert not clutter.kinds(container(LETTER, ' id="share"'))
    assert clutter.kinds(container(LETTER, ' data-hr-removed="hidden"'))


def test_hidden_words_in_a_plain_letter_are_left_out_all_the_same() -> None:
    raw = read(document(letter=LETTER + '<p style="display:none">不显示的话。</p>'))
    assert raw.paragraphs == TEXT
    assert [removed.reason for removed in raw.removed] == ["hidden"]
