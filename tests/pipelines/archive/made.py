"""Fetches and pages for the tests of this room."""

from __future__ import annotations

import random

from pipelines.archive import Fetch
from pipelines.models import Outcome, Role

HOST = "https://kjt.demo.invalid"


def fetch(
    run_id: int,
    number: int = 1,
    *,
    role: Role = "detail",
    outcome: Outcome = "ok",
    site: str | None = "kjt",
    url: str | None = None,
    **context: str | int | None,
) -> Fetch:
    """A fetch like those of the crawler."""
    return Fetch(
        run_id=run_id,
        url=url or f"{HOST}/jytabl/202409/t20240902_{number}.shtml",
        fetched_at="2026-11-24T02:30:00+08:00",
        status=200,
        headers=(("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2")),
        outcome=outcome,
        role=role,
        site=site,
        column=f"{HOST}/jytabl/",
        context=context,
    )


def page(number: int, design: str = "old") -> bytes:
    """A page of a template: chrome that all share, words of its own."""
    chrome = random.Random(design)
    own = random.Random(f"{design}{number}")
    links = "\n".join(
        f'<li><a href="/{chrome.randbytes(9).hex()}/">{chrome.randbytes(6).hex()}</a></li>'
        for _ in range(120)
    )
    words = "".join(own.choices("建议提案答复办理落实单位情况支持发展企业资金项目推进加强完善机制", k=400))
    return f"<html><head><title>第{number}号</title></head><body>\n{links}\n<p>{words}</p></body></html>".encode()
