"""What is given to one worker at a time: hosts that stand on one system, with the sites that lie on them.

A host is asked by one connection at a time, so more than one worker gains nothing there. Sites whose hosts share a
system, or reach over several, go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.declare import cluster
from pipelines.models import Site


@dataclass(frozen=True, slots=True)
class Unit:
    """Sites that one worker crawls."""

    name: str
    """The first of its systems by name."""
    slots: frozenset[str]
    """Its systems (`pipelines.declare.cluster`)."""
    sites: tuple[str, ...]


def units(sites: Mapping[str, Site]) -> dict[str, Unit]:
    """By name, in order; sites whose columns are still to be found are left out."""
    groups: list[tuple[set[str], list[str]]] = []
    for key, site in sites.items():
        if not site.columns:
            continue
        slots, keys = {cluster(host) for host in site.hosts}, [key]
        apart = []
        for other in groups:
            if other[0] & slots:
                slots |= other[0]
                keys = other[1] + keys
            else:
                apart.append(other)
        groups = [*apart, (slots, keys)]
    found = (Unit(min(slots), frozenset(slots), tuple(sorted(keys))) for slots, keys in groups)
    return {unit.name: unit for unit in sorted(found, key=lambda unit: unit.name)}
