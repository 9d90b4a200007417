"""Every issue code is documented, and every documented code exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.resolve.verdicts import SILENT

ROOT = Path(__file__).parent.parent.parent.parent
MAKERS = {"Issue", "_issue"}


def codes() -> Iterator[tuple[str, str]]:
    """(place, pattern of the code) of every issue that the program can make."""
    for package in ("pipelines", "scraper"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                if node.func.id not in MAKERS or not node.args:
                    continue
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield where, re.escape(code.value)
                elif isinstance(code, ast.JoinedStr):
                    parts = [
                        re.escape(part.value)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                        else "[a-z0-9_]+"
                        for part in code.values
                    ]
                    yield where, "".join(parts)
    # A site's failed gate is an issue where no other says it.
    yield from (("pipelines/resolve/verdicts.py", re.escape(rule)) for rule in sorted(SILENT))


def documented() -> set[str]:
    text = (ROOT / "docs" / "issues.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.MULTILINE))


def test_every_code_is_documented() -> None:
    known = documented()
    missing = [
        f"{where}: {pattern}"
        for where, pattern in codes()
        if not any(re.fullmatch(pattern, code) for code in known)
    ]
    assert missing == [], "add them to docs/issues.md"


def test_no_code_is_documented_that_does_not_exist() -> None:
    made = [pattern for _, pattern in codes()]
    assert [
        code for code in sorted(documented()) if not any(re.fullmatch(pattern, code) for pattern in made)
    ] == []
