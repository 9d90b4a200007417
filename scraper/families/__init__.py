"""CMS families by the name that declarations use."""

from __future__ import annotations

from scraper.families.base import Family, ListPage
from scraper.families.content import Content
from scraper.families.general import General
from scraper.families.igs import Igs
from scraper.families.jhtml import Jhtml
from scraper.families.trs import Trs
from scraper.families.trs_json import TrsJson

__all__ = ["FAMILIES", "Family", "ListPage", "family"]

FAMILIES: dict[str, Family] = {
    item.name: item for item in (Trs(), TrsJson(), Igs(), Jhtml(), Content(), General())
}


def family(name: str) -> Family:
    """The family that a declaration names. Raises KeyError for a name that no declaration can have."""
    return FAMILIES[name]
