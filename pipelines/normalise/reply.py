"""RawReply → Reply: every value with its source, every doubt an issue, nothing guessed.

Rules that hold for all fields: the printed page comes before the meta tags, the label vocabulary gives the order where
several labels answer to one field, a conflict between sources is an issue and the first source wins, contact data is
masked in whatever leaves this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipelines.models import (
    Attachment,
    Body,
    DocumentType,
    FieldSource,
    Issue,
    Page,
    RawField,
    RawReply,
    Reference,
    Reply,
    RoleMention,
)
from pipelines.normalise import labels
from pipelines.normalise.body import Letter, quoted_subject, read_letter
from pipelines.normalise.cells import Cells
from pipelines.normalise.citations import find_citations
from pipelines.normalise.commitments import find_commitments
from pipelines.normalise.conflicts import contradict
from pipelines.normalise.document_type import decide
from pipelines.normalise.lines import Lines, labelled_lines, read_lines
from pipelines.normalise.outline import find_outline
from pipelines.normalise.parts import find_parts
from pipelines.normalise.persons import mask_issues
from pipelines.normalise.privacy import holding, is_named, mask, mask_html, mask_named, may_hold
from pipelines.normalise.proposer import read_proposer
from pipelines.normalise.roles import CONSULTED, consulted, find_roles
from pipelines.normalise.signature import Signature, read_signature
from pipelines.normalise.subject import Named, name_document
from pipelines.normalise.text import is_cut, signs_of

_OF_OWN_FORM = frozenset(("index_number", "document_number", "issued_on", "published_at", "signed_on"))
"""Numbers and dates, of which none can be contact data."""


class _Draft:
    """Values under construction, with their sources and issues."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.sources: dict[str, FieldSource] = {}
        self.issues: list[Issue] = []

    def put(self, field: str, value: object, source: FieldSource, *, masked: bool = False) -> None:
        """Set a field once; empty values and values that an editor cut are not values. ``masked``: it is known that the
        value holds no contact data."""
        if not value and (value is None or value == "" or value == ()):
            return
        if field in self.values:
            self._compare(field, value, source)
            return
        if isinstance(value, str):
            if is_cut(value):
                self.report(Issue("value_cut", "内容有省略（[…]），未采用", "info", field, value[:200]))
                return
            if not masked and field not in _OF_OWN_FORM:
                value = mask(value)
        self.values[field] = value
        if source.raw is not None:
            raw = None if source.raw == value else mask(source.raw[:400])
            if raw is None:
                source = _source(source.source, source.rule)
            elif raw != source.raw:
                source = FieldSource(source.source, source.rule, raw)
        self.sources[field] = source

    def _compare(self, field: str, value: object, source: FieldSource) -> None:
        """A second source that says something else: the first stands, and both are told."""
        first = self.values[field]
        if not contradict(field, first, value):
            return
        message = f"{source.source} 写作“{_shown(value)}”，{self.sources[field].source} 写作“{_shown(first)}”，采用后者"
        if field == "disclosure":
            # Whichever stands first, what is not open for one of them waits for a person (`resolve.withheld`).
            self.report(Issue("disclosure_conflict", message, "warning", field, _shown(value)))
        else:
            self.report(Issue("source_conflict", message, "warning", field, _shown(value)))

    def report(self, *issues: Issue) -> None:
        """Keep issues; contact data in them is masked here, once for all."""
        for issue in issues:
            (masked,) = mask_issues((issue,))
            if masked not in self.issues:
                self.issues.append(masked)


@lru_cache(maxsize=1024)
def _source(source: str, rule: str) -> FieldSource:
    """A source without raw: every page has the same few."""
    return FieldSource(source, rule)


def _shown(value: object) -> str:
    return ("、".join(map(str, value)) if isinstance(value, tuple) else str(value))[:200]


def normalise(raw: RawReply, page: Page | None = None) -> Reply:
    """Assemble the reply from what was read.

    `page` adds what the crawl knows: the title and date of the list row, what the column holds, and the time of the
    fetch, after which no date can lie. Never raises on strange content.
    """
    draft = _Draft()
    # That nothing was read is said once, below, where it is known what the page is.
    draft.report(*(issue for issue in raw.issues if issue.code != "no_body"))
    latest = page.fetched_at if page else None
    named = name_document(raw, page)
    letter = read_letter(raw.paragraphs)
    # A body of thousands of characters is looked through once; several rules ask what it holds beside words.
    signs = signs_of(raw.paragraphs)
    lines = read_lines(raw.paragraphs, signs)
    cells = Cells((*raw.fields, *labelled_lines(raw.paragraphs, signs)), latest)
    signature = read_signature(raw.paragraphs, letter.start, latest=latest, signs=signs)
    several = letter.salutations > 1 and signature.count > 1

    draft.put("title", named.title, _source(named.title_source, "title.first"))
    draft.report(*named.issues)
    _metadata(draft, cells, lines, page)
    if named.document_number and "document_number" not in draft.values:
        draft.put("document_number", named.document_number, _source("title", "document_number.gb9704"))
    draft.put("grade", named.grade, _source("title", "grade.title"))
    _references(draft, named, letter, cells, page)
    document_type = decide(named, letter, lines, signature, raw)
    draft.values["document_type"] = document_type
    draft.sources["document_type"] = _source("title" if named.title else "body", "document_type.rules")
    draft.put("answering_agency", named.agency, _source("title", "title.before_about"))
    if several:
        message = "页面含有多封答复，称谓、落款、日期等逐封不同的字段不采用"
        draft.report(Issue("several_letters", message, "warning", "body_text"))
    else:
        _letter(draft, letter, signature, document_type, named, cells)
    roles = find_roles(
        named.title,
        letter.opening,
        raw.paragraphs,
        raw.fields,
        opinion=document_type == "co_handling_opinion",
    )
    _units(draft, roles, cells, document_type)
    _mismatch(draft, letter)
    draft.put("attachments", _attachments(raw), _source("body", "attachments.read"))
    printed = "\n".join(raw.paragraphs)
    printed_signs = "\n".join(signs)
    # Taken together, lines hold whatever one of them holds.
    held = holding(raw.paragraphs, signs) if may_hold(printed, printed_signs) else []
    text = _masked(printed, raw.paragraphs, held) if held else printed.strip()
    draft.put("body_text", text, _source("body", "body.paragraphs"), masked=True)
    if not text:
        # A list or a notice without prose has lost nothing.
        is_reply = document_type in ("reply", "co_handling_opinion")
        draft.report(Issue("body_empty", "没有读到正文", "error" if is_reply else "warning", "body_text"))
    _unknown_labels(draft, raw.fields)
    paragraphs: Sequence[str] = raw.paragraphs
    if text != printed or printed_signs.count("\n") >= len(signs):
        paragraphs = text.split("\n")
        signs = signs_of(paragraphs)
    # Several letters on a page have no parts in common.
    parts = () if several or not text else find_parts(paragraphs, letter, signature, named.title)
    return Reply(
        **_graph(draft, paragraphs, signs),
        outline=find_outline(paragraphs, parts) if text else (),
        parts=parts,
        images=tuple(replace(image, alt=mask(image.alt)) for image in raw.images),
        roles=roles,
        url=raw.url or (page.url if page else None) or None,
        sources=draft.sources,
        issues=tuple(draft.issues),
        body_html=_html(raw, held),
        **draft.values,  # type: ignore[arg-type]
    )


def _masked(printed: str, paragraphs: Sequence[str], held: Sequence[int]) -> str:
    """The text with contact data masked, twice: a number that was masked shows that the name beside it is a name."""
    if printed.strip() != printed:
        return mask(mask(printed).strip())
    lines = list(paragraphs)
    for index in held:
        lines[index] = mask(mask(lines[index]))
    return "\n".join(lines)


def _html(raw: RawReply, held: Sequence[int]) -> str:
    """The markup, masked; where it is that of the paragraphs alone, it holds contact data where they do."""
    apart = any(issue.code == "body_text_lost" for issue in raw.issues)
    if apart or not is_named(raw.body_html, len(raw.paragraphs)):
        return mask_html(raw.body_html)
    return mask_named(raw.body_html, [index + 1 for index in held])


def _metadata(draft: _Draft, cells: Cells, lines: Lines, page: Page | None) -> None:
    """Fields that answer to labels; then what stands in lines of the letter's head and foot."""
    for field, value, source in cells.values():
        draft.put(field, value, source)
    draft.report(*cells.issues)
    for field, value, source in lines.values:
        draft.put(field, value, source)
    draft.report(*(issue for issue in lines.issues if issue.field not in draft.values))
    if "published_at" not in draft.values and page is not None and page.row_date:
        value = cells.row_date(page.row_date)
        draft.put("published_at", value, FieldSource("row", "dates.row", page.row_date))


def _references(draft: _Draft, named: Named, letter: Letter, cells: Cells, page: Page | None) -> None:
    references, source = named.complete(letter.opening)
    form = cells.form_reference()
    if form is not None and not references:
        references, source = (form[0],), form[1]
    elif form is not None and len(references) == 1 and not references[0].number:
        # `市政协提案答复表` names the body, the form its number.
        one, (other, where) = references[0], form
        if one.kind in (None, other.kind):
            references, source = (replace(one, number=other.number, kind=other.kind),), where
    holds = _holds(page)
    if holds and references:
        bodies = {ref.body for ref in references if ref.body}
        if bodies and holds not in bodies:
            message = f"栏目登记为{holds}，标题为{'、'.join(sorted(bodies))}，以标题为准"
            draft.report(Issue("column_body_mismatch", message, "warning", "references", named.title))
        references = tuple(replace(ref, body=ref.body or holds) for ref in references)
    draft.put("references", references, source)


def _holds(page: Page | None) -> Body | None:
    """What the column of the page is declared to hold, unless it is mixed."""
    if page is None or page.site is None or page.column is None:
        return None
    column = next((column for column in page.site.columns if column.url == page.column), None)
    return None if column is None or column.holds == "mixed" else column.holds


def _letter(
    draft: _Draft,
    letter: Letter,
    signature: Signature,
    document_type: DocumentType | None,
    named: Named,
    cells: Cells,
) -> None:
    body = "body"
    draft.put("salutation", letter.salutation, _source(body, "body.salutation"))
    draft.put("signatory", signature.signatory, _source(body, signature.rule))
    draft.put("signed_on", signature.signed_on, FieldSource(body, signature.rule, signature.raw_date))
    draft.report(*signature.issues)
    subject, cut = quoted_subject(letter.opening)
    if document_type == "other" and not named.best.references:
        subject = None
    draft.put("quoted_subject", subject, _source(body, "body.quoted_subject"))
    draft.put("quoted_subject", named.subject, _source(named.subject_source, "title.quoted_subject"))
    if (form := cells.form_subject(bool(named.read.references))) is not None:
        draft.put("quoted_subject", form[0], form[1])
    if cut and "quoted_subject" not in draft.values:
        draft.report(Issue("value_cut", "引用的题目有省略（[…]），未采用", "info", "quoted_subject"))
    if document_type == "co_handling_opinion" and not letter.to_persons:
        draft.put("lead_agency", letter.salutation, _source(body, "body.addressed_agency"))
    if document_type in ("reply", "co_handling_opinion"):
        _proposer(draft, letter, opinion=document_type == "co_handling_opinion")


def _proposer(draft: _Draft, letter: Letter, *, opinion: bool) -> None:
    """Who proposed: name, kind and printed number of persons, all from one place."""
    found = read_proposer(letter.salutation, letter.opening, opinion=opinion)
    if found is not None:
        source = FieldSource("body", found.rule, found.raw)
        draft.put("proposer", found.name, source)
        draft.put("proposer_kind", found.kind, source)
        draft.put("proposer_count", found.count, source)


def _units(
    draft: _Draft, roles: tuple[RoleMention, ...], cells: Cells, document_type: DocumentType | None
) -> None:
    draft.put("co_handlers", consulted(roles), _source("body", "body.co_handlers"))
    printed = cells.co_handlers()
    if printed:
        draft.put("co_handlers", printed[0], printed[1])
    elif labelled := [one for one in roles if one.source != "body" and one.name and one.role in CONSULTED]:
        names = tuple(one.name for one in labelled if one.name)
        draft.put("co_handlers", names, _source(labelled[0].source, labelled[0].rule))
    lead = cells.lead_agency()
    if lead and document_type != "reply":
        draft.put("lead_agency", lead[0], lead[1])


def _mismatch(draft: _Draft, letter: Letter) -> None:
    """代表 in a reply to the CPPCC, 委员 in one to the congress: the title decides, the salutation is reported."""
    references = draft.values.get("references")
    if not letter.salutation or not letter.to_persons or not isinstance(references, tuple) or not references:
        return
    first = references[0]
    if isinstance(first, Reference) and first.body:
        wrong = "代表" if first.body == "政协" else "委员"
        if letter.salutation.split("(")[0].endswith(wrong):
            message = f"答复的是{first.body}，称谓却是{wrong}；以标题为准"
            draft.report(Issue("salutation_body_mismatch", message, "info", "salutation", letter.salutation))


def _graph(draft: _Draft, paragraphs: Sequence[str], signs: Sequence[str]) -> dict[str, Any]:
    """What the body names and promises; read from the masked text, so that positions and words are those of `body_text`."""
    own = [value for name in ("title", "document_number") if isinstance(value := draft.values.get(name), str)]
    subject, signed_on = draft.values.get("quoted_subject"), draft.values.get("signed_on")
    return {
        "citations": find_citations(
            paragraphs, subject=subject if isinstance(subject, str) else None, own=own, signs=signs
        ),
        "commitments": find_commitments(paragraphs, signed_on if isinstance(signed_on, str) else None),
    }


def _attachments(raw: RawReply) -> tuple[Attachment, ...]:
    return tuple(replace(item, name=mask(item.name)) for item in raw.attachments if item.name or item.url)


def _unknown_labels(draft: _Draft, fields: Iterable[RawField]) -> None:
    seen: set[str] = set()
    for item in fields:
        if item.source == "meta":
            continue
        label = labels.normal_label(item.label)
        if label in seen or len(seen) > 20 or labels.is_known(label, item.source):
            continue
        seen.add(label)
        draft.report(Issue("unknown_label", f"未登记的标签“{label[:30]}”", "info", None, item.value[:80]))
