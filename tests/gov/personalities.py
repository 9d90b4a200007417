"""The personalities of the test government: what kinds of sites there are, and how to make one of any size.

Each kind is a form that real sites of the province have; the shells of the pages are those of the demonstration, and a
few more in `templates/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipelines.models import Column, Site
from scraper.demo.answers import Answer, answers
from scraper.demo.personality import ColumnShape, Document, Paging, Personality
from scraper.demo.render import Renderer, twin_of
from tests.gov import replies
from tests.gov.render import Habits, Listing, TestRenderer, list_path
from tests.gov.replies import Naming

PLACE = "420000"
NO_LABELS: frozenset[str] = frozenset()
LABELS = Naming().labels


@dataclass(frozen=True, slots=True)
class Kind:
    """A personality: how a site looks and behaves, whatever it publishes."""

    name: str
    template: str
    paging: Paging = "createPageHTML"
    family: str = "trs"
    path: str = "/zfxxgk/fdzdgknr/qtzdgknr/jytabl/"
    index: str = "index"
    ext: str = "shtml"
    naming: Naming = field(default_factory=Naming)
    encoding: str = "utf-8"
    header_charset: str | None = None
    robots: str | None = "User-agent: *\nDisallow: /igs/\n"
    traps: tuple[str, ...] = ()
    prints_total: bool = False
    twins: bool = False
    listing: Listing = "trs"
    """How its lists are made and name each other."""
    codes: frozenset[str] = frozenset()
    """Issues that pages of this kind have by themselves."""


def _html(pattern: str) -> Naming:
    return Naming(pattern)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("department", "department", traps=("twice",)),
        Kind("city", "city", ext="html", naming=_html("{month}/t{day}_{docid}.html"), prints_total=True,
             header_charset="utf-8", traps=("lower",)),
        Kind("labels_gbk", "labels", paging="next", encoding="gbk", naming=Naming(style="breaks")),
        Kind("documents", "documents", paging="pageHtml", naming=Naming(style="divs")),
        Kind("portal", "portal", paging="pageControl", path="/zwgk/jytabl/zxwyta/", index="list1",
             naming=Naming(style="spans"), prints_total=True),
        Kind("a_info", "ainfo", ext="html", naming=_html("{month}/t{day}_{docid}.html"), header_charset="UTF-8",
             traps=("relative_url",)),
        Kind("dateless", "department", path="/zfxxgk/qtzdgknr/jytabl/", naming=_html("t_{docid}.shtml")),
        Kind("twins", "city", ext="html", naming=_html("{month}/t{day}_{docid}.html"), twins=True),
        Kind("gbk_table", "department", encoding="gb18030", header_charset="gb2312",
             naming=Naming(style="word")),
        Kind("http_links", "ainfo", traps=("absolute_links",), prints_total=True, robots=None),
        Kind("json_rows", "department", family="trs_json", index="qtzd", ext="json", listing="json",
             prints_total=True),
        Kind("json_text", "documents", family="trs_json", path="/zfxxgk/fdzdgknr/jytabl/", index="list", ext="json",
             listing="json_text"),
        Kind("igs", "city", family="igs", path="/jytabl/", robots=None, listing="igs", prints_total=True),
        Kind("jhtml", "labels", family="jhtml", path="/c/ycsgaj/jytabl/", ext="jhtml", listing="jhtml",
             naming=Naming("{docid}.jhtml")),
        Kind("content", "ainfo", family="content", path="/", index="list-541", ext="html", listing="content",
             naming=Naming("content-541-{docid}-1.html"), header_charset="utf-8", prints_total=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """One site: its declaration for the crawl, what it publishes, and what its pages say."""

    key: str
    kind: Kind
    personality: Personality
    seed: int

    @property
    def host(self) -> str:
        """Its host, on a cluster of its own."""
        return self.personality.host

    @property
    def column(self) -> str:
        """Address of its first column as declared."""
        return self.columns[0].url

    @property
    def columns(self) -> tuple[Column, ...]:
        """As declared."""
        return tuple(
            Column(f"http://{self.host}{list_path(self.kind.listing, shape, 0)}")
            for shape in self.personality.columns
        )

    def answers(self) -> Iterator[Answer]:
        """What its pages say, with its columns as declared."""
        declared = {at: column.url for at, column in enumerate(self.columns)}
        for document, answer in zip(self.personality.documents, answers((self.personality,)), strict=True):
            yield replace(answer, column=declared[document.column])

    @property
    def site(self) -> Site:
        """Its declaration."""
        name = self.personality.name
        return Site(self.key, name, name, PLACE, (self.host,), self.kind.family, self.columns, 0.0)

    def renderer(self, personality: Personality | None = None, habits: Habits | None = None) -> Renderer:
        """What renders it, or it as it is after a change."""
        return TestRenderer(personality or self.personality, self.seed, self.kind.listing, habits or Habits())


def make(
    kind: Kind,
    key: str,
    *,
    number: int = 0,
    seed: int = 0,
    count: int = 9,
    others: int = 1,
    rows: int = 4,
    columns: int = 1,
) -> Made:
    """A site of a kind. `number` keeps the proposals of sites apart: it answers those from `number` × 100 on."""
    agency = f"湖北省试验第{number}局"
    shapes = tuple(
        ColumnShape(
            path=kind.path if at == 0 else f"{kind.path.rstrip('/')}_{at}/",
            name="建议提案办理" if at == 0 else f"建议提案办理（{at + 1}）",
            paging=kind.paging,
            rows=rows,
            index=kind.index,
            ext=kind.ext,
            prints_total=kind.prints_total,
        )
        for at in range(columns)
    )
    documents: list[Document] = []
    first = number * 100 + 1
    for at in range(columns):
        share = count // columns + (1 if at < count % columns else 0)
        documents += replies.documents(agency, first, share, others, f"{seed} {key} {at}", kind.naming, at)
        first += share + others
    made = [replace(document, twin=True) if kind.twins else document for document in documents]
    personality = Personality(
        key=key,
        host=f"www.{key.replace('_', '-')}.invalid",
        name=agency,
        template=kind.template,
        columns=shapes,
        documents=tuple(made),
        encoding=kind.encoding,
        header_charset=kind.header_charset,
        robots=kind.robots,
        traps=kind.traps,
        menu=("首页", "机构概况", "政务公开", "互动交流"),
    )
    return Made(key, kind, personality, seed)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of a site lies, in the order in which a polite reader meets it."""

    made: Made
    lists: tuple[str, ...] = field(init=False)
    """Paths of the list pages of the first column."""
    listed: tuple[Document, ...] = field(init=False)
    """Documents of the first column as listed, newest first."""

    def __post_init__(self) -> None:
        listed = tuple(self.made.renderer().listed(0))
        rows = len(listed) * (2 if self.made.kind.twins else 1)
        count = 1 if self.is_one_file else max(1, -(-rows // self.shape.rows))
        pages = tuple(list_path(self.made.kind.listing, self.shape, k) for k in range(count))
        object.__setattr__(self, "lists", pages)
        object.__setattr__(self, "listed", listed)

    @property
    def is_one_file(self) -> bool:
        """Whether the whole list is one file of data."""
        return self.made.kind.listing in ("json", "json_text")

    @property
    def shape(self) -> ColumnShape:
        """The first column."""
        return self.made.personality.columns[0]

    @property
    def replies(self) -> tuple[Document, ...]:
        """Those of the listed that are replies."""
        return tuple(doc for doc in self.listed if doc.says.get("document_type") != "other")

    @property
    def prints_total(self) -> bool:
        """Whether the list says how many rows it has."""
        return self.shape.prints_total or (
            self.shape.paging == "pageHtml" and self.made.kind.listing == "trs"
        )

    @property
    def rows_total(self) -> int:
        """Rows of all list pages."""
        return len(self.listed) * (2 if self.made.kind.twins else 1)

    def path(self, document: Document) -> str:
        """Where a document lies."""
        return self.shape.path + document.file

    def twin(self, document: Document) -> str:
        """Where its twin lies."""
        return twin_of(self.path(document))

    def rows_on(self, page: int) -> tuple[Document, ...]:
        """Documents of the rows of a list page; a twin has a row of its own."""
        if self.is_one_file:
            return self.listed
        width = 2 if self.made.kind.twins else 1
        rows = [doc for doc in self.listed for _ in range(width)]
        return tuple(rows[page * self.shape.rows : (page + 1) * self.shape.rows])

    def on_page(self, page: int) -> tuple[Document, ...]:
        """Documents that stand on a list page and on none before it."""
        before = {doc.file for at in range(page) for doc in self.rows_on(at)}
        return tuple({doc.file: doc for doc in self.rows_on(page) if doc.file not in before}.values())
