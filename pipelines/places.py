"""Places by their GB/T 2260 code, as the declarations name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipelines.errors import ConfigurationError
from pipelines.paths import reviewed_data


@dataclass(frozen=True, slots=True)
class Place:
    """A division: six digits, name as the standard prints it, and the code of the division above it."""

    code: str
    name: str
    parent: str | None
    """None for a province."""


@cache
def places(path: Path | None = None) -> dict[str, Place]:
    """Every known place by code, in order of code.

    The parent follows from the layout of the code (GB/T 2260: two digits each for province, city, county); counties
    under 90 (429004 仙桃市) stand directly under the province, since no division 429000 exists.
    Raises ConfigurationError when the file is not a mapping of six digits to names.
    """
    source = path or reviewed_data("places.yaml")
    names = yaml.safe_load(source.read_text(encoding="utf-8"))
    if not isinstance(names, dict):
        raise ConfigurationError(f"{source}：应为“代码: 名称”的对照表")
    table = {str(code): name for code, name in names.items()}
    for code, name in table.items():
        if not (len(code) == 6 and code.isascii() and code.isdigit() and isinstance(name, str) and name):
            raise ConfigurationError(f"{source}：{code}: {name} 不是六位行政区划代码和名称")
    return {code: Place(code, table[code], _parent(code, table)) for code in sorted(table)}


def short_name(place: Place) -> str:
    """What everybody says for an autonomous division: 恩施土家族苗族自治州 → 恩施州; any other name as it is."""
    for unit, short in (("土家族苗族自治州", "州"), ("土家族自治县", "县")):
        if place.name.endswith(unit):
            return place.name.removesuffix(unit) + short
    return place.name


def _parent(code: str, table: dict[str, str]) -> str | None:
    for above in (code[:4] + "00", code[:2] + "0000"):
        if above != code and above in table:
            return above
    return None
