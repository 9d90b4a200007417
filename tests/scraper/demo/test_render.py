"""Every page of the demonstration government: whole, deterministic, and saying what the answer key says."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from pipelines.address import is_twin
from scraper.demo import paging
from scraper.demo.answers import Answer, answers
from scraper.demo.personality import ColumnShape, Paging, Personality, load_personalities
from scraper.demo.render import Resource, Resources, render

A_PAGE = "/xxgk/xxgkml/qtzdgknr/jytabl/202511/t20251106_9672210.html"


@pytest.fixture(scope="module")
def sites() -> tuple[Personality, ...]:
    return load_personalities()


@pytest.fixture(scope="module")
def resources(sites: tuple[Personality, ...]) -> Resources:
    return render(sites)


def at(resources: Resources, url: str) -> Resource:
    host, _, path = url.removeprefix("http://").partition("/")
    return resources[host, "/" + path]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_same_seed_gives_the_same_bytes_and_another_moves_only_counters(
    sites: tuple[Personality, ...], resources: Resources
) -> None:
    assert render(sites, seed=0) == resources
    other = render(sites, seed=1)
    assert other.keys() == resources.keys()
    key = ("swj.demo-city.invalid", A_PAGE)
    assert other[key].body != resources[key].body
    still = re.compile(rb"\d+")
    assert still.sub(b"", other[key].body) == still.sub(b"", resources[key].body)


def test_pages_carry_the_whole_text_in_the_encoding_that_is_meant(
    sites: tuple[Personality, ...], resources: Resources
) -> None:
    by_key = {site.key: site for site in sites}
    for answer in answers(sites):
        if answer.answer != "page":
            continue
        site = by_key[answer.site]
        document = next(doc for doc in site.documents if answer.url.endswith(doc.file))
        encoding = document.encoding or site.encoding
        stem, _, ext = answer.url.rpartition(".")
        urls = [answer.url, *(f"{stem}_{index}.{ext}" for index in range(1, answer.pages))]
        shown = "".join(
            squeezed(BeautifulSoup(at(resources, url).body.decode(encoding), "lxml").get_text())
            for url in urls
        )
        # A page that only points to a file shows that; the file is looked into by the whole demonstration.
        text = answer.body_text if answer.text_from is None else document.page_body
        for line in text.splitlines():
            if "*" not in line:
                assert squeezed(line) in shown, answer.url


def test_what_stands_in_the_way_answers_as_it_should(
    sites: tuple[Personality, ...], resources: Resources
) -> None:
    found: dict[str, tuple[int, int]] = {}
    for answer in answers(sites):
        if answer.answer not in ("page", "foreign"):
            resource = at(resources, answer.url)
            found[answer.answer] = (resource.status, min(len(resource.body), 1))
    assert found == {
        "gone": (404, 1),
        "challenge": (412, 1),
        "soft_404": (200, 1),
        "empty": (200, 0),
        "redirect": (301, 0),
        "leaves": (301, 0),
    }


def test_every_page_says_that_it_is_a_demonstration_outside_its_text(
    sites: tuple[Personality, ...], resources: Resources
) -> None:
    for answer in answers(sites):
        if answer.answer == "page":
            page = BeautifulSoup(at(resources, answer.url).body.decode("utf-8", "replace"), "lxml")
            if "演示" not in page.get_text():
                page = BeautifulSoup(at(resources, answer.url).body.decode("gb18030"), "lxml")
            notice = page.select_one(".demo-notice")
            assert notice is not None
            assert "仅供软件演示" in notice.get_text()
            assert "演示" not in answer.body_text


def test_lists_name_each_document_once_but_for_pinned_rows_and_twins(
    sites: tuple[Personality, ...], resources: Resources
) -> None:
    for site in sites:
        for index, column in enumerate(site.columns):
            rows = []
            for number in range(20):
                key = (site.host, column.path + paging.page_file(column.index, number, column.ext))
                if key not in resources:
                    break
                page = BeautifulSoup(resources[key].body.decode(site.encoding), "lxml")
                rows += [str(link["href"]) for link in page.select("li a[href]") if "/t" in str(link["href"])]
            listed = [doc for doc in site.documents if doc.column == index and not doc.unlisted]
            extra = sum(doc.pinned for doc in listed) + sum(doc.twin for doc in listed)
            assert len(rows) == len(listed) + extra
            assert sum(is_twin("http://h" + row[1:]) for row in rows if row.startswith(".")) == sum(
                doc.twin or doc.twin_only for doc in listed
            )


def test_attachments_are_there_and_are_pdf(sites: tuple[Personality, ...], resources: Resources) -> None:
    files = [url for answer in answers(sites) for _, url in answer.attachments]
    assert len(files) >= 5
    for url in files:
        body = at(resources, url).body
        assert body.startswith(b"%PDF-1.4")
        start = int(body.split(b"startxref\n")[1].split()[0])
        assert body[start:].startswith(b"xref")
        for line in re.findall(rb"(\d{10}) 00000 n", body):
            assert re.match(rb"\d+ 0 obj", body[int(line) :])


def test_the_reply_after_which_the_project_began(sites: tuple[Personality, ...]) -> None:
    (answer,) = (a for a in answers(sites) if a.url.endswith("t20240902_9037154.shtml"))
    assert isinstance(answer, Answer)
    values = answer.values
    assert values["document_number"] is None
    assert len(values["co_handlers"]) == 4
    assert (values["signed_on"], values["published_at"][:10]) == ("2024-07-23", "2024-09-02")
    assert values["salutation"] is None
    assert answer.attachments == ()


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("createPageHTML", 'createPageHTML(3, 1, "index", "shtml");'),
        ("pageControl", 'pageControl(3,1,"index","shtml")'),
        ("pageHtml", "currIndex:1,pageTotal:3,total:25,pageFileName:'index',pageFileExt:'shtml'"),
        ("next", '<a href="./index_2.shtml">下一页</a>'),
    ],
)
def test_pagination_is_printed_as_sites_print_it(form: Paging, wanted: str) -> None:
    column = ColumnShape("/jytabl/", "办理", form)
    assert wanted in paging.script(column, 3, 1, 25)
