"""From a well-formed declaration to a Site: what a shape alone cannot say."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.address import host_of
from pipelines.declare.source import Loc
from pipelines.declare.words import did_you_mean, one_of
from pipelines.models import Column, Expect, Site
from pipelines.places import places

if TYPE_CHECKING:
    # Loaded where a declaration is read, see `pipelines.declare`.
    from pipelines.declare.schema import ColumnDeclaration, SiteDeclaration

KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MIN_DELAY = 1.0
"""Seconds; less only where nobody else's machine is asked."""

_HINT = re.compile(r"/(?:(?:\*|[\w.~%+-]{1,80})/){1,20}", re.ASCII)
_DAY = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")

Faults = list[tuple[Loc, str]]


def build(key: str, declared: SiteDeclaration, families: Collection[str]) -> tuple[Site, Faults]:
    """The Site and what is wrong with it; with faults the Site is not to be used."""
    faults: Faults = []
    if not KEY.fullmatch(key):
        faults.append(((), "网站键用小写字母开头，只含小写字母、数字、- 和 _，最多 40 个字符"))
    hosts = _hosts(declared, faults)
    if declared.family not in families:
        near = did_you_mean(declared.family, families)
        faults.append((("family",), f"没有“{declared.family}”这个模板族{near}（{one_of(families)}）"))
    if declared.place is not None:
        _check_place(declared.place, faults)
    if declared.delay < MIN_DELAY and not all(is_private(host) for host in hosts):
        faults.append((("delay",), f"两次请求之间至少 {MIN_DELAY:g} 秒；只有本机地址和 .invalid 可以更短"))
    columns = _columns(declared, hosts, faults)
    _check_knowledge(declared, faults)
    site = Site(
        key=key,
        name=declared.name or declared.agency or key,
        agency=declared.agency,
        place=declared.place,
        hosts=hosts,
        family=declared.family,
        columns=columns,
        delay=declared.delay,
        expect=_expect(declared),
        revisits=declared.revisits,
        discover=declared.discover,
        hints=tuple(declared.hints),
        source=declared.source,
        known=declared.known,
    )
    return site, faults


def _expect(declared: SiteDeclaration) -> Expect:
    told = declared.expect
    return Expect(
        told.min_replies,
        tuple(sorted(told.fields.items())),
        told.rows_may_drop,
        tuple(sorted(told.gone_fields)),
    )


def _check_knowledge(declared: SiteDeclaration, faults: Faults) -> None:
    """A name, columns or the word that they are still to be found, and when all that was known."""
    if declared.name is None and declared.agency is None:
        faults.append((("name",), "缺少必填的 name（写了 agency 时可以省略，与它相同）"))
    if not declared.columns and not declared.discover:
        faults.append((("columns",), "至少要有一个栏目；还不知道栏目时写 discover: true"))
    for index, hint in enumerate(declared.hints):
        if not _HINT.fullmatch(hint):
            message = f"“{hint[:80]}”应为以 / 开头和结尾的路径，一段不知道的写 *，如 /bm/*/jytabl/"
            faults.append((("hints", index), message))
    if declared.hints and not declared.discover:
        faults.append((("hints",), "只在 discover: true 时有用"))
    if declared.known is not None and not _DAY.fullmatch(declared.known):
        faults.append((("known",), f"“{declared.known}”应为 2026、2026-11 或 2026-11-25 的样子"))


@lru_cache(maxsize=1024)
def is_private(host: str) -> bool:
    """Whether a host (with or without port) is this machine or a name that cannot exist (RFC 2606 `.invalid`)."""
    name = _name(host)
    if name == "localhost" or name.endswith((".localhost", ".invalid")):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """Host without port and brackets."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _hosts(declared: SiteDeclaration, faults: Faults) -> tuple[str, ...]:
    hosts: list[str] = []
    for index, text in enumerate(declared.hosts):
        host, loc = text.lower(), ("hosts", index)
        problem = _host_problem(host)
        if problem:
            faults.append((loc, f"“{text}”：{problem}"))
        elif host in hosts:
            faults.append((loc, f"“{text}”写了两次"))
        else:
            hosts.append(host)
    return tuple(hosts)


def _host_problem(host: str) -> str | None:
    if "/" in host:
        return "只写主机名，不写 http:// 和路径，如 kjt.hubei.gov.cn 或 127.0.0.1:8000"
    name = _name(host)
    port = host[len(name) + 2 :] if host.startswith("[") else host[len(name) :]
    if port:
        number = port.removeprefix(":")
        if not (
            port.startswith(":") and number.isascii() and number.isdigit() and 0 < int(number[:6]) < 65536
        ):
            return "端口应为 1 到 65535 的整数"
        if number in {"80", "443"}:
            return "80 和 443 是默认端口，不用写"
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(name)
        except ValueError:
            return "方括号里应为 IPv6 地址"
        return None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return "不是有效的主机名；通配符不可用，中文域名请写成 xn-- 形式"
    return None


def _check_place(code: str, faults: Faults) -> None:
    known = places()
    if code in known:
        return
    named = [place.code for place in known.values() if place.name.startswith(code) or place.name in code]
    hint = f"；是不是 {named[-1]}？" if named else did_you_mean(code, known)
    faults.append(
        (("place",), f"“{code}”不在 data/places.yaml 里{hint}（写 GB/T 2260 六位代码，如 420000 湖北省）")
    )


def _columns(declared: SiteDeclaration, hosts: tuple[str, ...], faults: Faults) -> tuple[Column, ...]:
    # http, not https, where a declaration names no scheme: a server that wants https redirects within the same host,
    # and many county sites answer on http only.
    base = f"http://{hosts[0]}/" if hosts else "http://localhost/"
    if declared.home is not None:
        problem = _address_problem(declared.home, hosts)
        if problem:
            faults.append((("home",), problem))
        else:
            base = declared.home
    return tuple(_column(index, item, base, hosts, faults) for index, item in enumerate(declared.columns))


def _column(index: int, item: ColumnDeclaration, base: str, hosts: tuple[str, ...], faults: Faults) -> Column:
    try:
        url = urljoin(base, item.url)
    except ValueError:
        url = item.url
    problem = _address_problem(url, hosts)
    if problem:
        faults.append((("columns", index, "url"), problem))
    return Column(
        url,
        item.holds,
        item.may_be_empty,
        item.year,
        render=item.render,
        total_may_differ=item.total_may_differ,
    )


def _address_problem(url: str, hosts: tuple[str, ...]) -> str | None:
    """Why an address cannot be fetched under these hosts, or None."""
    if re.search(r"[\s\x00-\x1f<>{}\"\\^`]", url):
        return f"“{url[:80]}”含有空格或网址不允许的字符；花括号要展开成一条一个网址"
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"“{url[:80]}”不是有效的网址"
    host = host_of(url)
    if parts.scheme not in {"http", "https"} or host is None:
        return f"“{url[:80]}”不是 http 或 https 网址"
    if "@" in parts.netloc or parts.fragment:
        return f"“{url[:80]}”：网址里不写用户名和 # 片段"
    if host not in hosts:
        return f"主机 {host} 不在 hosts 里（{one_of(hosts)}）" if hosts else None
    return None
