"""One chunk of the fuzz run: inputs made from seed and number of the chunk, judged, findings told so that they can be repeated."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import FrameType
from typing import TypeVar

from pipelines.models import Page, RawReply, Reply
from pipelines.normalise.reply import normalise
from pipelines.process import process, process_text, process_title
from pipelines.read.fields import read_lines, read_rows
from tests.fuzz import seeds
from tests.fuzz.growth import BURST, RULES, THRESHOLD, burst, growth
from tests.fuzz.mutate import MARKUP, mutated, mutated_page
from tests.fuzz.words import FRAGMENTS, unsourced

T = TypeVar("T", str, bytes)

TITLES, LINES, PAGES = 800, 170, 30
CHUNK = TITLES + LINES + PAGES
PROBES = 8
"""Measurements of growth in each chunk."""

PRINTED = 8
"""Of so many inputs one is printed as `extract` prints it: printing costs as much as reading."""

LIMIT = {"title": 0.25, "line": 0.25, "page": 3.0}
"""Seconds of the process that one input may take, at the third try."""
HANG = 30
"""Seconds of the process after which a rule is stopped; a pause of the machine is no fault of a rule."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: `exception`, `slow` or `unsourced`."""

    problem: str
    kind: str
    chunk: int
    words: str
    input: str


@dataclass(slots=True)
class Chunk:
    """What a chunk gave."""

    inputs: int = 0
    probes: int = 0
    replies: int = 0
    findings: list[Finding] = field(default_factory=list)


class _Hang(BaseException):
    pass


def _ring(signum: int, frame: FrameType | None) -> None:
    raise _Hang


@contextmanager
def _alarm() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read_title_input(value: str) -> list[Reply]:
    """A title."""
    return [process_title(value)]


def read_line_input(value: str) -> list[Reply]:
    """A line of metadata: as a line, as cells, and above a letter."""
    cells = read_rows([value.split(" "), [value, value]])
    fields = (*read_lines([value]), *cells)
    letter = f"{value}\n某委员：\n您提出的提案收悉，现答复如下：\n{value}\n某市水利局\n2024年7月23日\n{value}"
    return [normalise(RawReply(None, (), fields, (), "")), process_text(letter.encode("utf-8", "replace"))]


def read_page_input(value: bytes) -> list[Reply]:
    """A page."""
    reply = process(Page(url="http://demo.invalid/jytabl/t1.html", body=value)).reply
    return [] if reply is None else [reply]


def judge(chunk: Chunk, number: int, kind: str, value: T, read: Callable[[T], list[Reply]]) -> None:
    """Read one input and note what is wrong with it."""
    chunk.inputs += 1

    def note(problem: str, words: str) -> None:
        chunk.findings.append(Finding(problem, kind, number, words, repr(value)[:2000]))

    try:
        with _alarm():
            # The clock on the wall is the cheaper one; what it suspects is measured in the time of the process.
            start = time.perf_counter()
            replies = read(value)
            spent = time.perf_counter() - start
            for _ in range(2):
                if spent > LIMIT[kind]:
                    start = time.process_time()
                    read(value)
                    spent = min(spent, time.process_time() - start)
            if spent > LIMIT[kind]:
                note("slow", f"{spent:.2f} s")
            for reply in replies:
                if chunk.inputs % PRINTED == 0:
                    json.dumps(reply.as_dict(), ensure_ascii=False).encode()
                if missing := unsourced(reply):
                    note("unsourced", ", ".join(missing))
            chunk.replies += len(replies)
    except _Hang:
        note("slow", f"stopped after {HANG} s")
    except Exception as error:  # noqa: BLE001 what a rule raises is the finding
        note("exception", f"{type(error).__name__}: {error}")


def probe(chunk: Chunk, number: int, name: str, fragment: str) -> None:
    """Measure how one rule grows on one fragment."""
    chunk.probes += 1
    try:
        with _alarm():
            longest = burst(RULES[name], fragment)
            ratio = growth(RULES[name], fragment)
    except _Hang:
        chunk.findings.append(Finding("slow", name, number, f"stopped after {HANG} s", repr(fragment)[:2000]))
        return
    except Exception as error:  # noqa: BLE001 what a rule raises is the finding
        chunk.findings.append(
            Finding("exception", name, number, f"{type(error).__name__}: {error}", repr(fragment)[:2000])
        )
        return
    words = []
    if longest > BURST:
        words.append(f"{longest:.2f} s on a few characters")
    if ratio > THRESHOLD:
        words.append(f"{ratio:.1f} times as long on 4 times as much")
    if words:
        chunk.findings.append(Finding("slow", name, number, ", ".join(words), repr(fragment)[:2000]))


def run(seed: int, number: int, inputs: int = CHUNK) -> Chunk:
    """Chunk ``number`` of a run: the same for the same seed."""
    random = Random(f"{seed}:{number}")
    chunk = Chunk()
    titles, lines, pages = seeds.titles(), seeds.lines(), seeds.pages()
    for position in range(inputs):
        place = position * CHUNK // inputs
        if place < TITLES:
            judge(chunk, number, "title", mutated(random, titles), read_title_input)
        elif place < TITLES + LINES:
            judge(chunk, number, "line", mutated(random, lines), read_line_input)
        else:
            judge(chunk, number, "page", mutated_page(random, pages, titles), read_page_input)
    for _ in range(PROBES):
        corpus = random.choice((titles, lines, FRAGMENTS, MARKUP))
        text = mutated(random, corpus)
        start = random.randrange(len(text) + 1)
        fragment = text[start : start + random.choice((1, 2, 3, 8, 30, 200))] + random.choice(("", "", "\n"))
        probe(chunk, number, random.choice(tuple(RULES)), fragment)
    return chunk
