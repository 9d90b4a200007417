"""Bytes → text, without losing a character silently.

The declaration of a page (header, meta, byte order mark) is a claim; the bytes decide. Valid UTF-8 with Chinese
characters in it is UTF-8 whatever is declared, because Chinese text in another encoding is not valid UTF-8 by chance
beyond a few characters; what is not UTF-8 is read as GB 18030, the superset of gb2312 and gbk (GB 18030-2022).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.models import Issue

_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:-]{2,24})", re.IGNORECASE
)
_HEADER = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:-]{2,24})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}[\"']([A-Za-z0-9_.:-]{2,24})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PLAIN = frozenset({"utf-8", "gb18030"})
"""Encodings in which U+0000 is a byte of zeros and nothing else is: the bytes are looked through faster than the text."""
_HEAD = 4096
_ENOUGH = 3
"""So many characters of more than one byte in valid UTF-8 are no coincidence."""

_HAN_WORDS = re.compile("[的一是在了和有中提案建议办理答复工作市政府，。、：]")
_TWICE_GBK = re.compile("[鐨勪簡銆傦紝鍦ㄦ槸锛涓€浜烘湁鍙鏈嶅姟寤鸿鎻愭瀵逛笉璧锟斤拷]")
_TWICE_LATIN = re.compile(
    "[äåæçèé][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that it was read in, and what was wrong."""

    text: str
    encoding: str
    issues: tuple[Issue, ...] = ()


def _known(name: str) -> str | None:
    try:
        canonical = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    # Labels of the national family are used for each other; the superset reads them all.
    return "gb18030" if canonical in {"gb2312", "gbk", "gb18030", "hz"} else canonical


def declared(body: bytes, headers: Sequence[tuple[str, str]] = ()) -> tuple[str | None, str | None]:
    """Encoding that header or page declare, and where; the header goes first (HTML standard, 13.2.3.2)."""
    for key, value in headers:
        if key.lower() == "content-type" and (match := _HEADER.search(value)):
            return match[1], "Content-Type"
    head = body[:_HEAD]
    found = _XML.match(head) or _META.search(head)
    return (found[1].decode("ascii"), "meta") if found else (None, None)


def _valid(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _mismatch(claim: str, where: str | None, real: str) -> Issue:
    return Issue(
        "encoding_mismatch",
        f"{where or '网页'} 声明编码为 {claim}，实际是 {real}；已按 {real} 读取。",
        "warning",
        raw=claim,
    )


def decode(body: bytes, headers: Sequence[tuple[str, str]] = ()) -> Decoded:
    """Decode a page. Issues: `encoding_mismatch`, `encoding_damaged` (bytes that fit no encoding, replaced by U+FFFD),
    `encoding_twice` (the text was decoded wrongly before it was published: undone, or an error where that loses something), `nul_bytes`."""
    issues: list[Issue] = []
    text, encoding = _read(body, headers, issues)
    if (b"\x00" in body or encoding not in _PLAIN) and "\x00" in text:
        issues.append(
            Issue(
                "nul_bytes",
                f"网页中有 {text.count(chr(0))} 个 NUL 字符，已去掉。",
                raw=str(text.count("\x00")),
            )
        )
        text = text.replace("\x00", "")
    # In UTF-8 the letters looked for all begin with the same byte, which Chinese text does not have.
    repaired, issue = _untwist(text, latin=encoding != "utf-8" or b"\xc3" in body)
    if issue is not None:
        issues.append(issue)
    return Decoded(repaired, encoding, tuple(issues))


def _read(body: bytes, headers: Sequence[tuple[str, str]], issues: list[Issue]) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if body.startswith(mark) and (text := _valid(body[len(mark) :], encoding)) is not None:
            return text, encoding
    claim, where = declared(body, headers)
    wanted = _known(claim) if claim else None
    as_utf8 = _valid(body, "utf-8")
    if as_utf8 is not None:
        if wanted in (None, "utf-8", "ascii") or as_utf8.isascii():
            return as_utf8, "utf-8"
        wide = sum(1 for _, _ in zip(range(_ENOUGH), re.finditer("[\u0800-\uffff]", as_utf8), strict=False))
        if wide >= _ENOUGH or _valid(body, wanted) is None:
            issues.append(_mismatch(claim or "", where, "utf-8"))
            return as_utf8, "utf-8"
    order = [name for name in (wanted if wanted != "utf-8" else None, "gb18030", "big5") if name]
    for encoding in order:
        text_or_none = _valid(body, encoding)
        # Single-byte encodings accept every byte: they prove nothing about a Chinese page.
        if text_or_none is not None and not encoding.startswith(("iso8859", "cp125", "latin")):
            if claim and encoding != wanted:
                issues.append(_mismatch(claim, where, encoding))
            return text_or_none, encoding
    return _damaged(body, wanted, issues)


def _damaged(body: bytes, wanted: str | None, issues: list[Issue]) -> tuple[str, str]:
    """No encoding fits: take the one that loses least, and say how much."""
    best: tuple[int, str, str] | None = None
    for encoding in dict.fromkeys(("utf-8", "gb18030", *([wanted] if wanted else ()))):
        text = body.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if best is None or lost < best[0]:
            best = (lost, text, encoding)
    lost, text, encoding = best or (0, "", "utf-8")
    issues.append(
        Issue(
            "encoding_damaged",
            f"有 {lost} 处字节不合任何编码，按 {encoding} 读取并以 U+FFFD 代替；请核对原网页。",
            "error",
            raw=str(lost),
        )
    )
    return text, encoding


def _untwist(text: str, *, latin: bool) -> tuple[str, Issue | None]:
    """Undo one wrong decoding before publication, where it can be undone without loss; else only say so. ``latin``: there
    may be one of `åäæç` in the text."""
    if "锛" not in text and not (latin and any(map(text.__contains__, "åäæç"))):
        return text, None
    sample = text[:20000]
    as_latin = len(_TWICE_LATIN.findall(sample)) if any(map(sample.__contains__, "åäæç")) else 0
    if as_latin < 20 and ("锛" not in sample or "銆" not in sample):
        return text, None
    han = len(_HAN_WORDS.findall(sample))
    twisted = max(as_latin, len(_TWICE_GBK.findall(sample)))
    if twisted < 20 or twisted < 2 * han:
        return text, None
    for encoding in ("cp1252", "latin-1", "gb18030"):
        try:
            fixed = text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        message = f"原文是 UTF-8 被误当作 {encoding} 后再发布的乱码，已还原。"
        return fixed, Issue("encoding_twice", message, "warning", raw=encoding)
    return text, Issue(
        "encoding_twice", "网页文字是二次转码的乱码，不能无损还原，没有收入；网页已归档。", "error"
    )
