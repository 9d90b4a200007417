"""The accuracy gate: every field of every labelled case against its expectation, and floors that may only rise.

A floor is lowered by a reviewed change of its own to `floors.json`, never together with a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.check.cases import LISTS, Case, CaseError, comparable, load_cases, unaccepted
from pipelines.check.tally import Miss, Tally
from pipelines.models import Reply
from pipelines.normalise.document_number import read_number_line

ISSUES = "issues"
"""Codes that a case is about: they must be reported; what else is reported is not judged."""

OUTCOME = "outcome"
"""Whether a page is the document itself, a wall, a notice or a hole."""


class Floor(NamedTuple):
    """The least that a field must reach; `wanted` says how many values it was measured on."""

    precision: float
    recall: float
    wanted: int


class Shortfall(NamedTuple):
    """A figure below its floor."""

    field: str
    figure: str
    """`precision`, `recall` or `wanted`."""
    got: float
    floor: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The result of a run over a folder of cases."""

    cases: int
    titles: int
    tally: Tally
    floors: dict[str, Floor]
    unaccepted: tuple[str, ...]

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Figures below their floors, and fields without a floor."""
        return tuple(shortfalls(self.tally, self.floors))

    @property
    def ok(self) -> bool:
        """Whether every case is accepted and every floor kept."""
        return not self.unaccepted and not self.shortfalls


def measure(folder: Path) -> Accuracy:
    """Score every case in ``folder``. Raises CaseError where the folder cannot be used."""
    cases = load_cases(folder)
    titles = sum(case.kind == "title" for case in cases)
    return Accuracy(len(cases) - titles, titles, score(cases), load_floors(folder), unaccepted(folder, cases))


def score(cases: Iterable[Case]) -> Tally:
    """Precision and recall a field."""
    tally = Tally()
    for case in cases:
        done = case.read()
        if case.kind == "html":
            tally.add(case.name, OUTCOME, done.outcome, case.label.get("outcome", "ok"))
        reply, expected = done.reply, case.expected
        reported = {issue.code for issue in (*done.issues, *(reply.issues if reply else ()))}
        codes = case.label.get("issues", ())
        tally.add_items(case.name, ISSUES, [code for code in codes if code in reported], codes)
        if reply is None and expected is None:
            continue
        got = (reply or Reply()).as_dict()
        for name in case.fields:
            wanted = expected[name] if expected else None
            _add(tally, case.name, name, comparable(name, got[name]), comparable(name, wanted), got)
    return tally


def _add(tally: Tally, case: str, name: str, got: Any, wanted: Any, reply: dict[str, Any]) -> None:
    if name in LISTS:
        tally.add_items(case, name, got, wanted)
    elif name == "body_text":
        heading = reply["title"], reply["document_number"]
        same = _lines(got, *heading) == _lines(wanted, *heading)
        tally.add(case, name, got, wanted, same=same)
    else:
        tally.add(case, name, got, wanted)


def _lines(text: str | None, title: str | None, number: str | None) -> list[str]:
    """The text line by line, white space out, without the title and the document number that stand above it.

    Containers print them or not; either is the text (conventions of the labels).
    """
    lines = ["".join(line.split()) for line in (text or "").split("\n")]
    tight = "".join((title or "").split())
    while lines:
        printed = read_number_line(lines[0]) if number else None
        if not (tight and lines[0] in tight) and not (printed and printed.value == number):
            break
        lines.pop(0)
    return lines


def load_floors(folder: Path) -> dict[str, Floor]:
    """Floors a field. Raises CaseError where the file is missing or not in its form."""
    path = folder / "floors.json"
    try:
        floors = json.loads(path.read_text(encoding="utf-8"))
        return {name: Floor(**values) for name, values in floors.items()}
    except FileNotFoundError as error:
        raise CaseError(f"缺少 {path}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CaseError(f"{path} 应当是 {{字段: {{precision, recall, wanted}}}}：{error}") from error


def shortfalls(tally: Tally, floors: dict[str, Floor]) -> Iterable[Shortfall]:
    """Every figure below its floor. A field without a floor, and cases that are gone, fall short too."""
    for name, count in tally.counts.items():
        if name not in floors and (count.wanted or count.given):
            yield Shortfall(name, "wanted", count.wanted, 0)
    for name, floor in floors.items():
        count = tally.counts[name]
        for figure, got, least in (
            ("precision", count.precision, floor.precision),
            ("recall", count.recall, floor.recall),
            ("wanted", count.wanted, floor.wanted),
        ):
            if got < least:
                yield Shortfall(name, figure, got, least)


def floors_from(tally: Tally) -> dict[str, Floor]:
    """The figures as measured, cut (never rounded up) to three places: what a new `floors.json` would hold."""
    return {
        name: Floor(int(count.precision * 1000) / 1000, int(count.recall * 1000) / 1000, count.wanted)
        for name, count in sorted(tally.counts.items())
        if count.wanted or count.given
    }


_LONG = re.compile(r"(.{60})[\s\S]{20,}(.{60})")


def miss_line(miss: Miss) -> str:
    """One miss in one line, long texts shortened in their middle."""
    got, wanted = (_LONG.sub(r"\1 …… \2", str(value).replace("\n", "⏎")) for value in (miss.got, miss.wanted))
    return f"{miss.case}  {miss.field}：读出 {got}；应为 {wanted}"
