"""A Jinja loader that puts our templates before Datasette's and translates Datasette's as they load."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import datasette
from jinja2 import BaseLoader, Environment, TemplateNotFound

from pipelines.publish.site.phrases import TABLE_JS, TEMPLATES, Phrases

OWN = Path(__file__).parent / "templates"
THEIRS = Path(datasette.__file__).parent / "templates"
STATIC = Path(datasette.__file__).parent / "static"

Source = tuple[str, str | None, Callable[[], bool] | None]

_FROM_THEIRS = f"{THEIRS}{os.sep}"
_OPENING = re.compile(r"<(script|style)(?=[\s>])")
_OURS_BY_TABLE = re.compile(r"(?P<kind>_table|row|table)-(?P<database>.+)-(?P<table>[a-z_]+)\.html")


def translated(source: str, phrases: Phrases) -> tuple[str, list[str]]:
    """Source with every phrase replaced wherever it stands, and the phrases that stand nowhere in it."""
    absent = []
    for english, chinese in phrases:
        if english not in source:
            absent.append(english)
        source = source.replace(english, chinese)
    return source, absent


def missing() -> dict[str, list[str]]:
    """Phrases that the installed Datasette does not contain any more, by template; empty when all is well."""
    absent = {
        name: translated((THEIRS / name).read_text("utf-8"), phrases)[1]
        for name, phrases in TEMPLATES.items()
        if (THEIRS / name).is_file()
    }
    absent |= {name: ["*"] for name in TEMPLATES if not (THEIRS / name).is_file()}
    absent["table.js"] = translated((STATIC / "table.js").read_text("utf-8"), TABLE_JS)[1]
    return {name: phrases for name, phrases in absent.items() if phrases}


def table_js() -> str:
    """Datasette's script of the table page (column menus) with its menu in Chinese."""
    return translated((STATIC / "table.js").read_text("utf-8"), TABLE_JS)[0]


def with_nonce(source: str) -> str:
    """Let the inline scripts and styles of a template pass our Content-Security-Policy.

    A template is code; what it prints is data, and never gets the nonce.
    """
    return _OPENING.sub(r'<\1 nonce="{{ zh.nonce() }}"', source)


class ChineseLoader(BaseLoader):
    """Order: the reader's own templates and other plugins', ours, Datasette's translated.

    `is_ours` tells by the CSS class of a database name (as in template names) whether it is a corpus, so that
    `row-<any name>-replies.html` finds our page of a reply whatever the file is called.
    """

    def __init__(self, inner: BaseLoader, is_ours: Callable[[str], bool]) -> None:
        self.inner = inner
        self.is_ours = is_ours

    def get_source(self, environment: Environment, template: str) -> Source:
        """As Jinja wants it: source, file name, whether it is still up to date."""
        try:
            source, filename, current = self.inner.get_source(environment, template)
        except TemplateNotFound:
            return self._own(self._by_table(template), template)
        if filename is None or not filename.startswith(_FROM_THEIRS):
            return with_nonce(source), filename, current
        name = template.removeprefix("default:")
        if name == template and name in _own_names():
            return self._own(name, template)
        source, _ = translated(source, TEMPLATES.get(name, ()))
        return with_nonce(source), filename, current

    def list_templates(self) -> list[str]:
        """Those of Datasette's own loader: it looks here for `pages/…` only."""
        return self.inner.list_templates()

    def _by_table(self, template: str) -> str:
        match = _OURS_BY_TABLE.fullmatch(template)
        if match and self.is_ours(match["database"]):
            return f"{match['kind']}-{match['table']}.html"
        return template

    def _own(self, name: str, template: str) -> Source:
        if name not in _own_names():
            raise TemplateNotFound(template)
        file = OWN / name
        return with_nonce(file.read_text("utf-8")), str(file), lambda: True


@cache
def _own_names() -> frozenset[str]:
    """Names of our templates: each page is first looked for under names that no template has."""
    return frozenset(file.name for file in OWN.iterdir())
