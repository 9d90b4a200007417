"""What a response is before anybody reads it: the document, or a wall, a notice, a hole. Pure and cheap.

Shapes (all seen on government sites): 412 and 202 with a 瑞数 bootstrap, the same bootstrap on a page that has its whole
content (that one is the document), maintenance and "does not exist" notices with status 200, the latter also as UTF-8
read as GBK, and appended to a good page (the document still).
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from pipelines.models import Issue, Outcome, Removed, Role
from pipelines.read.guard import MAX_BYTES

NOTICE: Literal["missing_notice"] = "missing_notice"
"""Why a line that says "does not exist" was left out of a text."""

_SCAN = 262_144
"""Bytes looked at; notices and bootstraps stand near the top, and appended ones in the last stretch."""
_TAIL = 8_192

_CHALLENGE = (
    b"$_ts",
    b"$_ss",
    b"FSSBBIl1UgzbN7N80",
    b'r="m"',
    b"r='m'",
    b"acw_sc__v2",
    b"__jsl_clearance",
    b"/_guard/",
    b"jsjiami",
    b"challenge-platform",
)
_NAMED_CHALLENGE = tuple(needle for needle in _CHALLENGE if needle not in (b'r="m"', b"r='m'", b"jsjiami"))
"""Those that no ordinary script has."""
_COOKIES = re.compile(r"FSSBBIl1UgzbN7N80|__jsl_clearance|acw_sc__|924omrTVcFch", re.IGNORECASE)


def _both(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode(encoding) for text in texts for encoding in ("utf-8", "gb18030"))


def _in_utf8(needles: Sequence[bytes]) -> tuple[bytes, ...]:
    """Those that can be a stretch of valid UTF-8, cut anywhere: the words in another encoding cannot."""

    def can(needle: bytes) -> bool:
        try:
            getincrementaldecoder("utf-8")().decode(needle)
        except UnicodeDecodeError:
            return False
        return True

    # Up to three bytes may be the end of a character that begins in front.
    within = [needle.lstrip(bytes(range(0x80, 0xC0))) for needle in needles]
    return tuple(
        needle
        for needle, rest in zip(needles, within, strict=True)
        if len(needle) - len(rest) > 3 or can(rest)
    )


def _twice(text: str) -> bytes:
    """UTF-8 read as GBK and written as UTF-8 again (`瀵逛笉璧`); an odd last byte is lost on the way."""
    return text.encode("utf-8").decode("gb18030", "ignore").encode("utf-8")


_WALL = _both(
    "访问验证",
    "安全验证",
    "人机验证",
    "请求已被拦截",
    "访问被拦截",
    "请求被阻断",
    "网站防火墙",
    "请开启JavaScript",
    "请启用JavaScript",
)
_MAINTENANCE = _both("维护", "网站升级", "系统升级", "暂停服务", "改版升级")
_MISSING = (
    *_both("不存在", "已被删除", "已删除", "找不到", "无法找到", "没有找到", "已过期", "已下线", "404"),
    _twice("页面不存在")[:12],
    _twice("对不起")[:9],
)

# Half of them are the words in another encoding, and a page is in one.
_UTF8 = {needles: _in_utf8(needles) for needles in (_WALL, _MAINTENANCE, _MISSING)}

_MISSING_TEXT = re.compile(
    r"(?:页面|网页|文章|信息|内容|资源|文件|地址|栏目|数据)[^。！!<>]{0,12}?(?:不存在|已(?:经|被|过期|失效|下线)?删除|已过期|已失效|已下线)"
    r"|(?:找不到|无法找到|没有找到|未找到)[^。！!<>]{0,16}?(?:页面|网页|文章|信息|内容|资源|文件)|404(?:NotFound|错误|页面)|HTTP404"
    r"|瀵逛笉璧|椤甸潰涓嶅瓨鍦",
    re.IGNORECASE,
)
_MAINTENANCE_TEXT = re.compile(
    r"(?:系统|网站|平台|服务器|站点|本网)[^。！!<>]{0,16}?(?:维护|升级|改版)|(?:维护|升级|改版)(?:中|期间|公告|通知)|暂停(?:服务|访问)|正在(?:维护|升级|建设)"
)
_WALL_TEXT = re.compile(
    r"(?:访问|安全|人机)验证|(?:请求|访问)[^。<>]{0,8}(?:被|已)[^。<>]{0,4}(?:拦截|阻断|拒绝)|网站防火墙|请(?:开启|启用)JavaScript",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(
    r"<(script|style|noscript|head|select|textarea)\b[\s\S]*?(?:</\1\s*>|$)|<!--[\s\S]*?(?:-->|$)|<[^<>]*>?",
    re.IGNORECASE,
)
_SENTENCE = re.compile("[。；]|收悉|答复如下|函告如下")
_HAN = re.compile("[\u3400-\u9fff]")
_HANS = re.compile("[\u3400-\u9fff]+")
_HAN_OF_A_TEXT, _SENTENCES_OF_A_TEXT = 120, 2
"""So much prose is a text of its own, whatever else stands on the page."""
_TYPES = ("text/html", "application/xhtml", "text/plain", "application/xml", "text/xml")
_DATA = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,64}(?:(?:var|let|const)\s{1,8})?(?:[\w$.\[\]]{1,80}\s{0,8}[=(]\s{0,8})?[\[{]\s{0,64}(?:[\[{\"'}]|\])"
)
"""How a list that is published as data begins: bare JSON, or `callback(` and `var x =` around it."""
_DOCUMENT_LINK = re.compile(
    rb"href\s{0,4}=\s{0,4}[\"']?[^\"'<>\s]{0,300}?\d{3,20}(?:_\d{1,12})?(?:_slh)?\.[sj]?html?\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"<title[^>]{0,100}>([^<]{0,200})", re.IGNORECASE)


def classify(
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    role: Role = "detail",
    is_read: Callable[[], bool] = bool,
) -> Outcome:
    """Outcome of a response. ``headers`` as received (bodies already decompressed carry no content-encoding or a number
    that then is not compared). Attachments may be of any type but not HTML; robots.txt must not be HTML. Who reads the
    document anyway says with ``is_read`` whether `reads_as_text` holds for it, which saves looking through all of it.

    Returns `ok` only for what may be read as a document of its role. Raises nothing.
    """
    if status <= 0:
        return "unreachable"
    if 300 <= status < 400:
        return "redirect"
    if status in (404, 410):
        return "gone"
    values = {key.lower(): value for key, value in headers}
    head = body[:_SCAN]
    if status in (412, 202):
        return "ok" if _bootstrap(head, values) and _has_content(head) else "blocked"
    if status >= 400 or status < 200:
        wall = _bootstrap(head, values) or any(needle in head for needle in _WALL)
        return "blocked" if wall and not _has_content(head) else "error"
    return _successful(values, body, head, role, is_read)


def _successful(
    values: dict[str, str], body: bytes, head: bytes, role: Role, is_read: Callable[[], bool]
) -> Outcome:
    announced = values.get("content-length", "").strip()
    encoded = values.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    if announced.isdigit() and not encoded and len(body) < int(announced):
        return "truncated"
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return "empty"
    kind = values.get("content-type", "").split(";")[0].strip().lower()
    markup = kind in ("text/html", "application/xhtml+xml") or _looks_like_html(head)
    if role == "resource":
        # Scripts are no documents; one that belongs to a challenge says so by name.
        return "blocked" if any(needle in head for needle in _NAMED_CHALLENGE) else "ok"
    if role == "attachment":
        return _notice(head, values) or "refused" if markup else "ok"
    if role == "robots":
        if not markup:
            return "ok"
        return "blocked" if _notice(head, values) == "blocked" else "soft_404"
    if role == "list" and len(body) <= MAX_BYTES and _DATA.match(head):
        # Whatever type the server gives to data; a notice is a page.
        return "ok"
    if len(body) > MAX_BYTES or (
        kind and not kind.startswith(_TYPES) and not (kind == "application/octet-stream" and markup)
    ):
        return "refused"
    if head.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return "refused"
    notice = _notice(head, values, is_read())
    if notice == "maintenance" and role == "list" and len(_DOCUMENT_LINK.findall(head)) >= 2:
        # 关于平台升级改造的建议的答复: the words stand in the titles of a short list.
        return "ok"
    return notice or "ok"


def is_challenge(headers: Sequence[tuple[str, str]], body: bytes) -> bool:
    """Whether the answer carries a challenge, be it beside a whole page: such a page is read, but never run."""
    return _bootstrap(body[:_SCAN], {key.lower(): value for key, value in headers})


def _looks_like_html(head: bytes) -> bool:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    return start.startswith(
        (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta", b"<div", b"<table", b"<p")
    )


def _bootstrap(head: bytes, values: dict[str, str]) -> bool:
    return any(needle in head for needle in _CHALLENGE) or bool(_COOKIES.search(values.get("set-cookie", "")))


def visible(head: bytes) -> str:
    """Visible text of the first stretch of a page, white space out; for judging only, so decoding may replace."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The stretch may end inside a character.
        damaged = error.start < len(head) - 4
        text = head.decode("gb18030" if damaged else "utf-8", "replace")
    return "".join(_NO_TEXT.sub(" ", text).split())


def _has_content(head: bytes) -> bool:
    """Whether a page carries a text of its own: prose, not only a notice or a menu."""
    return _is_content(visible(head))


def _is_content(text: str) -> bool:
    text = _MISSING_TEXT.sub("", text)
    return len(_HAN.findall(text)) >= _HAN_OF_A_TEXT and len(_SENTENCE.findall(text)) >= _SENTENCES_OF_A_TEXT


_LONG = 120
"""Bytes of a stretch, with the tag before it, worth looking at."""
_HIDING = ("script", "style", "noscript", "head", "select", "textarea")
_STRETCH = re.compile(rf"<(?:({'|'.join(_HIDING)})\b|(!--)|[^<]{{{_LONG},}})".encode(), re.IGNORECASE)
_END = {name.encode(): re.compile(f"</{name}".encode(), re.IGNORECASE) for name in _HIDING}
_NOTICE_ACROSS = 40
"""Characters of a stretch that words on a missing page could claim together with the text beside it."""


_MAY_MISS = re.compile("不存在|删除|过期|失效|下线|找到|找不到|404|瀵逛|椤甸")
"""Every notice of `_MISSING_TEXT` has one of these."""


def reads_as_text(stretches: Iterable[str]) -> bool:
    """Proof, found in the first few stretches of the visible text, of what `_has_content` looks for in the whole page."""
    han = stops = 0
    for text in stretches:
        if _MAY_MISS.search("".join(text.split())) is None:
            han += max(0, sum(map(len, _HANS.findall(text))) - _NOTICE_ACROSS)
            stops += text.count("。")
            if han >= _HAN_OF_A_TEXT and stops >= _SENTENCES_OF_A_TEXT:
                return True
    return False


def _stretches(head: bytes) -> Iterator[str]:
    """Long runs of visible text between two tags, of a page in UTF-8."""
    head, at = b"<" + head, 0
    while (found := _STRETCH.search(head, at)) is not None:
        start, end = found.span()
        if found[1]:
            # Inside of what is not shown, up to its end.
            over = _END[found[1].lower()].search(head, end)
            if over is None:
                return
            at = over.start()
            continue
        if found[2]:
            over_at = head.find(b"-->", start)
            if over_at < 0:
                return
            start, end = head.rfind(b"<", 0, over_at), head.find(b"<", over_at)
            end = len(head) if end < 0 else end
        at = end
        piece = head[start + 1 : end]
        if len(piece) >= _LONG:
            try:
                yield piece[piece.rfind(b">") + 1 :].decode()
            except UnicodeDecodeError:
                return


def _is_utf8(head: bytes) -> bool:
    """Whether the first stretch of a page is valid UTF-8; it may end inside a character."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _notice(head: bytes, values: dict[str, str], is_read: bool = False) -> Outcome | None:
    """A wall or a notice in place of the document; None for the document itself."""
    if is_read or reads_as_text(_stretches(head)):
        return None
    challenged = _bootstrap(head, values)
    is_utf8 = _is_utf8(head)
    wall, missing, maintenance = (
        any(map(head.__contains__, _UTF8[needles] if is_utf8 else needles))
        for needles in (_WALL, _MISSING, _MAINTENANCE)
    )
    if not (challenged or wall or missing or maintenance):
        return None
    text = visible(head)
    if challenged and len(_HAN.findall(text)) < 60:
        return "blocked"
    if _is_content(text):
        return None
    if wall and _WALL_TEXT.search(text):
        return "blocked"
    name = _NAME.search(head[:_TAIL].decode("utf-8", "replace"))
    text = (name[1] if name else "") + "\n" + text
    if missing and _MISSING_TEXT.search(text):
        return "soft_404"
    if maintenance and len(text) < 1500 and _MAINTENANCE_TEXT.search(text):
        return "maintenance"
    return None


_APPENDED = re.compile(
    r"(?:很?抱歉|对不起|温馨提示|提示)?[,，!！:：]?(?:您|你)?(?:所|想)?(?:要|需要|请求|查找)?(?:访问|浏览|查看|查找)?的?"
    r"(?:页面|网页|文章|信息|内容|资源|文件|地址)[^。;；]{0,12}?(?:不存在|已(?:经|被|过期|失效|下线)?删除|已过期|已失效|已下线).{0,50}"
)


def is_missing_notice(text: str) -> bool:
    """Whether a line by itself says that a page does not exist: what a site appends to a text, and nobody writes.

    >>> is_missing_notice("对不起，您要访问的页面不存在或已被删除! 10 秒之后将带您回到首页")
    True
    >>> is_missing_notice("您反映的页面不存在的问题已解决")
    False
    """
    return len(text) <= 120 and _APPENDED.fullmatch("".join(text.split())) is not None


def notices(paragraphs: Sequence[str], removed: Sequence[Removed] = ()) -> tuple[Issue, ...]:
    """Issue for a "does not exist" notice that the site appended to a good text: `soft_404_appended`."""
    apart = [one.text for one in removed if one.reason == NOTICE]
    for text in (*paragraphs[-4:], *apart):
        tight = "".join(text.split()) if len(text) <= 200 else ""
        if _MAY_MISS.search(tight) is not None and (match := _MISSING_TEXT.search(tight)):
            message = "正文之后附有“页面不存在”之类的提示，疑为网站拼接，请核对。"
            return (Issue("soft_404_appended", message, "warning", field="body_text", raw=match[0]),)
    return ()
