"""No character of a container is lost: what it holds is, in order, the body and what was left out, with the reason."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
from bs4 import BeautifulSoup
from bs4.element import CData, Comment, Doctype, Script, Stylesheet, TemplateString
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pipelines.models import Page, RawReply
from pipelines.read import conserve, container, read_page
from pipelines.read.conserve import Text, visible
from pipelines.read.decode import decode
from pipelines.read.flatten import flatten
from pipelines.read.grid import Paragraph
from pipelines.removal import RemovalReason
from scraper.demo.answers import answers
from scraper.demo.personality import load_personalities
from scraper.demo.render import Resources, render
from tests.pipelines.read.pages import LETTER, TEXT, document, read

pytestmark = pytest.mark.no_cover

REASONS = frozenset(get_args(RemovalReason))
_UNSEEN = (Comment, Script, Stylesheet, TemplateString, Doctype, CData)


def container_text(markup: str) -> str:
    """The text nodes of a piece of markup by another parser than ours, scripts and styles apart."""
    soup = BeautifulSoup(markup, "lxml")
    return visible("".join(text for text in soup.find_all(string=True) if not isinstance(text, _UNSEEN)))


def interleaved(whole: str, first: str, second: str) -> bool:
    """Whether ``whole`` is made of the two texts, each in its order and nothing else."""
    if len(whole) != len(first) + len(second):
        return False
    taken = {0}
    for position, character in enumerate(whole):
        following = set()
        for count in taken:
            if count < len(first) and first[count] == character:
                following.add(count + 1)
            if position - count < len(second) and second[position - count] == character:
                following.add(count)
        taken = following
    return bool(taken)


def test_the_measure_sees_a_lost_a_moved_and_a_doubled_character() -> None:
    assert interleaved("甲乙丙丁", "甲丙", "乙丁")
    assert not interleaved("甲乙丙丁", "甲丙", "乙")
    assert not interleaved("甲乙丙丁", "丙甲", "乙丁")
    assert not interleaved("甲乙丙", "甲丙", "乙丁")


# --- a loss cannot be overlooked --------------------------------------------------------------------------------


def text_of(markup: str, printed: str) -> Text:
    flat = flatten(markup)
    return Text(printed, flat, list(flat.paragraphs))


@pytest.mark.parametrize(
    ("printed", "raw"),
    [("甲乙丙丁", "丙"), ("甲乙丁丙丁", "丙丁"), ("丙甲乙丁", "丙"), ("甲丁乙", "丁"), ("甲乙丁丁", "丁")],
)
def test_what_the_reader_did_not_see_is_an_issue(printed: str, raw: str) -> None:
    issue = conserve.lost(text_of("<p>甲<b>乙</b>丁</p>", printed))
    assert issue is not None
    assert (issue.code, issue.severity, issue.raw) == ("body_text_lost", "error", raw)


def test_what_the_reader_made_up_is_an_issue() -> None:
    assert conserve.lost(text_of("<p>甲<b>乙</b>丁</p>", "甲丁")) is not None


def test_a_paragraph_that_disappears_without_a_reason_is_an_issue() -> None:
    text = text_of("<p>甲</p><p>乙</p>", "甲乙")
    text.kept.pop()
    issue = conserve.lost(text)
    assert issue is not None
    assert issue.raw == "乙"


def test_a_paragraph_that_comes_twice_is_an_issue() -> None:
    text = text_of("<p>甲</p><p>乙</p>", "甲乙")
    text.kept.append(text.kept[0])
    assert conserve.lost(text) is not None


def test_a_paragraph_that_was_shortened_is_an_issue() -> None:
    text = text_of("<p>甲乙</p>", "甲乙")
    text.kept[0] = Paragraph("甲", text.kept[0].pieces, text.kept[0].leaves)
    issue = conserve.lost(text)
    assert issue is not None
    assert issue.raw == "乙"


def test_a_loss_in_the_reader_shows_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.read import page

    def forgetful(markup: str, base: str | None = None, *, plain: bool = False, tokens: object) -> object:
        return flatten(markup.replace("<p>二、", "<p>"), base, plain=plain)

    monkeypatch.setattr(page, "flatten", forgetful)
    found = [issue for issue in read(document()).issues if issue.code == "body_text_lost"]
    assert len(found) == 1
    assert (found[0].raw or "").startswith("二、")


def test_nothing_lost_is_no_issue() -> None:
    assert read(document()).issues == ()


def test_every_reason_is_explained() -> None:
    text = (Path(__file__).parents[3] / "docs" / "body.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)) == REASONS


# --- what is left out keeps its place ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "reason", "text"),
    [
        ('<div class="share">分享到微信</div>', "share", "分享到微信"),
        ('<div class="bshare"><button>转发</button>到某处</div>', "share", "转发到某处"),
        ('<div class="share"><div>分享</div><br>到<div>微信</div></div>', "share", "分享到微信"),
        ('<p style="display:none">隐藏的字</p>', "hidden", "隐藏的字"),
        ('<p style="color:red; DISPLAY : none">隐藏的字</p>', "hidden", "隐藏的字"),
        ("<p hidden>隐藏的字</p>", "hidden", "隐藏的字"),
        ("<form>您的姓名<input><button>提交</button></form>", "feedback_form", "您的姓名提交"),
        ("<script>if (a < b) { c() }</script>", "not_shown", "if (a < b) { c() }"),
        ("<style>p > a { color: red }</style>", "not_shown", "p > a { color: red }"),
        ("<noscript><p>请打开脚本</p></noscript>", "not_shown", "请打开脚本"),
        ('<p class="insertfileTag"><a href="a.pdf">甲.pdf</a></p>', "attachment", "甲.pdf"),
        ("<p>扫一扫在手机上查看当前页面</p>", "qr_code", "扫一扫在手机上查看当前页面"),
        (f'<div class="share">{"长" * 1000}</div>', "share", "长" * 1000),
    ],
)
def test_left_out_with_its_whole_text_and_a_reason(inside: str, reason: str, text: str) -> None:
    raw = read(document(letter=LETTER + inside))
    assert [(item.reason, item.text) for item in raw.removed] == [(reason, text)]
    assert raw.paragraphs == TEXT
    assert raw.issues == ()


def test_hidden_prose_is_kept() -> None:
    # A script may show it: nothing that long is dropped for its style alone.
    raw = read(document(letter=f'<div style="display:none">{LETTER}<p>{"长文。" * 500}</p></div>'))
    assert raw.paragraphs == (*TEXT, "长文。" * 500)


def test_a_line_is_joined_over_what_is_left_out_of_it() -> None:
    letter = LETTER.replace("修缮计划", '修<span style="display:none">甲</span>缮<b hidden>乙</b>计划')
    raw = read(document(letter=letter))
    assert raw.paragraphs == TEXT
    assert [item.text for item in raw.removed] == ["甲", "乙"]
    assert raw.issues == ()


def test_left_out_inside_a_row_of_a_table() -> None:
    letter = (
        LETTER
        + "<table><tr><td>甲</td><td hidden>乙</td><td>丙</td></tr><tr><td>丁</td><td>戊</td></tr></table>"
    )
    raw = read(document(letter=letter))
    assert raw.paragraphs[-2:] == ("甲\t丙", "丁\t戊")
    assert [item.text for item in raw.removed] == ["乙"]


def test_what_is_left_out_stands_in_order_of_the_document() -> None:
    letter = (
        "<p>发布时间：2023-06-01</p>"
        + LETTER.replace("<p>二、", '<div class="share">分享</div><p>二、')
        + "<p>上一篇：某事</p>"
    )
    raw = read(document(letter=letter))
    assert [(item.reason, item.text) for item in raw.removed] == [
        ("metadata", "发布时间：2023-06-01"),
        ("share", "分享"),
        ("neighbours", "上一篇：某事"),
    ]
    assert raw.paragraphs == TEXT


def test_a_page_that_uses_our_mark_hides_nothing_from_us() -> None:
    for mark in ("made_up", "share"):
        letter = LETTER.replace("<p>二、", f'<p data-hr-removed="{mark}">二、')
        raw = read(document(letter=letter))
        assert (
            visible("".join(raw.paragraphs) + "".join(item.text for item in raw.removed)).count("摆渡车") == 1
        )
        assert raw.issues == ()
    commented = "<!-- <p data-hr-removed='share'> -->"
    assert read(document(letter=commented + LETTER)).paragraphs == TEXT


def test_a_catalogue_with_tools_inside_and_a_table_in_what_is_left_out() -> None:
    catalogue = "<table><tr><td>索引号</td><td>1/2020-1 <button>打印</button></td><td>文号</td><td>甲〔2020〕1号</td></tr></table>"
    hidden = f'<div style="display:none">{catalogue.replace("甲", "乙")}</div>'
    raw = read(document(letter=hidden + catalogue + LETTER))
    assert {item.label: item.value for item in raw.fields if item.source == "cell"} == {
        "索引号": "1/2020-1",
        "文号": "甲〔2020〕1号",
    }
    assert [item.reason for item in raw.removed] == ["hidden", "metadata"]
    assert raw.paragraphs == TEXT
    assert raw.issues == ()


@pytest.mark.parametrize(
    "unit",
    [
        '<div class="share">分享</div>',
        "<b hidden>甲</b>乙",
        '<div class="share"><div class="share">甲',
        "<table><tr><td rowspan=9 colspan=9>甲<td>乙<tr><td>丙",
        "<table><tr><td><table><tr><td>甲<td>乙",
        "<p>甲<img src=a.png><a href=b.pdf>乙</a>",
        "<script>甲</script><svg><title>乙</title></svg>",
        "<xmp>甲<p></xmp>",
        "<!-- <p data-hr-removed='share'> -->甲",
        '<p data-hr-removed="share">甲',
    ],
)
def test_much_of_it_takes_linear_time(unit: str) -> None:
    def seconds(count: int) -> float:
        body = document(letter=LETTER + unit * count)
        start = time.process_time()
        raw = read(body)
        assert "body_text_lost" not in {issue.code for issue in raw.issues}
        return time.process_time() - start

    seconds(100)
    once = max(seconds(1000), 0.05)
    # The collector may have its turn meanwhile, with all that the other tests have left.
    assert any(seconds(4000) < 9 * once for _ in range(3))


# --- any markup ---------------------------------------------------------------------------------------------------

_SPACES = st.sampled_from(["", " ", "\n", "&nbsp;", "\u3000", "\u200b", "&#8203;", "\t\r\n"])
_SIGNS = st.sampled_from(["", "&lt;b&gt;", "&amp;lt;", "“", "&quot;", "1.5", "&copy", "𠀀", "\x7f", "&#0;"])
_INLINE = st.sampled_from(
    [
        "<span>{}</span>",
        "<strong>{}</strong>",
        "<b><i>{}</i></b>",
        "<font color='red'>{}</font>",
        "<u>{}</u>",
        "<sup>{}</sup>",
        "<o:p>{}</o:p>",
        "<a href='x.pdf'>{}</a>",
        "<a href='#'>{}</a>",
        "<em title='a > b'>{}</em>",
        "<span style='display:none'>{}</span>",
        "<span class='share'>{}</span>",
        "<label>{}</label>",
        "<ins>{}</ins>",
        "<unknown-tag>{}</unknown-tag>",
        "<math><mi>{}</mi></math>",
    ]
)
_BLOCK = st.sampled_from(
    [
        "<p>{}</p>",
        "<div>{}</div>",
        "<section>{}</section>",
        "<blockquote>{}</blockquote>",
        "<ul><li>{}</li><li></li></ul>",
        "<ol><li>{}</ol>",
        "<dl><dt>{}</dt></dl>",
        "<h2>{}</h2>",
        "<center>{}</center>",
        "<pre>\n{}\n</pre>",
        "<details><summary>{}</summary></details>",
        "<fieldset><legend>{}</legend></fieldset>",
        "<figure><figcaption>{}</figcaption></figure>",
        "<table><tr><td>{}</td></tr></table>",
        "<table><caption>{}</caption></table>",
        "<div hidden>{}</div>",
        "<div class='toolbar'>{}</div>",
        "<nav>{}</nav>",
        "<form>{}</form>",
        "<p class='insertfileTag'>{}</p>",
        "<button>{}</button>",
    ]
)
_LEAF = st.sampled_from(
    [
        "<br>",
        "<hr>",
        "<!-- 字0字 -->",
        "<img src='a.png' alt='字0字'>",
        "<input value='字0字'>",
        "<p></p>",
        "<td>",
        "</b>",
        "</p>",
        "<wbr>",
    ]
)
_RAW = st.sampled_from(
    [
        "<script>{}<div></script>",
        "<style>{}</style>",
        "<noscript>{}</noscript>",
        "<xmp>{}<b></xmp>",
        "<textarea>{}</textarea>",
        "<select><option>{}</option></select>",
        "<svg><text>{}</text></svg>",
        "<iframe>{}</iframe>",
    ]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    return f"{draw(_SPACES)}{draw(_SIGNS)}字#字{draw(_SPACES)}"


@st.composite
def tables(draw: st.DrawFn, content: st.SearchStrategy[str]) -> str:
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        cells = []
        for _ in range(draw(st.integers(0, 4))):
            spans = draw(
                st.sampled_from(["", " colspan=2", " rowspan=2", " colspan=999 rowspan=3", " rowspan=x"])
            )
            cells.append(f"<td{spans}>{draw(st.one_of(st.just(''), content))}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def fill(pattern: str, content: str) -> str:
        return pattern.replace("{}", content)

    return st.one_of(
        st.builds(fill, _INLINE, inner),
        st.builds(fill, _BLOCK, inner),
        st.builds(fill, _RAW, texts()),
        st.lists(inner, min_size=1, max_size=4).map("".join),
        tables(inner),
    )


MARKUP = st.recursive(st.one_of(texts(), _LEAF), _wrapped, max_leaves=25)


def numbered(markup: str) -> str:
    count = iter(range(1, 10_000))
    return re.sub("字#字", lambda _: f"字{next(count)}字", markup)


def tokens(parts: Sequence[str]) -> list[int]:
    return [int(number) for number in re.findall(r"字(\d+)字", visible("".join(parts)))]


def assert_conserved(raw: RawReply, wanted: list[int]) -> None:
    body = tokens(raw.paragraphs)
    removed = tokens([item.text for item in raw.removed if item.reason != "not_shown"])
    unseen = tokens([item.text for item in raw.removed if item.reason == "not_shown"])
    assert body == sorted(body)
    assert removed == sorted(removed)
    assert sorted(body + removed + unseen) == wanted
    assert {item.reason for item in raw.removed} <= REASONS
    assert [issue for issue in raw.issues if issue.code == "body_text_lost"] == []


@settings(max_examples=400, deadline=None)
@given(st.lists(MARKUP, min_size=1, max_size=6).map("".join).map(numbered))
def test_any_nesting_of_known_texts(markup: str) -> None:
    raw = read(document(letter=LETTER + markup))
    # A comment or an attribute is no text: their token is 字0字.
    assert_conserved(raw, [number for number in tokens([html.unescape(markup)]) if number])
    assert visible(re.sub(r"<[^>]*>", "", html.unescape(re.sub("<[^>]*>", "", raw.body_html)))) == re.sub(
        r"<[^>]*>", "", visible("".join(raw.paragraphs))
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(MARKUP, min_size=2, max_size=3).map(lambda parts: [numbered(part) for part in parts]))
def test_any_nesting_over_continuations(parts: list[str]) -> None:
    first, *rest = [
        Page(url=f"https://a.invalid/t1_{n}.html", body=document(letter=LETTER + part))
        for n, part in enumerate(parts)
    ]
    raw = read_page(Page(url=first.url, body=first.body, continuations=tuple(rest)))
    found = tokens(raw.paragraphs) + tokens([item.text for item in raw.removed])
    assert sorted(found) == sorted(
        number for part in parts for number in tokens([html.unescape(part)]) if number
    )
    assert [issue for issue in raw.issues if issue.code == "body_text_lost"] == []


# --- every page of the demonstration ------------------------------------------------------------------------------


def demo_pages() -> list[tuple[str, str | None, bytes]]:
    """(address, encoding told by the server, bytes) of every document and continuation page."""
    resources: Resources = render(load_personalities())
    wanted = {answer.url for answer in answers(load_personalities()) if answer.answer == "page"}
    out = []
    for (host, path), resource in sorted(resources.items()):
        url = f"http://{host}{path}"
        stem = re.sub(r"_\d{1,2}(\.\w+)$", r"\1", url)
        if url in wanted or stem in wanted:
            out.append((url, dict(resource.headers).get("content-type"), resource.body))
    return out


@pytest.mark.parametrize(("url", "kind", "body"), [pytest.param(*page, id=page[0]) for page in demo_pages()])
def test_every_page_of_the_demonstration(url: str, kind: str | None, body: bytes) -> None:
    headers = (("content-type", kind),) if kind else ()
    raw = read_page(Page(url=url, body=body, headers=headers))
    source = decode(body, headers).text
    nodes, _ = container.find(LexborHTMLParser(source), source)
    whole = container_text("".join(node.html or "" for node in nodes))
    removed = [item.text for item in raw.removed if item.reason != "not_shown"]
    assert whole
    assert interleaved(whole, visible("".join(raw.paragraphs)), visible("".join(removed)))
    assert "body_text_lost" not in {issue.code for issue in raw.issues}
