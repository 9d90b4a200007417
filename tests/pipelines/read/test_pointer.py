"""Pages whose text is in a file: which are, and in which file."""

from __future__ import annotations

import pytest

from pipelines.models import Attachment, RawReply
from pipelines.read.pointer import pointer

TITLE = "关于省政协十三届二次会议第20240901号提案的答复"


def raw(*paragraphs: str, files: tuple[str, ...] = ("答复.pdf",)) -> RawReply:
    attachments = tuple(
        Attachment(name, f"http://a.invalid/{number}.{name[-3:]}") for number, name in enumerate(files)
    )
    return RawReply("http://a.invalid/1.html", (("h1", TITLE),), (), paragraphs, "", attachments)


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("您提出的提案收悉，现答复如下：", "详见附件。"),
        ("我局已将办理情况作为附件报送省政协。",),
        ("感谢您的关心。", "附件：答复.pdf"),
        ("附件里列出的三项工程都已开工；其余两项明年开工。",),
        tuple("附件" for _ in range(13)),
    ],
)
def test_a_page_with_a_text_of_its_own_points_nowhere(paragraphs: tuple[str, ...]) -> None:
    assert pointer(raw(*paragraphs)) is None


@pytest.mark.parametrize(
    "line",
    [
        "附件：答复.pdf",
        "附件1：关于提案的答复",
        "详见附件。",
        "（见附件）",
        "答复内容请见附件",
        "答复全文详见附件1。",
        "请点击下载查看",
        "点击附件下载",
        "答复",
        "1.答复.pdf",
        TITLE,
        "",
    ],
)
def test_a_hint_is_no_text(line: str) -> None:
    found = pointer(raw(line))
    assert found is not None
    assert (found.position, found.count) == (1, 1)


def test_without_a_file_that_could_hold_a_letter_there_is_nothing_to_point_to() -> None:
    assert pointer(raw("见附件", files=())) is None
    assert pointer(raw("见附件", files=("一览表.xls", "照片.jpg"))) is None
    assert pointer(RawReply(None, (), (), ("见附件",), "", (Attachment("答复.pdf", None),))) is None


@pytest.mark.parametrize(
    ("files", "position"),
    [
        (("表.xls", "函.pdf"), 2),
        (("材料.pdf", "省政协提案的答复.pdf"), 2),
        (("办理的答复.pdf", f"{TITLE}.pdf"), 2),
        (("答复一.pdf", "答复二.pdf"), 0),
        (("材料一.pdf", "材料二.pdf"), 0),
    ],
)
def test_of_several_files_only_one_that_says_so_is_taken(files: tuple[str, ...], position: int) -> None:
    found = pointer(raw("见附件", files=files))
    assert found is not None
    assert found.position == position
    assert (found.file is None) == (position == 0)
