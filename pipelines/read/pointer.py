"""Pages whose text is somewhere else: nothing but `附件：…`, `详见附件`, or the name of the file that holds the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.models import Attachment, RawReply

_TEXTS = frozenset({"pdf", "doc", "docx", "wps", "ofd", "rtf"})
"""Extensions of files that hold letters; tables, pictures and archives are enclosures."""
_PROGRAMS = frozenset({"jsp", "php", "asp", "aspx", "do", "action"})
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{2,6})$")
_NUMBERED = re.compile(r"^(?:附件|附)?[\d一二三四五六七八九十]{0,3}[:：.、,，]?")
_POINTS = re.compile(
    r"[（(【\[]?(?:附件?[\d一二三四五六七八九十]{0,2}[:：.、]?[^。；]{0,80}"
    r"|[^，。；：]{0,16}(?:见|看|阅|读|下载|点击|打开)[^，。；：]{0,10}附件[^，。；：]{0,6}"
    r"|(?:请)?点击[^，。；：]{0,12}(?:下载|查看|阅读|浏览)[^，。；：]{0,8})[。.!！]?[）)】\]]?[。.]?"
)
_ANSWER = re.compile(r"答复|回复|复函|函复|会办意见|协办意见|的函")
MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the text of a page is."""

    file: Attachment | None
    """None where several files could hold it."""
    position: int
    """Of the file among the attachments, from 1; 0 without one."""
    count: int
    """Files that could hold it."""


def pointer(raw: RawReply) -> Pointer | None:
    """Where the text is, when the page holds none of its own and has a file that may hold it; else None.

    Several files: the one that bears the title, else the only one that calls itself an answer; else it is not known.
    """
    if len(raw.paragraphs) > MAX_LINES:
        return None
    lines = [_squeezed(line) for line in raw.paragraphs]
    files = [(k, file) for k, file in enumerate(raw.attachments, start=1) if file.url and _holds_text(file)]
    if not files:
        return None
    titles = {_squeezed(title) for _, title in raw.titles}
    names = (
        titles | {_bare(file.name) for file in raw.attachments} | {_squeezed(f.name) for f in raw.attachments}
    )
    if not all(_says_nothing(line, names) for line in lines):
        return None
    chosen = _chosen(files, titles)
    return Pointer(chosen[1], chosen[0], len(files)) if chosen else Pointer(None, 0, len(files))


def _says_nothing(line: str, names: set[str]) -> bool:
    return (
        not line or line in names or _NUMBERED.sub("", line) in names or _POINTS.fullmatch(line) is not None
    )


def _holds_text(file: Attachment) -> bool:
    """By the extension of the address; where a program hands out the file, by that of its printed name."""
    found = _EXTENSION.search(_path(file.url or ""))
    if found is None or found[1].lower() in _PROGRAMS:
        found = _EXTENSION.search(file.name.strip())
    return found is not None and found[1].lower() in _TEXTS


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _chosen(files: list[tuple[int, Attachment]], titles: Iterable[str]) -> tuple[int, Attachment] | None:
    if len(files) == 1:
        return files[0]
    titled = [
        one for one in files if any(len(title) > 6 and title in _squeezed(one[1].name) for title in titles)
    ]
    answers = titled or [one for one in files if _ANSWER.search(one[1].name)]
    return answers[0] if len(answers) == 1 else None


def _bare(name: str) -> str:
    return _EXTENSION.sub("", _squeezed(name))


def _squeezed(text: str) -> str:
    return "".join(text.split())
