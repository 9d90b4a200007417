"""From the pages seen to the columns proposed, and from those to a declaration that a person can review.

A parent that only collects what its children list is not proposed beside them, nor they beside a parent that lists all
of theirs. Empty columns are not proposed: nobody knows what they will hold.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin

from pipelines.address import address_key
from pipelines.models import Column, Site
from scraper.discovery import words
from scraper.discovery.judge import column_list
from scraper.discovery.search import Search, Seen, key_of
from scraper.families.addresses import folder

Confidence = Literal["高", "中"]

MIN_NAMED, MIN_UNNAMED = 0.3, 0.5
"""Part of the rows that must be replies, where the column calls itself one and where it does not. Notices live in
reply columns (8 of some 30 seen), so it cannot be all."""

SURE_ROWS, SURE_RATIO = 3, 0.8


@dataclass(frozen=True, slots=True)
class Proposed:
    """A column with the evidence for it."""

    column: Column
    family: str
    confidence: Confidence
    evidence: str
    declared: bool = False
    """It stands in the declarations already."""


def proposed(search: Search) -> list[Proposed]:
    """The columns of a site, in order of address."""
    sampled = (_with_samples(search, seen) for seen in search.seen)
    fitting = {key_of(seen.url): seen for seen in sampled if _fits(seen)}
    kept = _without_doubles([fitting[key] for key in sorted(fitting)])
    declared = {key_of(column.url) for column in search.site.columns}
    return [_proposed(search, seen, key_of(seen.url) in declared) for seen in kept]


def rejected(search: Search) -> list[Seen]:
    """Pages that call themselves columns of replies, or list some, and were not taken, in order of address."""
    taken = {address_key(one.column.url) for one in proposed(search)}
    looked = {key_of(seen.url): seen for seen in search.seen if address_key(seen.url) not in taken}
    return [seen for _, seen in sorted(looked.items()) if seen.named or seen.past or seen.verdict.replies]


def _with_samples(search: Search, seen: Seen) -> Seen:
    """Where titles are cut short, the documents that were looked at speak for the others, if all of them are replies."""
    verdict = seen.verdict
    looked = [search.samples[key] for row in verdict.cut if (key := address_key(row.url)) in search.samples]
    if verdict.replies or not looked or not all(looked):
        return seen
    whole = replace(verdict, rows=verdict.rows + len(verdict.cut), replies=verdict.cut, sampled=len(looked))
    return replace(seen, verdict=whole)


def _fits(seen: Seen) -> bool:
    verdict = seen.verdict
    count = len(verdict.replies)
    if seen.candidate.kind == "search":
        return False
    if seen.past:
        return count >= 2 and verdict.ratio >= MIN_UNNAMED and verdict.referring > 0 and _own(seen) > 0
    if seen.named:
        return count >= 1 and verdict.ratio >= MIN_NAMED
    return count >= 3 and verdict.ratio >= MIN_UNNAMED and verdict.referring >= 2 and _own(seen) > 0


def _own(seen: Seen) -> int:
    """Replies that lie in the column itself; where addresses do not tell, all of them."""
    homes = seen.verdict.homes
    own = sum(count for home, count in homes.items() if _place(home) == _place(seen.url))
    return own if homes else len(seen.verdict.replies)


def _place(url: str) -> str:
    """Key of the column that a list page belongs to: its folder, or itself where columns are files (`list-541-1.html`)."""
    return key_of(url) if column_list(url) else key_of(urljoin(url, folder(url)))


def _without_doubles(fitting: list[Seen]) -> list[Seen]:
    """Drop parents that only collect, and children whose parent lists all of theirs."""
    rows = {seen.url: {address_key(row.url) for row in seen.verdict.replies} for seen in fitting}
    homes = {seen.url: set(map(_place, seen.verdict.homes)) for seen in fitting}
    dropped: set[str] = set()
    for parent in fitting:
        if _own(parent):
            continue
        children = [
            child
            for child in fitting
            if child.url != parent.url and _own(child) and _place(child.url) in homes[parent.url]
        ]
        # Pages of a list may be many: what the parent shows of a child must be found at the child.
        if children and homes[parent.url] <= {_place(child.url) for child in children}:
            dropped.add(parent.url)
        elif parent.named:
            dropped |= {child.url for child in children}
    for parent in fitting:
        if parent.url in dropped:
            continue
        for child in fitting:
            if child.url != parent.url and child.url not in dropped and rows[child.url] <= rows[parent.url]:
                same = rows[child.url] == rows[parent.url]
                if not same or (parent.named, -len(parent.url)) > (child.named, -len(child.url)):
                    dropped.add(child.url)
    return [seen for seen in fitting if seen.url not in dropped]


def _proposed(search: Search, seen: Seen, declared: bool) -> Proposed:
    verdict = seen.verdict
    count = len(verdict.replies)
    text = seen.candidate.text or seen.name
    holds = words.holds_of(text, seen.url)
    if verdict.bodies and set(verdict.bodies) != {holds}:
        # The titles know better than the name.
        holds = "mixed"
    counted = f"第一页 {verdict.rows} 条中 {count} 条是答复"
    if verdict.sampled:
        counted = f"第一页 {verdict.rows} 条的标题被截断，抽看 {verdict.sampled} 件都是答复"
    sure = (
        not verdict.sampled
        and count >= SURE_ROWS
        and verdict.ratio >= SURE_RATIO
        and seen.named
        and not seen.past
    )
    found = " → ".join(search.trail(seen.candidate))
    reasons = "；".join(seen.candidate.reasons)
    total = f"，网站印着共 {verdict.total} 条" if verdict.total else ""
    evidence = "；".join(filter(None, (found, reasons, counted + total)))
    column = Column(seen.url, holds, False, words.year_of(text, seen.url))
    return Proposed(column, verdict.family, "高" if sure else "中", evidence, declared)


def declaration(site: Site, columns: list[Proposed], today: str) -> str:
    """A declaration for `data/sites`, with the evidence in front of it. `columns` are of one family, at least one."""
    out = [f"# {site.name}：下面的栏目由 discover 找到，请在浏览器里逐条看过再用。"]
    out += [f"# 把握{one.confidence}：{one.column.url}\n#   {one.evidence}" for one in columns]
    out += [f"{site.key}:", f"  name: {_scalar(site.name)}"]
    if site.agency:
        out.append(f"  agency: {_scalar(site.agency)}")
    if site.place:
        out.append(f"  place: {site.place}")
    out += [f"  hosts: [{', '.join(map(_scalar, site.hosts))}]", f"  family: {columns[0].family}"]
    if site.delay != 3.0:
        out.append(f"  delay: {site.delay:g}")
    listed = f"  columns: [{', '.join(_column(one.column) for one in columns)}]"
    out += textwrap.wrap(
        listed,
        120,
        drop_whitespace=True,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    out += ["  source: discover 自动发现，待复核", f'  known: "{today}"']
    return "\n".join(out) + "\n"


def _column(column: Column) -> str:
    parts = [f"url: {json.dumps(column.url, ensure_ascii=False)}"]
    if column.holds != "mixed":
        parts.append(f"holds: {column.holds}")
    if column.year is not None:
        parts.append(f"year: {column.year}")
    return "{" + ", ".join(parts) + "}" if len(parts) > 1 else json.dumps(column.url, ensure_ascii=False)


def _scalar(text: str) -> str:
    """A name as YAML takes it in block and in flow."""
    plain = text.replace(".", "").replace("-", "").isalnum() and not text[0].isdigit()
    return text if plain else json.dumps(text, ensure_ascii=False)
