"""What is wrong with the declarations as a whole, told without a network: hosts, places, agencies.

The shape of each declaration is checked where it is read (`pipelines.declare`); here they are held against each other,
against `data/agencies`, and against what is known of the domains of the province.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.declare import cluster, is_private, load_sites
from pipelines.models import Site
from pipelines.places import places
from pipelines.resolve.agencies import Authority


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a declared site."""

    site: str
    message: str
    wrong: bool = True
    """False: worth a look, no mistake."""


def findings(sites: Mapping[str, Site]) -> list[Finding]:
    """All of them, in the order of the declarations."""
    found = [*_hosts(sites), *_places(sites), *_agencies(sites), *_provenance(sites)]
    order = {key: number for number, key in enumerate(sites)}
    return sorted(found, key=lambda one: order[one.site])


def _hosts(sites: Mapping[str, Site]) -> Iterator[Finding]:
    """A host belongs to one declaration: its pace, its robots.txt and its blocks are counted once."""
    owner: dict[str, str] = {}
    for site in sites.values():
        for host in site.hosts:
            other = owner.setdefault(host, site.key)
            if other != site.key and not is_private(host):
                yield Finding(site.key, f"主机 {host} 已在 {other} 声明；同一主机的栏目写在同一个网站里")


def _places(sites: Mapping[str, Site]) -> Iterator[Finding]:
    """Hosts under one registrable domain are of one place or of places in it: `*.wuhan.gov.cn` is 武汉 and its districts.

    Whose domain it is, the declarations that ship say: the place that holds all others of its domain.
    """
    owners = {**domains(sites), **domains(load_sites())}
    for site in sites.values():
        if site.place is None:
            yield Finding(site.key, "没有写 place，答复将没有地区", wrong=False)
            continue
        for host in site.hosts:
            owner = owners.get(cluster(host))
            if owner is not None and owner not in _chain(site.place):
                yield Finding(site.key, f"主机 {host} 属于{_named(owner)}，place 却是 {_named(site.place)}")


def domains(sites: Mapping[str, Site]) -> dict[str, str]:
    """Registrable domain → code of its place: the one that holds the most of its sites."""
    claims: dict[str, list[str]] = defaultdict(list)
    for site in sites.values():
        for host in site.hosts:
            if site.place is not None and not is_private(host):
                claims[cluster(host)].append(site.place)
    return {
        domain: max(
            set(codes), key=lambda code: (sum(code in _chain(one) for one in codes), code.count("0"), code)
        )
        for domain, codes in claims.items()
    }


def _chain(place: str) -> list[str]:
    """The place and those above it."""
    table, chain = places(), [place]
    while (known := table.get(chain[-1])) is not None and known.parent is not None:
        chain.append(known.parent)
    return chain


def _named(code: str) -> str:
    known = places().get(code)
    return f"{code} {known.name}" if known else code


def _agencies(sites: Mapping[str, Site]) -> Iterator[Finding]:
    """The agency is one of `data/agencies`, or at least one of the site's own place."""
    authority = Authority(())
    for site in sites.values():
        if site.agency is None or authority.find(site.agency, None) is not None:
            continue
        place = places().get(site.place or "")
        if place is not None and site.agency.startswith(place.name):
            yield Finding(site.key, f"机关“{site.agency}”不在 data/agencies 里，照声明登记", wrong=False)
        else:
            yield Finding(site.key, f"机关“{site.agency}”不在 data/agencies 里，也不以所在地区开头；请写全称")


def _provenance(sites: Mapping[str, Site]) -> Iterator[Finding]:
    for site in sites.values():
        if not site.source or not site.known:
            yield Finding(site.key, "没有写 source（依据）和 known（依据的时间）", wrong=False)
