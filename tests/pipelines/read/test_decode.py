"""Encodings: the bytes decide, the declaration is a claim, and nothing is lost without a word."""

from __future__ import annotations

import pytest

from pipelines.read import decode

TEXT = "关于修缮老桥的提案收悉，现答复如下：老桥已列入今年的修缮计划。工作办理建议在政府网站公开。"


def page(charset: str | None, encoding: str) -> bytes:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body>{TEXT}</body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gbk"),
        ("GBK", "gbk"),
        ("gb18030", "gb18030"),
        ("big5", "big5"),
        (None, "utf-8"),
    ],
)
def test_declared_rightly(charset: str | None, encoding: str) -> None:
    text = TEXT if encoding != "big5" else ""
    done = decode(
        page(charset, encoding)
        if text
        else '<meta charset="big5">關於修繕老橋的提案，答覆如下。'.encode("big5")
    )
    assert text in done.text
    assert done.issues == ()


@pytest.mark.parametrize(
    ("charset", "encoding", "real"),
    [
        ("utf-8", "gb18030", "gb18030"),
        ("gb2312", "utf-8", "utf-8"),
        ("iso-8859-1", "gbk", "gb18030"),
        ("iso-8859-1", "utf-8", "utf-8"),
    ],
)
def test_declared_wrongly(charset: str, encoding: str, real: str) -> None:
    done = decode(page(charset, encoding))
    assert TEXT in done.text
    assert done.encoding == real
    assert [issue.code for issue in done.issues] == ["encoding_mismatch"]
    assert charset in done.issues[0].message


def test_nothing_declared_is_no_mismatch() -> None:
    done = decode(page(None, "gbk"))
    assert TEXT in done.text
    assert done.issues == ()


def test_the_header_goes_before_the_page() -> None:
    body = page("utf-8", "gbk")
    assert decode(body, (("content-type", "text/html; charset=GBK"),)).issues == ()


def test_unknown_declaration() -> None:
    assert TEXT in decode(page("x-unknown-9", "gbk")).text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)).text == TEXT


def test_characters_beyond_gbk() -> None:
    name = "某㐂𠮷"
    assert name in decode(f'<meta charset="gb2312">{name}'.encode("gb18030")).text


def test_a_few_characters_that_fit_both_are_read_as_declared() -> None:
    body = '<meta charset="gbk">联通'.encode("gbk")
    assert body.decode("utf-8", "ignore") != ""
    assert decode(body).text.endswith("联通")


def test_damaged_bytes_are_counted() -> None:
    body = page("utf-8", "utf-8") + "老桥".encode()[:-1]
    done = decode(body)
    assert TEXT in done.text
    assert done.text.count("\ufffd") == 1
    assert [issue.code for issue in done.issues] == ["encoding_damaged"]
    assert done.issues[0].severity == "error"


def test_nul_bytes() -> None:
    done = decode(TEXT.replace("老", "老\x00").encode())
    assert done.text == TEXT
    assert [issue.code for issue in done.issues] == ["nul_bytes"]


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_text_that_was_decoded_wrongly_before_it_was_published(wrong: str) -> None:
    twisted = (TEXT * 2).encode("utf-8").decode("latin-1").encode("utf-8")
    done = decode(twisted)
    assert done.text == TEXT * 2
    assert [issue.code for issue in done.issues] == ["encoding_twice"]


def test_text_twisted_beyond_repair_is_kept_and_reported() -> None:
    twisted = (TEXT * 3).encode("utf-8").decode("gbk", "ignore")
    done = decode(twisted.encode("utf-8"))
    assert done.text == twisted or done.text == TEXT * 3
    assert [issue.code for issue in done.issues] == ["encoding_twice"]


def test_ordinary_text_with_rare_characters_is_left_alone() -> None:
    text = "锛与銆是化学用字，涓滴之水。" + TEXT
    assert decode(text.encode()).text == text
