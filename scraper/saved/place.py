"""Where a saved page belongs: which declared site, as what, and what a list said of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.address import address_key, host_of
from pipelines.models import Role, Site
from scraper.families.addresses import Target, folder, is_file, resolve

_LIST_PAGE = re.compile(r"(?:(?:index|default|list\d{0,3})(?:_(\d{1,4}))?\.[a-z]{3,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a saved page from its address, and from lists that were read before."""

    site: Site
    url: str
    role: Role
    column: str | None = None
    index: int | None = None
    row_title: str | None = None
    row_date: str | None = None


Listed = tuple[str, str | None, str | None]
"""Column, title and date under which an address is listed."""


def place_of(url: str, sites: Mapping[str, Site], staging: sqlite3.Connection) -> Place | str:
    """The place of an address by what earlier runs saw listed, or why it has none (Chinese)."""
    return _place(url, sites, lambda key: _listed(staging, key))


def place_in(url: str, sites: Mapping[str, Site], lists: Mapping[str, Listed]) -> Place | str:
    """The same by lists that are at hand, by key of the address."""
    return _place(url, sites, lists.get)


def _listed(staging: sqlite3.Connection, key: str) -> Listed | None:
    row: Listed | None = staging.execute(
        "select column_url, title, date from list_rows where address = ? order by column_url limit 1", (key,)
    ).fetchone()
    return row


def _place(url: str, sites: Mapping[str, Site], listed: Callable[[str], Listed | None]) -> Place | str:
    """Of several sites on one host the one whose column lies deepest above the address is meant; where none does, only a
    host of one site tells.
    """
    target = resolve(url, url)
    if target is None:
        return "不是网址"
    candidates = [site for site in sites.values() if target.host in site.hosts]
    if not candidates:
        return f"主机 {host_of(url)} 不属于任何声明的网站"
    column_site, column = _column(target, candidates)
    row = listed(address_key(target.url))
    if row is not None and (owner := _owner(row[0], candidates)) is not None:
        column_site, column = owner, row[0]
    if column_site is None:
        if len(candidates) > 1:
            names = "、".join(site.key for site in candidates)
            return f"这个主机属于几个网站（{names}），请用 --site 指明"
        column_site = candidates[0]
    title, date = (row[1] or None, row[2]) if row is not None else (None, None)
    if is_file(target):
        return Place(column_site, target.url, "attachment", column, None, title, date)
    index = _index(target, column) if column is not None else None
    if index is not None:
        return Place(column_site, target.url, "list", column, index)
    return Place(column_site, target.url, "detail", column, None, title, date)


def _column(target: Target, sites: list[Site]) -> tuple[Site | None, str | None]:
    """The declared column that lies deepest above the address."""
    best: tuple[int, Site | None, str | None] = (0, None, None)
    for site in sites:
        for column in site.columns:
            above = folder(column.url)
            same_host = host_of(column.url) == target.host
            if same_host and target.path.startswith(above) and len(above) > best[0]:
                best = len(above), site, column.url
    return best[1], best[2]


def _owner(column: str, sites: list[Site]) -> Site | None:
    return next((site for site in sites if any(one.url == column for one in site.columns)), None)


def _index(target: Target, column: str) -> int | None:
    """Position of a list page in its column, from its name; None for what is no list page of it."""
    if address_key(target.url) == address_key(column):
        return 0
    if folder(target.url) != folder(column) or target.query:
        return None
    match = _LIST_PAGE.fullmatch(urlsplit(target.url).path.rsplit("/", 1)[-1])
    return None if match is None else int(match[1] or 0)
