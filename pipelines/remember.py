"""Answers about short texts are remembered: the same labels, names and days are asked about again and again, a body once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
            # Looking up is all that most calls do: they need no function of ours around it.
            return _Answers(function, longest, answers).__getitem__  # type: ignore[return-value]
        known = lru_cache(maxsize=answers)(function)

        @wraps(function)
        def ask(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if len(text) > longest:
                return function(text, *args, **kwargs)
            return known(text, *args, **kwargs)  # type: ignore[arg-type]  # hashable, says the docstring

        return ask

    return decorate


class _Answers(dict[str, Any]):
    """Text → answer, emptied when it is full: keeping the order of use costs more than asking anew."""

    def __init__(self, function: Callable[[str], Any], longest: int, answers: int) -> None:
        super().__init__()
        self.function, self.longest, self.answers = function, longest, answers

    def __missing__(self, text: str) -> Any:
        answer = self.function(text)
        if len(text) <= self.longest:
            if len(self) >= self.answers:
                self.clear()
            self[text] = answer
        return answer
