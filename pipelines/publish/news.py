"""What is worth a message after a run, told once: a summary, a site that turned bad, a site that is well again.

A function of the corpus and of what was told before (`notify.json`). A site that stays bad says nothing more; any number
of sites that turn bad in one run make one message. So a run makes at most four: summary, sites gone bad, sites well
again, and the failure or recovery of the whole.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from pipelines.storage import sync

STATE = "notify.json"
NAMED = 10
"""Replies, or sites, that a message names; the rest is a number."""
REASONS = 2
"""Reasons a site."""

Kind = Literal["summary", "trouble", "recovery"]


@dataclass(frozen=True, slots=True)
class State:
    """What was told: the folder's `notify.json`."""

    run: int = 0
    """The last run that a summary covered."""
    troubled: Mapping[str, str] = field(default_factory=dict)
    """Site → when it was told that it is bad."""
    failure: str | None = None
    """Since when nothing could be published, if that was told."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in Chinese."""

    kind: Kind
    title: str
    body: str
    told: Callable[[State], State] = lambda state: state
    """What is known once it was sent; a message that could not be sent is tried again after the next run."""


_STATE = TypeAdapter(State)


def read_state(data_dir: Path) -> State:
    """What was told; nothing where there is no file, or one that makes no sense: to say it twice beats silence."""
    try:
        return _STATE.validate_json((data_dir / STATE).read_bytes())
    except (OSError, ValueError):
        return State()


def write_state(data_dir: Path, state: State) -> None:
    """Keep it, by one rename. Raises OSError."""
    fresh = data_dir / f".{STATE}.{os.getpid()}"
    try:
        fresh.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=2) + "\n", "utf-8")
        sync(fresh)
        fresh.replace(data_dir / STATE)
    finally:
        fresh.unlink(missing_ok=True)


def after_run(corpus: Path, state: State, now: str, summary: bool) -> list[Message]:
    """Messages after a publication.

    `summary` False keeps the summary for a later run, which then covers this one too.
    """
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        sites = conn.execute("select key, name, health, reasons from sites order by key").fetchall()
        told = _summary(conn, state) if summary else None
    out = [told] if told else []
    if state.failure is not None:
        body = f"自 {_minute(state.failure)} 起未能发布的语料库已经重新发布。"
        out.append(Message("recovery", "语料库恢复发布", body, lambda known: replace(known, failure=None)))
    bad = {key: (name, reasons) for key, name, health, reasons in sites if health in ("partial", "failed")}
    fresh = {key: one for key, one in bad.items() if key not in state.troubled}
    if fresh:
        out.append(_trouble(fresh, now))
    well = {key: name for key, name, health, _ in sites if health == "ok" and key in state.troubled}
    if well:
        out.append(_recovery(well, state.troubled))
    return out


def after_failure(state: State, now: str, message: str) -> list[Message]:
    """The message when nothing could be published; none when that was told already."""
    if state.failure is not None:
        return []
    body = f"{message}\n\n原来的语料库没有动，网页照常。再失败不会重复通知，恢复时会通知。"
    return [Message("trouble", "语料库没有发布", body, lambda known: replace(known, failure=now))]


def _summary(conn: sqlite3.Connection, state: State) -> Message | None:
    runs = conn.execute(
        "select id, started_at, finished_at from crawls where id > ? order by id", (state.run,)
    ).fetchall()
    if not runs:
        return None
    if state.run == 0:
        runs = runs[-1:]  # what was before anybody was to be told is no news
    since = runs[0][1]
    new, total = conn.execute(
        "select count(*) filter (where first_seen_at >= ?), count(*) from replies", (since,)
    ).fetchone()
    edited = conn.execute(
        "select count(distinct reply_id) from revisions where number > 1 and fetched_at >= ?", (since,)
    ).fetchone()[0]
    gone = conn.execute("select count(*) from replies where gone_on >= ?", (since[:10],)).fetchone()[0]
    rows = conn.execute(
        "select title, url from replies where first_seen_at >= ? order by published_at desc, id limit ?",
        (since, NAMED),
    ).fetchall()
    bad = conn.execute("select name from sites where health in ('partial', 'failed') order by key").fetchall()
    which = f"第 {runs[0][0]} 次" if len(runs) == 1 else f"第 {runs[0][0]}–{runs[-1][0]} 次"
    lines = [
        f"{which}采集（{_minute(since)} 起）：新答复 {new} 件，改动 {edited} 件，撤下 {gone} 件；"
        f"全库共 {total} 件。"
    ]
    lines += [f"· {title or '（没有标题）'} {url}" for title, url in rows]
    if new > len(rows):
        lines.append(f"……另有 {new - len(rows)} 件。")
    lines.append(
        f"有问题的网站 {len(bad)} 个：{_names([row[0] for row in bad])}。" if bad else "各网站都正常。"
    )
    last = runs[-1][0]
    title = f"建议提案答复：新答复 {new} 件"
    return Message("summary", title, "\n".join(lines), lambda known: replace(known, run=last))


def _trouble(sites: Mapping[str, tuple[str, str | None]], now: str) -> Message:
    names = [name for name, _ in sites.values()]
    lines = []
    for name, reasons in list(sites.values())[:NAMED]:
        said = (reasons or "没有写明原因").split("\n")
        rest = f"（另有 {len(said) - REASONS} 条）" if len(said) > REASONS else ""
        lines.append(f"{name}：{'；'.join(said[:REASONS])}{rest}")
    if len(sites) > NAMED:
        lines.append(f"……另有 {len(sites) - NAMED} 个网站。")
    lines.append("此前采集到的内容照旧公布。详情见 hubei-replies check；没有恢复以前不再通知。")
    return Message(
        "trouble",
        f"采集出了问题：{_names(names, 3)}",
        "\n".join(lines),
        lambda known: replace(known, troubled={**known.troubled, **dict.fromkeys(sites, now)}),
    )


def _recovery(sites: Mapping[str, str], since: Mapping[str, str]) -> Message:
    lines = [f"{name}：自 {_minute(since[key])} 起有问题，现已正常。" for key, name in sites.items()]
    return Message(
        "recovery",
        f"采集恢复正常：{_names(list(sites.values()), 3)}",
        "\n".join(lines[:NAMED]),
        lambda known: replace(
            known, troubled={key: at for key, at in known.troubled.items() if key not in sites}
        ),
    )


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _names(names: Sequence[str], shown: int = NAMED) -> str:
    rest = f"等 {len(names)} 个" if len(names) > shown else ""
    return "、".join(names[:shown]) + rest
