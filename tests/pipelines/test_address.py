"""One page, one key."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.address import address_key, canonical, continuation_index, host_of, is_twin, reply_id

DETAIL = "https://cjw.ezhou.gov.cn/zfxxgk_4836/jytabl/202409/t20240902_612345.html"
KEY = "cjw.ezhou.gov.cn/zfxxgk_4836/jytabl/202409/t20240902_612345.html"


@pytest.mark.parametrize(
    "other",
    ["javascript:void(0)", "mailto:a@b.cn", "http://[::1", "http://h:99999/", "@ 1", "http://a b/", "", " "],
)
def test_what_is_no_web_address_is_left_alone(other: str) -> None:
    assert canonical(other) == address_key(other) == other.strip()
    assert not is_twin(other)
    assert host_of(other) is None
    assert continuation_index(other, DETAIL) is None


@pytest.mark.parametrize(
    "same",
    [
        DETAIL,
        DETAIL.replace("https", "http"),
        DETAIL.replace("https", "HTTP").replace("cjw.ezhou", "CJW.Ezhou"),
        DETAIL.replace(".cn/", ".cn:443/"),
        DETAIL.replace("https", "http").replace(".cn/", ".cn:80/"),
        DETAIL.replace(".cn/", ".cn./"),
        DETAIL.replace("/jytabl/", "/jytabl/./x/../"),
        DETAIL + "#top",
        f"  {DETAIL}\n",
        DETAIL.removeprefix("https:"),
        KEY,
    ],
)
def test_spellings_of_one_address(same: str) -> None:
    assert address_key(same) == canonical(same) == KEY


@pytest.mark.parametrize(
    "other",
    [
        DETAIL + "?page=2",
        DETAIL.replace(".cn/", ".cn:8080/"),
        DETAIL.replace("cjw", "swj"),
        DETAIL.replace("t2024", "T2024"),
        DETAIL.replace("html", "shtml"),
    ],
)
def test_other_pages_stay_apart(other: str) -> None:
    assert canonical(other) != KEY


def test_query_order_and_case_are_kept() -> None:
    assert address_key("http://h.cn/a.jsp?b=2&A=1") == "h.cn/a.jsp?b=2&A=1"


def test_raw_and_encoded_characters_are_one() -> None:
    assert canonical("http://h.cn/附件.html") == canonical("http://h.cn/%e9%99%84%E4%BB%B6.html")


@pytest.mark.parametrize("ending", ["html", "shtml", "htm", "HTML"])
def test_a_twin_is_its_original(ending: str) -> None:
    twin = f"http://h.gov.cn/a/t20240902_1_slh.{ending}"
    assert is_twin(twin)
    assert canonical(twin) == f"h.gov.cn/a/t20240902_1.{ending}"
    assert address_key(twin).endswith(f"t20240902_1_slh.{ending}")
    assert reply_id(twin) == reply_id(f"https://h.gov.cn/a/t20240902_1.{ending}")


@pytest.mark.parametrize(
    "url",
    [
        "http://h.cn/a_slh/t1.html",
        "http://h.cn/a/t1_slh.pdf",
        "http://h.cn/_slh.html",
        "http://h.cn/?a_slh.html",
    ],
)
def test_what_looks_like_a_twin_is_none(url: str) -> None:
    assert not is_twin(url)
    assert canonical(url) == address_key(url)


def test_identifiers_are_short_stable_and_differ() -> None:
    assert re.fullmatch(r"r[a-z2-7]{11}", reply_id(DETAIL))
    assert reply_id(DETAIL) == reply_id(KEY) == "r345immbp2sa"
    assert len({reply_id(f"http://h.cn/t20240902_{n}.html") for n in range(2000)}) == 2000


@pytest.mark.parametrize(
    "url",
    [
        DETAIL,
        DETAIL.replace("345.html", "345_0.html"),
        DETAIL.replace("345.html", "345_01.html"),
        DETAIL.replace("345.html", "345_1.shtml"),
        DETAIL.replace("345.html", "346_1.html"),
        DETAIL.replace("345.html", "345_1234.html"),
        DETAIL.replace("345.html", "345_1.html?x"),
        DETAIL.replace("cjw", "swj").replace("345.html", "345_1.html"),
    ],
)
def test_no_continuation(url: str) -> None:
    assert continuation_index(url, DETAIL) is None


def test_continuations() -> None:
    assert continuation_index(DETAIL.replace(".html", "_1.html"), DETAIL) == 1
    assert continuation_index(KEY.replace(".html", "_12.html"), DETAIL) == 12
    # A docid is no page number: `t_5783074` is not page 5783075 of `t`.
    assert continuation_index("http://h.cn/t_5783074.shtml", "http://h.cn/t.shtml") is None


def test_ports_and_loopback() -> None:
    assert host_of("http://127.0.0.1:8000/a") == "127.0.0.1:8000"
    assert host_of("http://[::1]:8000/a") == "[::1]:8000"
    assert host_of("https://user:word@Kjt.hubei.gov.cn/a") == "kjt.hubei.gov.cn"


@given(
    st.text(max_size=60)
    | st.from_regex(r"https?://[a-z.:0-9\[\]]{0,12}(/[a-z_.%~0-9?#]{0,30}){0,3}", fullmatch=True)
)
def test_total_and_idempotent(url: str) -> None:
    key = canonical(url)
    assert canonical(key) == key
    assert address_key(address_key(url)) == address_key(url)
    assert len(reply_id(url)) == 12


@given(
    st.from_regex(
        r"https?://[a-z.0-9-]{0,9}(/[A-Za-z0-9_.~-]{0,6}|/t1_(slh|SLH)(_2)?\.s?html){0,4}", fullmatch=True
    )
)
def test_a_plain_address_is_read_as_one_that_is_written_in_another_way(url: str) -> None:
    other = f" {url}#"
    assert address_key(url) == (address_key(other) if host_of(other) else url)
    assert is_twin(url) == (canonical(other) != address_key(other))
    assert host_of(url) == host_of(other)
