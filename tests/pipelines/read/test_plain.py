"""What is clean is taken as it is: the short ways give what the long ones give, and are not taken where something stands."""

from __future__ import annotations

from random import Random

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
    assert clutter.is_plain(container(LETTER))
    assert clutter.is_plain(container('<p class="MsoNormal" style="text-align: left"><span>甲</span></p>'))


@pytest.mark.parametrize(
    "inner",
    [
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
        '<div class="bdshare">分享</div>',
        '<div id="qr_code">扫一扫</div>',
        '<span class="where">当前位置</span>',
        '<p class="insertfileTag"><a href="a.pdf">甲</a></p>',
        '<div class="a&amp;b">甲</div>',
        '<p data-hr-removed="hidden">甲</p>',
    ],
)
def test_a_container_with_something_to_leave_out_is_not(inner: str) -> None:
    assert not clutter.is_plain(container(LETTER + inner))
    assert not clutter.is_plain(container(inner + LETTER))


def test_what_the_container_itself_is_called_does_not_count() -> None:
    assert clutter.is_plain(container(LETTER, ' id="share"'))
    assert not clutter.is_plain(container(LETTER, ' data-hr-removed="hidden"'))


def test_hidden_words_in_a_plain_letter_are_left_out_all_the_same() -> None:
    raw = read(document(letter=LETTER + '<p style="display:none">不显示的话。</p>'))
    assert raw.paragraphs == TEXT
    assert [removed.reason for removed in raw.removed] == ["hidden"]
