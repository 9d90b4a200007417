"""Contact data of persons, masked at every way out.

Replies to proposals are published without the contact data of persons (皖政办〔2015〕2号 and the rules of other provinces
that follow 国办发〔2014〕46号), yet pages print them again and again. Telephone numbers, e-mail addresses and identity
numbers are masked wherever they stand; what follows 联系人, 联系电话, 邮编, 住址 and the like is masked up to the end of its
line. Each character becomes one `*`, so that the number of characters and every position stay as they were. Document
numbers, index numbers, dates and amounts are left alone.

>>> mask("(联系人:某某,电话:027-87654321)")
'(联系人:******************)'
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import product

from pipelines.remember import remembered

_UNITS = r"(?! ?(?:元|万|亿|人|吨|户|亩|米|公里|平方|千|件|个|号文|%))"
_GAP = r"[-—–－ ]?"
_NUMBERS = (
    # Identity number, GB 11643: area, date of birth, serial, check character.
    re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
    ),
    # Mobile.
    re.compile(
        rf"(?<![0-9A-Za-z.])(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?![0-9A-Za-z]){_UNITS}"
    ),
    # Landline with area code, and an extension.
    re.compile(
        rf"(?<![0-9A-Za-z./-])[(（]?0\d{{2,3}}[)）]?[-—–－ ]{{0,3}}[2-9]\d{{6,7}}(?:[-—转 ]{{1,3}}\d{{1,6}})?(?![0-9A-Za-z/]){_UNITS}"
    ),
    re.compile(r"(?<![0-9A-Za-z.])[48]00[-— ]\d{3,4}[-— ]?\d{3,4}(?![0-9A-Za-z])"),
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
_SPREAD = r"[ ]{0,4}"
_WORDS = """
联系人 联系人员 联系人姓名 经办人 经办人员 经办人姓名 具体经办人 具体经办人姓名 承办人 承办人员 承办人姓名 承办负责人
主管领导姓名 主管领导人姓名 联系电话 联系方式 办公电话 咨询电话 手机号码 手机号 手机 移动电话 固定电话 座机 电话 传真 邮编
邮政编码 电子邮箱 电子邮件 邮箱 身份证号码 身份证号 身份证件号码 身份证 家庭住址 住址 通讯地址 通信地址 联系地址 微信号 微信 QQ号 QQ
"""
_WORD = (
    "(?:"
    + "|".join(_SPREAD.join(word) for word in sorted(_WORDS.split(), key=lambda word: (-len(word), word)))
    + "|[Ee]-?mail)"
)
_LABEL = re.compile(
    rf"{_WORD}(?:(?:及|和|与|、|/|,|，)?(?:其)?{_WORD}){{0,3}}(?:[(（][^()（）\n]{{0,12}}[)）])?[ ]{{0,4}}[:：][ ]{{0,8}}"
)
_NO_COLON = re.compile(rf"^[(（]?{_WORD}(?:及|和|与|、)?(?:{_WORD})?[ ]{{0,8}}(?=\S)")
_STOP = re.compile(r"[。;；)）\n]|(?=[(（]此)|(?= \S{2,40} ?(?:19|20)\d\d ?年)")
_TOKEN = re.compile(r"\S{1,20}")
SHORT_LINE = 100
"""A line up to this length that holds a contact label is a contact line to its end; a longer one is prose."""


_SIGNS = re.compile("[0-9０-９@＠#*:：]")
"""Without one of these there is nothing to mask."""


# Values and their sources pass here more than once.
@remembered(200, answers=1024)
def mask(text: str) -> str:
    """The text with contact data replaced by `*`, character for character."""
    if _SIGNS.search(text) is None:
        return text
    if "\n" not in text:
        return _mask_line(text)
    return "\n".join(map(_mask_line, text.split("\n"))) if may_hold(text) else text


_WHOLE = re.compile(
    rf"{_WORD}(?:(?:及|和|与|、|/)?(?:其)?{_WORD}){{0,3}}(?:[(（][^()（）\n]{{0,12}}[)）])?[ ]?[:：]?"
)


def is_contact_word(cell: str) -> bool:
    """Whether a cell of a table is the label of contact data and nothing else.

    >>> is_contact_word("联系人及电话"), is_contact_word("电话机房改造")
    (True, False)
    """
    return len(cell) <= 40 and _WHOLE.fullmatch(cell.strip()) is not None


_MAY_BE_NUMBER = re.compile(
    r"[0-9０-９@＠#](?:(?<=[@＠])|(?<=#)#|\d{4}|\d{3}[-—–－ \u3000\xa0]\d{4}|[0０]{2}[-— \u3000\xa0]\d{3})"
)
"""Five digits in a row, twice four, 400- and three, or @: without one of these there is neither number nor address."""
_LONG_NUMBER = re.compile(r"[0-9](?:\d{9}|\d{3}[-—–－ ]\d{4}|\d{1,3}[)）\-—–－ ]{1,4}\d{7}|00[-— ]\d{3})")
"""What every pattern of `_NUMBERS` holds: the eight digits of a proposal's number are not enough."""
_MAY_BE_LABEL = re.compile(r"[人员名话式码机真编箱件址号证信QqlＱｑｌ)）][ \u3000\xa0]{0,4}[:：]")
"""What ends every label above: its last character and a colon."""
_ENDS = (
    frozenset(word[-2:] for word in _WORDS.split())
    | {first + last for first, last in product("QＱ", "QＱ号")}
    | {first + last for first, last in product("iｉ", "lｌ")}
)
"""The last two characters of every label above: 委员 in a salutation ends like 联系人员 with its last one only."""
_MANY_COLONS = 40
"""Up to so many it is cheaper to look in front of each of them."""


def may_hold(text: str, signs: str | None = None) -> bool:
    """Whether the rules are worth trying: most lines have years and colons, and few have contact data.

    `signs`: those of the text (`text.signs_of`), where they are known.
    """
    if signs is None:
        signs = text
    return (
        _may_be_label(text, signs)
        or _MAY_BE_NUMBER.search(signs) is not None
        # Numbers that the page itself masked, in part or all of them: the name beside them may be there.
        or ("*" in signs and "**" in signs)
    )


def holding(lines: Sequence[str], signs: Sequence[str]) -> list[int]:
    """Indexes of the lines that may hold contact data; `signs`: those of the lines (`text.signs_of`)."""
    return [index for index, line in enumerate(lines) if may_hold(line, signs[index])]


def _may_be_label(text: str, signs: str) -> bool:
    """Whether what stands in front of a colon ends like a label or a bracket behind one."""
    for colon in ":：":
        position = text.find(colon)
        if position >= 0 and signs.count(colon) > _MANY_COLONS:
            return _MAY_BE_LABEL.search(text) is not None
        while position >= 0:
            end = text[max(0, position - 2) : position]
            if not end.isalnum():
                # Four blanks at most stand between two characters of a label, and behind it.
                end = "".join(text[max(0, position - 10) : position].split())[-2:]
            if end in _ENDS or end[-1:] in (")", "）"):
                return True
            position = text.find(colon, position + 1)
    return False


def _mask_line(line: str) -> str:
    if not may_hold(line):
        return line
    folded = _WIDE.sub(lambda match: chr(_FOLD[ord(match[0])]), line)
    spans = _contact_spans(folded)
    if _LONG_NUMBER.search(folded) is not None:
        spans += [match.span() for pattern in _NUMBERS for match in pattern.finditer(folded)]
    if "@" in folded:
        spans += [match.span() for match in _MAIL.finditer(folded)]
    if not spans:
        return line
    out = list(line)
    for start, end in spans:
        for position in range(start, min(end, len(out))):
            if not out[position].isspace():
                out[position] = "*"
    return "".join(out)


_FOLD = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {0xFF20: 0x40, 0x3000: 0x20, 0xA0: 0x20}
_WIDE = re.compile("[０-ｚ＠\u3000\xa0]")


def _contact_spans(line: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for match in _LABEL.finditer(line) if ":" in line or "：" in line else ():
        spans.append((match.end(), _value_end(line, match.end())))
    if (
        len(line) <= 60
        and not spans
        and (bare := _NO_COLON.match(line)) is not None
        and _has_contact(line[bare.end() :])
    ):
        spans.append((bare.end(), _value_end(line, bare.end())))
    return spans


def _has_contact(rest: str) -> bool:
    """Without a colon the words must be followed by something like a name with a number, not by a sentence."""
    return bool(re.search(r"\d{5,}|#{2,}|\*{2,}", rest)) and len(rest) <= 40


def _value_end(line: str, start: int) -> int:
    if len(line) <= SHORT_LINE:
        stop = _STOP.search(line, start)
        return stop.start() if stop else len(line)
    token = _TOKEN.match(line, start)
    if token is None:
        return start
    stop = _STOP.search(line, start, token.end())
    return stop.start() if stop else token.end()


_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|tbody|h[1-6]|blockquote|section)\b[^<>]{0,4000}>", re.IGNORECASE
)
_PART = re.compile(r"<[^<>]{0,4000}>|&#?\w{1,12};")
_CONTACT_LINK = re.compile(r"""(href\s*=\s*["']?)(?:tel|mailto|sms):[^"'\s>]*""", re.IGNORECASE)
_SPOKEN = re.compile(r"""(\b(?:alt|title)\s*=\s*")([^"<>]{1,2000})(?=")""", re.IGNORECASE)


_TAG = re.compile(r"<[^<>]{0,4000}>")
_TAG_WITH_VALUES = re.compile("<[^<>=]{0,4000}=[^<>]{0,4000}>")
_NAMED = '<span id="p'
"""How the name of a paragraph begins, which stands at its beginning."""
_NAME = re.compile(r'<span id="p(\d{1,7})"></span>')
_BORDER = re.compile("(</?(?:p|div)>|<br>)")
_ONLY_PARAGRAPHS = re.compile(
    r'(?:[^<]*+<(?:/?p|/?div|br|span id="p\d{1,7}"></span|/?(?:strong|b|em|i|u))>)*+[^<]*+'
)
"""Paragraphs and simple emphasis, across which both a reader and `_mask_inline` read."""
_BLANKS = ("&nbsp;", "&#160;", "&ensp;", "&emsp;")


def mask_html(html: str) -> str:
    """The same for sanitised HTML: text is masked across inline tags, tags stay, `tel:` and `mailto:` links lose their target."""
    # Taken together, lines hold whatever one of them holds.
    if not may_hold(_text(html)):
        return html if _has_names_alone(html) else _TAG_WITH_VALUES.sub(lambda tag: _mask_tag(tag[0]), html)
    parts: list[str] = []
    position = 0
    for match in _BLOCK.finditer(html):
        if match.start() > position:
            parts.append(_mask_inline(html[position : match.start()]))
        parts.append(_mask_tag(match[0]))
        position = match.end()
    parts.append(_mask_inline(html[position:]))
    return "".join(parts)


def is_named(html: str, paragraphs: int) -> bool:
    """Whether markup is nothing but so many paragraphs with their names: then it holds what their text holds."""
    return (
        html.count("=") == html.count(_NAMED) == paragraphs and _ONLY_PARAGRAPHS.fullmatch(html) is not None
    )


def mask_named(html: str, held: Collection[int]) -> str:
    """`mask_html` for markup that `is_named`, of which only these paragraphs, counted from 1, may hold contact data."""
    if not held:
        return html
    numbers = frozenset(map(str, held))
    pieces = _BORDER.split(html)
    for index in range(0, len(pieces), 2):
        found = _NAME.findall(pieces[index])
        if not found or not numbers.isdisjoint(found):
            pieces[index] = _mask_inline(pieces[index])
    return "".join(pieces)


def _has_names_alone(html: str) -> bool:
    """Whether a paragraph's name is the only attribute: then no link dials, and no picture has words of its own."""
    return html.count("=") == html.count(_NAMED)


def _text(html: str) -> str:
    """What a reader reads, inside of one paragraph across the tags."""
    text = _TAG.sub("", html) if "<" in html else html
    text = text.replace("\n", " ")  # a line feed in the source is a space to the reader
    if "&" in text:
        for blank in _BLANKS:
            text = text.replace(blank, " ")
    return text


def _mask_inline(html: str) -> str:
    """One line of text with its inline tags."""
    if not html or html.isspace():
        return html
    name = _NAME.match(html)
    text = _text(html[name.end() :] if name is not None else html)
    if (_SIGNS.search(text) is None or not may_hold(text)) and _has_names_alone(html):
        return html
    parts: list[str] = []
    plain: list[str] = []
    spans: list[tuple[int, int, int]] = []
    """Part, and where its text begins and ends in the plain text."""
    position = length = 0
    for match in [*_PART.finditer(html), None]:
        end = match.start() if match else len(html)
        if end > position:
            spans.append((len(parts), length, length + end - position))
            parts.append(html[position:end])
            plain.append(html[position:end].replace("\n", " "))
            length += end - position
        if match is None:
            break
        token = match[0]
        if token.startswith("&"):
            spans.append((len(parts), length, length + 1))
            plain.append(" " if token in _BLANKS else "&")
            length += 1
        parts.append(_mask_tag(token) if token.startswith("<") else token)
        position = match.end()
    before = "".join(plain)
    after = _mask_line(before)
    if before != after:
        for part, start, stop in spans:
            old, new = before[start:stop], after[start:stop]
            if old == new:
                continue
            if parts[part].startswith("&") and stop - start == 1:
                parts[part] = new
            else:
                triples = zip(parts[part], old, new, strict=True)
                parts[part] = "".join(own if was == now else now for own, was, now in triples)
    return "".join(parts)


def _mask_tag(tag: str) -> str:
    """A tag without a target that dials or writes, and with what a reader hears of a picture masked."""
    if "=" not in tag:
        return tag
    tag = _CONTACT_LINK.sub(r"\1#", tag)
    return _SPOKEN.sub(lambda match: match[1] + mask(match[2]), tag)
