"""Printed names of agencies → the authority file (`data/agencies`) and the agencies of declared sites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from pipelines.models import Site
from pipelines.places import Place, places, short_name
from pipelines.resolve.agency_file import Agency, AgencyName, NameKind, reviewed_agencies

__all__ = ["Agency", "AgencyName", "Authority", "NameKind", "name_key", "reviewed_agencies"]

_FOUND = 65536
"""Answers that are kept: the same names stand on page after page of a site."""
_LEVEL = re.compile(r"[省市州县区]")
_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)")
_LEAGUE = re.compile(r"团([省市州县区])委")
_WIDTHS = str.maketrans("（）﹙﹚", "()()")


class Authority:
    """All known agencies; `find` answers with one or with None, never with a guess."""

    def __init__(self, sites: Iterable[Site], reviewed: Iterable[Agency] | None = None) -> None:
        """`reviewed`: agencies in place of those of data/agencies."""
        known = {agency.id: agency for agency in (reviewed_agencies() if reviewed is None else reviewed)}
        self._by_key: dict[str, set[str]] = {}
        self._found: dict[tuple[str | None, str | None], Agency | None] = {}
        for agency in known.values():
            self._learn(agency)
        self.by_code: Mapping[str, Agency] = {one.code: one for one in known.values() if one.code}
        """Organisation code → agency, where the file knows it."""
        for site in sorted(sites, key=lambda one: one.key):
            if site.agency and not self._by_key.get(name_key(site.agency)):
                id_ = f"{site.place or '000000'}-{site.key}"
                if id_ in known:  # another name under the key of a reviewed agency
                    id_ += "-site"
                known[id_] = Agency(
                    id_, site.agency, site.place, (AgencyName(site.agency, "canonical"),), source="网站声明"
                )
                self._learn(known[id_])
        self.agencies: Mapping[str, Agency] = dict(sorted(known.items()))

    def _learn(self, agency: Agency) -> None:
        for one in agency.names:
            self._by_key.setdefault(name_key(one.name), set()).add(agency.id)

    def find(self, printed: str | None, place: str | None) -> Agency | None:
        """The agency of a printed name, seen from a site of this place.

        `省科技厅` on any site of Hubei is 湖北省科学技术厅; `市水务局` on a site of 武昌区 is 武汉市水务局, on one of 潜江
        潜江市水务局 (where the file knows it); a bare 水务局 is that of the site's own place. A former name means the body
        that bore it. A name that two agencies share is nobody's. Of `省粮食局(省粮食和物资储备局)` both names must mean one
        body, unless the one in brackets is unknown.
        """
        asked = (printed, place)
        if asked not in self._found:
            if len(self._found) >= _FOUND:
                self._found.clear()
            self._found[asked] = self._find(printed, place)
        return self._found[asked]

    def _find(self, printed: str | None, place: str | None) -> Agency | None:
        name = "".join((printed or "").split()).translate(_WIDTHS)
        match = _BRACKETS.fullmatch(name)
        if match is None or self._by_key.get(name_key(name)):
            return self._one(name, place)
        if match[2] == "办公室":  # 市政府(办公室)
            return self._one(match[1] + match[2], place)
        outer, inner = self._one(match[1], place), self._one(match[2], place)
        return outer if inner is None or inner == outer else None

    def _one(self, name: str, place: str | None) -> Agency | None:
        for form in _forms(name, place):
            ids = self._by_key.get(name_key(form), set())
            if ids:
                return self.agencies[next(iter(ids))] if len(ids) == 1 else None
        return None


def _forms(name: str, place: str | None) -> list[str]:
    """The name as it is, then with the place that it leaves out; a level means the nearest division of that level."""
    if len(name) > 1 and name[0] == "我" and _LEVEL.match(name[1]):  # 我省科技厅
        name = name[1:]
    chain = _chain(place)
    forms = [name]
    league = _LEAGUE.fullmatch(name)
    level = league[1] if league else name[0] if _LEVEL.match(name) else None
    if level is not None:
        above = next((one for one in chain if one.name.endswith(level)), None)
        if above is not None:
            own = short_name(above)
            forms.append(f"共青团{own}委" if league else own + name[1:])
    if chain:
        own = short_name(chain[0])
        forms.append(own + name.removeprefix("林区") if own.endswith("林区") else own + name)
    return forms


@cache
def _chain(place: str | None) -> tuple[Place, ...]:
    """The place and those above it, nearest first, up to the province."""
    table, chain = places(), list[Place]()
    code = place
    while code is not None and code in table:
        chain.append(table[code])
        code = table[code].parent
    province = table.get(place[:2] + "0000") if place else None
    return (*chain, province) if province is not None and province not in chain else tuple(chain)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """What two ways to write one name have in common.

    Left out or made one: white space, width of brackets, 中共 in front, a higher place in front of a lower one, the full
    name of an autonomous prefecture, 人民政府 and 政府, 委员会 and 委, 办公室 and 办, 监督管理 and 监管, the word 和.

    >>> name_key("中共湖北省委机构编制委员会办公室"), name_key("湖北省武汉市武昌区市场监督管理局")
    ('湖北省委机构编制委办', '武昌区市场监管局')
    """
    name = "".join(name.split()).translate(_WIDTHS).removeprefix("中国共产党").removeprefix("中共")
    for long, short in _place_pairs():
        name = name.replace(long, short)
    for long, short in (("人民政府", "政府"), ("委员会", "委"), ("监督管理", "监管"), ("和", "")):
        name = name.replace(long, short)
    return name.removesuffix("公室") if name.endswith("办公室") else name


@cache
def _place_pairs() -> tuple[tuple[str, str], ...]:
    """Written out → short: autonomous prefectures first, then a place behind the one above it, lowest first."""
    table = places()
    pairs = [(one.name, short_name(one)) for one in table.values() if short_name(one) != one.name]
    for one in sorted(table.values(), key=lambda place: -len(_chain(place.code))):
        above = [short_name(place) for place in _chain(one.code)[1:]]
        pairs += [(place + short_name(one), short_name(one)) for place in above]
    return tuple(pairs)
