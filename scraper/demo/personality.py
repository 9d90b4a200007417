"""What a demonstration site is like and what it publishes, read from `data/demo/government/*.yaml`.

A personality says how a site behaves (template, encoding, pagination, robots.txt); a document says what one page of it
states (`says`, in normalised form: the answer key) and how awkwardly it prints that (`prints`). So the truth is written
once, and the renderer cannot know more than the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import yaml

from pipelines.errors import ConfigurationError
from pipelines.models import Reply
from pipelines.paths import reviewed_data

T = TypeVar("T")

Paging = Literal["createPageHTML", "pageControl", "pageHtml", "next"]
Answer = Literal[
    "page",  # the document
    "challenge",  # 412 and a script
    "soft_404",  # 200 and an apology
    "gone",  # 404
    "empty",  # 200 and not one byte
    "redirect",  # to `target` on the same site
    "leaves",  # a redirect to `target` on a foreign host
    "foreign",  # the row itself links to `target` on a foreign host
]
SAYS = frozenset(each.name for each in fields(Reply)) - {
    "url",
    "title",
    "attachments",
    "body_text",
    "body_html",
    "sources",
    "issues",
}
"""Keys of a reply whose truth a document may state; `title`, `attachments` and `body_text` follow from the page."""


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """One list of a site."""

    path: str
    """From the root of the host, ending in a slash."""
    name: str
    paging: Paging
    rows: int = 10
    """Rows a list page."""
    index: str = "index"
    """Name of the first list page without its extension."""
    ext: str = "shtml"
    prints_total: bool = False
    """Whether the list says 共N条."""
    holds: str = "mixed"


@dataclass(frozen=True, slots=True)
class Document:
    """One row of a column and what stands behind it."""

    file: str
    """Path below the column: `202409/t20240902_9037154.shtml`."""
    title: str
    column: int = 0
    row_title: str | None = None
    """As the list prints it, where that differs (cut short, blanks)."""
    row_date: str | None = None
    pinned: bool = False
    """Listed a second time at the top of the first page."""
    unlisted: bool = False
    """Reached only through another page."""
    answer: Answer = "page"
    target: str | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    prints: Mapping[str, str] = field(default_factory=dict)
    """Label or meta tag → exactly what is printed, where that is not the plain form of what the page says."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further labelled cells (grade, keywords), as printed."""
    style: str = "plain"
    """How the CMS editor wrote the paragraphs; see `prose`."""
    encoding: str | None = None
    """Encoding of the bytes, where it is not what the page declares."""
    twin: bool = False
    """Whether an age-friendly `_slh` twin exists."""
    twin_only: bool = False
    """Whether the list links the twin in place of the original."""
    attachments: tuple[tuple[str, str], ...] = ()
    """(name, file) pairs beside the page."""
    file_texts: Mapping[str, str] = field(default_factory=dict)
    """File → its text; the others say what they are."""
    text_in: str | None = None
    """The file that holds the body; the page itself only points to it."""
    body: str = ""

    @property
    def page_body(self) -> str:
        """What stands on the page."""
        return self.body if self.text_in is None else "答复全文见附件。"

    def file_text(self, name: str, file: str) -> str:
        """What stands in a file beside the page."""
        return self.body if file == self.text_in else self.file_texts.get(file, f"演示附件：{name}")

    @property
    def order(self) -> str:
        """What the list is sorted by, newest first."""
        return self.url_date or self.row_date or ""

    @property
    def url_date(self) -> str:
        """ISO date in the file name, or empty where the file name has none."""
        digits = self.file.rsplit("/", 1)[-1][1:9]
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.isdigit() else ""


@dataclass(frozen=True, slots=True)
class Personality:
    """A demonstration site."""

    key: str
    host: str
    name: str
    template: str
    columns: tuple[ColumnShape, ...]
    documents: tuple[Document, ...]
    encoding: str = "utf-8"
    header_charset: str | None = None
    """`charset` of the Content-Type header; None leaves it out."""
    robots: str | None = None
    """Text of robots.txt; None answers 404."""
    code: str = ""
    """SiteIDCode as printed, possibly empty."""
    traps: tuple[str, ...] = ()
    """Awkward habits of the meta tags: `twice`, `lower`, `no_article`, `relative_url`."""
    menu: tuple[str, ...] = ()


class _Plain(yaml.SafeLoader):
    """Dates stay as they are written: half of them are printed in other forms."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_personalities(folder: Path | None = None) -> tuple[Personality, ...]:
    """Every site of a folder, in order of file name; None takes the bundled ones.

    Raises ConfigurationError naming the file and the key when a file does not fit.
    """
    root = folder or reviewed_data("demo", "government")
    sites = tuple(_site(path) for path in sorted(root.glob("*.yaml")))
    if not sites:
        raise ConfigurationError(f"{root} 里没有演示站点的说明（*.yaml）。")
    return sites


def _site(path: Path) -> Personality:
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=_Plain)  # noqa: S506 - a safe loader
        columns = tuple(_made(ColumnShape, entry) for entry in raw.pop("columns"))
        documents = tuple(_document(entry, len(columns)) for entry in raw.pop("documents"))
        return _made(Personality, raw | {"columns": columns, "documents": documents})
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise ConfigurationError(f"演示站点 {path}：{error}") from error


def _document(raw: dict[str, Any], columns: int) -> Document:
    entry = dict(raw)
    for key in ("extra", "attachments"):
        entry[key] = tuple((str(name), str(value)) for name, value in entry.get(key, ()))
    made = _made(Document, entry)
    if unknown := set(made.says) - SAYS:
        raise ValueError(f"{made.file}: says 里没有 {'、'.join(sorted(unknown))} 这样的字段")
    if made.answer not in get_args(Answer):
        raise ValueError(f"{made.file}: answer 不能是 {made.answer}")
    if not 0 <= made.column < columns:
        raise ValueError(f"{made.file}: 没有第 {made.column} 个栏目")
    return made


def _made(kind: type[T], values: Mapping[str, Any]) -> T:
    """An instance; a list from YAML becomes a tuple, an unknown key is a TypeError that names it."""
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
