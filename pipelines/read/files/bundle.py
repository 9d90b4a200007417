"""ZIP → the list of what is in it, and the text of the members that we can read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

from pipelines.models import FileText, Issue
from pipelines.read.files.layout import clean
from pipelines.read.files.limits import MAX_BODY, MAX_MEMBERS, MAX_TEXT, MAX_UNPACKED, NotRead

_PLAIN = re.compile("[\x00-\x7f\u2000-\uffef]+")
"""ASCII, Chinese with its punctuation and full-width forms."""
_UTF8 = 0x800
_ENCRYPTED = 0x1


def member_names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names as their authors wrote them: without the UTF-8 flag (APPNOTE §4.4.4) Chinese programs write GBK, some UTF-8.

    Which of them, all names of an archive tell together: short GBK names can be read as UTF-8, but not as Chinese.

    >>> info = zipfile.ZipInfo(); info.filename = "图.png".encode("gbk").decode("cp437"); member_names([info])
    ['图.png']
    """
    raw = [None if info.flag_bits & _UTF8 else _raw(info.filename) for info in infos]
    encoding = "gb18030"
    with suppress(UnicodeDecodeError):
        foreign = _PLAIN.sub("", b"".join(filter(None, raw)).decode("utf-8"))
        encoding = "gb18030" if foreign else "utf-8"
    return [
        info.filename if name is None else name.decode(encoding, "replace")
        for info, name in zip(infos, raw, strict=True)
    ]


def _raw(name: str) -> bytes | None:
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return None


def read_bundle(body: bytes, read_member: Callable[[bytes], FileText]) -> FileText:
    """Names of all members, each followed by its text; archives inside are named, not opened. Raises NotRead.

    The announced size of a member is not believed: it is unpacked up to a limit, and all of them up to another.
    """
    lines: list[str] = []
    issues: list[Issue] = []
    unpacked = chars = 0
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            members = [info for info in bundle.infolist() if not info.is_dir()]
            for info, written in zip(members, member_names(members[:MAX_MEMBERS]), strict=False):
                name = clean(written.replace("\t", " "))
                lines.append(name)
                if unpacked > MAX_UNPACKED or chars > MAX_TEXT:
                    continue
                content = _content(bundle, info)
                unpacked += MAX_BODY if content is None else len(content)
                if content is None:
                    issues.append(_member_issue(name, "过大、加密或已损坏"))
                    continue
                found = read_member(content)
                issues.extend(_member_issue(name, issue.message) for issue in found.issues)
                if found.text:
                    lines.append(found.text)
                    chars += len(found.text)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise NotRead("ZIP 已损坏，打不开。") from error
    if unpacked > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        message = f"压缩包有 {len(members)} 个文件，解开后过多或过大，只读了前面的。"
        issues.append(Issue("attachment_cut", message, "warning", "attachments", str(len(members))))
    return FileText("zip", "\n".join(lines) or None, "zip.members", len(members), tuple(issues[:20]))


def _content(bundle: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    if info.flag_bits & _ENCRYPTED:
        return None
    try:
        with bundle.open(info) as member:
            content = member.read(MAX_BODY + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return None
    return content if len(content) <= MAX_BODY else None


def _member_issue(name: str, reason: str) -> Issue:
    message = f"压缩包里的 {name[:100]} 没有读全：{reason}"
    return Issue("attachment_not_read", message, "warning", "attachments", name[:100])
