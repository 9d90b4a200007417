"""What a column prints of itself against what was found in it: 共N条, pages × rows, totals of JSON lists.

A difference is an issue with both numbers, and a failure of the site's run unless the declaration allows it
(`total_may_differ`): a crawl that cannot say that it has everything has not done its work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.models import Issue


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column."""

    url: str
    may_be_empty: bool
    pages_read: int
    """List pages read, of those that the site prints; 0 when the list was never read."""
    first_rows: int
    """Rows on the first list page as last seen."""
    rows_found: int
    """Rows on the list pages as last seen, see `count_rows`."""
    rows_refused: int
    """Of those the ones whose links leave the declared hosts: listed, never fetched."""
    printed_total: int | None
    page_count: int | None
    distinct: int | None = None
    """Different addresses among the rows; None: all of them differ."""
    page_rows: tuple[int, ...] = ()
    """Rows of each page read, in order, without those that are pinned on every page."""
    may_differ: bool = False
    """Whether the declaration allows that numbers do not agree."""


def count_rows(pages: Sequence[Sequence[str]]) -> int:
    """Rows of a list as a site counts them (共N条), from the addresses on its pages.

    A row that stands on every one of several pages is pinned there: one row, printed again and again; counting it each
    time would hide rows that are missing. A row that stands on some of the pages was published twice, and the site
    counts it twice. What was listed once and is not any more does not count.

    >>> count_rows([["pin", "a", "twice"], ["pin", "b", "twice"], ["pin", "c"]])
    6
    """
    return sum(len(page) for page in pages) - len(pinned(pages)) * (len(pages) - 1)


def pinned(pages: Sequence[Sequence[str]]) -> set[str]:
    """Rows that stand on every one of several pages."""
    return set(pages[0]).intersection(*pages[1:]) if len(pages) > 1 else set()


def expected_rows(column: ColumnFacts) -> tuple[int, int] | None:
    """Least and greatest number of rows that the column must have by its own word; None where it says nothing.

    A printed total is exact. A number of pages says that all but the last are full; a full page is what most of them
    are, so that a pinned row on the first page is no rule for the others.
    """
    if column.printed_total is not None:
        return column.printed_total, column.printed_total
    pages, read = column.page_count, column.page_rows
    if pages is None or pages < 2 or len(read) < pages:
        return None
    counts = Counter(read[: pages - 1])
    full = min(rows for rows, times in counts.items() if times == max(counts.values()))
    return (pages - 1) * full + 1, max(pages * full, column.rows_found)


def differences(column: ColumnFacts) -> tuple[Issue, ...]:
    """Issues of a column whose list was read; errors fail its site, infos are allowed by the declaration.

    Rows are compared by two counts, since a row that is printed twice may be one to the site or two: too few are rows
    that even the generous count does not find, too many those that even the strict one finds.
    """
    if column.pages_read == 0:
        return ()
    found: list[Issue] = []
    if column.page_count is not None and column.pages_read < column.page_count:
        message = f"网站印着 {column.page_count} 页，只读到 {column.pages_read} 页：{column.url}"
        found.append(Issue("column_pages_missing", message, "error", raw=str(column.page_count)))
    expected = expected_rows(column)
    if expected is not None:
        least, most = expected
        distinct = column.rows_found if column.distinct is None else column.distinct
        printed = (
            f"网站印着共 {column.printed_total} 条"
            if column.printed_total is not None
            else f"照网站的页数应有 {least} 到 {most} 条"
        )
        if column.rows_found < least:
            message = f"{printed}，只找到 {column.rows_found} 条：{column.url}"
            found.append(Issue("column_rows_missing", message, "error", raw=str(least)))
        elif distinct > most:
            message = f"{printed}，却找到 {distinct} 条：{column.url}"
            found.append(Issue("column_rows_extra", message, "error", raw=str(most)))
    return tuple(replace(issue, severity="info") for issue in found) if column.may_differ else tuple(found)
