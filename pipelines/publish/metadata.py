"""`python -m pipelines.publish.metadata [--check | --schema]`: the files that are made from the schema.

Writes `datasette-metadata.json` and `docs/data-dictionary.md` into the checkout; with `--check` it writes nothing
and exits with 1 when one of them is not current; with `--schema` it prints the digest of the schema, for
docs/corpus-changelog.md.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from pipelines import schema

ROOT = Path(__file__).parent.parent.parent


def files() -> dict[Path, str]:
    """Path in the checkout → text that should stand there."""
    return {
        ROOT / "datasette-metadata.json": json.dumps(schema.metadata(), ensure_ascii=False, indent=2) + "\n",
        ROOT / "docs" / "data-dictionary.md": schema.dictionary(),
    }


def outdated() -> list[Path]:
    """Files that are absent or say something else than the schema."""
    return [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    if "--schema" in arguments:
        with closing(sqlite3.connect(":memory:")) as conn:
            schema.create(conn)
            sys.stdout.write(f"{schema.digest(conn)}\n")
        return 0
    late = outdated()
    if "--check" in arguments:
        for path in late:
            sys.stderr.write(f"{path.relative_to(ROOT)} 与 pipelines/schema 不一致，请运行 make metadata\n")
        return 1 if late else 0
    for path in late:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
