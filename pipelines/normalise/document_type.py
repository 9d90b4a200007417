"""Reply, co-handling opinion or something else.

The title decides where it is firm. Where it is not (no title, a form, a bare `…的函`), the letter does: who is
addressed and with which formula. A page with an answer in it is a reply, also as a form; a list of 办理情况, a plan,
a notice is `other`. Not decidable is None.
"""

from __future__ import annotations

import re

from pipelines.models import DocumentType, RawReply
from pipelines.normalise import labels
from pipelines.normalise.body import Letter
from pipelines.normalise.lines import Lines
from pipelines.normalise.signature import Signature
from pipelines.normalise.subject import Named
from pipelines.normalise.text import fold

_ANSWERS = re.compile(
    r"(?:答复|回复|函复|复函|函告|续复|办复|报告|汇报)如下|现(?:就|将|对|把).{0,40}(?:答复|回复|函复|复函|函告|报告|汇报)|特此(?:答复|回复|函复|函告)|专此(?:答复|函复)|此复"
)
_PROPOSED = re.compile(
    r"(?:您|你|你们|您们|贵单位|贵委|贵党派).{0,60}(?:提出|提交|所提|《|“)|(?:提案|建议|议案).{0,40}收悉|[(]第[\w]{1,16}号(?:提案|建议|议案)?[)].{0,10}收悉"
)
_FOR_THE_LEAD = re.compile(
    r"(?:会办|协办)(?:意见|情况)|请.{0,8}(?:综合|汇总|统一).{0,10}答复|供(?:你|贵).{0,8}(?:参考|答复)|一并答复|答复(?:代表|委员)时"
)
_MAY_BE_FOR_THE_LEAD = re.compile(
    "[办辦请請供一答](?:(?<=[办辦])[意情]|(?<=[请請供])|(?<=一)[并並併]|(?<=答)[复復覆][代委])"
)
"""Each of them in a text that is not folded yet."""
_COLLECTIVE = re.compile(
    r"政协|人大|民革|民盟|民建|民进|农工|致公|九三|台盟|工商联|无党派|专委会|专门委员会|代表团|界别|团市委|团省委|共青团|妇联|工会"
    r"|科协|侨联|台联|党派|协会|学会|商会|联合会|[提议]案人|提案小组|委员会$"
)
"""Those who propose together, and are addressed like an office."""
_OWN_PROPOSAL = re.compile(r"(?:您|你们?).{0,60}(?:提出|提交|所提).{0,80}(?:提案|建议|议案)")
_CLOSING = re.compile("(?:特此|专此)(?:答[复復覆]|回[复復覆]|函[复復覆])")
_LISTED = re.compile("[办辦]理情况")
"""Both in a text that may not be folded yet."""


def decide(
    named: Named, letter: Letter, lines: Lines, signature: Signature, raw: RawReply
) -> DocumentType | None:
    """The type of the document, or None where neither title nor letter tells."""
    titled = named.best if named.best.document_type != "other" and not named.read.firm else named.read
    if titled.document_type == "co_handling_opinion":
        return "co_handling_opinion"
    if titled.document_type == "other" and titled.firm and named.title:
        return "other"
    opening = fold(letter.opening)
    addressed_agency = letter.salutation is not None and not letter.to_persons
    if addressed_agency and not opening.startswith(("您", "你们提")) and _for_the_lead(raw):
        return "co_handling_opinion"
    if titled.document_type == "reply" and titled.firm:
        return "reply"
    answered = bool(_ANSWERS.search(opening) or _CLOSING.search(_foot(raw)))
    personal = letter.to_persons or fold(letter.salutation or "").endswith(("同志", "先生", "女士"))
    if letter.to_persons and (answered or _PROPOSED.search(opening)):
        return "reply"
    if personal and answered and _OWN_PROPOSAL.search(opening):
        return "reply"
    if addressed_agency and not _COLLECTIVE.search(letter.salutation or ""):
        # A letter from one office to another about something else: 函 on questions raised, 复函 on a report.
        return "reply" if titled.document_type == "reply" else "other"
    if _PROPOSED.search(opening) and (answered or "收悉" in opening):
        return "reply"
    if letter.to_persons and signature.signatory:
        return "reply"
    if titled.document_type == "reply":
        return "reply"
    if named.title and named.read.document_type == "other":
        return "other"
    if answered or _graded(lines):
        return "reply"
    if len(_LISTED.findall(_head(raw) + _foot(raw))) > 1 or _is_form(raw):
        return "other"
    return None


def _head(raw: RawReply) -> str:
    return fold("".join(raw.paragraphs[:8])[:4000])


def _foot(raw: RawReply) -> str:
    """Not folded."""
    return "".join(raw.paragraphs[-12:])[-3000:]


def _for_the_lead(raw: RawReply) -> bool:
    ends = "".join((*raw.paragraphs[:8], *raw.paragraphs[-12:]))
    return _MAY_BE_FOR_THE_LEAD.search(ends) is not None and (
        _FOR_THE_LEAD.search(_head(raw) + fold(_foot(raw))) is not None
    )


def _graded(lines: Lines) -> bool:
    """A grade on a letter that also bears the mark of its publication: a form of a reply."""
    return any(field == "grade" for field, _, _ in lines.values)


def _is_form(raw: RawReply) -> bool:
    """A form of a proposal (建议编号, 建议类型, 建议答复) whose answer is not there."""
    return any(labels.normal_label(item.label) in labels.KIND_LABELS for item in raw.fields)
