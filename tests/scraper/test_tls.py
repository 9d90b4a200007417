"""Sites on https: read where the certificate proves who answers, and told where it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.models import Column, Site
from tests.gov.certificates import certificate
from tests.gov.crawling import crawl
from tests.gov.pages import document, html, title_of
from tests.gov.server import Government, page, serving

DOCUMENT = "/jytabl/202409/t20240902_55001.shtml"


def _site(root: str) -> Site:
    return Site(
        "secure",
        "某局",
        None,
        None,
        (urlsplit(root).netloc,),
        "trs",
        (Column(f"{root}/jytabl/", "mixed"),),
        0.0,
    )


def _answer(government: Government, root: str) -> None:
    """A list whose link says http, as lists of sites on https do, and its document."""
    plain = root.replace("https:", "http:")
    rows = f'<ul><li><a href="{plain}{DOCUMENT}">{title_of(1)}</a><span>2024-09-02</span></li></ul>'
    government.answers[f"{root}/jytabl/"] = [page(html(rows))]
    government.answers[f"{root}{DOCUMENT}"] = [document(title_of(1))]


def _outcomes(data: Path) -> Mapping[str, tuple[str, str | None]]:
    with closing(sqlite3.connect(data / "archive.db")) as conn:
        return {
            urlsplit(url).path: (outcome, error)
            for url, outcome, error in conn.execute("select url, outcome, error from fetches order by id")
        }


@pytest.mark.parametrize(
    ("host", "valid", "trusted", "said"),
    [
        ("127.0.0.1", (-1, 1), False, "验证不了"),  # signed by nobody that this machine knows
        ("127.0.0.1", (-30, -1), True, "验证不了"),  # expired
        ("www.other.invalid", (-1, 1), True, "别的主机"),
    ],
)
def test_a_certificate_that_does_not_verify_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    valid: tuple[int, int],
    trusted: bool,
    said: str,
) -> None:
    context = certificate(tmp_path / "site.pem", host, valid)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
    government = Government({})
    with serving(government, context) as root:
        _answer(government, root)
        result = crawl({"secure": _site(root)}, tmp_path / "data", "")
    assert result["outcome"] == "partial"
    assert government.log == [], "nothing is asked of a stranger"
    outcome, error = _outcomes(tmp_path / "data")["/robots.txt"]
    assert outcome == "unreachable"
    assert said in str(error)


def test_a_site_whose_certificate_verifies_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certificate(tmp_path / "site.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
    government = Government({})
    with serving(government, context) as root:
        _answer(government, root)
        result = crawl({"secure": _site(root)}, tmp_path / "data", "")
    assert result["outcome"] == "ok"
    assert _outcomes(tmp_path / "data")[DOCUMENT] == ("ok", None)
    assert government.count(f"{root}{DOCUMENT}") == 1
