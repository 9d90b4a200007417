"""Answers about short texts are remembered: the same labels, names and days are asked about again and again, a body once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def remembered(
    longest: int, answers: int
) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """For a function of a text, and of what else can be hashed: its newest `answers` are kept, of texts of up to `longest`
    characters. What it returns is shared by all who ask, so it must be immutable.

    It hides the doctests of the function it decorates: decorate one that has none.
    """

    def decorate(function: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        known = lru_cache(maxsize=answers)(function)

        @wraps(function)
        def ask(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if len(text) > longest:
                return function(text, *args, **kwargs)
            return known(text, *args, **kwargs)  # type: ignore[arg-type]  # hashable, says the docstring

        @wraps(function)
        def ask_alone(text: str, /) -> T:
            return function(text) if len(text) > longest else known(text)  # type: ignore[call-arg]

        # Packing and unpacking no further arguments costs as much as looking up the answer.
        code = function.__code__
        alone = code.co_argcount + code.co_kwonlyargcount == 1
        return ask_alone if alone else ask  # type: ignore[return-value]

    return decorate
