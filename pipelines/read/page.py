"""HTML page → RawReply. Lexbor finds the parts, a tokeniser reads them, nothing is normalised."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.models import Attachment, Issue, Page, RawField, RawReply, Removed
from pipelines.read import attachments, clutter, conserve, container, headings, labels, marks
from pipelines.read.conserve import Text
from pipelines.read.decode import decode
from pipelines.read.ends import trim
from pipelines.read.flatten import Resolver, flatten
from pipelines.read.guard import MAX_BYTES, limit_depth
from pipelines.read.meta import read_meta
from pipelines.read.region import look_around
from pipelines.read.rows import read_markup
from pipelines.read.sanitise import sanitise
from pipelines.read.tokens import tokenise

_HEAD = 14
_FORMS = 3
"""So many tables of a container are looked at as forms."""
_SUFFIX = re.compile(r"\s{0,4}[-_|–—]{1,2}\s{0,4}([^-_|–—]{2,60})$")
_SITE_WORDS = re.compile(
    r"(?:人民政府|门户网站|政府网|信息网|官网|首页|局|厅|委|中心|委员会|办公室)(?:网站)?$"
)
_CATALOGUE_TABLE = re.compile(
    r"索\s{0,8}引\s{0,8}号|发\s{0,8}文\s{0,8}字\s{0,8}号|文\s{0,8}号|发\s{0,4}布\s{0,4}机\s{0,4}构|发\s{0,4}文\s{0,4}日\s{0,4}期"
)


_FORM = re.compile(r"案\s{0,4}号|案\s{0,4}由|编\s{0,4}号|办理结果|(?:主|协|会)\s{0,4}办\s{0,4}单\s{0,4}位")


@dataclass(slots=True)
class _Part:
    """The text of one fetched page of a document."""

    texts: list[Text] = field(default_factory=list)
    """The body, one for each fetched page that has any."""
    fields: list[RawField] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)
    attachments: tuple[Attachment, ...] = ()
    issues: list[Issue] = field(default_factory=list)


def read_page(page: Page) -> RawReply:
    """Read a page with its continuations: labelled values, titles with their sources, body, attachments.

    ``paragraphs`` hold the whole text of the container; what was left out of it stands in ``removed``, and that nothing
    else is missing is counted on every page. Issues: `page_too_large`, `no_body`, `body_by_density`, `markup_too_deep`,
    `body_text_lost`, and those of `decode`.
    """
    part = _read_part(page)
    for following in page.continuations:
        _append(part, _read_part(following))
    if page.row_title and page.row_title.strip():
        part.titles.append(("row", " ".join(page.row_title.split())))
    part.issues.extend(issue for text in part.texts if (issue := conserve.lost(text)) is not None)
    conserve.number(part.texts)
    return RawReply(
        url=page.url or None,
        titles=_ranked(part),
        fields=tuple(part.fields),
        paragraphs=tuple(paragraph.text for text in part.texts for paragraph in text.kept),
        body_html="".join(sanitise(text.flat.markup()) for text in part.texts),
        attachments=conserve.placed(part.attachments, part.texts),
        images=conserve.images(part.texts),
        removed=tuple(removed for text in part.texts for removed in text.removed()),
        issues=tuple(part.issues),
    )


def _read_part(page: Page) -> _Part:
    part = _Part()
    if len(page.body) > MAX_BYTES:
        message = f"网页有 {len(page.body)} 字节，超过上限 {MAX_BYTES}，未读取。"
        part.issues.append(Issue("page_too_large", message, "error", raw=str(len(page.body))))
        return part
    decoded = decode(page.body, page.headers)
    part.issues.extend(decoded.issues)
    source, issue = limit_depth(decoded.text)
    if issue is not None:
        part.issues.append(issue)
    # Valid UTF-8 without a mark in front is what Lexbor would be given again.
    as_is = decoded.encoding == "utf-8" and not part.issues and not page.body.startswith(BOM_UTF8)
    tree = LexborHTMLParser(page.body if as_is else source)
    resolve = Resolver(_base(tree, page.url))
    nodes, how = container.find(tree, source)
    part.fields.extend(read_meta(tree))
    around = look_around(tree, nodes[0] if nodes else _end_of_body(tree), source)
    part.titles.extend(around.titles)
    part.fields.extend(around.fields)
    part.titles.extend(_document_title(tree, part.fields))
    if how in ("empty", None):
        part.issues.append(Issue("no_body", "网页里没有找到正文。", "error", field="body_text"))
        part.attachments = attachments.collect(tree, [], resolve)
        return part
    if how == "density":
        part.issues.append(
            Issue("body_by_density", "模板不认识，正文按文字密度找到，请核对。", "info", field="body_text")
        )
    part.attachments = attachments.collect(tree, nodes, resolve)
    _read_body(part, nodes, resolve)
    return part


def _base(tree: LexborHTMLParser, url: str) -> str | None:
    """Base of relative links: the page's address, with <base href> where the page has one."""
    hrefs = (node.attributes["href"] for node in tree.tags("base") if "href" in node.attributes)
    href = next(hrefs, None) or ""
    return Resolver(url or None)(href) or url or None


def _end_of_body(tree: LexborHTMLParser) -> LexborNode | None:
    """Where a text would stand in a page without any container."""
    body = tree.body
    return body.last_child if body is not None else None


def _read_body(part: _Part, nodes: list[LexborNode], resolve: Resolver) -> None:
    markup: list[str] = []
    printed: list[str] = []
    silent: list[Removed] = []
    plain = True
    tokens: list[str] | None = None
    for node in nodes:
        html = node.html or ""
        tokens = tokenise(html)
        kinds = clutter.kinds(tokens[1::2])
        changed = "silent" in kinds
        if changed:
            silent += clutter.silence(node)
        printed.append(node.text_lexbor())
        if kinds:
            changed |= clutter.sweep(node, kinds)
        if "table" in kinds:
            changed |= _read_tables(part, node)
        plain = plain and not changed and not {"raw", "marked"} & kinds
        markup.append((node.html or "") if changed else html)
    flat = flatten("".join(markup), resolve.base, plain=plain, tokens=tokens if len(nodes) == 1 else None)
    part.texts = [Text("".join(printed), flat, trim(flat, part.fields), silent)]


def _read_tables(part: _Part, node: LexborNode) -> bool:
    """Catalogue tables and forms of a container, whatever is left out of it apart. Whether a table is left out now."""
    left_out = marks.marked_tables(node)
    before = len(left_out)
    forms: list[LexborNode] = []
    for table in node.css("table"):
        if table.mem_id in left_out:
            continue
        if _take_catalogue(part, table):
            left_out.update(inner.mem_id for inner in table.css("table"))
        elif len(forms) < _FORMS:
            forms.append(table)
    for table in forms:
        _read_form(part, table)
    return len(left_out) > before


def _take_catalogue(part: _Part, table: LexborNode) -> bool:
    """A catalogue table inside the container is metadata, not text."""
    text = table.text_lexbor()
    if len(text) > 1200 or len(set(_CATALOGUE_TABLE.findall(text))) < 2:
        return False
    found = read_markup(marks.without(table.html or ""))
    if not labels.is_catalogue(f.label for f in found):
        return False
    part.fields.extend(found)
    marks.mark(table, "metadata")
    return True


def _read_form(part: _Part, table: LexborNode) -> None:
    """Labelled cells of a form that holds the letter (案号, 办理结果): fields, and text of the body as well."""
    text = table.text_lexbor()
    if len(text) < 20_000 and _FORM.search(text):
        found = read_markup(marks.without(table.html or ""))
        part.fields.extend(f for f in found if labels.is_letter_label(f.label) and len(f.value) <= 300)


def _document_title(tree: LexborHTMLParser, found: list[RawField]) -> list[tuple[str, str]]:
    titles = [
        (f"cell:{f.label}", f.value)
        for f in found
        if f.label in labels.TITLE_LABELS and f.value and f.source != "meta"
    ]
    titles.extend(("meta:articletitle", f.value) for f in found if f.label == "articletitle" and f.value)
    node = tree.css_first("title")
    text = " ".join(node.text_lexbor().split()) if node is not None else ""
    if text:
        sites = {labels.squeeze(f.value) for f in found if f.label in ("sitename", "columnname") and f.value}
        while (match := _SUFFIX.search(text)) and match.start():
            suffix = match[1].strip()
            if not _SITE_WORDS.search(suffix) and labels.squeeze(suffix) not in sites:
                break
            text = text[: match.start()]
        titles.append(("title", text))
    return titles


_ORDER = ("h1", "cell:", "meta:", "h2", "h3", "class:", "row", "title", "body")


def _ranked(part: _Part) -> tuple[tuple[str, str], ...]:
    """Candidates best first; the name of the site or column is none, and a heading that another source confirms wins."""
    names = {
        labels.squeeze(f.value) for f in part.fields if f.label in ("sitename", "columnname") and f.value
    }
    confirmed = [
        labels.squeeze(text)
        for source, text in part.titles
        if source in ("meta:articletitle", "title", "row")
    ]

    def rank(title: tuple[str, str]) -> tuple[bool, bool, int]:
        source, text = title
        tight = labels.squeeze(text)
        trusted = (
            source.startswith(("cell:", "meta:"))
            or (
                len(tight) > 6
                and any(tight in other or other.rstrip(".…") in tight for other in confirmed if other)
            )
            or headings.title_like(text)
        )
        place = next((index for index, prefix in enumerate(_ORDER) if source.startswith(prefix)), len(_ORDER))
        return headings.names_column(text), not trusted, place

    usable = [title for title in dict.fromkeys(part.titles) if labels.squeeze(title[1]) not in names]
    return tuple(sorted(usable, key=rank))


def _append(part: _Part, following: _Part) -> None:
    """Join a continuation: its text goes behind, what it repeats of the first page's head is dropped."""
    head = [paragraph.text for text in part.texts for paragraph in text.kept[:_HEAD]][:_HEAD]
    repeated = {labels.squeeze(text) for text in head} | {labels.squeeze(text) for _, text in part.titles}
    for text in following.texts:
        while text.kept and labels.squeeze(text.kept[0].text) in repeated:
            text.flat.drop(text.kept.pop(0), "repeated_on_continuation")
    part.texts += following.texts
    known = {(item.name, item.url) for item in part.attachments}
    part.attachments += tuple(item for item in following.attachments if (item.name, item.url) not in known)
    part.issues.extend(following.issues)
