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

from scraper.demo.personality import Document
from scraper.demo.render import Renderer
from tests.gov.pages import CHALLENGE, html
from tests.gov.personalities import Habits, Layout
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


def unreadable(answer: Callable[[Hit], Answer | None], code: str) -> Fault:
    """Some documents arrive and say nothing that can be read."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        chosen = victims(layout, chance)
        paths = [layout.path(doc) for doc in chosen]
        return Trouble(
            swap(dict.fromkeys(paths, answer)),
            Expected(lost(layout, chosen), codes=frozenset({code}), ok=False),
        )

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
        # Where a page names only the next and the last one, those in between are lost with it.
        unread = range(broken, len(layout.lists) - 1) if chained else [broken]
        missing = [doc for at in unread for doc in layout.on_page(at)]
        expected = Expected(
            lost(layout, missing),
            {layout.lists[broken]: outcome},
            unasked=frozenset(
                (*(layout.lists[broken + 1 : -1] if chained else ()), *map(layout.path, missing))
            ),
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


def with_apology_below(hit: Hit) -> Answer:
    """A "does not exist" notice at the foot of a good page, outside of its text."""

    def change(text: str) -> str:
        head, close, tail = text.rpartition("</body>")
        return f"{head}<div><p>{APOLOGY}</p></div>{close}{tail}"

    return _coded(hit, change)


def soft_404_appended(layout: Layout, chance: random.Random) -> Trouble:
    """The notice stands at the end of the text itself."""
    chosen = {doc.file: replace(doc, body=f"{doc.body}\n{APOLOGY}") for doc in victims(layout, chance)}
    personality = layout.made.personality
    changed = replace(
        personality, documents=tuple(chosen.get(doc.file, doc) for doc in personality.documents)
    )
    later = layout.made.renderer(changed)
    paths = [layout.path(doc) for doc in chosen.values()]
    return Trouble(
        swap(dict.fromkeys(paths, lambda hit: hit.place.page(hit.path, later))),
        Expected(codes=frozenset({"soft_404_appended"})),
    )


def mojibake(hit: Hit) -> Answer:
    """UTF-8 read as Latin-1 and written as UTF-8 again: nothing is lost."""
    good = hit.page()
    text = good.body.decode(hit.place.made.kind.encoding)
    text = text.replace(f'charset="{hit.place.made.kind.encoding}"', 'charset="utf-8"')
    twice = text.encode().decode("latin-1")
    return replace(good, body=twice.encode(), content_type="text/html; charset=utf-8")


def mojibake_gbk(hit: Hit) -> Answer:
    """UTF-8 read as GB 18030 and written as UTF-8 again: bytes that fit nothing are lost."""
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


def _changes_after_list(layout: Layout, later: Renderer, number: int) -> React:
    """Once list page `number` was answered, lists are those of the changed site."""
    lists = set(layout.lists)
    seen: set[str] = set()

    def react(hit: Hit) -> Answer | None:
        if hit.path not in lists:
            return None
        after = layout.lists[number] in seen
        seen.add(hit.path)
        return hit.place.page(hit.path, later) if after else None

    return react


def list_shrinks(layout: Layout, chance: random.Random) -> Trouble:
    """A row is taken down while the list is walked: those behind it move up, and one slips from a page that is yet to be
    read to one that was read already. Its document is still there."""
    number = chance.randrange(len(layout.lists) - 1)
    gone = layout.on_page(number)[0].file
    personality = layout.made.personality
    changed = replace(personality, documents=tuple(doc for doc in personality.documents if doc.file != gone))
    react = _changes_after_list(layout, layout.made.renderer(changed), number)
    width = 2 if layout.made.kind.twins else 1
    pages = -(-(layout.rows_total - width) // layout.shape.rows)
    # The last page may vanish with the row: it is asked for, since the first page named it, and is not there.
    beyond = layout.lists[pages:]
    return Trouble(
        react,
        Expected(
            outcomes=dict.fromkeys(beyond, "gone"),
            codes=frozenset({"list_changed", *(["outcome_gone"] if beyond else [])}),
            ok=not beyond,
        ),
    )


def list_reordered(layout: Layout, chance: random.Random) -> Trouble:
    """The list is sorted anew while it is walked."""
    number = chance.randrange(len(layout.lists) - 1)
    order = [doc.file for doc in layout.listed]
    chance.shuffle(order)
    later = layout.made.renderer(habits=Habits(order=tuple(order)))
    before = {doc.file for at in range(number + 1) for doc in layout.on_page(at)}
    width, rows = (2 if layout.made.kind.twins else 1), layout.shape.rows
    after = set([file for file in order for _ in range(width)][rows * (number + 1) :])
    # Where a total is printed, it agrees; only a row that is seen twice gives the move away.
    seen = not layout.prints_total or bool(before & after)
    return Trouble(
        _changes_after_list(layout, later, number),
        Expected(codes=frozenset({"list_changed"} if seen else ())),
    )


def list_never_still(layout: Layout, chance: random.Random) -> Trouble:
    """The list is sorted anew at every reading: it cannot be relied on, whatever is found."""
    first, *others = layout.lists
    orders = []
    for _ in range(8):
        order = [doc.file for doc in layout.listed]
        chance.shuffle(order)
        orders.append(layout.made.renderer(habits=Habits(order=tuple(order))))
    looks = [0]

    def react(hit: Hit) -> Answer | None:
        if hit.path == first:
            looks[0] += 1
        elif hit.path not in others:
            return None
        elif hit.path == others[-1] and looks[0] == 1:
            # The last page of the first reading repeats the first: a sign that every reader can see.
            return hit.place.page(first, orders[0])
        return hit.place.page(hit.path, orders[looks[0] - 1])

    return Trouble(react, Expected(codes=frozenset({"list_unstable"}), ok=False))


def pinned_on_every_page(layout: Layout, chance: random.Random) -> Trouble:
    """One row stands on top of every page, besides its own place."""
    (pinned,) = victims(layout, chance, 1)
    personality = layout.made.personality
    changed = replace(
        personality,
        documents=tuple(replace(doc, pinned=doc.file == pinned.file) for doc in personality.documents),
    )
    later = layout.made.renderer(changed, Habits(pins_everywhere=True))
    lists = set(layout.lists)
    return Trouble(lambda hit: hit.place.page(hit.path, later) if hit.path in lists else None, Expected())


def _lies(layout: Layout, habits: Habits, expected: Expected) -> Trouble:
    later = layout.made.renderer(habits=habits)
    lists = set(layout.lists)
    return Trouble(lambda hit: hit.place.page(hit.path, later) if hit.path in lists else None, expected)


def total_too_large(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints more rows than it has; a list that prints none has no such trouble."""
    seen = layout.prints_total
    expected = Expected(codes=frozenset({"column_rows_missing"} if seen else ()), ok=not seen)
    return _lies(layout, Habits(more_rows=chance.randrange(1, 9)), expected)


def total_too_small(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints fewer rows than it has."""
    seen = layout.prints_total
    expected = Expected(codes=frozenset({"column_rows_extra"} if seen else ()), ok=not seen)
    return _lies(layout, Habits(more_rows=-chance.randrange(1, 6)), expected)


def more_pages_than_there_are(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints a page too many."""
    shape = layout.shape
    beyond = f"{shape.path}{shape.index}_{len(layout.lists)}.{shape.ext}"
    expected = Expected(
        outcomes={beyond: "gone"}, codes=frozenset({"outcome_gone", "column_pages_missing"}), ok=False
    )
    return _lies(layout, Habits(more_pages=1), expected)


def column_moves(layout: Layout, chance: random.Random) -> Trouble:
    """The column is not there any more; the home page links where it is now."""
    personality = layout.made.personality
    shape = personality.columns[0]
    moved = replace(personality, columns=(replace(shape, path="/zfxxgk_new/jytabl/"),))
    later = layout.made.renderer(moved)

    def react(hit: Hit) -> Answer:
        if hit.path == "/robots.txt":
            return hit.page()
        return hit.place.page(hit.path, later)

    expected = Expected(
        lost(layout, layout.listed),
        {layout.lists[0]: "gone"},
        unasked=frozenset((*layout.lists[1:], *map(layout.path, layout.listed))),
        codes=frozenset({"outcome_gone", "column_gone"}),
        ok=False,
    )
    return Trouble(react, expected)


def calendar_traps(layout: Layout, chance: random.Random) -> Trouble:
    """A labelled date that does not exist, and a list that prints a date of the next century."""
    one, other = victims(layout, chance)
    changed = {
        one.file: replace(one, prints={**one.prints, "发文日期": "2024年2月30日"}),
        other.file: replace(other, row_title=other.title, row_date="2105-01-05"),
    }
    personality = layout.made.personality
    later = layout.made.renderer(
        replace(personality, documents=tuple(changed.get(doc.file, doc) for doc in personality.documents)),
        Habits(order=tuple(doc.file for doc in layout.listed)),
    )
    expected = Expected(codes=frozenset({"date_absurd"}), says={layout.path(one): {"issued_on": None}})
    return Trouble(
        lambda hit: None if hit.path == "/robots.txt" else hit.place.page(hit.path, later), expected
    )


def template_changes(layout: Layout, chance: random.Random) -> Trouble:
    """From some document on the pages have another template, with the letter and without any label."""
    start = chance.randrange(len(layout.listed) - 3)
    later = layout.made.renderer(replace(layout.made.personality, template="bare"))
    rest = {layout.path(doc) for doc in layout.listed[start:]}
    mine = lost(layout, layout.listed[start:])
    says = dict.fromkeys(
        ("index_number", "category", "publisher", "issued_on", "validity", "document_number")
    )
    return Trouble(
        lambda hit: hit.place.page(hit.path, later) if hit.path in rest else None,
        Expected(codes=frozenset({"body_by_density"}), says=dict.fromkeys(mine, says)),
    )


def drawn_by_script(layout: Layout, chance: random.Random) -> Trouble:
    """Some pages hold nothing but a frame that a script fills."""
    chosen = victims(layout, chance)
    later = layout.made.renderer(replace(layout.made.personality, template="drawn"))
    paths = [layout.path(doc) for doc in chosen]
    expected = Expected(lost(layout, chosen), codes=frozenset({"template_unknown"}), ok=False)
    return Trouble(swap(dict.fromkeys(paths, lambda hit: hit.place.page(hit.path, later))), expected)


def sitemap_lies(layout: Layout, chance: random.Random) -> Trouble:
    """A sitemap that names what is not there, and other people's hosts."""
    urls = [f"http://{layout.made.host}{layout.shape.path}202401/t20240101_{n}.shtml" for n in range(5)]
    urls.append(f"http://{CLONE}/jytabl/202401/t20240101_1.shtml")
    text = "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"
    answer = Answer(text.encode(), content_type="application/xml")
    return Trouble(swap({"/sitemap.xml": answer}), Expected())


def slow_but_whole(hit: Hit) -> Answer:
    """A page that comes in pieces."""
    return replace(hit.page(), fault="slow")


UNREACHABLE = ("outcome_unreachable",)
FAULTS: Mapping[str, Fault] = {
    # walls
    "challenge_412": from_some_document_on(WALL, "blocked", patience=MAX_BLOCKED, codes=("outcome_blocked", "site_stopped")),
    "challenge_202": from_some_document_on(WALL_202, "blocked", patience=MAX_BLOCKED, codes=("outcome_blocked", "site_stopped")),
    "challenge_once": each(WALL, "blocked", codes=("outcome_blocked",), ok=False, count=1),
    "challenge_list": first_list(WALL, "blocked", ("outcome_blocked",)),
    "challenge_later_list": later_list(WALL_202, "blocked", ("outcome_blocked",)),
    "challenge_on_a_good_page": harmless(with_bootstrap),
    "maintenance": each(MAINTENANCE, "maintenance", codes=("outcome_maintenance",), ok=False),
    "maintenance_for_good": from_some_document_on(MAINTENANCE, "maintenance", patience=MAX_BLOCKED, codes=("outcome_maintenance", "site_stopped")),
    "maintenance_list": first_list(MAINTENANCE, "maintenance", ("outcome_maintenance",)),
    # what is not there
    "soft_404": each(SOFT_404, "soft_404", codes=("outcome_soft_404",), ok=True),
    "soft_404_mojibake": each(TWICE, "soft_404", codes=("outcome_soft_404",), ok=True),
    "soft_404_appended": soft_404_appended,
    "soft_404_below": harmless(with_apology_below),
    "soft_404_list": later_list(SOFT_404, "soft_404", ("outcome_soft_404",)),
    "gone": each(GONE, "gone", codes=("outcome_gone",), ok=True),
    "server_error": each(SERVER_ERROR, "error", codes=("outcome_error",), ok=False),
    "server_error_once": harmless(at_first(SERVER_ERROR, 1)),
    "forbidden": each(FORBIDDEN, "error", codes=("outcome_error",), ok=False),
    "busy": harmless(at_first(BUSY, 2)),
    "busy_for_good": from_some_document_on(BUSY, "error", patience=MAX_DEAD // TRIES, codes=("outcome_error", "site_stopped")),
    "empty": each(page(""), "empty", codes=("outcome_empty",), ok=False),
    # letters
    "mojibake": harmless(mojibake, ("encoding_twice",)),
    "mojibake_gbk": unreadable(mojibake_gbk, "encoding_twice"),
    "wrong_charset": harmless(wrong_charset, ("encoding_mismatch",)),
    # the wire
    "reset": each(Answer(fault="reset"), "unreachable", codes=UNREACHABLE, ok=False),
    "reset_once": harmless(at_first(Answer(fault="reset"), 1)),
    "reset_for_good": from_some_document_on(Answer(fault="reset"), "unreachable", patience=MAX_DEAD // TRIES, codes=(*UNREACHABLE, "site_stopped")),
    "stall": each(Answer(fault="stall"), "unreachable", codes=UNREACHABLE, ok=False, count=1),
    "drip": each(Answer(fault="drip"), "unreachable", codes=UNREACHABLE, ok=False, count=1),
    "slow": harmless(slow_but_whole),
    "truncated": each(cut("cut"), "truncated", codes=("outcome_truncated",), ok=False),
    "truncated_chunks": each(cut("cut_chunked"), "truncated", codes=("outcome_truncated",), ok=False),
    "truncated_once": harmless(lambda hit: replace(hit.page(), fault="cut") if hit.again == 0 else None),
    "truncated_list": later_list(Answer(b"<html>" + b" " * 4000, fault="cut"), "truncated", ("outcome_truncated",)),
    "picture": each(PICTURE, "refused", codes=("outcome_refused",), ok=True),
    "bomb": each(BOMB, "refused", codes=("outcome_refused",), ok=True, count=1),
    "flood": each(Answer(fault="flood"), "refused", codes=("outcome_refused",), ok=True, count=1),
    "endless_header": each(Answer(fault="endless_header"), "unreachable", codes=UNREACHABLE, ok=False, count=1),
    # ways
    "redirect_to_clone": redirect_to_clone,
    "redirect_loop": redirect_loop,
    "redirect_inside": redirect_inside,
    "list_to_clone": first_list(to(f"http://{CLONE}/jytabl/"), "refused", ("outcome_refused",)),
    # robots.txt
    "robots_404": robots(GONE),
    "robots_403": robots(FORBIDDEN),
    "robots_html": robots(page(html("<p>某局门户网站首页</p>")), ("robots_is_html",)),
    "robots_503": keeps_out(BUSY),
    "robots_challenge": keeps_out(WALL),
    "robots_reset": keeps_out(Answer(fault="reset")),
    "robots_forbids": robots_forbids,
    # lists
    "list_shrinks": list_shrinks,
    "list_reordered": list_reordered,
    "list_never_still": list_never_still,
    "pinned_on_every_page": pinned_on_every_page,
    "total_too_large": total_too_large,
    "total_too_small": total_too_small,
    "more_pages_than_there_are": more_pages_than_there_are,
    "column_moves": column_moves,
    "sitemap_lies": sitemap_lies,
    # pages
    "calendar_traps": calendar_traps,
    "template_changes": template_changes,
    "drawn_by_script": drawn_by_script,
}  # fmt: skip
"""By name: every trouble of the field notes, and those that come with them."""
