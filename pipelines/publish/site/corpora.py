"""Which databases of a running Datasette are a corpus of ours: told by their tables, never by their name."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette.database import Database
from datasette.utils import to_css_class

from pipelines.publish.corpus import is_corpus

_known: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

_recognised: WeakKeyDictionary[Any, tuple[Any, list[str]]] = WeakKeyDictionary()
"""Instance → (its dictionary of databases, the answer): Datasette makes a new dictionary when one comes or goes."""


def is_corpus_file(path: str | Path) -> bool:
    """The same for a file, opened read-only."""
    file = Path(path)
    if not file.is_file():
        return False
    try:
        conn = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return False
    try:
        return is_corpus(conn)
    finally:
        conn.close()


def recognised(datasette: Any) -> list[str]:
    """Names of the databases of ours, in the order in which they were attached.

    A database object is looked at once: a new snapshot takes the place of an old one under the same object.
    """
    kept = _recognised.get(datasette)
    if kept is None or kept[0] is not datasette.databases:
        names = [name for name, database in datasette.databases.items() if _is_ours(database)]
        kept = _recognised[datasette] = (datasette.databases, names)
    return kept[1]


def is_ours(datasette: Any, name: str | None) -> bool:
    """Whether the database of this name is a corpus of ours; False for a name that is not attached."""
    return name in recognised(datasette)


def is_ours_by_class(datasette: Any, css_class: str) -> bool:
    """The same for the CSS class of a database's name, which is how template names spell it."""
    return css_class in {to_css_class(name) for name in recognised(datasette)}


def alone(datasette: Any) -> bool:
    """Whether nothing but our corpora is served, so that settings can be made for the whole instance."""
    files = [database for database in datasette.databases.values() if database.path]
    return bool(files) and all(_is_ours(database) for database in files)


def _is_ours(database: Database) -> bool:
    if database not in _known:
        _known[database] = bool(database.path) and is_corpus_file(database.path)
    return _known[database]
