"""One page through the house: classify → read → normalise → correct → check. The live crawl and `rebuild` both call this."""

from __future__ import annotations

from dataclasses import replace

from pipelines.attached import FromFile, ReadFile, from_file, listed_file
from pipelines.check.rules import check
from pipelines.check.template import unknown_template
from pipelines.models import Issue, Outcome, Page, Processed, RawReply, Reply
from pipelines.normalise.persons import mask_issues, mask_reply
from pipelines.normalise.reply import normalise
from pipelines.read.decode import decode
from pipelines.read.files import read_file
from pipelines.read.outcome import classify, notices, reads_as_text
from pipelines.read.page import read_page
from pipelines.read.text import read_text
from pipelines.review import correct

MESSAGES: dict[Outcome, str] = {
    "redirect": "收到重定向（{status}），不是文件本身。",
    "refused": "内容类型不符或超过大小上限，未读取：{detail}。",
    "blocked": "网站返回的是验证或拦截页面（状态 {status}），不是文件本身；请稍后再试，不要绕过。",
    "maintenance": "网站返回的是维护公告（状态 {status}），不是文件本身。",
    "soft_404": "网站返回“页面不存在”之类的提示，状态却是 {status}。",
    "gone": "文件已不在（状态 {status}）。",
    "error": "网站返回错误（状态 {status}）。",
    "truncated": "收到的字节少于网站声明的长度，页面不完整：{detail}。",
    "empty": "状态 {status}，但没有内容。",
    "robots": "robots.txt 不允许采集。",
    "unreachable": "连接不上网站。",
}
"""What each outcome other than `ok` says to a reader; the code of the issue is `outcome_<name>`."""

UNREADABLE = frozenset(("template_unknown", "encoding_twice"))
"""Errors of a page that leave nothing of it to publish; the same codes may be warnings, which do."""

_SEVERITY_INFO: frozenset[Outcome] = frozenset({"redirect", "gone", "robots"})


def _detail(page: Page, outcome: Outcome) -> str:
    if outcome == "truncated":
        return f"声明 {page.header('content-length')} 字节，收到 {len(page.body)} 字节"
    return f"{page.header('content-type') or '未声明类型'}，{len(page.body)} 字节"


def process(page: Page, read: ReadFile = read_file, raw: RawReply | None = None) -> Processed:
    """Make of a page what it is. A page that is no document has no reply and an issue `outcome_…` that says why; one in
    which nothing can be read has none either, so that it never takes the place of what was read there before.

    Pure: the same page gives the same result. Issues of reading (encoding, depth) stand in the reply. A continuation that
    is no document itself is left out, with an issue. Where the page only points to a file, the text is that of the file
    in `page.attached`; `wants` names it when it is not there. A page of role `attachment` is a file that a list offers in
    place of a page. `read` may remember what it read before. `raw` is what `read_page` makes of the page, where the
    caller has read it already.
    """
    readings = [] if raw is None else [raw]

    def raw_page() -> RawReply:
        if not readings:
            readings.append(read_page(page))
        return readings[0]

    def is_read() -> bool:
        # The longest paragraphs tell it soonest.
        return not page.continuations and reads_as_text(sorted(raw_page().paragraphs, key=len, reverse=True))

    outcome = classify(page.status, page.headers, page.body, page.role, is_read)
    if outcome != "ok":
        message = MESSAGES[outcome].format(status=page.status, detail=_detail(page, outcome))
        severity = "info" if outcome in _SEVERITY_INFO else "error"
        issue = Issue(f"outcome_{outcome}", message, severity, raw=str(page.status))  # type: ignore[arg-type]
        return Processed(page, outcome, None, mask_issues((issue,)))
    issues: list[Issue] = []
    good = []
    for following in page.continuations:
        found = classify(following.status, following.headers, following.body)
        if found == "ok":
            good.append(following)
        else:
            message = f"续页 {following.url} 读不到（{found}），正文不完整。"
            issues.append(
                Issue("continuation_missing", message, "error", field="body_text", raw=following.url)
            )
    whole = replace(page, continuations=tuple(good)) if issues else page
    if page.role == "attachment":
        printed, whole = listed_file(whole)
    else:
        printed = raw_page() if whole is page else read_page(whole)
    issues.extend(notices(printed.paragraphs, printed.removed))
    file = from_file(printed, whole, read)
    issues.extend(file.issues)
    reply = _finish(printed, tuple(issues), whole, file)
    if unreadable := [
        issue for issue in reply.issues if issue.code in UNREADABLE and issue.severity == "error"
    ]:
        return Processed(page, outcome, None, tuple(unreadable), wants=file.wants)
    return Processed(page, outcome, reply, wants=file.wants)


def process_text(body: bytes, url: str | None = None) -> Reply:
    """The reply in a plain text (a page that somebody copied): decode → read → normalise → correct → check."""
    decoded = decode(body)
    return _finish(read_text(decoded.text, url), decoded.issues)


def process_title(title: str) -> Reply:
    """What a title by itself says."""
    return _finish(RawReply(None, (("title", title.strip()),), (), (), ""))


def _finish(
    raw: RawReply, issues: tuple[Issue, ...] = (), page: Page | None = None, file: FromFile | None = None
) -> Reply:
    reply = normalise(raw, page)
    if file is not None and file.raw is not None:
        reply = file.attribute(normalise(file.raw, page), without=reply)
    if issues:
        reply = replace(reply, issues=(*issues, *reply.issues))
    if page is not None and (unknown := unknown_template(raw, reply, page)) is not None:
        reply = replace(reply, issues=(*reply.issues, unknown))
    # Corrections are reviewed, so they stand behind every rule that makes a value; rules across fields see them.
    reply = correct(mask_reply(reply))
    told = tuple(dict.fromkeys((*reply.issues, *check(reply, page))))
    return reply if told == reply.issues else replace(reply, issues=told)
