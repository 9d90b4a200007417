"""Records: dataclasses that nobody changes, made at the price of those that may be changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A dataclass with slots, compared and hashed by its fields, frozen for whoever checks types.

    `dataclass(frozen=True)` forbids at run time what mypy forbids before, and pays for it wherever an instance is made: it
    sets each field through `object.__setattr__`, which takes eight times as long. A page makes some forty of them.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
