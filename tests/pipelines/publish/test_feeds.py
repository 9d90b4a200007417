"""The feeds are Atom, say what the corpus says and nothing that it must not, and are the same bytes for the same rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from pipelines.archive import Archive
from pipelines.process import process
from pipelines.publish.build import publish
from pipelines.publish.feeds import FOLDER, write
from pipelines.publish.feeds.atom import NAMESPACE, Entry, Feed, render, tag
from pipelines.publish.feeds.content import Place, trouble
from tests.pipelines.load.make import COLUMN, item, listing
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser
from tests.pipelines.publish.test_snapshots import take_down
from tests.pipelines.resolve.chain import crawl
from tests.pipelines.test_persons import leaks, page

ATOM = f"{{{NAMESPACE}}}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def problems(document: bytes) -> list[str]:
    """What is wrong with an Atom document: the schema of RFC 4287, and its rules in words."""
    root = etree.fromstring(document)
    found = [] if SCHEMA.validate(root) else [str(error) for error in SCHEMA.error_log]
    entries = root.findall(f"{ATOM}entry")
    if root.find(f"{ATOM}author") is None and any(one.find(f"{ATOM}author") is None for one in entries):
        found.append("4.1.1: a feed without author holds an entry without author")
    for entry in entries:
        relations = [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")]
        if "alternate" not in relations and entry.find(f"{ATOM}content") is None:
            found.append("4.1.2: an entry without content has no alternate link")
        if relations.count("alternate") > 1:
            found.append("4.1.2: two alternate links of one type")
    ids = [node.text for node in root.iter(f"{ATOM}id")]
    if len(ids) != len(set(ids)):
        found.append(f"4.2.6: an id stands twice: {sorted(one for one in ids if ids.count(one) > 1)}")
    found += [f"4.2.6: no IRI: {one}" for one in ids if not urlsplit(one).scheme]
    for name in ("updated", "published"):
        times = [node.text or "" for node in root.iter(f"{ATOM}{name}")]
        found += [f"3.3: no RFC 3339 time: {time!r}" for time in times if not RFC3339.fullmatch(time)]
    for link in root.iter(f"{ATOM}link"):
        if urlsplit(link.get("href", "")).scheme not in ("http", "https"):
            found.append(f"a link that no reader should follow: {link.get('href')}")
    return found


def titles(document: bytes) -> list[str]:
    return [
        node.findtext(f"{ATOM}title") or "" for node in etree.fromstring(document).findall(f"{ATOM}entry")
    ]


# --- the measure can fail -----------------------------------------------------------------------------------------

GOOD = Feed("tag:a,2026:f", "订阅", "", "2026-01-01T00:00:00Z", [])


def entry(**values: object) -> Entry:
    made = {
        "id": "tag:a,2026:e",
        "title": "一",
        "updated": "2026-01-01T00:00:00Z",
        "link": "http://a.invalid/",
        "via": None,
        "summary": "",
    }
    return Entry(**{**made, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry(updated="昨天")], "RFC 3339"),
        ([entry(updated="2026-01-01T00:00:00")], "RFC 3339"),
        ([entry(), entry()], "stands twice"),
        ([entry(id="none")], "no IRI"),
        ([entry(link="javascript:alert(1)")], "no reader should follow"),
    ],
)
def test_a_bad_feed_is_noticed(entries: list[Entry], said: str) -> None:
    assert problems(render(GOOD)) == []
    document = render(Feed(GOOD.id, GOOD.title, "", GOOD.updated, entries))
    assert any(said in line for line in problems(document)), problems(document)


@pytest.mark.parametrize("element", ["id", "title", "updated"])
def test_a_feed_that_lacks_an_element_is_noticed(element: str) -> None:
    root = etree.fromstring(render(Feed(GOOD.id, GOOD.title, "", GOOD.updated, [entry()])))
    node = root.find(f"{ATOM}entry")
    assert node is not None
    doomed = node.find(f"{ATOM}{element}")
    assert doomed is not None
    node.remove(doomed)
    assert problems(etree.tostring(root)) != []


# --- the feeds ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a hostile reply, a reply that is gone, revisions, a site in trouble and control characters."""
    path = synthetic.build(tmp_path_factory.mktemp("feeds") / "corpus.db")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(
            "update sites set health = 'failed', reasons = ? where key = 'swj'", ("栏目没有读到\x01",)
        )
        conn.execute("update issues set severity = 'error' where id <= 20")
        conn.execute("update issues set url = (select min(url) from pages) where id <= 3")
        conn.execute(
            "insert into revisions(reply_id, number, fetched_at, changed, digest) values"
            " ('r00000000001', 2, '2026-11-21T02:00:00+08:00', '{\"validity\": {\"old\": 1}, \"body_text\": {}}', 'x')"
        )
        conn.execute("update replies set title = null where id = 'r00000000002'")
        conn.execute("update replies set title = ? where id = 'r00000000004'", ("a\x0bb\ufffe",))
        conn.commit()
    return path


def files(corpus: Path, folder: Path, address: str | None = None) -> dict[str, bytes]:
    names = write(corpus, folder, address)
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.parametrize("address", [None, "https://replies.example.org/"])
def test_every_file_is_atom(corpus: Path, tmp_path: Path, address: str | None) -> None:
    made = files(corpus, tmp_path, address)
    atoms = {name: document for name, document in made.items() if name.endswith(".atom")}
    assert {"replies.atom", "changes.atom", "trouble.atom", "agency/420000-kjt.atom"} <= set(atoms)
    for name, document in atoms.items():
        assert problems(document) == [], name
        assert titles(document), name
    opml = etree.fromstring(made["feeds.opml"])
    listed = {node.get("xmlUrl") for node in opml.iter("outline")}
    assert {one.removeprefix("https://replies.example.org/feeds/") for one in listed if one} == set(atoms)


def test_the_same_rows_give_the_same_bytes_and_touch_no_file(corpus: Path, tmp_path: Path) -> None:
    first = files(corpus, tmp_path)
    stamps = {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()}
    assert files(corpus, tmp_path) == first
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()} == stamps


def test_the_feed_of_an_agency_that_went_is_taken_away(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "agency").mkdir()
    (tmp_path / "agency" / "gone.atom").write_bytes(b"x")
    files(corpus, tmp_path)
    assert not (tmp_path / "agency" / "gone.atom").exists()


def test_where_an_entry_leads(corpus: Path, tmp_path: Path) -> None:
    def links(document: bytes) -> set[tuple[str | None, str]]:
        root = etree.fromstring(document)
        nodes = [one for one in root.iter(f"{ATOM}entry") if one.findtext(f"{ATOM}id", "").endswith("1")]
        return {
            (one.get("rel"), urlsplit(one.get("href", "")).netloc) for one in nodes[0].iter(f"{ATOM}link")
        }

    assert links(files(corpus, tmp_path)["agency/420100-swj.atom"]) == {("alternate", "swj.demo.invalid")}
    served = files(corpus, tmp_path, "https://replies.example.org")["agency/420100-swj.atom"]
    assert links(served) == {("alternate", "replies.example.org"), ("via", "swj.demo.invalid")}


def test_changes_tell_which_fields_and_what_is_gone(corpus: Path, tmp_path: Path) -> None:
    document = files(corpus, tmp_path)["changes.atom"]
    text = document.decode()
    assert [title[:5] for title in titles(document)] == ["第 2 稿", "已从网站撤", "换了地址：", "第 2 稿"]
    assert "有效性、正文" in text
    assert "2026-11-01T02:00:00+08:00" in text


def test_trouble_names_the_site_once_as_long_as_it_is_the_same(corpus: Path) -> None:
    def entries(sql: str = "select 1") -> dict[str, str]:
        with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as conn:
            memory = sqlite3.connect(":memory:")
            conn.backup(memory)
        memory.execute(sql)
        root = etree.fromstring(render(trouble(memory, Place())))
        memory.close()
        nodes = root.findall(f"{ATOM}entry")
        return {one.findtext(f"{ATOM}id", ""): one.findtext(f"{ATOM}title", "") for one in nodes}

    before = entries()
    site = [key for key, title in before.items() if title == "武汉市水务局：没有读到"]
    assert len(site) == 1
    later = entries("update sites set crawled_at = '2026-11-21T03:00:00+08:00'")
    assert later == before
    assert site[0] not in entries("update sites set reasons = '被拦截' where key = 'swj'")
    assert "武汉市水务局：没有读到" not in entries("update sites set health = 'ok'").values()


def test_a_corpus_without_rows_has_feeds(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "corpus.db", replies=0)
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(
            "pragma foreign_keys = off; delete from replies; delete from crawls; delete from issues"
        )
    made = files(path, tmp_path / FOLDER)
    assert problems(made["replies.atom"]) == []
    assert b"1970-01-01T00:00:00Z" in made["replies.atom"]


# --- what must not stand in them ----------------------------------------------------------------------------------


def test_contact_data_and_withheld_replies_stand_in_no_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that prints a telephone number wherever a page can, seen twice, so that there is a revision of it."""
    down = "要撤下的一段话。" * 5
    crawl(
        tmp_path,
        [listing(range(1, 4)), process(page(day=1)), item(2, body_text=down), item(3)],
        others=[(COLUMN, "list", "blocked")],
    )
    crawl(
        tmp_path,
        [process(page(day=2)), item(2, day=4, body_text=down, validity="失效"), item(3)],
        arguments="2",
    )

    def everything() -> str:
        with Archive(tmp_path / "archive.db", readonly=True) as archive:
            publish(tmp_path, archive)
        return "".join(path.read_text("utf-8") for path in (tmp_path / FOLDER).rglob("*") if path.is_file())

    text = everything()
    assert "要撤下的一段话" in text
    assert "***********" in text
    assert "第 2 稿：关于市政协九届四次会议第031号提案" in text
    assert leaks(text) == []
    take_down(monkeypatch, range(2, 3))
    text = everything()
    assert "要撤下的一段话" not in text
    assert "第20240002号" not in text
    assert "第20240003号" in text


# --- inside Datasette ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    made = Browser.of(corpus)
    yield made
    made.close()


@pytest.mark.parametrize(
    "path",
    ["replies", "changes", "trouble", "agency/420000-kjt", "search.atom?q=电梯%20提案", "search.atom?q=OR"],
)
def test_every_feed_is_served(browser: Browser, path: str) -> None:
    answer = browser.get(f"/feeds/{path if '?' in path else path + '.atom'}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert problems(answer.content) == []
    assert etree.fromstring(answer.content).find(f"{ATOM}link[@rel='self']") is not None


def test_a_search_feed_holds_what_search_finds(browser: Browser) -> None:
    found = titles(browser.get("/feeds/search.atom?q=农村饮水安全").content)
    found = [title for title in found if "\ufffd" not in title]  # the one with control characters
    rows = browser.json("/corpus/replies.json?_search=农村饮水安全&_shape=array&_size=max")
    assert sorted(found) == sorted(
        row["title"] or "（没有标题）" for row in rows if row["id"] != "r00000000004"
    )
    assert found
    assert titles(browser.get("/feeds/search.atom?q=鬱鬯").content) == []


def test_links_in_a_served_feed_lead_to_pages(browser: Browser) -> None:
    for name in ("replies", "changes", "trouble"):
        root = etree.fromstring(browser.get(f"/feeds/{name}.atom").content)
        for link in list(root.iter(f"{ATOM}link"))[:12]:
            address = urlsplit(link.get("href", ""))
            if address.netloc == "localhost":
                page = browser.get(address._replace(scheme="", netloc="").geturl())
                assert page.status_code == 200, (name, link.get("href"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/agency/nobody.atom", 404),
        ("/feeds/other.atom", 404),
        ("/feeds/search.atom", 400),
        ("/feeds/search.atom?q=%20", 400),
        ("/feeds/search.atom?q=" + "水" * 201, 400),
    ],
)
def test_what_is_no_feed_is_said(browser: Browser, path: str, status: int) -> None:
    assert browser.get(path).status_code == status


def test_the_page_of_feeds_is_found_from_every_page(browser: Browser) -> None:
    home = browser.page("/")
    assert home.css_first('footer a[href="/feeds"]') is not None
    assert home.css_first('link[type="application/atom+xml"][href="/feeds/replies.atom"]') is not None
    page = browser.page("/feeds")
    assert "科学技术厅" in page.body.text()  # type: ignore[union-attr]
    for link in page.css('main a[href^="/feeds/"]'):
        assert browser.get(link.attributes["href"] or "").status_code == 200
    assert "content-security-policy" in browser.get("/feeds").headers


def test_an_instance_without_a_corpus_has_no_feeds(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table something (x)")
    browser = Browser.of(tmp_path / "other.db")
    try:
        assert browser.get("/feeds/replies.atom").status_code == 404
        assert browser.get("/feeds").status_code == 404
    finally:
        browser.close()


def test_ids_are_made_of_content() -> None:
    assert tag("reply", "r5k2m7q3abcd") == "tag:hubei-replies.invalid,2026:reply/r5k2m7q3abcd"
