"""What a metadata file cannot carry, made at startup for an instance that serves a corpus.

A setting is ours to make only where the person who started the server said nothing about it. The figures are
measured: facets over 200 ms vanish silently in stock Datasette, suggestions cost five times the page itself.
"""

from __future__ import annotations

import json
from typing import Any

import click
from datasette.app import DEFAULT_SETTINGS

from pipelines.publish.site.corpora import alone

HARMLESS: dict[str, int | bool] = {
    "suggest_facets": False,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
}
"""Made beside other databases too: they lose the suggestions only, not the facets."""

OURS_ALONE: dict[str, int | bool] = {
    "default_page_size": 20,
    "max_returned_rows": 500,
    "truncate_cells_html": 120,
}
"""Bounds, made only where nothing but corpora is served."""


def apply(datasette: Any) -> dict[str, int | bool]:
    """Make the settings that nobody chose; returns those made."""
    wanted = HARMLESS | (OURS_ALONE if alone(datasette) else {})
    chosen = _chosen(datasette)
    made = {
        name: value
        for name, value in wanted.items()
        if name not in chosen and datasette._settings[name] == DEFAULT_SETTINGS[name]
    }
    datasette._settings.update(made)
    # Datasette copies these three in its constructor, before any plugin is asked.
    datasette.max_returned_rows = datasette.setting("max_returned_rows")
    datasette.sql_time_limit_ms = datasette.setting("sql_time_limit_ms")
    datasette.page_size = datasette.setting("default_page_size")
    return made


def without_locals() -> None:
    """No coloured traceback with every local variable for each page that is not found.

    Datasette prints one wherever `rich` is installed, as it is beside us: a second of CPU for each wrong address that a
    robot tries. What is wrong with the server itself (500) is still printed, by `traceback`.
    """
    # Imported at the top, before Datasette itself, the module would be taken for a plugin while it is still empty.
    from datasette import handle_exception

    handle_exception.rich = None


def _chosen(datasette: Any) -> set[str]:
    """Settings named on the command line or in the settings.json of a configuration folder.

    A value that equals the default looks like no choice in the object itself.
    """
    names: set[str] = set()
    context = click.get_current_context(silent=True)
    if context is not None:
        for option in ("settings", "config"):
            given = context.params.get(option)
            if isinstance(given, (list, tuple)):
                names |= {pair[0] for pair in given if isinstance(pair, (list, tuple)) and pair}
    folder = datasette.config_dir
    if folder and (folder / "settings.json").is_file():
        names |= set(json.loads((folder / "settings.json").read_text("utf-8")))
    return names
