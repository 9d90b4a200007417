"""A small corpus with the real schema, made of sentences of our own, for the tests of what readers see."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines import schema
from pipelines.publish import search
from pipelines.resolve.summaries import write_summaries

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 71*73 }}'

_PLACES = (("420000", "湖北省", "100000"), ("420100", "武汉市", "420000"), ("100000", "全国", None))
_SITES = (
    ("kjt", "湖北省科学技术厅", "420000"),
    ("swj", "武汉市水务局", "420100"),
)
_SUBJECTS = (
    "老旧小区加装电梯",
    "农村饮水安全",
    "充电桩建设",
    "科技成果转化",
    "中小学课后服务",
    "长江岸线保护",
)
_CLAUSES = (
    "我单位高度重视，认真研究",
    "会同有关部门开展实地调研",
    "下一步将完善政策措施",
    "加大财政资金支持力度",
    "推进科技成果就地转化",
    "对老旧小区加装电梯给予补助",
    "健全农村饮水安全长效机制",
    "优化充电桩布局、方便群众",
    "加强长江岸线的保护与利用",
    "引导社会力量参与课后服务",
    "截至2024年底已建成12处",
    "相关工作取得阶段性成效",
)


def build(path: Path, replies: int = 60, seed: int = 7) -> Path:
    """Write a corpus of so many replies; the same seed gives the same file."""
    chance = random.Random(seed)
    with closing(sqlite3.connect(path)) as conn:
        schema.create(conn)
        _frame(conn)
        for index in range(replies):
            _reply(conn, index, chance)
        _hostile(conn, replies)
        write_summaries(conn)
        _in_order_of_publication(conn)
        search.build(conn)
        conn.commit()
        conn.execute("pragma journal_mode=delete")
    return path


def _in_order_of_publication(conn: sqlite3.Connection) -> None:
    """Number the replies as `pipelines.resolve.replies` does."""
    conn.execute("update replies set search_id = -search_id")
    ids = conn.execute("select id from replies order by coalesce(published_at, ''), id desc").fetchall()
    conn.executemany(
        "update replies set search_id = ? where id = ?",
        ((place, key) for place, (key,) in enumerate(ids, start=1)),
    )


def insert(conn: sqlite3.Connection, table: str, /, **values: object) -> None:
    """One row. What the schema does not have is left out, and what it demands and nobody gave is empty.

    So a column that comes or goes elsewhere in the schema concerns the tests that are about it, not this corpus.
    """
    row = {
        column.name: values.get(
            column.name, ({"INTEGER": 0}.get(column.type, "") if column.null is None else None)
        )
        for column in schema.table(table).columns
    }
    conn.execute(
        f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", tuple(row.values())
    )


def _frame(conn: sqlite3.Connection) -> None:
    for code, name, parent in sorted(_PLACES, key=lambda place: place[0]):
        insert(conn, "places", code=code, name=name, parent=parent)
    for key, name, place in _SITES:
        insert(
            conn,
            "sites",
            key=key,
            name=name,
            agency=name,
            place=place,
            hosts=json.dumps([f"{key}.demo.invalid"]),
            family="trs",
            health="ok",
            crawled_at="2026-11-20T03:00:00+08:00",
            replies=30,
            pages=32,
        )
        insert(
            conn,
            "columns",
            url=f"http://{key}.demo.invalid/jytabl/",
            site=key,
            holds="mixed",
            may_be_empty=0,
            printed_total=32,
            page_count=3,
            pages_read=3,
            rows_found=30,
            rows_refused=0,
            replies=30,
            coverage=93,
            total_may_differ=0,
            documents=30,
            documents_missing=0,
            reconciled=0,
        )
        insert(conn, "agencies", id=f"{place}-{key}", name=name, place=place)
        insert(conn, "agency_names", agency_id=f"{place}-{key}", name=name, kind="canonical")
    insert(
        conn, "sessions", id="420000-政协-13-2", place="420000", body="政协", term=13, meeting=2, year=2024
    )
    insert(
        conn,
        "crawls",
        kind="crawl",
        id=1,
        started_at="2026-11-20T02:00:00+08:00",
        finished_at="2026-11-20T03:00:00+08:00",
        outcome="ok",
        sites=json.dumps(["kjt", "swj"]),
        requests=80,
        ok=78,
        blocked=1,
        failed=1,
        bytes=1234567,
    )
    insert(
        conn,
        "pages",
        url="http://kjt.demo.invalid/jytabl/202409/t20240902_99.shtml",
        site="kjt",
        column_url="http://kjt.demo.invalid/jytabl/",
        role="detail",
        outcome="blocked",
        status=412,
        fetched_at="2026-11-20T02:30:00+08:00",
    )


def _text(chance: random.Random) -> str:
    paragraphs = [
        "，".join(chance.sample(_CLAUSES, chance.randint(3, 6))) + "。" for _ in range(chance.randint(2, 5))
    ]
    return "\n".join(["贵单位提出的建议收悉，现答复如下：", *paragraphs, "专此答复。"])


def _reply(conn: sqlite3.Connection, index: int, chance: random.Random) -> None:
    site, agency, place = _SITES[index % 2]
    year = 2019 + index % 6
    body = "政协" if index % 3 else "人大"
    subject = _SUBJECTS[index % len(_SUBJECTS)]
    kind = "提案" if body == "政协" else "建议"
    number = f"{index + 1:03d}"
    title = f"{agency}关于省{body}十三届二次会议第{number}号{kind}的答复"
    text = _text(chance)
    _insert_reply(
        conn,
        index,
        title=title,
        document_type="co_handling_opinion" if index % 15 == 14 else "reply",
        session_year=year if index % 10 else None,
        body=body,
        term=13,
        meeting=2,
        place=place,
        agency=agency,
        category=("科技", "水利", None)[index % 3],
        validity="有效" if index % 4 else None,
        published_at=f"{year}-09-{index % 28 + 1:02d}T10:33",
        issued_on=f"{year}-09-02",
        signed_on=f"{year}-07-23",
        index_number=f"011043145/{year}-{37000 + index}",
        document_number=f"鄂科函〔{year}〕{index + 1}号" if index % 5 else None,
        publisher=agency,
        signatory=agency,
        co_handlers=json.dumps(["省财政厅", "省教育厅"] if index % 2 else [], ensure_ascii=False),
        salutation="贵单位",
        quoted_subject=f"关于{subject}的建议",
        url=f"http://{site}.demo.invalid/jytabl/{year}09/t{year}0902_{index}.shtml",
        site=site,
        column_url=f"http://{site}.demo.invalid/jytabl/",
        gone_on="2026-11-01" if index == 3 else None,
        text=text,
        html="".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n")),
    )
    reply = _id(index)
    proposal = f"p{index:011d}"
    insert(
        conn,
        "proposals",
        id=proposal,
        place="420000",
        body=body,
        term=13,
        meeting=2,
        number=str(index + 1),
        kind=kind,
        session_year=2024,
    )
    insert(
        conn,
        "reply_proposals",
        reply_id=reply,
        position=1,
        proposal_id=proposal,
        body=body,
        level="省",
        term=13,
        meeting=2,
        number=number,
        kind=kind,
    )
    insert(
        conn,
        "reply_agencies",
        reply_id=reply,
        position=1,
        agency_id=f"{place}-{site}",
        name=agency,
        role="主办",
        source="body",
        rule="signature.dates",
    )
    insert(
        conn,
        "reply_agencies",
        reply_id=reply,
        position=2,
        name="省财政厅",
        role="会办",
        source="body",
        rule="roles.consulted",
    )
    insert(conn, "field_sources", reply_id=reply, field="title", source="title", rule="titles.first")
    insert(
        conn,
        "field_sources",
        reply_id=reply,
        field="signed_on",
        source="body",
        rule="dates.signature",
        raw=f"{year}年7月23日",
    )
    insert(
        conn, "field_sources", reply_id=reply, field="published_at", source="meta:pubdate", rule="dates.iso"
    )
    insert(
        conn,
        "attachments",
        reply_id=reply,
        position=1,
        name="附件：任务清单.pdf",
        url=f"http://{site}.demo.invalid/P{index}.pdf",
        outcome="ok" if index % 2 else None,
        media_type="application/pdf",
        bytes=20480,
    )
    insert(conn, "revisions", reply_id=reply, number=1, digest=f"{index:064x}")
    if index == 3:
        where = f"http://{site}.demo.invalid/jytabl/{year}09/t{year}0902_{index}.shtml"
        moment = "2026-11-01T02:00:00+08:00"
        insert(conn, "reply_events", reply_id=reply, happened_at=moment, kind="gone", url=where)
    insert(
        conn,
        "issues",
        id=index + 1,
        url=f"http://{site}.demo.invalid/jytabl/{year}09/t{year}0902_{index}.shtml",
        reply_id=reply,
        site=site,
        code="index_number_check_digit",
        severity="warning",
        field="index_number",
        message="索引号的校验位不符",
    )


def _hostile(conn: sqlite3.Connection, index: int) -> None:
    """One reply whose every text is an attack, as if it had passed all the other doors."""
    _insert_reply(
        conn,
        index,
        title=HOSTILE,
        document_type="reply",
        agency=HOSTILE,
        category=HOSTILE,
        validity=HOSTILE,
        published_at="2018-01-01",
        publisher=HOSTILE,
        signatory=HOSTILE,
        co_handlers=json.dumps([HOSTILE]),
        quoted_subject=HOSTILE,
        url="javascript:alert(1)",
        text=f"科技{HOSTILE}",
        html='<p onclick="alert(1)">科技</p><script>alert(1)</script>',
    )
    insert(
        conn,
        "attachments",
        reply_id=_id(index),
        position=1,
        name=HOSTILE,
        url="javascript:alert(2)",
        outcome="refused",
        text=HOSTILE,
    )
    changed = {name: {"old": HOSTILE, "new": f"{HOSTILE}。"} for name in ("title", "body_text")}
    diff = [{"op": op, "text": HOSTILE} for op in ("kept", "removed", "added")]
    insert(
        conn,
        "revisions",
        reply_id=_id(index),
        number=2,
        fetched_at="2018-02-01T02:00:00+08:00",
        summary=HOSTILE,
        changed=json.dumps(changed),
        diff=json.dumps(diff),
        digest="x",
    )
    moment = "2018-03-01T02:00:00+08:00"
    where = {"url": "javascript:alert(3)", "former_url": HOSTILE}
    insert(conn, "reply_events", reply_id=_id(index), happened_at=moment, kind="moved", **where)


def _id(index: int) -> str:
    return f"r{index:011d}"


def _insert_reply(
    conn: sqlite3.Connection, index: int, *, text: str, html: str, co_handlers: str, **values: object
) -> None:
    reply = _id(index)
    insert(
        conn,
        "replies",
        id=reply,
        search_id=index + 1,
        co_handlers=co_handlers,
        first_seen_at="2026-11-20T02:10:00+08:00",
        last_seen_at="2026-11-20T02:10:00+08:00",
        body_chars=len("".join(text.split())),
        body_text=text,
        **values,
    )
    insert(conn, "reply_html", reply_id=reply, html=html)
    insert(
        conn,
        "reply_urls",
        url=str(values["url"]),
        reply_id=reply,
        kind="canonical",
        first_seen_at="2026-11-20T02:10:00+08:00",
        last_seen_at="2026-11-20T02:10:00+08:00",
    )
