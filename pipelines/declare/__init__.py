"""Reviewed declarations (`data/sites/*.yaml`) → Site objects, and their canonical dump that a run keeps.

A file maps site keys to declarations; docs/sites.md shows one. All mistakes of all files are reported at once, each
with file, line, key and what is allowed.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.address import address_key, host_of
from pipelines.declare.errors import DeclarationError, Fault
from pipelines.declare.rules import build, is_private
from pipelines.declare.source import Source, read_source
from pipelines.models import Column, Expect, Site
from pipelines.paths import reviewed_data

if TYPE_CHECKING:
    import tldextract

__all__ = [
    "FAMILIES",
    "DeclarationError",
    "Fault",
    "cluster",
    "dump_sites",
    "host_of",
    "is_private",
    "known_columns",
    "load_sites",
    "parse_dump",
]

FAMILIES = ("trs", "trs_json", "igs", "jhtml", "content", "general")
"""Families that declarations may name unless the caller knows others."""

MAX_FILES = 500


def load_sites(path: Path | None = None, families: Collection[str] = FAMILIES) -> dict[str, Site]:
    """Every declared site by key, files in order of name, sites in the order written.

    `path` is a file or a folder of `.yaml`/`.yml` files; None means the reviewed declarations that ship with us.
    `families` are the names that `family` may have. Relative column addresses are resolved against `home`, else
    against `http://<first host>/`.
    Raises DeclarationError with every fault found.
    """
    root = path or reviewed_data("sites")
    sites: dict[str, Site] = {}
    faults: list[Fault] = []
    first_at: dict[str, str] = {}
    for file in _files(root):
        source = read_source(file)
        for site in _sites(source, families):
            _claim(source, site, first_at)
            sites.setdefault(site.key, site)
        faults += sorted(source.faults, key=lambda fault: fault.line or 0)
    if faults:
        raise DeclarationError.of(faults)
    if not sites:
        raise DeclarationError(root, None, "", "里面没有站点声明")
    return sites


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise DeclarationError(root, None, "", "没有这个文件或目录")
    files = sorted(item for item in root.iterdir() if item.suffix in {".yaml", ".yml"} and item.is_file())
    if not files:
        raise DeclarationError(root, None, "", "目录里没有 .yaml 声明文件")
    if len(files) > MAX_FILES:
        raise DeclarationError(root, None, "", f"声明文件超过 {MAX_FILES} 个")
    return files


def _sites(source: Source, families: Collection[str]) -> Iterable[Site]:
    """The sites of a file, also those with a fault (which is noted): so that all faults are found in one go."""
    # Loading pydantic and making its models takes a tenth of a second: not for who only reads pages, or a dump.
    from pipelines.declare.schema import parse

    for key, value in source.data.items():
        parsed = parse(value)
        if isinstance(parsed, list):
            for loc, message in parsed:
                source.blame((key, *loc), message)
            continue
        site, faults = build(key, parsed, families)
        for loc, message in faults:
            source.blame((key, *loc), message)
        yield site


def _claim(source: Source, site: Site, first_at: dict[str, str]) -> None:
    """Keys and columns belong to one declaration only."""
    claims: list[tuple[str, tuple[str | int, ...], str]] = [
        (f"网站键 {site.key}", (site.key,), "改用另一个键")
    ]
    claims += [
        (f"栏目 {address_key(column.url)}", (site.key, "columns", index), "一个栏目只声明一次")
        for index, column in enumerate(site.columns)
    ]
    for what, loc, advice in claims:
        if what in first_at:
            source.blame(loc, f"{what} 已在 {first_at[what]} 声明；{advice}")
        else:
            first_at[what] = f"{source.file.name}:{source.line_of(loc)}"


def known_columns(sites: Mapping[str, Site]) -> dict[str, tuple[Site, Column]]:
    """Every declared column by the key of its address (`pipelines.address.address_key`)."""
    return {address_key(column.url): (site, column) for site in sites.values() for column in site.columns}


def dump_sites(sites: Mapping[str, Site]) -> str:
    """Canonical JSON: equal declarations give equal text, whatever file or order they came from."""
    table = {key: asdict(site) for key, site in sites.items()}
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parse_dump(text: str) -> dict[str, Site]:
    """The declarations that `dump_sites` wrote, in order of key. Raises ValueError for any other text."""
    table = json.loads(text)
    if not isinstance(table, dict):
        raise ValueError("no dump of declarations: not a mapping")
    try:
        return {key: _site(table[key]) for key in sorted(table)}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no dump of declarations: {error}") from error


def _site(value: dict[str, Any]) -> Site:
    columns = tuple(Column(**column) for column in value["columns"])
    told = value.get("expect", {})  # declarations of earlier versions expected nothing
    expect = Expect(
        **{
            **told,
            "fields": tuple((name, share) for name, share in told.get("fields", ())),
            "gone_fields": tuple(told.get("gone_fields", ())),
        }
    )
    tuples = {"hosts": tuple(value["hosts"]), "columns": columns, "hints": tuple(value.get("hints", ()))}
    return Site(**{**value, **tuples, "expect": expect})


@cache
def _extractor() -> tldextract.TLDExtract:
    import tldextract  # loads a public suffix list: only where a cluster is asked for

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=1024)
def cluster(host: str) -> str:
    """What answers for a host: its registrable domain, which shares one limit on requests.

    All of `*.hubei.gov.cn` stand on one system (`gov.cn` is a public suffix). Addresses and loopback names are their
    own cluster, with their port. The bundled suffix list is used; nothing is fetched.

    >>> cluster("kjt.hubei.gov.cn")
    'hubei.gov.cn'
    """
    host = host.lower().rstrip(".")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        if name != "localhost" and "." in name:
            parts = _extractor()(name, include_psl_private_domains=False)
            registrable = f"{parts.domain}.{parts.suffix}" if parts.suffix and parts.domain else ""
            # A name under no known suffix: the last label is one by the default rule of the list.
            return registrable or ".".join(name.split(".")[-2:])
    return host
