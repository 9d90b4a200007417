"""Files beside a reply: what they say, what is not believed, and what a hostile one can do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipelines.models import FileText
from pipelines.read.files import FileReader, disagrees, kind_of, programs, read_file, word
from pipelines.read.files.extract import extract
from pipelines.read.files.layout import Line, clean, paragraphs
from pipelines.read.files.limits import MAX_TEXT
from scraper.demo.pdf import pdf
from tests.pipelines.read.files import make


def lines(found: FileText) -> list[str]:
    return (found.text or "").split("\n")


def codes(found: FileText) -> list[str]:
    return [issue.code for issue in found.issues]


# --- what goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "unknown"),
        (b"\x00\x01\x02" * 100, "unknown"),
        (b"%PDF-1.7\n" + b"\xff" * 5000, "pdf"),
        (b"PK\x03\x04" + b"\x00" * 100, "zip"),
        (make.docx()[:2000], "zip"),
        (make.ofd([[(20, 20, "甲")]])[:-30], "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument\0".encode("utf-16-le"), "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook\0".encode("utf-16-le"), "xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage\0".encode("utf-16-le"),
            "encrypted",
        ),
        (b"Rar!\x1a\x07\x00", "rar"),
    ],
)
def test_what_cannot_be_read_says_so_and_gives_nothing(body: bytes, kind: str) -> None:
    found = read_file(body)
    assert (found.kind, found.text, found.rule, codes(found)) == (kind, None, None, ["attachment_not_read"])
    assert len(found.issues[0].message) > 10


def test_a_reader_that_dies_or_hangs_or_eats_memory_takes_only_its_file_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        """
import os, time
import pipelines.read.files.extract as extract, pipelines.read.files.programs as programs
import pipelines.read.files.worker as worker
keep = extract.extract
def hostile(body):
    if body == b"crash": os.abort()
    if body == b"exit": os._exit(0)
    if body == b"hang": time.sleep(60)
    if body == b"spin":
        while True: pass
    if body == b"eat": held = [bytes(10**7) for _ in range(10**4)]
    return keep(body)
worker.extract = hostile
worker.WALL_SECONDS = 2.0
worker.limited = lambda: programs.limited(seconds=1)
""",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # `-m` would load the module a second time: the worker is started as the patched one.
    reader = FileReader(("-c", "import pipelines.read.files.worker as worker; worker.main()"))
    try:
        for body in (b"crash", b"exit", b"hang", b"spin", b"eat"):
            started = time.monotonic()
            found = reader.read(body)
            assert codes(found) == ["attachment_not_read"], body
            assert time.monotonic() - started < 10
            assert reader.read("好".encode()).text == "好"
    finally:
        reader.close()


def test_a_worker_that_was_killed_is_started_again() -> None:
    reader = FileReader()
    try:
        assert reader.read("甲".encode()).text == "甲"
        assert reader._process is not None
        reader._process.kill()
        reader._process.wait()
        assert reader.read("乙".encode()).text == "乙"
    finally:
        reader.close()


def test_a_bomb_is_not_unpacked() -> None:
    bomb = make.zipped({f"{k}.txt": b"0" * 30_000_000 for k in range(20)})
    assert len(bomb) < 1_000_000
    started = time.monotonic()
    found = read_file(bomb)
    assert time.monotonic() - started < 20
    assert found.kind == "zip"
    assert len((found.text or "").encode()) < MAX_TEXT
    assert "过大" in found.issues[0].message
    inflated = make.zipped({"[Content_Types].xml": b"x", "word/document.xml": b" " * 220_000_000})
    assert codes(read_file(inflated)) == ["attachment_not_read"]


def test_entities_of_xml_are_not_expanded() -> None:
    secret = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">]>'
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"{secret}<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>d.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "d.xml": f'<ofd:Document {name}><ofd:Pages><ofd:Page BaseLoc="p.xml"/></ofd:Pages></ofd:Document>',
        "p.xml": f'{secret}<ofd:Page {name}><ofd:TextObject Boundary="1 1 9 5"><ofd:TextCode>甲</ofd:TextCode>'
        "<ofd:TextCode>&e;&a;</ofd:TextCode></ofd:TextObject></ofd:Page>",
    }
    found = read_file(make.zipped({path: text.encode() for path, text in parts.items()}))
    assert found.text == "甲"


def test_text_is_bounded_and_says_so() -> None:
    found = read_file("\n".join(["一二三四五六七八九十" * 10] * 10_000).encode())
    assert len((found.text or "").encode()) <= MAX_TEXT
    assert codes(found) == ["attachment_cut"]


def test_a_program_that_is_not_there_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "found", lambda name: None)
    found = extract(make.fixture("letter.doc"))
    assert (found.kind, found.text, codes(found)) == ("doc", None, ["attachment_not_read"])
    assert "请安装 antiword、catdoc 或 LibreOffice" in found.issues[0].message


def test_a_scan_has_no_text_and_that_is_no_error() -> None:
    found = read_file(pdf([]))
    assert (found.kind, found.text, found.pages, codes(found)) == (
        "pdf",
        None,
        1,
        ["attachment_without_text"],
    )


# --- what is read --------------------------------------------------------------------------------------------------


def test_paragraphs_of_a_pdf_are_whole_across_lines_and_pages() -> None:
    long = "为改善片区环境，" * 120
    found = read_file(pdf([*make.LETTER, long, "特此答复。"]))
    assert lines(found) == [*make.READ, long, "特此答复。"]
    assert (found.rule, found.pages) == ("pdf.layout", 2)


def test_word_documents_give_paragraphs_and_tables() -> None:
    table = [["项目", "金额（万元）", "联系人"], ["清淤", "120", "某某"]]
    assert lines(read_file(make.docx(table=table))) == [
        *make.READ,
        "项目\t金额（万元）\t联系人",
        "清淤\t120\t**",
    ]


@pytest.mark.parametrize("name", ["antiword", "catdoc", "soffice"])
def test_old_word_documents_are_read_by_each_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if programs.found(name) is None:
        pytest.skip(f"{name} is not installed")
    monkeypatch.setattr(word, "found", lambda asked: programs.found(name) if asked == name else None)
    found = extract(make.fixture("letter.doc"))
    assert lines(found)[:5] == list(make.READ)
    assert lines(found)[-2:] == ["湖北省湖渠事务局", "2024年7月23日"]
    assert found.rule == f"doc.{name}"


@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_workbooks_give_rows_with_contact_columns_masked(kind: str) -> None:
    found = read_file(make.fixture(f"table.{kind}"))
    assert lines(found) == ["项目\t金额（万元）\t联系电话", "清淤\t120\t********", "护坡\t86.5\t********"]
    assert (found.kind, found.rule, found.pages) == (kind, f"{kind}.cells", 1)


def test_ofd_lines_become_paragraphs() -> None:
    page = [(28.0, 20, "您提出的提案收"), (20.0, 28, "悉，现答复如"), (44.0, 28, "下："), (28.0, 36, "此复")]
    found = read_file(make.ofd([page, [(20.0, 20, "附：略"), (50.0, 280, "— 2 —")]]))
    assert lines(found) == ["您提出的提案收悉，现答复如下：", "此复", "附：略"]
    assert (found.rule, found.pages) == ("ofd.textcode", 2)


@pytest.mark.parametrize("encoding", [None, "gbk", "utf-8"])
def test_names_in_an_archive_are_read_however_they_were_written(encoding: str | None) -> None:
    inner = make.zipped({"深.txt": "深处".encode()})
    body = make.zipped(
        {"答复全文.docx": make.docx(["正文甲"]), "说明.zip": inner, "图.png": b"\x89PNG\r\n\x1a\n"}, encoding
    )
    found = read_file(body)
    assert lines(found) == ["答复全文.docx", "正文甲", "说明.zip", "图.png"]
    assert [issue.message for issue in found.issues] == [
        "压缩包里的 说明.zip 没有读全：附件没有读出文字：压缩包里的压缩包不再打开。"
    ]
    assert (found.rule, found.pages) == ("zip.members", 3)


def test_plain_text_is_read_in_either_encoding() -> None:
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        assert lines(read_file("一、清淤\r\n\r\n二、护坡".encode(encoding))) == ["一、清淤", "二、护坡"]


def test_content_decides_and_the_name_is_held_against_it() -> None:
    assert disagrees(kind_of(make.docx()), "http://x/P1.pdf", "答复.docx") == "pdf"
    assert disagrees(kind_of(make.fixture("letter.doc")), "http://x/P1.wps") is None
    assert disagrees(kind_of(make.fixture("table.xls")), "http://x/download.jsp", "表.xlsx") == "xlsx"
    assert disagrees("unknown", "a.pdf") is disagrees("pdf", "无名") is None


# --- parts -----------------------------------------------------------------------------------------------------------


def test_radicals_become_characters_and_punctuation_stays() -> None:
    assert clean("⽔⾯，（１）\u200b：") == "水面，（１）："


def test_a_short_line_ends_its_paragraph_and_an_indent_begins_one() -> None:
    page = [
        Line("第一段到行末", 30, 130, 10),
        Line("在这里完。", 10, 60, 10),
        Line("第二段也到行", 30, 130, 10),
        Line("第三段", 30, 60, 10),
        Line("- 1 -", 50, 70, 10),
    ]
    assert paragraphs([page]) == ["第一段到行末在这里完。", "第二段也到行", "第三段"]
