"""The dump kept with a run, clusters and places."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declare import cluster, dump_sites, known_columns, load_sites, parse_dump
from pipelines.errors import ConfigurationError
from pipelines.places import Place, places


@pytest.mark.parametrize("text", ["", "[]", "[1]", '{"a": 1}', '{"a": {}}', '{"a": {"columns": []}}'])
def test_another_text_is_no_dump(text: str) -> None:
    with pytest.raises(ValueError):
        parse_dump(text)


def test_a_dump_comes_back_and_knows_no_order() -> None:
    sites = load_sites()
    assert parse_dump(dump_sites(sites)) == sites
    backwards = {key: sites[key] for key in reversed(sites)}
    assert dump_sites(backwards) == dump_sites(sites)
    assert dump_sites({"kjt": sites["kjt"]}) != dump_sites({"jrb": sites["jrb"]})


def test_columns_are_found_by_any_spelling() -> None:
    columns = known_columns(load_sites())
    site, column = columns["kjt.hubei.gov.cn/zfxxgk_GK2020/xxgkml/qtzdzdgk/jytabl/"]
    assert site.key == "kjt"
    assert column.url.startswith("https://kjt.")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("kjt.hubei.gov.cn", "hubei.gov.cn"),
        ("WWW.Hubei.gov.cn.", "hubei.gov.cn"),
        ("kjt.hubei.gov.cn:8080", "hubei.gov.cn"),
        ("www.zhuxi.gov.cn", "zhuxi.gov.cn"),
        ("kjt.demo.invalid", "demo.invalid"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("[::1]:8000", "[::1]:8000"),
        ("localhost:8000", "localhost:8000"),
        ("gov.cn", "gov.cn"),
    ],
)
def test_clusters(host: str, expected: str) -> None:
    assert cluster(host) == expected


@pytest.mark.parametrize("text", ["- 1\n", "42: 湖北省\n", "420000: 1\n", "42000a: 湖北省\n"])
def test_wrong_places(tmp_path: Path, text: str) -> None:
    path = tmp_path / "places.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"places\.yaml"):
        places(path)


def test_places_know_what_is_above_them() -> None:
    known = places()
    assert known["420000"] == Place("420000", "湖北省", None)
    assert known["420106"] == Place("420106", "武昌区", "420100")
    assert known["429005"] == Place("429005", "潜江市", "420000")
    assert known["422800"].parent == "420000"
    assert all(place.parent in known for place in known.values() if place.code[2:] != "0000")
