"""CMS families by the name that declarations use."""

from __future__ import annotations

from scraper.families.base import Family, ListPage
from scraper.families.general import General
from scraper.families.trs import Trs

__all__ = ["FAMILIES", "Family", "ListPage", "family"]

FAMILIES: dict[str, Family] = {item.name: item for item in (Trs(), General())}


def family(name: str) -> Family:
    """The family that a declaration names. Raises KeyError for a name that no declaration can have."""
    return FAMILIES[name]
