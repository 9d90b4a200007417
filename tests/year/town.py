"""The test government of a year behind one server: pages of the day, validators, troubles, and a log of requests."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from scraper.demo.render import Make
from tests.gov.pages import CHALLENGE, html
from tests.gov.render import Habits, TestRenderer
from tests.gov.server import Answer, Government, _Handler, _Server, page
from tests.gov.town import as_answer
from tests.year.script import VALIDATES, Place, Script

WALL = page(CHALLENGE, status=412)
BUSY = page("<html><h1>503 Service Unavailable</h1></html>", status=503)
MAINTENANCE = page(html("<p>系统正在升级维护，请稍后访问。</p>", "<title>维护公告</title>"))
GONE = page("<html><h1>404 Not Found</h1></html>", status=404)
SOFT = page(
    html("<div class='tips'><p>对不起，您要访问的页面不存在或已被删除</p></div>", "<title>提示信息</title>")
)
ANSWERS = {
    "dead": Answer(fault="reset"),
    "busy": BUSY,
    "wall": WALL,
    "maintenance": MAINTENANCE,
    "missing": GONE,
    "soft": SOFT,
}


class YearTown(Government):
    """Answers as the script says; a day is a state of all sites."""

    def __init__(self, script: Script) -> None:
        super().__init__({})
        self.script = script
        self.day = 0
        self.requests: Counter[tuple[int, str]] = Counter()
        """(day, host) → requests, robots.txt not counted."""
        self.robots: Counter[tuple[int, str]] = Counter()
        self.paths: list[tuple[int, str, str]] = []
        self.saved = 0
        """Answers 304."""
        self._hosts = {place.made.host: place for place in script.places.values()}
        self._pages: dict[str, Mapping[str, Make]] = {}

    def begin(self, day: int) -> None:
        """The crawl of this day is about to come."""
        self.day = day
        self.script.begin(day)
        self._pages = {place.key: self._rendered(place, day) for place in self.script.places.values()}

    def _rendered(self, place: Place, day: int) -> Mapping[str, Make]:
        personality = replace(
            place.made.personality,
            documents=self.script.shown(place),
            menu=(*place.made.personality.menu, *(f"专题{number}" for number in range(place.design))),
        )
        # Counters and tokens move with the seed.
        return dict(TestRenderer(personality, day, place.made.kind.listing, Habits()).resources())

    def see(self, url: str, tag: str | None) -> Answer:
        """Count a request and answer it; `tag` is its If-None-Match."""
        parts = urlsplit(url)
        with self._lock:
            place = self._hosts.get(parts.netloc)
            if place is None:
                return Answer(b"no such host", status=502)
            counter = self.robots if parts.path == "/robots.txt" else self.requests
            counter[self.day, parts.netloc] += 1
            self.paths.append((self.day, place.key, parts.path))
            if place.trouble is not None:
                return ANSWERS[place.trouble]
            return self._answer(place, parts.path, tag)

    def _answer(self, place: Place, path: str, tag: str | None) -> Answer:
        column = place.made.personality.columns[0].path
        for item in place.items:
            if item.moved and path == column + item.former:
                return (
                    GONE
                    if item.moved == "404"
                    else Answer(status=301, headers={"Location": column + item.file})
                )
        make = self._pages[place.key].get(path)
        answer = as_answer(make()) if make is not None else GONE
        how = VALIDATES.get(place.key)
        if how is None or answer.status != 200 or not path.rpartition("/")[2].startswith("t"):
            return self._redesigned(place, answer)
        version = next((item.version for item in place.items if path == column + item.file), 0)
        said = path if how == "lying" else f"{path} {version} {place.design}"
        mine = '"' + hashlib.sha256(said.encode()).hexdigest()[:16] + '"'
        if tag == mine:
            self.saved += 1
            return Answer(status=304, headers={"ETag": mine}, content_type=None)
        answer = self._redesigned(place, answer)
        return replace(
            answer, headers={**answer.headers, "ETag": mine, "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        )

    @staticmethod
    def _redesigned(place: Place, answer: Answer) -> Answer:
        """The same page in another dress: order of attributes, white space, a share block, a nonce."""
        if not place.design or not answer.body.startswith((b"<", b"\n")):
            return answer
        body = _LINK.sub(rb'<a class="d%d" \2 \1>' % place.design, answer.body)
        share = b'<div class="bdsharebuttonbox"><a href="#">share</a></div><script nonce="n%d">var a=1;</script></body>'
        body = body.replace(b"</li>", b"</li>\n  ").replace(b"</body>", share % place.design)
        return replace(answer, body=body)


_LINK = re.compile(rb'<a (href="[^"]*") (t[a-z]+="[^"]*")>')


class _YearHandler(_Handler):
    town: ClassVar[YearTown]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        parts = urlsplit(self.path)
        host = parts.netloc or self.headers.get("Host", "")
        self._send(self.town.see(f"http://{host}{parts.path or '/'}", self.headers.get("If-None-Match")))


@contextmanager
def serving(town: YearTown) -> Iterator[str]:
    """Serve on a free loopback port; gives the address of the proxy."""
    handler = type("Handler", (_YearHandler,), {"town": town, "government": town})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
