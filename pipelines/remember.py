"""Answers about short texts are remembered: the same labels, names and days are asked about again and again, a body once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_UNKNOWN: Any = object()


def remembered(
    longest: int, answers: int
) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """For a function of a text, and of what else can be hashed: at most `answers` are kept, of texts of up to `longest`
    characters. What it returns is shared by all who ask, so it must be immutable.

    It hides the doctests of the function it decorates: decorate one that has none.
    """

    def decorate(function: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        code = function.__code__
        if code.co_argcount + code.co_kwonlyargcount == 1:
            return _of_text_alone(function, longest, answers)
        known = lru_cache(maxsize=answers)(function)

        @wraps(function)
        def ask(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if len(text) > longest:
                return function(text, *args, **kwargs)
            return known(text, *args, **kwargs)  # type: ignore[arg-type]  # hashable, says the docstring

        return ask

    return decorate


def _of_text_alone(function: Callable[..., T], longest: int, answers: int) -> Callable[..., T]:
    """The same in a plain dictionary, emptied when it is full: keeping the order of use costs more than asking anew."""
    known: dict[str, T] = {}

    @wraps(function)
    def ask(text: str, /) -> T:
        answer = known.get(text, _UNKNOWN)
        if answer is _UNKNOWN:
            answer = function(text)
            if len(text) <= longest:
                if len(known) >= answers:
                    known.clear()
                known[text] = answer
        return answer  # type: ignore[no-any-return]

    return ask
