"""Labelled cases: a page or a title, and what a reader with patience says that it says.

A folder holds `cases/NAME.html` or `.txt` (the bytes as published) beside `cases/NAME.json` (how it was fetched and the
expected record), `titles.jsonl` (one labelled title a line), `accepted.txt` and `floors.json`. A case counts only when
its expectation was read and accepted: `accepted.txt` ties its name to the SHA-256 of the page and of the expectation.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.models import Column, Page, Processed, Reply, Site
from pipelines.process import process, process_text, process_title

TITLE_FIELDS = (
    "document_type",
    "references",
    "answering_agency",
    "grade",
    "document_number",
    "quoted_subject",
)
"""What a title by itself can say."""

FIELDS = tuple(name for name in Reply().as_dict() if name not in ("url", "sources", "issues"))
"""Every value of `extract` that is read; the address is given."""

LISTS = ("references", "co_handlers", "attachments")


class CaseError(ConfigurationError):
    """A folder of cases that cannot be used; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled case. `expected` holds every field of its kind, null where the page does not say."""

    name: str
    body: bytes
    """Of the page with its continuations, or of the title."""
    label: dict[str, Any]
    """The JSON beside it, as it stands."""
    kind: str
    """`html`, `txt` or `title`."""
    continuations: tuple[bytes, ...] = ()

    @property
    def expected(self) -> dict[str, Any] | None:
        """The expected record; None where the page is no document."""
        record: dict[str, Any] | None = self.label["record"]
        return record

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that are scored."""
        return TITLE_FIELDS if self.kind == "title" else FIELDS

    @property
    def page_digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(b"\x00".join((self.body, *self.continuations))).hexdigest()

    @property
    def label_digest(self) -> str:
        """SHA-256 of the expectation and of how the page was fetched, however the JSON is laid out."""
        canonical = json.dumps(self.label, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def page(self) -> Page:
        """The page as a crawl hands it on."""
        label = self.label
        url = label.get("url") or ""
        site = column = None
        if holds := label.get("column_holds"):
            column = url.rsplit("/", 1)[0] + "/"
            columns = (Column(column, holds),)
            site = Site("case", "标注案例", None, None, ("case.invalid",), "general", columns)
        return Page(
            url=url,
            body=self.body,
            status=label.get("status", 200),
            headers=tuple((name.lower(), value) for name, value in label.get("headers", {}).items()),
            fetched_at=label.get("fetched_at"),
            site=site,
            column=column,
            row_title=label.get("row_title"),
            row_date=label.get("row_date"),
            continuations=tuple(
                Page(url=following["url"], body=body, role="continuation")
                for following, body in zip(label.get("continuations", ()), self.continuations, strict=True)
            ),
        )

    def read(self) -> Processed:
        """What the house makes of it, by the functions that a crawl and `extract` call."""
        if self.kind == "html":
            return process(self.page())
        url = self.label.get("url")
        reply = process_text(self.body, url) if self.kind == "txt" else process_title(self.body.decode())
        return Processed(self.page(), "ok", reply)


def load_cases(folder: Path) -> tuple[Case, ...]:
    """All cases of a folder, by name; titles last. Raises CaseError, naming the file, for what cannot be used."""
    if not (folder / "cases").is_dir():
        raise CaseError(f"{folder} 里没有标注案例（缺少 cases 目录）")
    cases = [load_case(path) for path in sorted((folder / "cases").glob("*.json"))]
    labelled = {path.stem for path in (folder / "cases").glob("*.json")}
    used = {item["file"] for case in cases for item in case.label.get("continuations", ())}
    for path in sorted((folder / "cases").iterdir()):
        if path.suffix != ".json" and path.stem not in labelled and path.name not in used:
            raise CaseError(f"{path} 没有期望记录：缺少 {path.stem}.json")
    return (*cases, *_titles(folder / "titles.jsonl"))


def load_case(path: Path) -> Case:
    """The case whose expectation stands in ``path``."""
    label = _json(path, path.read_text(encoding="utf-8"))
    if "record" not in label:
        raise CaseError(f"{path} 没有 record")
    page = next(
        (path.with_suffix(f".{kind}") for kind in ("html", "txt") if path.with_suffix(f".{kind}").exists()),
        None,
    )
    if page is None:
        raise CaseError(f"{path} 旁边没有网页（.html 或 .txt）")
    if label["record"] is not None and (odd := set(label["record"]) ^ set(FIELDS)):
        raise CaseError(f"{path} 的 record 应当写全字段，多余或缺少：{'、'.join(sorted(odd))}")
    following = tuple((path.parent / item["file"]).read_bytes() for item in label.get("continuations", ()))
    return Case(path.stem, page.read_bytes(), label, page.suffix[1:], following)


def _titles(path: Path) -> tuple[Case, ...]:
    cases = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        label = _json(path, line)
        if (odd := set(label.get("record", ())) ^ set(TITLE_FIELDS)) or not label.get("title"):
            raise CaseError(
                f"{path} 第 {number} 行应当写全字段，多余或缺少：{'、'.join(sorted(odd)) or 'title'}"
            )
        body = label["title"].encode()
        cases.append(Case(f"title-{hashlib.sha256(body).hexdigest()[:10]}", body, label, "title"))
    return tuple(cases)


def _json(path: Path, text: str) -> dict[str, Any]:
    try:
        label = json.loads(text)
    except ValueError as error:
        raise CaseError(f"{path} 不是合格的 JSON：{error}") from error
    if not isinstance(label, dict):
        raise CaseError(f"{path} 应当是一个 JSON 对象")
    return label


def read_accepted(folder: Path) -> dict[str, tuple[str, str]]:
    """Name → (digest of the page, digest of the expectation), as accepted."""
    path = folder / "accepted.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    parts = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    if bad := next((part for part in parts if len(part) != 3), None):
        raise CaseError(f"{path} 里有看不懂的一行：{' '.join(bad)}")
    return {name: (page, label) for name, page, label in parts}


def unaccepted(folder: Path, cases: tuple[Case, ...]) -> tuple[str, ...]:
    """What stands between the cases and their acceptance, one line each, with what to do."""
    accepted = read_accepted(folder)
    out = []
    for case in cases:
        known = accepted.pop(case.name, None)
        if known is None:
            why = "还没有人看过它的期望记录"
        elif known[0] != case.page_digest:
            why = "接受之后网页变了"
        elif known[1] != case.label_digest:
            why = "接受之后期望记录变了"
        else:
            continue
        title = f"（{case.label['title']}）" if case.kind == "title" else ""
        out.append(
            f"{case.name}{title}：{why}；对照原文看过之后运行 python -m tests.accuracy accept {case.name}"
        )
    out += [f"{name}：accepted.txt 里有这一行，案例却不在；请删去这一行" for name in accepted]
    return tuple(out)


def comparable(name: str, value: Any) -> Any:
    """A value in the form of JSON, so that what was read and what was written can be compared."""
    if name in LISTS:
        return [asdict(item) if hasattr(item, "__dataclass_fields__") else item for item in value or ()]
    return value
