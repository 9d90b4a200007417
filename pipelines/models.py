"""The shapes that travel from stage to stage: Page → RawReply → Reply, and what the crawl tells about lists.

Every stage has one input type and one output type; they stand here together so that the way of the data can be
read in one place. Nothing here knows HTML, SQL or the network.
"""

from __future__ import annotations

from dataclasses import field, fields, is_dataclass
from typing import Any, Literal

from pipelines.records import record
from pipelines.removal import RemovalReason

DocumentType = Literal["reply", "co_handling_opinion", "other"]
"""`reply` 答复; `co_handling_opinion` 会办/协办意见, addressed to the lead agency; `other`: in `pages` only."""

Body = Literal["政协", "人大"]
Kind = Literal["提案", "建议", "议案"]
ProposerKind = Literal["个人", "联名", "单位", "界别"]
Severity = Literal["error", "warning", "info"]

HandlingRole = Literal["主办", "承办", "会办", "协办", "分办"]

Role = Literal["robots", "list", "detail", "continuation", "attachment", "resource"]
"""What a fetch was made for; `resource`: a script or data that a list is drawn from."""

Outcome = Literal[
    "ok",  # the document itself
    "redirect",  # 3xx inside the declared hosts
    "refused",  # redirect or link outside the declared hosts, wrong type, too large: not followed, not kept
    "blocked",  # challenge page (412, 202, 瑞数), captcha
    "maintenance",  # a maintenance notice with status 200
    "soft_404",  # "not found" with status 200
    "gone",  # 404 or 410
    "error",  # other 4xx and 5xx
    "truncated",  # fewer bytes than announced
    "empty",  # status 200 and no body
    "robots",  # robots.txt forbids it
    "unreachable",  # no answer: connection, TLS, name or time-out
    "unchanged",  # 304 to a conditional request: the site says that the bytes are those of the last good answer
]


# --- declarations -----------------------------------------------------------------------------------------------


@record
class Column:
    """A 栏目 that lists replies, as declared."""

    url: str
    holds: Literal["mixed", "政协", "人大"] = "mixed"
    may_be_empty: bool = False
    year: int | None = None
    """Only where the declaration says that the column holds one year."""
    render: bool = False
    """Its lists are drawn by JavaScript: they are looked at through a browser."""
    total_may_differ: bool = False
    """Whether the numbers that the site prints may differ from what is found."""


@record
class Expect:
    """What a site is expected to give, beside its declaration; less is told (docs/gates.md)."""

    min_replies: int | None = None
    fields: tuple[tuple[str, float], ...] = ()
    """Field of a reply → least share of replies that have it, in order of name."""
    rows_may_drop: bool = False
    """Its lists keep the newest only."""
    gone_fields: tuple[str, ...] = ()
    """Fields that it does not print any more, accepted by a person: a page without them is no damage."""


@record
class Site:
    """A host with its declaration (`data/sites/*.yaml`)."""

    key: str
    name: str
    agency: str | None
    """Canonical name of the publishing agency; NULL for a portal that carries many agencies."""
    place: str | None
    """GB/T 2260 code, six digits: 420000 province, 420100 武汉, 420106 武昌区."""
    hosts: tuple[str, ...]
    """Allow-list, host or host:port, lower case; redirects outside it are refused."""
    family: str
    columns: tuple[Column, ...]
    delay: float = 3.0
    """Seconds between two requests to the cluster of this host."""
    expect: Expect = Expect()
    revisits: int | None = None
    """At most so many known pages are looked at again in one ordinary run; None: as many as the schedule needs."""
    discover: bool = False
    """Not all of its columns are known, perhaps none; a site without columns is not crawled."""
    hints: tuple[str, ...] = ()
    """Paths where columns are thought to lie, for `discover`; `*` stands for one segment."""
    source: str | None = None
    """Where the declaration comes from."""
    known: str | None = None
    """Date of that knowledge: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""


# --- fetch ------------------------------------------------------------------------------------------------------


@record
class Page:
    """One fetched state of an address, before anybody has looked into it."""

    url: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    """As received, names lower case, order kept."""
    fetched_at: str | None = None
    """ISO 8601 with offset, seconds: `2026-11-24T02:30:00+08:00`."""
    site: Site | None = None
    column: str | None = None
    """URL of the column in whose list the page was found."""
    role: Role = "detail"
    row_title: str | None = None
    row_date: str | None = None
    """Title and date as printed in the list row, untouched."""
    continuations: tuple[Page, ...] = ()
    """`t…_1.shtml`, `t…_2.shtml` in order."""
    attached: tuple[Page, ...] = ()
    """The file that holds the text of a page which only points to it."""

    def header(self, name: str) -> str | None:
        """First value of a header, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@record
class ListRow:
    """One row of a list page."""

    url: str
    """Absolute."""
    title: str
    date: str | None = None
    """As printed."""
    text_in: str | None = None
    """Where the list itself carries the whole text of the document: its address, `#`, and the number of the row there."""


@record
class Listing:
    """What one list page of a column says."""

    site: str
    column: str
    url: str
    index: int
    """0-based position of the page in the column."""
    rows: tuple[ListRow, ...]
    page_count: int | None = None
    """Number of pages as the site itself prints it."""
    total: int | None = None
    """Number of rows as the site itself prints it (共N条)."""
    issues: tuple[Issue, ...] = ()
    refused: tuple[ListRow, ...] = ()
    """Rows whose links leave the declared hosts: listed, recorded, never fetched."""


@record
class ListReading:
    """What one crawl read of a column: all of its list, or as much of its head as there was need for."""

    site: str
    column: str
    on: str
    """Day of the crawl, `YYYY-MM-DD`."""
    pages: tuple[Listing, ...]
    """In order, each as last read; without a gap unless a page could not be got."""
    complete: bool
    """Whether every page that the list names was read."""


# --- read -------------------------------------------------------------------------------------------------------


@record
class RawField:
    """One labelled value as printed: a table cell, a meta tag, a labelled line."""

    label: str
    """Label without spaces and colon: `索引号`, `发文日期`; for a meta tag its name in lower case: `pubdate`."""
    value: str
    """White space collapsed, otherwise as printed; empty when the label stands alone."""
    source: str
    """`meta`, `cell`, `line`, `byline` (unlabelled line beside the title: label is empty)."""


@record
class Attachment:
    """A file beside a reply: its printed name and absolute address (None in plain text)."""

    name: str
    url: str | None = None
    paragraph: int | None = None
    """Line of the body with its link, from 1; for a link alone the line in front, or 0; None outside of the body."""


@record
class Image:
    """A picture in the body. It is never fetched."""

    url: str | None
    """Absolute; None where the page embeds it or names a file on somebody's disk."""
    alt: str
    """Alternative text as printed; empty where there is none."""
    paragraph: int
    """As in `Attachment`."""


@record
class FileText:
    """What a file says, whatever it is called."""

    kind: str
    """By its content: `pdf`, `docx`, `zip`, …; `unknown`."""
    text: str | None = None
    """One paragraph or table row a line, cells separated by tabs; contact data masked. None where nothing can be read."""
    rule: str | None = None
    """How the text was got: `pdf.layout`, `doc.antiword`."""
    pages: int | None = None
    """Pages of PDF and OFD, visible sheets of a workbook, members of an archive."""
    issues: tuple[Issue, ...] = ()


@record
class Removed:
    """A node or line that was left out of the body, its whole text, and why."""

    text: str
    reason: RemovalReason


@record
class RawReply:
    """Labels and nodes as printed; nothing normalised."""

    url: str | None
    titles: tuple[tuple[str, str], ...]
    """Candidates as (source, text), best first: `h1`, `meta:articletitle`, `row`, `title`."""
    fields: tuple[RawField, ...]
    paragraphs: tuple[str, ...]
    """Body text, one paragraph each, inline nodes joined without loss; from salutation to signature and annexes."""
    body_html: str
    """Sanitised; empty for plain text input."""
    attachments: tuple[Attachment, ...] = ()
    removed: tuple[Removed, ...] = ()
    """In order of the document: with ``paragraphs`` they make up every character that the container holds."""
    issues: tuple[Issue, ...] = ()
    images: tuple[Image, ...] = ()


# --- normalise --------------------------------------------------------------------------------------------------


@record
class Issue:
    """Something a person should know: what, where, what to do."""

    code: str
    """Stable, documented in docs/issues.md: `index_number_check_digit`."""
    message: str
    """Chinese; says what was found and where."""
    severity: Severity = "warning"
    field: str | None = None
    raw: str | None = None


@record
class FieldSource:
    """Where a value came from."""

    source: str
    """`meta:pubdate`, `cell:发文日期`, `line:文号`, `byline`, `title`, `body`, `row`, `site`."""
    rule: str
    """Name of the rule that made the value: `dates.chinese`, `document_number.gb9704`."""
    raw: str | None = None
    """As printed; None where it equals the value."""


@record
class Reference:
    """The proposal that a title says it answers. Conventions: a part that is not printed is None."""

    body: Body | None = None
    level: str | None = None
    """全国, 省, 市, 州, 县, 区, 自治区 … as printed."""
    place: str | None = None
    """湖北省, 枝江市 … as printed."""
    term: int | None = None
    """届"""
    meeting: int | None = None
    """次"""
    number: str | None = None
    """Without 第, 号 and spaces, otherwise as printed: `094`, `JY20250374`, `B(2019)331`."""
    category_number: str | None = None
    kind: Kind | None = None


PartName = Literal["head", "salutation", "text", "annex_list", "signature", "notes", "annexes", "other"]
"""GB/T 9704-2012 §7: 标题等, 称谓, 正文, 附件说明, 落款, 附注与版记, 附件; `other`: behind the signature, none of these."""


@record
class BodyPart:
    """One part of the body: lines of `body_text` from ``first`` to ``last``, counted from 1, both included."""

    part: PartName
    first: int
    last: int


@record
class Heading:
    """One heading of the body."""

    level: int
    """Depth in this letter: 1 is the topmost."""
    heading: str
    """As printed with its mark, without the text that follows on the same line."""
    paragraph: int
    """Line of `body_text`, from 1."""


@record
class Citation:
    """One mention of a policy document in the body."""

    paragraph: int
    """Line of `body_text`, from 1."""
    offset: int
    """Characters in front of it in the paragraph."""
    raw: str
    """As printed, marks and number included."""
    title: str | None
    """As printed, without marks and number; None where only a number is printed."""
    policy: str | None
    """Key of the policy: its normalised title; for a short name that of the whole title."""
    document_number: str | None
    """GB/T 9704, `鄂政发〔2023〕12号`; for a short name that of the whole title."""
    rule: str


@record
class Commitment:
    """One sentence of the body that says what will be done."""

    paragraph: int
    """Line of `body_text`, from 1."""
    offset: int
    """Characters in front of it in the paragraph."""
    sentence: str
    """As printed."""
    deadline: str | None
    """`YYYY-MM-DD`, last day of what is printed; None where none is printed or its year is not known."""
    deadline_raw: str | None
    """The words of the deadline as printed."""
    rule: str


NOT_EXTRACTED = (
    "body_html",
    "citations",
    "commitments",
    "outline",
    "parts",
    "images",
    "roles",
    "proposer",
    "proposer_kind",
    "proposer_count",
)
"""Fields of `Reply` that go to the corpus alone."""


@record
class RoleMention:
    """One place of a reply that names an agency's role."""

    name: str | None
    """As printed; None for the agency that writes (我厅, 本局)."""
    role: HandlingRole
    source: str
    """`body`, `title`, `line:会办单位`, `cell:主办单位`."""
    rule: str


@record
class Reply:
    """One document with normalised values. The keys of `extract` are these, in this order."""

    url: str | None = None
    title: str | None = None
    document_type: DocumentType | None = None
    references: tuple[Reference, ...] = ()
    answering_agency: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    publisher: str | None = None
    category: str | None = None
    validity: str | None = None
    disclosure: str | None = None
    issued_on: str | None = None
    """`YYYY-MM-DD`; so is `signed_on`."""
    published_at: str | None = None
    """`YYYY-MM-DDTHH:MM[:SS]`, or the date alone where no time is printed; Asia/Shanghai."""
    signed_on: str | None = None
    signatory: str | None = None
    salutation: str | None = None
    grade: str | None = None
    lead_agency: str | None = None
    co_handlers: tuple[str, ...] = ()
    quoted_subject: str | None = None
    attachments: tuple[Attachment, ...] = ()
    body_text: str | None = None
    """Paragraphs joined by a line feed; contact data masked."""
    sources: dict[str, FieldSource] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    body_html: str = ""
    """Sanitised and masked; not printed by `extract`, nor is what stands below."""
    citations: tuple[Citation, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    outline: tuple[Heading, ...] = ()
    parts: tuple[BodyPart, ...] = ()
    images: tuple[Image, ...] = ()
    roles: tuple[RoleMention, ...] = ()
    proposer: str | None = None
    """As printed, without courtesy; None where nobody is named."""
    proposer_kind: ProposerKind | None = None
    proposer_count: int | None = None
    """Number of persons, where it is printed."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON object that `extract` prints."""
        out = {
            one.name: _plain(getattr(self, one.name)) for one in fields(self) if one.name not in NOT_EXTRACTED
        }
        for file in out["attachments"]:
            del file["paragraph"]
        return out


def _plain(value: Any) -> Any:
    """The value with a dictionary for each record in it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return (
        {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        if is_dataclass(value)
        else value
    )


@record
class Processed:
    """What `pipelines.process` makes of a page: its outcome, and its reply where it is a document."""

    page: Page
    outcome: Outcome
    reply: Reply | None
    """None when the outcome is not `ok`, unless the list carries the text of a document that could not be got."""
    issues: tuple[Issue, ...] = ()
    """Of the page itself (challenge, wrong encoding); those of the reply stand in the reply."""
    wants: str | None = None
    """Address of the file that holds the text, where the page only points to it and the file did not come along."""
