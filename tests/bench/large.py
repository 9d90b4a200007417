"""A corpus of any size with the real schema, for measuring what readers wait for.

    python -m tests.bench.large FOLDER [REPLIES [CHARACTERS]]

Text is made of invented two-character words whose frequencies follow Zipf's law, as those of Chinese do: a few words
stand in every reply, most in few, so that searches of every selectivity can be asked. What is said is nonsense; sizes,
numbers of rows and distributions over agencies, places and years are those of a province.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipelines import schema
from pipelines.publish import search
from pipelines.resolve.summaries import write_summaries

FIRST = 0x4E00
CHARACTERS = 2_000
"""Different characters of the invented words."""
WORDS = 30_000
PARAGRAPHS = 20_000
PARAGRAPH = 250
"""Characters of one paragraph."""
AGENCIES = 60
PLACES = 20
YEARS = tuple(range(2016, 2026))
POLICIES = 2_000
BATCH = 1_000


@dataclass(frozen=True)
class Prose:
    """Words from frequent to rare, and paragraphs made of them."""

    words: list[str]
    paragraphs: list[str]


def prose(chance: random.Random, paragraphs: int) -> Prose:
    """The same generator state gives the same prose."""
    characters = [chr(FIRST + 5 * index) for index in range(CHARACTERS)]
    words = list(dict.fromkeys(chance.choice(characters) + chance.choice(characters) for _ in range(WORDS)))
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    made = []
    for _ in range(paragraphs):
        picked = chance.choices(words, cum_weights=weights, k=PARAGRAPH // 2)
        made.append(
            "，".join("".join(picked[start : start + 8]) for start in range(0, len(picked), 8)) + "。"
        )
    return Prose(words, made)


def build(path: Path, replies: int, characters: int = 5_000, seed: int = 7) -> Path:
    """Write a corpus of so many replies of about so many characters; the same arguments give the same file."""
    chance = random.Random(seed)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("pragma page_size = 8192")
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma synchronous = off")
        conn.execute("begin")
        schema.create(conn)
        made = prose(chance, min(PARAGRAPHS, 20 + replies * 2))
        _frame(conn)
        seen: set[str] = set()
        each = max(1, characters // PARAGRAPH)
        for start in range(0, replies, BATCH):
            rows: dict[str, list[dict[str, Any]]] = {}
            for index in range(start, min(replies, start + BATCH)):
                for table, row in _reply(index, chance, made, each, seen):
                    rows.setdefault(table, []).append(row)
            for table in (one.name for one in schema.TABLES):
                insert(conn, table, rows.get(table, ()))
        conn.execute(
            "update policies set replies = (select count(distinct reply_id) from citations where policy_id = policies.id),"
            " citations = (select count(*) from citations where policy_id = policies.id)"
        )
        write_summaries(conn)
        search.build(conn)
        conn.execute("commit")
        conn.execute("analyze")
        conn.execute("pragma journal_mode = delete")
    return path


def insert(conn: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Rows; what the schema demands and nobody gave is empty."""
    columns = schema.table(table).columns
    defaults = [({"INTEGER": 0}.get(one.type, "") if one.null is None else None) for one in columns]
    names = [one.name for one in columns]
    conn.executemany(
        f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})",
        ([row.get(name, empty) for name, empty in zip(names, defaults, strict=True)] for row in rows),
    )


def _place(index: int) -> str:
    return f"42{index:02d}00"


def _frame(conn: sqlite3.Connection) -> None:
    insert(
        conn,
        "places",
        [
            {"code": "100000", "name": "全国"},
            *(
                {"code": _place(index), "name": f"第{index}市" if index else "湖北省", "parent": "100000"}
                for index in range(PLACES)
            ),
        ],
    )
    sites, columns, agencies, names = [], [], [], []
    for index in range(AGENCIES):
        key, name = f"site{index}", f"第{index}号厅局"
        place = _place(index % PLACES)
        host = f"{key}.demo.invalid"
        sites.append(
            {
                "key": key,
                "name": name,
                "agency": name,
                "place": place,
                "hosts": json.dumps([host]),
                "family": "trs",
                "health": "partial" if index % 9 == 8 else "ok",
                "replies": 1,
                "pages": 1,
                "crawled_at": "2026-11-20T03:00:00+08:00",
                "reasons": "少于网站所印条数" if index % 9 == 8 else None,
            }
        )
        columns.append(
            {
                "url": f"http://{host}/jytabl/",
                "site": key,
                "holds": "mixed",
                "printed_total": 100,
                "rows_found": 100 - index % 7,
                "coverage": 100 - index % 7,
                "replies": 90,
                "documents": 99,
            }
        )
        agencies.append({"id": f"{place}-{key}", "name": name, "place": place})
        names.append({"agency_id": f"{place}-{key}", "name": name, "kind": "canonical"})
    insert(conn, "sites", sites)
    insert(conn, "columns", columns)
    insert(conn, "agencies", agencies)
    insert(conn, "agency_names", names)
    insert(
        conn,
        "sessions",
        [
            {
                "id": f"{_place(place)}-{body}-{year}",
                "place": _place(place),
                "body": body,
                **_meeting(year),
                "year": year,
            }
            for place in range(PLACES)
            for body in ("人大", "政协")
            for year in YEARS
        ],
    )
    insert(
        conn,
        "crawls",
        [
            {
                "id": run,
                "kind": "crawl",
                "started_at": f"2026-{1 + run // 28:02}-{1 + run % 28:02}T02:00:00+08:00",
                "finished_at": f"2026-{1 + run // 28:02}-{1 + run % 28:02}T03:00:00+08:00",
                "outcome": "ok",
                "sites": "[]",
            }
            for run in range(1, 301)
        ],
    )
    insert(
        conn,
        "policies",
        [
            {
                "id": f"g{index:011d}",
                "title": f"关于第{index}项工作的意见",
                "document_number": f"鄂政发〔2020〕{index}号",
            }
            for index in range(POLICIES)
        ],
    )


def _meeting(year: int) -> dict[str, int]:
    term, meeting = divmod(year - 2013, 5)
    return {"term": 12 + term, "meeting": meeting + 1}


def reply_id(index: int) -> str:
    """Id of the reply with this number, from 0."""
    return f"r{index:011d}"


def _reply(
    index: int, chance: random.Random, made: Prose, paragraphs: int, seen: set[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one reply by table; `seen`: proposals that have a row."""
    who = min(int(chance.expovariate(1 / 12)), AGENCIES - 1)
    other = chance.randrange(AGENCIES)
    year = chance.choice(YEARS)
    place, body = _place(who % PLACES), "人大" if chance.random() < 0.45 else "政协"
    key, agency = f"site{who}", f"第{who}号厅局"
    kind = "建议" if body == "人大" else "提案"
    # Each number of a session about once over all replies of the place; some are answered twice, some never.
    number = str(1 + chance.randrange(1 + index // (PLACES * len(YEARS)) + 400))
    proposal = f"p{who % PLACES:02d}{'01'[body == '政协']}{year}{int(number):04d}"
    opinion = chance.random() < 0.1
    text = "\n".join(chance.choices(made.paragraphs, k=paragraphs))
    subject = "".join(chance.choices(made.words, k=4))
    month, day = 1 + chance.randrange(12), 1 + chance.randrange(28)
    url = f"http://{key}.demo.invalid/jytabl/{year}09/t{year}0902_{index}.shtml"
    identity = reply_id(index)
    known = {"body": body, **_meeting(year)}
    yield (
        "replies",
        {
            **known,
            "id": identity,
            "title": f"{agency}关于市{body}第{number}号{kind}的{'会办意见' if opinion else '答复'}：{subject}",
            "document_type": "co_handling_opinion" if opinion else "reply",
            "session_year": year if index % 20 else None,
            "place": place,
            "agency": agency,
            "category": ("科技", "水利", "教育", "其他", None)[chance.randrange(5)],
            "validity": ("有效", None)[chance.randrange(2)],
            "published_at": f"{year}-{month:02}-{day:02}T10:33" if chance.random() < 0.97 else None,
            "issued_on": f"{year}-{month:02}-01",
            "signed_on": f"{year}-{max(1, month - chance.randrange(3)):02}-{day:02}"
            if chance.random() < 0.95
            else None,
            "index_number": f"011043145/{year}-{index}",
            "document_number": f"鄂函〔{year}〕{index}号" if index % 3 else None,
            "publisher": agency,
            "signatory": agency,
            "co_handlers": json.dumps([f"第{other}号厅局"], ensure_ascii=False),
            "salutation": "贵单位",
            "grade": ("A", "B", "C", None)[chance.randrange(4)],
            "quoted_subject": subject,
            "url": url,
            "site": key,
            "column_url": f"http://{key}.demo.invalid/jytabl/",
            "first_seen_at": "2026-11-20T02:10:00+08:00",
            "last_seen_at": "2026-11-20T02:10:00+08:00",
            "gone_on": "2026-11-01" if index % 200 == 3 else None,
            "body_chars": len(text),
            "search_id": index + 1,
            "body_text": text,
        },
    )
    yield (
        "reply_html",
        {
            "reply_id": identity,
            "html": "".join(f'<p id="p{at}">{one}</p>' for at, one in enumerate(text.split("\n"), 1)),
        },
    )
    yield "reply_urls", {"url": url, "reply_id": identity, "kind": "canonical"}
    yield (
        "pages",
        {"url": url, "site": key, "role": "detail", "outcome": "ok", "status": 200, "document_type": "reply"}
        | {
            "column_url": f"http://{key}.demo.invalid/jytabl/",
            "reply_id": identity,
            "fetched_at": "2026-11-20T02:10:00+08:00",
        },
    )
    for field, source in (
        ("title", "title"),
        ("signed_on", "body"),
        ("published_at", "meta:PubDate"),
        ("agency", "site"),
    ):
        yield "field_sources", {"reply_id": identity, "field": field, "source": source, "rule": "measured"}
    for position, (name, role) in enumerate(((who, "主办"), (other, "会办")), start=1):
        given = {"name": f"第{name}号厅局", "agency_id": f"{_place(name % PLACES)}-site{name}", "role": role}
        yield (
            "reply_agencies",
            {"reply_id": identity, "position": position, "source": "body", "rule": "measured", **given},
        )
    yield (
        "reply_proposals",
        {
            **known,
            "reply_id": identity,
            "position": 1,
            "proposal_id": proposal,
            "number": number,
            "kind": kind,
        },
    )
    if proposal not in seen:
        seen.add(proposal)
        yield (
            "proposals",
            {
                **known,
                "id": proposal,
                "place": place,
                "number": number,
                "series": "",
                "serial": int(number),
                "kind": kind,
                "session_year": year,
                "quoted_subject": subject,
                "replies": 1,
                "has_lead_reply": int(not opinion),
            },
        )
    for position in range(1, 1 + chance.randrange(4)):
        policy = min(int(chance.expovariate(1 / 200)), POLICIES - 1)
        yield (
            "citations",
            {
                "reply_id": identity,
                "position": position,
                "policy_id": f"g{policy:011d}",
                "title": f"关于第{policy}项工作的意见",
            }
            | {"paragraph": position, "raw": f"《关于第{policy}项工作的意见》", "rule": "measured"},
        )
    for position in range(1, 1 + chance.randrange(3)):
        yield (
            "commitments",
            {
                "reply_id": identity,
                "position": position,
                "sentence": text[:40],
                "paragraph": 1,
                "rule": "measured",
            }
            | {"deadline": f"{year + 1 + chance.randrange(3)}-12-31", "deadline_raw": "年底前"},
        )
    for position in range(1, 4):
        yield (
            "outline",
            {
                "reply_id": identity,
                "position": position,
                "level": 1,
                "heading": f"第{position}部分",
                "paragraph": position,
            },
        )
        yield (
            "body_parts",
            {
                "reply_id": identity,
                "position": position,
                "part": "answer",
                "first_paragraph": 1,
                "last_paragraph": 2,
            },
        )
    yield (
        "revisions",
        {
            "reply_id": identity,
            "number": 1,
            "digest": f"{index:064x}",
            "fetched_at": "2026-11-20T02:10:00+08:00",
        },
    )
    if index % 50 == 7:
        changed = json.dumps({"title": {"old": "旧题", "new": "新题"}}, ensure_ascii=False)
        when = f"2026-{1 + index % 11:02}-15T02:10:00+08:00"
        yield (
            "revisions",
            {
                "reply_id": identity,
                "number": 2,
                "digest": f"{index:063x}x",
                "fetched_at": when,
                "summary": "标题改了",
                "changed": changed,
            },
        )
    if index % 200 == 3:
        yield (
            "reply_events",
            {"reply_id": identity, "happened_at": "2026-11-01T02:00:00+08:00", "kind": "gone", "url": url},
        )
    if index % 3 == 0:
        code = ("index_number_check_digit", "date_conflict", "agency_unknown")[chance.randrange(3)]
        yield (
            "issues",
            {
                "id": index + 1,
                "url": url,
                "reply_id": identity,
                "site": key,
                "code": code,
                "severity": "warning",
                "message": "两处不一致",
            },
        )


def main(arguments: list[str]) -> int:
    """Entry point."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(one) for one in arguments[1:]]
    build(folder / "built.db", *(numbers or [100_000]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
