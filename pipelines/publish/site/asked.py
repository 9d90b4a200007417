"""The address of a search ↔ what is asked for. An address names what differs from the ordinary, in a fixed order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from datasette.utils.asgi import BadRequest, Request

from pipelines.publish.search import FACETS, NONE, Search

LONGEST = 500
"""Characters of a query; a longer one is refused with the reason, never cut."""

MOST_VALUES = 50
"""Values of one facet that may be asked for together."""

TITLE = "title"
"""Value of `in`."""

_YEARS = re.compile(r"(\d{4})(?:[-－—~～至](\d{4}))?年?")


def asked(request: Request) -> Search:
    """What an address asks for. Raises BadRequest, in Chinese, for what cannot be meant."""
    words = " ".join((request.args.get("q") or "").split())
    if len(words) > LONGEST:
        raise BadRequest(
            f"检索词太长（{len(words):,} 字），最多 {LONGEST} 字。找一段话的出处，用其中一两句就够了。"
        )
    page = request.args.get("page") or "1"
    if not re.fullmatch(r"[1-9]\d{0,5}", page, re.ASCII):
        raise BadRequest("page= 应当是从 1 起的页码。")
    chosen = {
        name: tuple(dict.fromkeys(values))
        for name in FACETS
        if (values := [text for one in request.args.getlist(name) if (text := one.strip())])
    }
    return Search(
        words,
        in_title=request.args.get("in") == TITLE,
        chosen=chosen | ({"year": _years(chosen["year"])} if "year" in chosen else {}),
        sort="date" if request.args.get("sort") == "date" else "relevance",
        page=int(page),
    )


def _years(values: Sequence[str]) -> tuple[str, ...]:
    """`2024` and `2019-2023` written out."""
    years: list[str] = []
    for value in (one for given in values for one in re.split(r"[\s,，、;；]+", given) if one):
        match = _YEARS.fullmatch(value)
        if value == NONE:
            years.append(NONE)
        elif match:
            first, last = sorted((int(match[1]), int(match[2] or match[1])))
            years += map(str, range(first, min(last, first + MOST_VALUES) + 1))
        else:
            raise BadRequest(f"年份“{value[:20]}”看不懂，请写 2024 或 2019-2023。")
    return tuple(dict.fromkeys(years))


def address(search: Search) -> str:
    """`?q=…` of a search; the same search has one address."""
    pairs: list[tuple[str, str]] = [("q", search.words)]
    pairs += [("in", TITLE)] if search.in_title else []
    for name in FACETS:
        values = search.chosen.get(name, ())
        pairs += [(name, value) for value in (spans(values) if name == "year" else values)]
    pairs += [("sort", "date")] if search.sort == "date" else []
    pairs += [("page", str(search.page))] if search.page > 1 else []
    return "?" + urlencode(pairs, quote_via=quote_plus)


def spans(values: Sequence[str]) -> list[str]:
    """Years as an address has them, those that follow each other as one span."""
    found: list[list[int]] = []
    for year in sorted({int(value) for value in values if value != NONE}):
        if found and found[-1][1] == year - 1:
            found[-1][1] = year
        else:
            found.append([year, year])
    return [f"{a}-{b}" if a != b else str(a) for a, b in found] + [NONE] * (NONE in values)


def is_canonical(request: Request, search: Search) -> bool:
    """Whether the address asked for is the one of this search, however it is escaped."""
    wanted = Request.fake(f"/{address(search)}")
    return [(key, request.args.getlist(key)) for key in request.args] == [
        (key, wanted.args.getlist(key)) for key in wanted.args
    ]


def with_agencies(conn: sqlite3.Connection, search: Search) -> Search:
    """The names of agencies as `replies` has them: a name that publishes nothing is looked up among the other names of
    agencies, and then as a part of a name. One that is nowhere stays, and finds nothing."""
    names: list[str] = []
    for given in search.chosen.get("agency", ()):
        names += [given] if given == NONE else _names(conn, given) or [given]
    if not names:
        return search
    return replace(search, chosen={**search.chosen, "agency": tuple(dict.fromkeys(names))[:MOST_VALUES]})


def _names(conn: sqlite3.Connection, given: str) -> list[str]:
    for sql in (
        "select distinct agency from replies where agency = ?1",
        "select distinct agencies.name from agency_names join agencies on agencies.id = agency_names.agency_id"
        " where agency_names.name = ?1 and exists (select 1 from replies where agency = agencies.name) order by 1",
        "select distinct agency from replies where instr(agency, ?1) order by 1",
    ):
        if found := [str(row[0]) for row in conn.execute(sql, (given,))]:
            return found
    return []


def stock(search: Search) -> dict[str, str]:
    """The same rows as Datasette's own table page, JSON and CSV give them: arguments for the address of `replies`."""
    arguments = {"_search": str(search.query)} if search.words else {}
    for name, column in FACETS.items():
        values = search.chosen.get(name, ())
        if values == (NONE,):
            arguments[f"{column}__isnull"] = "1"
        elif len(values) == 1:
            arguments[column] = values[0]
        elif values:
            arguments[f"{column}__in"] = ",".join(values)
    return arguments


def toggled(search: Search, name: str, value: str) -> Search:
    """The search with one value of a facet more, or less where it is chosen."""
    values = [one for one in search.chosen.get(name, ()) if one != value]
    if len(values) == len(search.chosen.get(name, ())):
        values.append(value)
    rest: Mapping[str, Any] = {key: given for key, given in search.chosen.items() if key != name}
    return replace(search, chosen={**rest, **({name: tuple(values)} if values else {})}, page=1)
