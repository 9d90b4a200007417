"""Printed names of agencies → the authority file (`data/agencies`) and the agencies of declared sites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipelines.errors import ConfigurationError
from pipelines.models import Site
from pipelines.paths import reviewed_data
from pipelines.places import places

NameKind = Literal["canonical", "short", "former"]

_LEADING = re.compile(r"^[省市州县区](?!委$)")


@dataclass(frozen=True, slots=True)
class Agency:
    """A government body."""

    id: str
    """`420000-kjt`: place and the key of its site."""
    name: str
    place: str | None
    names: tuple[tuple[str, NameKind], ...]
    """All written forms, the canonical one first."""


@cache
def reviewed_agencies(root: Path | None = None) -> tuple[Agency, ...]:
    """The authority file in order of id. Raises ConfigurationError naming file and key."""
    found: dict[str, Agency] = {}
    for file in sorted((root or reviewed_data("agencies")).glob("*.yaml")):
        table = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(table, dict) or set(table) != {"place", "agencies"}:
            raise ConfigurationError(f"{file}：应有 place 和 agencies 两项")
        for key, entry in table["agencies"].items():
            agency = _agency(file, str(table["place"]), key, entry)
            if agency.id in found:
                raise ConfigurationError(f"{file}：{key} 重复")
            found[agency.id] = agency
    return tuple(found[key] for key in sorted(found))


def _agency(file: Path, place: str, key: str, entry: Any) -> Agency:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, dict) or not entry.get("name") or set(entry) - {"name", "short", "former"}:
        raise ConfigurationError(f"{file}：{key}：应有 name，可有 short、former")
    names: list[tuple[str, NameKind]] = [(entry["name"], "canonical")]
    names += [(name, "short") for name in entry.get("short", ())]
    names += [(name, "former") for name in entry.get("former", ())]
    return Agency(f"{place}-{key}", entry["name"], place, tuple(dict(reversed(names)).items())[::-1])


class Authority:
    """All known agencies; `find` answers with one or with None, never with a guess."""

    def __init__(self, sites: Iterable[Site]) -> None:
        known = {agency.id: agency for agency in reviewed_agencies()}
        self._by_name: dict[str, set[str]] = {}
        for agency in known.values():
            self._learn(agency)
        for site in sorted(sites, key=lambda one: one.key):
            if site.agency and not self._by_name.get(site.agency):
                agency = Agency(
                    f"{site.place or '000000'}-{site.key}",
                    site.agency,
                    site.place,
                    ((site.agency, "canonical"),),
                )
                if agency.id in known:  # another name under the key of a reviewed agency
                    agency = Agency(f"{agency.id}-site", agency.name, agency.place, agency.names)
                known[agency.id] = agency
                self._learn(agency)
        self.agencies: Mapping[str, Agency] = dict(sorted(known.items()))

    def _learn(self, agency: Agency) -> None:
        for name, _ in agency.names:
            self._by_name.setdefault(_folded(name), set()).add(agency.id)

    def find(self, printed: str | None, place: str | None) -> Agency | None:
        """The agency of a printed name, seen from a site of this place.

        `省科技厅` on any site of Hubei is 湖北省科技厅; `市水务局` on a site of 潜江 is 潜江市水务局; a bare 水务局 is that
        of the site's own place. A name that two agencies share is nobody's.
        """
        if not printed:
            return None
        name = _folded(printed)
        for form in (name, *_with_places(name, place)):
            ids = self._by_name.get(form, set())
            if len(ids) == 1:
                return self.agencies[next(iter(ids))]
            if ids:
                return None
        return None


def _folded(name: str) -> str:
    return "".join(name.split()).translate(str.maketrans("（）", "()"))


def _with_places(name: str, place: str | None) -> list[str]:
    """The name with the place in front that a short form leaves out, nearest place first."""
    table = places()
    chain: list[str] = []
    code = place
    while code is not None and code in table:
        chain.append(table[code].name)
        code = table[code].parent
    if place and not any(name.endswith("省") for name in chain) and place[:2] + "0000" in table:
        chain.append(table[place[:2] + "0000"].name)
    leading = _LEADING.match(name)
    if leading:
        return [above + name[1:] for above in chain if above.endswith(leading[0])]
    return [chain[0] + name] if chain else []
