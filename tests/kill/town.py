"""A small government in two states, each served by a process of its own, so that whoever forks has no threads."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tests.gov.pages import PARAGRAPHS, document, listing, row, script, title_of
from tests.gov.server import Answer, Government, serving

BASE = "http://www.kjt.invalid/jytabl/"
DECLARATION = f"""
kjt:
  name: 某厅
  place: 420000
  hosts: [www.kjt.invalid]
  family: trs
  delay: 0
  columns: ["{BASE}"]
"""
ROWS = 4
EDITED, GONE = 3, 5
"""Documents that the second state has in another wording, and not any more."""


def government(state: int) -> Government:
    """State 1: ten documents; state 2: two new ones before them, one edited, one that is gone but still listed."""
    numbers = list(range(12, 0, -1) if state == 2 else range(10, 0, -1))
    answers: dict[str, Answer | list[Answer]] = {}
    pages = -(-len(numbers) // ROWS)
    for page in range(pages):
        rows = "".join(
            row(address(number), title_of(number)) for number in numbers[ROWS * page : ROWS * (page + 1)]
        )
        after = script(f'createPageHTML({pages},{page},"index","shtml")') + f"<p>共{len(numbers)}条</p>"
        answers[BASE + (f"index_{page}.shtml" if page else "")] = listing(rows, after)
    for number in numbers:
        name = f"t20240902_{number:03d}"
        more = script(f'createPageHTML(2, 0, "{name}", "shtml");') if number % 4 == 0 else ""
        words = PARAGRAPHS if number != EDITED or state == 1 else (*PARAGRAPHS, "现将办理进展补充如下。")
        answers[address(number)] = document(title_of(number), more, words)
        if more:
            answers[f"{BASE}202409/{name}_1.shtml"] = document(title_of(number), paragraphs=("续页的内容。",))
    if state == 2:
        answers[address(GONE)] = Answer(b"<title>404</title>", status=404)
    return Government(answers)


def address(number: int) -> str:
    """Of a document."""
    return f"{BASE}202409/t20240902_{number:03d}.shtml"


@contextmanager
def proxies(folder: Path) -> Iterator[tuple[Path, dict[int, str]]]:
    """The file of declarations, and the proxy of each state."""
    sites = folder / "sites.yaml"
    sites.write_text(DECLARATION, "utf-8")
    context = multiprocessing.get_context("spawn")
    children = []
    found = {}
    for state in (1, 2):
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(state, theirs), daemon=True)
        child.start()
        children.append((child, ours))
        found[state] = str(ours.recv())
    try:
        yield sites, found
    finally:
        for child, ours in children:
            ours.close()
            child.terminate()
            child.join()


def _serve(state: int, told: Connection) -> None:
    with serving(government(state)) as proxy:
        told.send(proxy)
        try:
            told.recv()
        except EOFError:
            return
