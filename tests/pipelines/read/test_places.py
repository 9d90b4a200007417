"""Files and pictures know the paragraph in which they stand."""

from __future__ import annotations

import pytest

from pipelines.models import Image, Page
from pipelines.read import read_page
from pipelines.read.text import read_text
from tests.pipelines.read.pages import LETTER, TEXT, document, read

FOLDER = "https://jt.demo.invalid/zwgk/jytabl/202306/"


@pytest.mark.parametrize(
    ("letter", "paragraph"),
    [
        ("<p>甲：</p><p>见<a href='a.pdf'>附件</a>。</p><p>乙。</p>", 2),
        # On a line of its own it goes with the line in front of it.
        ("<p>甲：</p><p>附件：</p><p class='insertfileTag'><a href='a.pdf'>表.pdf</a></p><p>乙。</p>", 2),
        ("<p>甲：</p><p><a href='a.pdf'></a></p><p>乙。</p>", 1),
        ("<p><a href='a.pdf'><img src='i.png'></a></p><p>甲：</p><p>乙。</p>", 0),
        ("<p>甲：</p><p>乙。</p><a href='a.pdf'><p>表.pdf</p></a>", 3),
        (
            "<p>甲：</p><table><tr><td>丙</td><td>丁</td></tr><tr><td>戊</td><td><a href='a.pdf'>己</a></td></tr></table>",
            3,
        ),
        # What is left out in front of it does not count.
        (
            "<p>发布时间：2023-06-01</p><p>甲：</p><div class='share'>分享</div><p>见<a href='a.pdf'>附件</a>。</p>",
            2,
        ),
        # Linked twice: the first place.
        ("<p>甲：</p><p>见<a href='a.pdf'>附件</a>。</p><p><a href='./a.pdf'>表</a></p>", 2),
    ],
)
def test_the_paragraph_of_a_file(letter: str, paragraph: int) -> None:
    [file] = read(document(letter=letter.replace("甲：", "某委员："))).attachments
    assert (file.url, file.paragraph) == (FOLDER + "a.pdf", paragraph)


def test_a_file_beside_the_body_has_no_paragraph() -> None:
    page = document(after='<div class="apendix"><ul id="list"><li><a href="a.pdf">表.pdf</a></li></ul></div>')
    assert [file.paragraph for file in read(page).attachments] == [None]


def test_a_file_on_a_continuation_counts_on() -> None:
    following = Page(url=f"{FOLDER}t_1.html", body=document(letter="<p>三、见<a href='b.doc'>附件</a>。</p>"))
    raw = read_page(Page(url=f"{FOLDER}t.html", body=document(letter=LETTER), continuations=(following,)))
    assert [(file.name, file.paragraph) for file in raw.attachments] == [("附件", len(TEXT) + 1)]


def test_a_file_named_in_a_plain_text() -> None:
    raw = read_text(
        "某委员：\n您提出的建议收悉，现答复如下：\n一、已办。\n附件：1.甲表\n2.乙表\n某局\n2023年5月18日"
    )
    assert [(file.name, file.paragraph) for file in raw.attachments] == [("甲表", 4), ("乙表", 5)]
    assert raw.paragraphs[3:5] == ("附件：1.甲表", "2.乙表")


def test_pictures_in_place() -> None:
    letter = (
        "<p><img src='top.png'></p><p>某委员：</p><p>图一<img src='./a.png' alt=' 老桥  照片 '>所示。</p><p><img src='./b.jpg'></p>"
        "<p><img src='data:image/png;base64,AAAA' alt='章'></p><p><img src='file:///C:/a.png'></p>"
        "<p><img src='/ueditor/dialogs/attachment/fileTypeImages/icon_pdf.gif'><a href='a.pdf'>表.pdf</a></p>"
        "<div class='share'><img src='weixin.png'>分享</div>"
    )
    assert read(document(letter=letter)).images == (
        Image(FOLDER + "top.png", "", 0),
        Image(FOLDER + "a.png", "老桥 照片", 2),
        Image(FOLDER + "b.jpg", "", 2),
        Image(None, "章", 2),
        Image(None, "", 2),
    )


def test_a_page_without_pictures() -> None:
    assert read(document()).images == ()
