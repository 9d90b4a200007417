"""The authority file of agencies (`data/agencies/*.yaml`): which bodies exist, under which names, and who took over.

One file describes one place or a group of places. `kinds.yaml` says how the names of bodies that many places have are
made; that a place has one is said by the files of places alone. docs/agencies.md is the manual for whoever adds one.
All mistakes of all files are reported at once, each with file, line and key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pipelines.declare.errors import DeclarationError, Fault
from pipelines.declare.source import Loc, Source, read_source
from pipelines.declare.words import did_you_mean, one_of
from pipelines.normalise.index_number import organisation_code_valid
from pipelines.paths import reviewed_data
from pipelines.places import places, short_name

NameKind = Literal["canonical", "short", "also", "former"]

KINDS = "kinds.yaml"
_FILE_KEYS = ("place", "places", "source", "known_on", "kinds", "agencies")
_KIND_KEYS = ("name", "short", "former")
_LISTS = ("short", "also", "former")
_ENTRY_KEYS = ("name", *_LISTS, "code", "since", "until", "successor", "successors", "source", "known_on")
_KEY = re.compile(r"[a-z][a-z0-9]{0,19}")
_DAY = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


class AgencyFileError(DeclarationError):
    """One or more entries of data/agencies are wrong; `faults` has all of them."""

    def _text(self) -> str:
        if len(self.faults) == 1:
            return f"机关名录有误：{self.faults[0]}"
        return f"机关名录有 {len(self.faults)} 处错误：\n" + "\n".join(f"  {fault}" for fault in self.faults)


@dataclass(frozen=True, slots=True)
class AgencyName:
    """One written form; `since` and `until` are years, None where the file does not know them."""

    name: str
    kind: NameKind
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """A government body, a party organ, a court, a mass organisation: whoever answers or is consulted."""

    id: str
    """`420000-kjt`: code of the place and key."""
    name: str
    place: str | None
    names: tuple[AgencyName, ...]
    """All written forms, the canonical one first."""
    code: str | None = None
    """Organisation code, GB 11714."""
    since: int | None = None
    until: int | None = None
    successor: str | None = None
    """Id of the body that took over everything."""
    successors: tuple[str, ...] = ()
    """Ids of the bodies among which the tasks were divided."""
    source: str | None = None
    known_on: str | None = None


@dataclass(slots=True)
class _Draft:
    """An agency under construction, with the place where it is written."""

    agency: Agency
    source: Source
    loc: Loc
    named: list[tuple[str, Loc]] = field(default_factory=list)
    """Names as the file writes them."""


@cache
def reviewed_agencies(root: Path | None = None) -> tuple[Agency, ...]:
    """The authority file in order of id. Raises AgencyFileError, a ConfigurationError, with every fault found."""
    folder = root or reviewed_data("agencies")
    files = sorted(folder.glob("*.yaml"))
    sources = [read_source(file, "键: 值") for file in files]
    kinds = _kinds(next((one for one in sources if one.file.name == KINDS), None))
    known: dict[str, _Draft] = {}
    later: list[tuple[Source, str, Loc, dict[str, Any]]] = []
    for source in sources:
        if source.file.name != KINDS:
            _read_file(source, kinds, known, later)
    for source, key, loc, entry in later:
        _supplement(source, key, loc, entry, known)
    _check(known)
    faults: list[Fault] = [
        fault
        for source in sources
        for fault in sorted(source.faults, key=lambda fault: (fault.line or 0, fault.key))
    ]
    if faults:
        raise AgencyFileError.of(faults)
    return tuple(known[key].agency for key in sorted(known))


def _kinds(source: Source | None) -> dict[str, dict[str, Any]]:
    """Kind → name and other names as patterns."""
    table = source.data.get("kinds") if source else None
    if source is None:
        return {}
    if set(source.data) != {"kinds"} or not isinstance(table, dict):
        source.blame((), "应只有 kinds 一项，下面是“键: {name: 名称}”")
        return {}
    good: dict[str, dict[str, Any]] = {}
    for key, entry in table.items():
        loc: Loc = ("kinds", key)
        if not _is_mapping(source, loc, entry, _KIND_KEYS):
            continue
        names = [entry.get("name"), *entry.get("short", ()), *entry.get("former", ())]
        if not _KEY.fullmatch(key):
            source.blame(loc, "键用小写字母开头，只含小写字母和数字，最多 20 个字符")
        elif not all(isinstance(name, str) and name and name.count("{place}") <= 1 for name in names):
            source.blame(loc, "应有 name；名称是文字，{place} 最多出现一次")
        else:
            good[key] = entry
    return good


def _read_file(
    source: Source,
    kinds: dict[str, dict[str, Any]],
    known: dict[str, _Draft],
    later: list[tuple[Source, str, Loc, dict[str, Any]]],
) -> None:
    for key in source.data:
        if key not in _FILE_KEYS:
            source.blame((key,), f"没有 {key} 这个键{did_you_mean(key, _FILE_KEYS)}（{one_of(_FILE_KEYS)}）")
    codes = _places(source)
    for key in ("source", "known_on"):
        _text_or_blame(source, (key,), source.data.get(key))
    listed, entries = source.data.get("kinds", []), source.data.get("agencies", {})
    if not isinstance(listed, list) or not isinstance(entries, dict) or not (listed or entries):
        source.blame((), "应有 kinds（机关种类的列表）或 agencies（“键: 机关”的对照），或两样都有")
        return
    for position, kind in enumerate(listed):
        loc: Loc = ("kinds", position)
        if kind not in kinds:
            source.blame(loc, f"{KINDS} 里没有“{kind}”这个种类{did_you_mean(str(kind), kinds)}")
            continue
        for code in codes:
            _add(known, _Draft(_of_kind(source, code, kind, kinds[kind]), source, loc))
    if entries and len(codes) > 1:
        source.blame(("agencies",), "写了 places 的文件只列 kinds；名称不同的机关写在各地自己的文件里")
        return
    for key, entry in entries.items():
        loc = ("agencies", key)
        if not _KEY.fullmatch(key):
            source.blame(loc, "键用小写字母开头，只含小写字母和数字，最多 20 个字符")
        elif _is_mapping(source, loc, entry, _ENTRY_KEYS):
            for code in codes:
                if "name" in entry:
                    _add(known, _entry(source, code, key, loc, entry))
                else:
                    later.append((source, f"{code}-{key}", loc, entry))


def _places(source: Source) -> list[str]:
    given = [key for key in ("place", "places") if key in source.data]
    if len(given) != 1:
        source.blame((), "place（一个地区）和 places（几个地区）写一个，也只写一个")
        return []
    value = source.data[given[0]]
    codes = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    good = [code for code in codes if code in places()]
    for code in codes:
        if code not in good:
            source.blame((given[0],), f"“{code}”不在 data/places.yaml 里（写 GB/T 2260 六位代码）")
    if len(set(codes)) != len(codes):
        source.blame((given[0],), "有地区写了两次")
    return list(dict.fromkeys(good))


def _add(known: dict[str, _Draft], draft: _Draft) -> None:
    other = known.setdefault(draft.agency.id, draft)
    if other is not draft:
        where = f"{other.source.file.name}:{other.source.line_of(other.loc)}"
        draft.source.blame(
            draft.loc, f"{draft.agency.id}（{draft.agency.name}）已在 {where} 列出；换一个键，或删去一处"
        )


def _of_kind(source: Source, code: str, kind: str, pattern: dict[str, Any]) -> Agency:
    """The body of a kind at a place; an autonomous prefecture is also known by its short name."""
    full, short = places()[code].name, short_name(places()[code])

    def made(text: str, place: str) -> str:
        return text.replace("{place}", place) if "{place}" in text else place + text

    # 恩施州委, never 恩施土家族苗族自治州委.
    own = short if "{place}委" in pattern["name"] else full
    names = [AgencyName(made(pattern["name"], own), "canonical")]
    if own != short:
        names.append(AgencyName(made(pattern["name"], short), "short"))
    names += [AgencyName(made(text, short), "short") for text in pattern.get("short", ())]
    names += [AgencyName(made(text, short), "former") for text in pattern.get("former", ())]
    return Agency(
        f"{code}-{kind}",
        names[0].name,
        code,
        _distinct(names),
        source=source.data.get("source"),
        known_on=source.data.get("known_on"),
    )


def _entry(source: Source, code: str, key: str, loc: Loc, entry: dict[str, Any]) -> _Draft:
    name = entry["name"] if _text_or_blame(source, (*loc, "name"), entry["name"]) else "？"
    bare = Agency(f"{code}-{key}", name, code, (AgencyName(name, "canonical"),))
    return _Draft(_completed(source, loc, entry, bare), source, loc)


def _supplement(source: Source, key: str, loc: Loc, entry: dict[str, Any], known: dict[str, _Draft]) -> None:
    """An entry without a name adds to a body that is listed by its kind."""
    draft = known.get(key)
    if draft is None:
        source.blame(loc, f"没有 name，而 {key} 也没有按种类列出；写上 name，或在 kinds 里列出它")
        return
    draft.agency = _completed(source, loc, entry, draft.agency)


def _completed(source: Source, loc: Loc, entry: dict[str, Any], agency: Agency) -> Agency:
    """The agency with everything that an entry says about it."""
    names = [*agency.names]
    for kind in _LISTS:
        names += _names(source, (*loc, kind), entry.get(kind, []), kind)  # type: ignore[arg-type]
    since, until = _years(source, loc, entry)
    code = entry.get("code")
    if code is not None and not (isinstance(code, str) and organisation_code_valid(code)):
        source.blame(
            (*loc, "code"), f"“{code}”不是校验位正确的九位组织机构代码（GB 11714）；请加引号，照原样写"
        )
        code = None
    for key in ("source", "known_on"):
        if key in entry:
            _text_or_blame(source, (*loc, key), entry[key])
    successor, successors = entry.get("successor"), entry.get("successors", [])
    if successor is not None and successors:
        source.blame(loc, "successor（并入一个机关）和 successors（分给几个机关）只写一个")
    if not isinstance(successors, list) or len(successors) == 1:
        source.blame((*loc, "successors"), "应为两个以上的键的列表；只有一个时写 successor")
        successors = []
    return replace(
        agency,
        names=_distinct(names),
        code=code or agency.code,
        since=since if since is not None else agency.since,
        until=until if until is not None else agency.until,
        successor=f"{agency.place}-{successor}" if successor is not None else agency.successor,
        successors=tuple(f"{agency.place}-{one}" for one in successors) or agency.successors,
        source=entry.get("source") or agency.source or source.data.get("source"),
        known_on=entry.get("known_on") or agency.known_on or source.data.get("known_on"),
    )


def _names(source: Source, loc: Loc, value: Any, kind: NameKind) -> Iterator[AgencyName]:
    """A list of names; each a text, or `{name: …, since: …, until: …}`."""
    if not isinstance(value, list):
        source.blame(loc, "应为名称的列表")
        return
    for position, item in enumerate(value):
        here: Loc = (*loc, position)
        if isinstance(item, dict):
            if _is_mapping(source, here, item, ("name", "since", "until")) and _text_or_blame(
                source, here, item.get("name")
            ):
                yield AgencyName(item["name"], kind, *_years(source, here, item))
        elif _text_or_blame(source, here, item):
            yield AgencyName(item, kind)


def _years(source: Source, loc: Loc, entry: dict[str, Any]) -> tuple[int | None, int | None]:
    found: list[int | None] = []
    for key in ("since", "until"):
        year = entry.get(key)
        if year is not None and not (isinstance(year, int) and 1949 <= year <= 2100):
            source.blame((*loc, key), f"“{year}”不是四位年份；不知道就不写")
            year = None
        found.append(year)
    since, until = found
    if since is not None and until is not None and since > until:
        source.blame((*loc, "since"), f"since {since} 晚于 until {until}")
    return since, until


def _is_mapping(source: Source, loc: Loc, entry: Any, allowed: Collection[str]) -> bool:
    if not isinstance(entry, dict) or not entry:
        source.blame(loc, f"应为若干“键: 值”（{one_of(allowed)}）")
        return False
    for key in entry:
        if key not in allowed:
            source.blame((*loc, key), f"没有 {key} 这个键{did_you_mean(key, allowed)}（{one_of(allowed)}）")
    return True


def _text_or_blame(source: Source, loc: Loc, value: Any) -> bool:
    good = isinstance(value, str) and bool(value.strip()) and value == "".join(value.split("\n")).strip()
    if loc and loc[-1] == "known_on":
        good = isinstance(value, str) and _DAY.fullmatch(value) is not None
    elif loc and loc[-1] != "source":
        good = good and " " not in str(value) and len(str(value)) <= 60
    if not good:
        what = {"known_on": "应为知悉的年月，如 2026-11", "source": "应写明出处，一行文字"}
        source.blame(loc, what.get(str(loc[-1]) if loc else "", "应为名称：一行文字，不含空格，最多 60 个字"))
    return good


def _distinct(names: list[AgencyName]) -> tuple[AgencyName, ...]:
    """Each written form once; the first kind counts, a later entry may bring its years."""
    found: dict[str, AgencyName] = {}
    for one in names:
        known = found.setdefault(one.name, one)
        if known is not one and (one.since or one.until):
            found[one.name] = replace(one, kind=known.kind)
    return tuple(found.values())


def _check(known: dict[str, _Draft]) -> None:
    """What only the whole shows: successors exist, no two bodies have one canonical name, no code is given twice."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for key in sorted(known):
        draft = known[key]
        agency, blame = draft.agency, draft.source.blame
        for heir in (agency.successor, *agency.successors):
            if heir is not None and (heir not in known or heir == key):
                blame(draft.loc, f"继任机关 {heir.partition('-')[2]} 不在同一地区的名录里")
        if names.setdefault(agency.name, key) != key:
            blame(draft.loc, f"规范名称 {agency.name} 与 {names[agency.name]} 相同")
        if agency.code and codes.setdefault(agency.code, key) != key:
            blame(draft.loc, f"组织机构代码 {agency.code} 与 {codes[agency.code]} 相同")
