"""What a person chose to crawl, checked before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.errors import ConfigurationError
from pipelines.models import Site


def document_limit(limit: str | int | None) -> int | None:
    """How many documents a site at most. Raises ConfigurationError."""
    if not limit:
        return None
    if not str(limit).isdecimal() or not int(limit):
        raise ConfigurationError(f"limit={limit} 不是正整数。")
    return int(limit)


def select(sites: Mapping[str, Site], keys: list[str]) -> dict[str, Site]:
    """The named sites in the order of the declarations, all of them for no name. Raises ConfigurationError."""
    wanted = [key.strip() for key in keys if key.strip()]
    unknown = [key for key in wanted if key not in sites]
    if unknown:
        raise ConfigurationError(
            f"没有声明网站 {'、'.join(unknown)}；已声明的有：{'、'.join(sites)}。见 hubei-replies sites。"
        )
    chosen = {key: site for key, site in sites.items() if not wanted or key in wanted}
    without = [key for key in wanted if not chosen[key].columns]
    if without or (chosen and not any(site.columns for site in chosen.values())):
        raise ConfigurationError(
            f"网站 {'、'.join(without or chosen)} 的栏目待发现，还不能采集；先运行 hubei-replies discover 找出栏目，"
            "复核后写进声明。"
        )
    return chosen
