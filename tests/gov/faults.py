"""What can go wrong with a site, and what must come of it.

A fault is a function from the layout of a site and a source of chance to a trouble: how the site answers from now on,
and what the crawl owes us in spite of it. What is owed is computed from the layout and from the promises of the
documentation (a wall is left alone after three challenges, dead connections after nine), never from what a crawl did.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scraper.demo.personality import Document, Personality
from tests.gov.pages import CHALLENGE, html
from tests.gov.personalities import Layout
from tests.gov.server import Answer, page
from tests.gov.town import Hit, React

MAX_BLOCKED = 3
TRIES = 3
"""Of an address that fails in a way that may pass."""
MAX_DEAD = 9
"""Failed connections, or answers "too busy", in a row."""
CLONE = "www.clone.invalid"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of a site after the crawl."""

    lost: frozenset[str] = frozenset()
    """Paths of declared replies that cannot be had."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Path → outcome that the corpus tells of it; what is not named is `ok`, or `redirect` on the way to it."""
    unasked: frozenset[str] = frozenset()
    """Paths that must not be asked for, and have no outcome."""
    codes: frozenset[str] = frozenset()
    """Codes of all issues of the site, besides those of its kind."""
    ok: bool = True
    """Whether the site may count as crawled well: exit code 0."""
    says: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Path → values of a reply that the page does not say in this state."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Path → path at which the reply is found instead."""

    def count(self, outcome: str) -> int:
        """Addresses with this outcome."""
        return sum(found == outcome for found in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a site answers, and what must come of it."""

    react: React
    expected: Expected


Fault = Callable[[Layout, random.Random], Trouble]


def swap(answers: Mapping[str, Answer | Callable[[Hit], Answer | None]]) -> React:
    """Other answers for some addresses."""

    def react(hit: Hit) -> Answer | None:
        found = answers.get(hit.path)
        return found(hit) if callable(found) else found

    return react


def victims(layout: Layout, chance: random.Random, count: int = 2) -> list[Document]:
    """Some replies, in the order of the list."""
    chosen = {doc.file for doc in chance.sample(layout.replies, count)}
    return [doc for doc in layout.replies if doc.file in chosen]


def lost(layout: Layout, documents: Iterable[Document]) -> frozenset[str]:
    """Paths of those that are replies."""
    mine = {doc.file for doc in layout.replies}
    return frozenset(layout.path(doc) for doc in documents if doc.file in mine)


def each(
    answer: Answer | Callable[[Hit], Answer | None],
    outcome: str,
    *,
    codes: Iterable[str],
    ok: bool,
    count: int = 2,
) -> Fault:
    """Some documents answer like that, for ever."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        chosen = victims(layout, chance, count)
        paths = [layout.path(doc) for doc in chosen]
        expected = Expected(
            lost(layout, chosen), dict.fromkeys(paths, outcome), codes=frozenset(codes), ok=ok
        )
        return Trouble(swap(dict.fromkeys(paths, answer)), expected)

    return fault


def harmless(answer: Callable[[Hit], Answer | None], codes: Iterable[str] = (), count: int = 2) -> Fault:
    """Some documents answer like that, and nothing is lost."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        paths = [layout.path(doc) for doc in victims(layout, chance, count)]
        return Trouble(swap(dict.fromkeys(paths, answer)), Expected(codes=frozenset(codes)))

    return fault


def from_some_document_on(answer: Answer, outcome: str, *, patience: int, codes: Iterable[str]) -> Fault:
    """From some document on every answer is like that, until the site is left alone after `patience` addresses."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        start = chance.randrange(len(layout.listed) - patience)
        rest = [layout.path(doc) for doc in layout.listed[start:]]
        expected = Expected(
            lost(layout, layout.listed[start:]),
            dict.fromkeys(rest[:patience], outcome),
            unasked=frozenset(rest[patience:]),
            codes=frozenset(codes),
            ok=False,
        )
        return Trouble(swap(dict.fromkeys(rest, answer)), expected)

    return fault


def first_list(answer: Answer, outcome: str, codes: Iterable[str]) -> Fault:
    """The column itself answers like that: nothing of it can be had."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        expected = Expected(
            lost(layout, layout.listed),
            {layout.lists[0]: outcome},
            unasked=frozenset((*layout.lists[1:], *map(layout.path, layout.listed))),
            codes=frozenset(codes),
            ok=False,
        )
        return Trouble(swap({layout.lists[0]: answer}), expected)

    return fault


def later_list(answer: Answer, outcome: str, codes: Iterable[str]) -> Fault:
    """A further list page answers like that. Where the first page names them all the others are read."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        broken = chance.randrange(1, len(layout.lists) - 1)
        chained = layout.made.kind.paging == "next"
        unread = range(broken, len(layout.lists)) if chained else [broken]
        missing = [doc for at in unread for doc in layout.on_page(at)]
        expected = Expected(
            lost(layout, missing),
            {layout.lists[broken]: outcome},
            unasked=frozenset((*(layout.lists[broken + 1 :] if chained else ()), *map(layout.path, missing))),
            codes=frozenset(codes) | reconciled(layout, unread),
            ok=False,
        )
        return Trouble(swap({layout.lists[broken]: answer}), expected)

    return fault


def reconciled(layout: Layout, unread: Sequence[int] | range) -> frozenset[str]:
    """Codes of the reconciliation when some list pages were not read: what the site prints tells what is missing."""
    if not len(unread):
        return frozenset()
    shape = layout.shape
    codes = {"column_pages_missing"}
    if shape.prints_total or shape.paging == "pageHtml":
        codes.add("column_rows_missing")
    return frozenset(codes)


def robots(answer: Answer, codes: Iterable[str] = ()) -> Fault:
    """An answer for robots.txt under which the site may be read."""
    return lambda layout, chance: Trouble(swap({"/robots.txt": answer}), Expected(codes=frozenset(codes)))


def keeps_out(answer: Answer, codes: Iterable[str] = ("robots_stay_away", "outcome_robots")) -> Fault:
    """An answer for robots.txt under which the site is not entered."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        expected = Expected(
            lost(layout, layout.listed),
            {layout.lists[0]: "robots"},
            unasked=frozenset((*layout.lists, *map(layout.path, layout.listed))),
            codes=frozenset(codes),
            ok=False,
        )
        return Trouble(swap({"/robots.txt": answer}), expected)

    return fault


# --- pieces ---------------------------------------------------------------------------------------------------------

WALL = page(CHALLENGE, status=412)
WALL_202 = page(CHALLENGE, status=202)
MAINTENANCE = page(html("<p>系统正在升级维护，请稍后访问。</p>", "<title>维护公告</title>"))
APOLOGY = "对不起，您要访问的页面不存在或已被删除! 10 秒之后将带您回到网站首页"
SOFT_404 = page(html(f"<div class='tips'><p>{APOLOGY}</p></div>", "<title>提示信息</title>"))
TWICE = page(html(f"<div>{APOLOGY}</div>", "<title>提示</title>").encode().decode("gb18030", "ignore"))
BOOTSTRAP = (
    '<meta content="{qt1074790464" r=\'m\'><script r=\'m\' charset="iso-8859-1" src="/4QbVtADbnLVIc/d.FxJz.js"></script>'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>"
)
FORBIDDEN = page("<html><title>403 Forbidden</title><h1>403 Forbidden</h1></html>", status=403)
SERVER_ERROR = page("<html><h1>500 Internal Server Error</h1></html>", status=500)
BUSY = page("<html><h1>503 Service Unavailable</h1></html>", status=503)
GONE = page("<html><h1>404 Not Found</h1></html>", status=404)
PICTURE = Answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 80, content_type="image/png")
BOMB = Answer(gzip.compress(b"<p>" + bytes(60_000_000)), headers={"Content-Encoding": "gzip"})


def _coded(hit: Hit, change: Callable[[str], str]) -> Answer:
    """A page with another text in the same encoding."""
    good = hit.page()
    encoding = hit.place.made.kind.encoding
    return replace(good, body=change(good.body.decode(encoding)).encode(encoding, "xmlcharrefreplace"))


def with_bootstrap(hit: Hit) -> Answer:
    """瑞数's script on a page that has its whole content."""
    return _coded(hit, lambda text: text.replace("<head>", "<head>" + BOOTSTRAP, 1))


def with_apology(hit: Hit) -> Answer:
    """A "does not exist" notice appended to a good page, inside its text."""

    def change(text: str) -> str:
        head, close, tail = text.rpartition("</body>")
        return f"{head}<div><p>{APOLOGY}</p></div>{close}{tail}"

    return _coded(hit, change)


def mojibake(hit: Hit) -> Answer:
    """UTF-8 read as GB 18030 and written as UTF-8 again."""
    good = hit.page()
    text = good.body.decode(hit.place.made.kind.encoding)
    text = text.replace(f'charset="{hit.place.made.kind.encoding}"', 'charset="utf-8"')
    twice = text.encode().decode("gb18030", "replace")
    return replace(good, body=twice.encode(), content_type="text/html; charset=utf-8")


def wrong_charset(hit: Hit) -> Answer:
    """Bytes that are not in the encoding that header and page declare."""
    good = hit.page()
    kind = hit.place.made.kind
    text = good.body.decode(kind.encoding)
    if kind.encoding == "utf-8":
        text = text.replace('charset="utf-8"', 'charset="gb2312"')
        return replace(good, body=text.encode(), content_type="text/html; charset=gb2312")
    return replace(good, body=text.encode(), content_type=f"text/html; charset={kind.encoding}")


def at_first(answer: Answer, times: int) -> Callable[[Hit], Answer | None]:
    """Trouble that passes after some tries."""
    return lambda hit: answer if hit.again < times else None


def cut(fault: str) -> Callable[[Hit], Answer]:
    """Half of the page arrives."""
    return lambda hit: replace(hit.page(), fault=fault)  # type: ignore[arg-type]


def to(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(b"", status=status, headers={"Location": location})


# --- the faults that are no one-liners ------------------------------------------------------------------------------


def redirect_to_clone(layout: Layout, chance: random.Random) -> Trouble:
    chosen = victims(layout, chance)
    paths = [layout.path(doc) for doc in chosen]
    answers = {path: to(f"http://{CLONE}{path}", 301) for path in paths}
    expected = Expected(
        lost(layout, chosen), dict.fromkeys(paths, "refused"), codes=frozenset({"outcome_refused"})
    )
    return Trouble(swap(answers), expected)


def redirect_loop(layout: Layout, chance: random.Random) -> Trouble:
    """Two documents that send the reader to each other."""
    one, other = victims(layout, chance)
    a, b = layout.path(one), layout.path(other)
    expected = Expected(
        lost(layout, (one, other)), {a: "refused", b: "refused"}, codes=frozenset({"outcome_refused"})
    )
    return Trouble(swap({a: to(b), b: to(a)}), expected)


def redirect_inside(layout: Layout, chance: random.Random) -> Trouble:
    """Documents that moved on their own host."""
    chosen = victims(layout, chance)
    moved = {layout.path(doc): f"/moved{layout.path(doc)}" for doc in chosen}
    back = {new: old for old, new in moved.items()}

    def react(hit: Hit) -> Answer | None:
        if hit.path in moved:
            return to(moved[hit.path], 301)
        return hit.page(back[hit.path]) if hit.path in back else None

    return Trouble(react, Expected(outcomes=dict.fromkeys(moved, "redirect"), elsewhere=moved))


def robots_forbids(layout: Layout, chance: random.Random) -> Trouble:
    """Some documents are not for us."""
    chosen = victims(layout, chance)
    paths = [layout.path(doc) for doc in chosen]
    text = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths)
    expected = Expected(
        lost(layout, chosen),
        dict.fromkeys(paths, "robots"),
        unasked=frozenset(paths),
        codes=frozenset({"outcome_robots"}),
        ok=False,
    )
    return Trouble(swap({"/robots.txt": Answer(text.encode(), content_type="text/plain")}), expected)


def _without(personality: Personality, gone: Document) -> Personality:
    return replace(
        personality, documents=tuple(doc for doc in personality.documents if doc.file != gone.file)
    )


def _changes_after_list(
    layout: Layout, changed: Personality, number: int, codes: Iterable[str] = ()
) -> React:
    """From the answer to list page `number` on, lists are those of the changed site."""
    lists = set(layout.lists)
    seen: set[str] = set()

    def react(hit: Hit) -> Answer | None:
        if hit.path not in lists:
            return None
        after = layout.lists[number] in seen
        seen.add(hit.path)
        return hit.place.page(hit.path, changed) if after else None

    return react


def list_shrinks(layout: Layout, chance: random.Random) -> Trouble:
    """A notice on the first list page is taken down while the list is walked: all rows behind it move up, and one of
    them slips from a page that is yet to be read to one that was read already."""
    number = chance.randrange(len(layout.lists) - 1)
    gone = layout.on_page(number)[0]
    changed = _without(layout.made.personality, gone)
    react = _changes_after_list(layout, changed, number)
    # The document itself is still there: only its row is gone.
    return Trouble(react, Expected(codes=frozenset({"list_changed"})))


def list_reordered(layout: Layout, chance: random.Random) -> Trouble:
    """The list is sorted anew while it is walked."""
    number = chance.randrange(len(layout.lists) - 1)
    dates = sorted((doc.row_date or "" for doc in layout.listed), reverse=True)
    order = list(layout.listed)
    chance.shuffle(order)
    renamed = {doc.file: date for doc, date in zip(order, dates, strict=True)}
    del renamed, dates
    changed = replace(layout.made.personality, documents=tuple(order))
    return Trouble(_Reordered(layout, changed, number), Expected(codes=frozenset({"list_changed"})))
