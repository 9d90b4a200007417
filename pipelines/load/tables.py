"""The tables of `staging.db`: one set of rows an address, a pure function of the fetches of that address.

Nothing is merged here: twins and duplicates stand apart until `pipelines.resolve` looks at the whole set. Staging
is never published, so its columns carry no titles.
"""

from __future__ import annotations

from pipelines.schema.model import Column, SqlType, Table

REPLY_FIELDS = (
    "title",
    "document_type",
    "answering_agency",
    "index_number",
    "document_number",
    "publisher",
    "category",
    "validity",
    "disclosure",
    "issued_on",
    "published_at",
    "signed_on",
    "signatory",
    "salutation",
    "grade",
    "lead_agency",
    "co_handlers",
    "quoted_subject",
    "proposer",
    "proposer_kind",
    "proposer_count",
    "body_text",
)
"""Fields of `models.Reply` that are kept as one value each; `co_handlers` as JSON."""
_NUMBERS = ("proposer_count",)


def _text(*names: str, references: str | None = None) -> tuple[Column, ...]:
    return tuple(Column(name, name, "", null="", references=references) for name in names)


def _number(*names: str) -> tuple[Column, ...]:
    kind: SqlType = "INTEGER"
    return tuple(Column(name, name, "", kind, null="") for name in names)


_OWNER = _text("address", references="replies.address")

PAGES = Table(
    "pages",
    "",
    "",
    _text(
        "address",
        "url",
        "site",
        "column_url",
        "role",
        "row_title",
        "row_date",
        "outcome",
        "document_type",
        "title",
        "digest",
    ),
    ("address",),
)
REPLIES = Table(
    "replies",
    "",
    "",
    _text("address", references="pages.address")
    + _text("url", "values_digest", "row_digest", "fetched_at")
    + _text(*(name for name in REPLY_FIELDS if name not in _NUMBERS))
    + _number(*_NUMBERS),
    ("address",),
)
REPLY_HTML = Table("reply_html", "", "", _OWNER + _text("html"), ("address",))
REFERENCES = Table(
    "reply_references",
    "",
    "",
    _OWNER
    + _number("position", "term", "meeting")
    + _text("body", "level", "place", "number", "category_number", "kind"),
    ("address", "position"),
)
FIELD_SOURCES = Table(
    "field_sources", "", "", _OWNER + _text("field", "source", "rule", "raw"), ("address", "field")
)
ATTACHMENTS = Table(
    "attachments",
    "",
    "",
    _OWNER + _number("position", "paragraph") + _text("name", "url"),
    ("address", "position"),
)
IMAGES = Table(
    "images",
    "",
    "",
    _OWNER + _number("position", "paragraph") + _text("url", "alt"),
    ("address", "position"),
)
BODY_PARTS = Table(
    "body_parts",
    "",
    "",
    _OWNER + _number("position", "first_paragraph", "last_paragraph") + _text("part"),
    ("address", "position"),
)
OUTLINE = Table(
    "outline",
    "",
    "",
    _OWNER + _number("position", "level", "paragraph") + _text("heading"),
    ("address", "position"),
)
CITATIONS = Table(
    "citations",
    "",
    "",
    _OWNER
    + _number("position", "paragraph", "offset")
    + _text("title", "policy", "document_number", "raw", "rule"),
    ("address", "position"),
)
COMMITMENTS = Table(
    "commitments",
    "",
    "",
    _OWNER
    + _number("position", "paragraph", "offset")
    + _text("sentence", "deadline", "deadline_raw", "rule"),
    ("address", "position"),
)
ROLE_MENTIONS = Table(
    "role_mentions",
    "",
    "",
    _OWNER + _number("position") + _text("name", "role", "source", "rule"),
    ("address", "position"),
)
REVISIONS = Table(
    "revisions",
    "",
    "",
    _OWNER + _number("number") + _text("fetched_at", "changed", "diff", "digest", "content"),
    ("address", "number"),
)
ISSUES = Table(
    "issues",
    "",
    "",
    _text("address", "scope")
    + _number("position")
    + _text("url", "site", "code", "severity", "field", "message", "raw"),
    ("address", "scope", "position"),
)
LIST_PAGES = Table(
    "list_pages",
    "",
    "",
    _text("column_url")
    + _number("number", "rows", "refused", "page_count", "total")
    + _text("site", "url", "addresses", "digest"),
    ("column_url", "number"),
)
LIST_ROWS = Table(
    "list_rows",
    "",
    "",
    _text("column_url", "address", "url", "title", "date", "left_on", "back_on"),
    ("column_url", "address"),
)
"""Every row that a column ever listed; `left_on`: day on which it was not there any more; `back_on`: day on which it was
there again."""
LISTED = Table(
    "listed",
    "",
    "",
    _text("column_url")
    + _number("page_rows", "repeats", "gap", "page_gap", "head_only")
    + _text("walked_on", "refused", "addresses"),
    ("column_url",),
)
"""What each column lists today, see `pipelines.load.listed`."""
FILES = Table(
    "files",
    "",
    "",
    _text("sha256", "rules", "kind") + _number("pages") + _text("rule", "issues", "text"),
    ("sha256",),
)
"""What a file says, by the hash of its bytes; `rules` is the fingerprint under which it was read."""
STATE = Table("state", "", "", _text("key", "value"), ("key",))

CHILDREN = (
    REPLY_HTML,
    REFERENCES,
    FIELD_SOURCES,
    ATTACHMENTS,
    IMAGES,
    BODY_PARTS,
    OUTLINE,
    CITATIONS,
    COMMITMENTS,
    ROLE_MENTIONS,
)
"""What is replaced together with its reply; revisions are only added."""

TABLES = (PAGES, REPLIES, *CHILDREN, REVISIONS, ISSUES, LIST_PAGES, LIST_ROWS, LISTED, FILES, STATE)
