"""What is wrong with a list page, in words for the person who can mend it; the codes stand in docs/issues.md."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.address import address_key
from pipelines.models import Issue, Page
from scraper.families.pagination import MAX_PAGES
from scraper.families.rows import Rows

MAX_ROWS = 5_000
"""Rows of one list page; the longest real one has some hundred, a folder may list more."""

MAX_REFUSED = 200
"""Rows of one list page that lead off the site; each is put on record."""


def complaints(page: Page, found: Rows, pages: int | None, index: int) -> Iterator[Issue]:
    """Issues of a list page. An error means that something listed was not got."""
    for row in found.refused[:20]:
        yield Issue(
            "list_link_off_site",
            f"列表页 {page.url} 中的链接 {row.url[:200]} 不在声明的主机之内，没有采集；"
            "若属该网站，请把主机加入声明的 hosts。",
            "warning",
            raw=row.title[:200] or None,
        )
    if pages is not None and pages > MAX_PAGES:
        message = f"列表页 {page.url} 自称有 {pages} 页，只读前 {MAX_PAGES} 页；请核对。"
        yield Issue("list_too_long", message, "error", raw=str(pages))
    if len(found.rows) > MAX_ROWS or len(found.refused) > MAX_REFUSED:
        message = (
            f"列表页 {page.url} 有 {len(found.rows)} 条，另有 {len(found.refused)} 条指向站外，"
            f"只读前 {MAX_ROWS} 条、前 {MAX_REFUSED} 条；请核对。"
        )
        yield Issue("list_too_long", message, "error", raw=str(len(found.rows)))
    if found.broken is not None:
        message = (
            f"列表地址 {page.url} 返回的不是 JSON（{found.broken}），一行也没有读出；"
            "请核对地址，或把 family 改为 trs。"
        )
        yield Issue("list_not_json", message, "error")
        return
    yield from _blocks(page, found)
    yield from _rows(page, found)
    if not found.rows and not (_may_be_empty(page) and index == 0):
        message = (
            f"列表页 {page.url} 没有读出任何一行；栏目改版、被拦截，或确实为空（可在声明中写 may_be_empty）。"
        )
        yield Issue("list_without_rows", message, "error")


def _blocks(page: Page, found: Rows) -> Iterator[Issue]:
    sizes = "、".join(str(size) for size in found.blocks)
    if len(found.blocks) > 1:
        message = (
            f"列表页 {page.url} 有 {len(found.blocks)} 个区块都像是列表（各 {sizes} 条），全部读了；"
            "请核对哪一个才是，必要时换一个栏目地址或模板族。"
        )
        yield Issue("list_ambiguous", message, "error" if found.elsewhere else "warning", raw=sizes)
    elif found.elsewhere and found.rows:
        message = (
            f"列表页 {page.url} 的链接都不在栏目路径之下，取了链接最多的区块；"
            "请核对这是不是栏目的列表（栏目为空时，侧栏会被当成列表）。"
        )
        yield Issue("list_from_elsewhere", message, "warning", raw=found.rows[0].url[:200])


def _rows(page: Page, found: Rows) -> Iterator[Issue]:
    if found.unlinked:
        message = (
            f"列表页 {page.url} 有 {len(found.unlinked)} 行没有可用的链接（没有网址，或要靠脚本打开），"
            f"没有采集，如“{found.unlinked[0][:60]}”；请在浏览器里查明网址，保存后用 import 导入。"
        )
        yield Issue("list_row_without_link", message, "error", raw=found.unlinked[0])
    # Rows without a title are files in a folder, which print none either.
    titled = [row for row in found.rows if row.title]
    undated = [row for row in titled if row.date is None]
    if undated:
        every = len(undated) == len(titled)
        count = f"{len(undated)} 行都" if every else f"{len(titled)} 行中有 {len(undated)} 行"
        message = f"列表页 {page.url} 的 {count}没有印日期，如“{undated[0].title[:60]}”；按日期采集（--since）时照取。"
        yield Issue(
            "list_row_without_date", message, "info" if every else "warning", raw=undated[0].url[:200]
        )


def _may_be_empty(page: Page) -> bool:
    return page.site is not None and any(
        column.may_be_empty and address_key(column.url) == address_key(page.column or "")
        for column in page.site.columns
    )
