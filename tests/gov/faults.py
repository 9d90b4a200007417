"""Every fault of the test government by name: each trouble of the field notes, and those that come with them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from tests.gov.moving import (
    list_never_still,
    list_reordered,
    list_shrinks,
    more_pages_than_there_are,
    pinned_on_every_page,
    total_too_large,
    total_too_small,
)
from tests.gov.pages import html
from tests.gov.personalities import Layout
from tests.gov.pieces import (
    APOLOGY,
    BOMB,
    BUSY,
    FORBIDDEN,
    GONE,
    MAINTENANCE,
    PICTURE,
    SERVER_ERROR,
    SOFT_404,
    TWICE,
    WALL,
    WALL_202,
    at_first,
    cut,
    mojibake,
    mojibake_gbk,
    to,
    with_apology_below,
    with_bootstrap,
    wrong_charset,
)
from tests.gov.render import Habits
from tests.gov.server import Answer, page
from tests.gov.town import Hit
from tests.gov.trouble import (
    CLONE,
    MAX_BLOCKED,
    MAX_DEAD,
    TRIES,
    Expected,
    Fault,
    Trouble,
    each,
    first_list,
    from_some_document_on,
    harmless,
    keeps_out,
    later_list,
    lost,
    robots,
    swap,
    unreadable,
    victims,
)


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


def column_moves(layout: Layout, chance: random.Random) -> Trouble:
    """The column is not there any more; the home page links where it is now, and the crawl is to find it there."""
    personality = layout.made.personality
    shape = personality.columns[0]
    place = "/zfxxgk_new/jytabl/"
    later = layout.made.renderer(replace(personality, columns=(replace(shape, path=place),)))
    # Where a list is a file of data, or lies at an address of its own kind, the new place is no page that shows it.
    seen = place in dict(later.resources())

    def react(hit: Hit) -> Answer:
        if hit.path == "/robots.txt":
            return hit.page()
        # A search has no place of its own in the site: it is not there any more either.
        return GONE if hit.path in layout.lists else hit.place.page(hit.path, later)

    expected = Expected(
        lost(layout, layout.listed),
        {layout.lists[0]: "gone"},
        unasked=frozenset((*layout.lists[1:], *map(layout.path, layout.listed))),
        codes=frozenset({"outcome_gone", "column_gone", f"column_successor{'' if seen else '_unknown'}"}),
        ok=False,
    )
    return Trouble(react, expected)


def column_gone(layout: Layout, chance: random.Random) -> Trouble:
    """The column is not there any more, by whatever name, and the home page still links it."""
    expected = first_list(GONE, "gone", ("outcome_gone",))(layout, chance).expected
    return Trouble(swap({layout.lists[0]: GONE, layout.shape.path: GONE}), expected)


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
BLOCKED = ("outcome_blocked",)
FAULTS: Mapping[str, Fault] = {
    # walls
    "challenge_412": from_some_document_on(
        WALL, "blocked", patience=MAX_BLOCKED, codes=(*BLOCKED, "site_stopped")
    ),
    "challenge_202": from_some_document_on(
        WALL_202, "blocked", patience=MAX_BLOCKED, codes=(*BLOCKED, "site_stopped")
    ),
    "challenge_once": each(WALL, "blocked", codes=("outcome_blocked",), ok=False, count=1),
    "challenge_list": first_list(WALL, "blocked", ("outcome_blocked",)),
    "challenge_later_list": later_list(WALL_202, "blocked", ("outcome_blocked",)),
    "challenge_on_a_good_page": harmless(with_bootstrap),
    "maintenance": each(MAINTENANCE, "maintenance", codes=("outcome_maintenance",), ok=False),
    "maintenance_for_good": from_some_document_on(
        MAINTENANCE, "maintenance", patience=MAX_BLOCKED, codes=("outcome_maintenance", "site_stopped")
    ),
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
    "busy_for_good": from_some_document_on(
        BUSY, "error", patience=MAX_DEAD // TRIES, codes=("outcome_error", "site_stopped")
    ),
    "empty": each(page(""), "empty", codes=("outcome_empty",), ok=False),
    # letters
    "mojibake": harmless(mojibake, ("encoding_twice",)),
    "mojibake_gbk": unreadable(mojibake_gbk, "encoding_twice"),
    "wrong_charset": harmless(wrong_charset, ("encoding_mismatch",)),
    # the wire
    "reset": each(Answer(fault="reset"), "unreachable", codes=UNREACHABLE, ok=False),
    "reset_once": harmless(at_first(Answer(fault="reset"), 1)),
    "reset_for_good": from_some_document_on(
        Answer(fault="reset"), "unreachable", patience=MAX_DEAD // TRIES, codes=(*UNREACHABLE, "site_stopped")
    ),
    "stall": each(Answer(fault="stall"), "unreachable", codes=UNREACHABLE, ok=False, count=1),
    "drip": each(Answer(fault="drip"), "unreachable", codes=UNREACHABLE, ok=False, count=1),
    "slow": harmless(slow_but_whole),
    "truncated": each(cut("cut"), "truncated", codes=("outcome_truncated",), ok=False),
    "truncated_chunks": each(cut("cut_chunked"), "truncated", codes=("outcome_truncated",), ok=False),
    "truncated_once": harmless(lambda hit: replace(hit.page(), fault="cut") if hit.again == 0 else None),
    "truncated_list": later_list(
        Answer(b"<html>" + b" " * 4000, fault="cut"), "truncated", ("outcome_truncated",)
    ),
    "picture": each(PICTURE, "refused", codes=("outcome_refused",), ok=True),
    "bomb": each(BOMB, "refused", codes=("outcome_refused",), ok=True, count=1),
    "flood": each(Answer(fault="flood"), "refused", codes=("outcome_refused",), ok=True, count=1),
    "endless_header": each(
        Answer(fault="endless_header"), "unreachable", codes=UNREACHABLE, ok=False, count=1
    ),
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
    "column_gone": column_gone,
    "sitemap_lies": sitemap_lies,
    # pages
    "calendar_traps": calendar_traps,
    "template_changes": template_changes,
    "drawn_by_script": drawn_by_script,
}
"""By name: every trouble of the field notes, and those that come with them."""
