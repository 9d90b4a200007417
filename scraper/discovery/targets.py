"""What a person named on the command line → sites to search: declared ones, or hosts that nobody has declared yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipelines.address import host_of
from pipelines.declare import cluster, is_private
from pipelines.errors import ConfigurationError
from pipelines.models import Site
from pipelines.places import places
from pipelines.resolve.agencies import Authority
from scraper.registry import domains


def targets(names: Sequence[str], declared: Mapping[str, Site]) -> dict[str, Site]:
    """Sites in the order named, each once. A name is a key, a host or an address. Raises ConfigurationError."""
    by_host = {host: site for site in declared.values() for host in site.hosts}
    found: dict[str, Site] = {}
    for name in names:
        if name in declared:
            site = declared[name]
        else:
            host = host_of(name)
            if host is None or not ("." in host or is_private(host)):
                raise ConfigurationError(
                    f"“{name}”既不是声明过的网站，也不是主机名；见 hubei-replies sites。"
                )
            site = by_host.get(host) or _undeclared(host, declared, found)
        found.setdefault(site.key, site)
    return found


def _undeclared(host: str, declared: Mapping[str, Site], found: Mapping[str, Site]) -> Site:
    place = None if is_private(host) else domains(declared).get(cluster(host))
    key = _key(host, declared, place)
    while key in declared or key in found:
        key += "-2"
    return Site(key, host, None, place, (host,), "trs", (), 0.0 if is_private(host) else 3.0, discover=True)


def _key(host: str, declared: Mapping[str, Site], place: str | None) -> str:
    """`kjt.hubei.gov.cn` → kjt, `swj.suizhou.gov.cn` → suizhou-swj, `www.zyzf.gov.cn` → zyzf."""
    labels = [label for label in host.partition(":")[0].split(".") if label != "www"]
    domain = cluster(host).partition(".")[0]
    if len(labels) > 1 and labels[0] != domain and place is not None and not place.endswith("0000"):
        name = f"{domain}-{labels[0]}"
    else:
        name = labels[0] if labels else host
    name = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")
    return (name if name[:1].isalpha() else f"site-{name}")[:38]


def named(site: Site, printed: str | None) -> Site:
    """A site that was not declared, with the name that its home page prints, and its agency where that is known."""
    if site.source is not None or site.columns or not printed or site.name not in site.hosts:
        return site
    name = (
        re.sub(r"(?:官方)?(?:门户)?(?:网站|官网)$|^欢迎(?:访问|光临)", "", printed).strip(" -_|·") or printed
    )
    agency = Authority(()).find(name, site.place)
    place = places().get(site.place or "")
    if agency is not None:
        return replace(site, name=agency.name, agency=agency.name)
    if place is not None and name.startswith(place.name) and not name.endswith("人民政府"):
        return replace(site, name=name, agency=name)
    return replace(site, name=name)
