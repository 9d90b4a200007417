"""Asking a Datasette in this process, without a network and without an event loop in every test."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from pipelines.publish.serve import application

UNSEEN = "script, style, svg, pre, code, textarea, noscript, template"
SPOKEN = ("title", "aria-label", "placeholder", "alt")


class Browser:
    """A Datasette with one event loop of its own."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.loop = asyncio.new_event_loop()

    @classmethod
    def of(cls, corpus: Path, **metadata: Any) -> Browser:
        return cls(application(corpus, metadata))

    def get(self, path: str) -> httpx.Response:
        response: httpx.Response = self.loop.run_until_complete(self.datasette.client.get(path))
        return response

    def page(self, path: str, status: int = 200) -> LexborHTMLParser:
        response = self.get(path)
        assert response.status_code == status, (path, response.status_code, response.text[:2000])
        return LexborHTMLParser(response.text)

    def json(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, (path, response.text[:500])
        return response.json()

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        if self.datasette.executor is not None:
            self.datasette.executor.shutdown()
        self.loop.close()


def visible(page: LexborHTMLParser) -> str:
    """What a reader sees or hears of a page; SQL in the title of a link to the editor is code."""
    for node in page.css('a[href*="sql="]'):
        node.attrs["title"] = ""
    spoken = [node.attributes.get(name) or "" for name in SPOKEN for node in page.css(f"[{name}]")] + [
        node.attributes.get("value") or "" for node in page.css("input[type=submit]")
    ]
    for node in page.css(UNSEEN):
        node.decompose()
    head = [node.text() for node in page.css("head title")]
    return " ".join([*spoken, *head, *(node.text(separator=" ") for node in page.css("body"))])


def words(text: str) -> set[str]:
    """Runs of three or more Latin letters that are no part of an address, an identifier or a figure."""
    text = re.sub(r"(?:https?://|javascript:)\S+|\b[rp][0-9]{11}\b", " ", text)
    return set(re.findall(r"[A-Za-z]{3,}", text))
