"""The loopback server: absolute targets, Host headers, faults, and nothing for strangers."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scraper.demo.render import Resource
from scraper.demo.server import DemoGovernment, Request

HOST = "kjt.demo.invalid"
LIST = "/zfxxgk_GK2020/xxgkml/qtzdzdgk/jytabl/"


@pytest.fixture(scope="module")
def government() -> Iterator[DemoGovernment]:
    with DemoGovernment() as open_one:
        yield open_one


def ask(
    government: DemoGovernment, target: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(government.url.removeprefix("http://"), timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, target, skip_host="Host" in named)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    try:
        body = response.read()
    except http.client.IncompleteRead as cut:
        body = cut.partial
    connection.close()
    return response, body


def test_a_stranger_is_not_answered(government: DemoGovernment) -> None:
    response, _ = ask(government, "http://www.example.invalid/")
    assert response.status == 502


def test_an_unknown_page_is_404(government: DemoGovernment) -> None:
    response, _ = ask(government, f"http://{HOST}/nothing.html")
    assert response.status == 404


def test_closed_it_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="with statement"):
        _ = DemoGovernment().url


def test_absolute_target_and_host_header_give_the_same_page(government: DemoGovernment) -> None:
    first, absolute = ask(government, f"http://{HOST}{LIST}")
    _, by_host = ask(government, LIST, Host=HOST.upper() + ":80")
    assert first.status == 200
    assert absolute == by_host
    assert b"createPageHTML(3, 0" in absolute


def test_head_has_no_body_and_a_known_page_is_not_sent_again(government: DemoGovernment) -> None:
    response, body = ask(government, f"http://{HOST}{LIST}", "HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) > 1000
    again, body = ask(government, f"http://{HOST}{LIST}", If_None_Match=response.headers["ETag"])
    assert (again.status, body) == (304, b"")


def test_one_host_answers_404_for_robots_and_another_tells_its_delay(government: DemoGovernment) -> None:
    assert ask(government, "http://www.demo-city.invalid/robots.txt")[0].status == 404
    assert b"Crawl-delay: 0" in ask(government, f"http://{HOST}/robots.txt")[1]


def test_no_header_tells_the_time_of_day(government: DemoGovernment) -> None:
    response, _ = ask(government, f"http://{HOST}{LIST}")
    assert response.headers["Date"] == response.headers["Last-Modified"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_a_fault_takes_the_place_of_an_answer_and_every_request_is_noted() -> None:
    def cut(request: Request, resource: Resource) -> Resource:
        if request.number == 0:
            return replace(resource, announced=len(resource.body) + 100)
        return resource

    with DemoGovernment(faults=cut) as government:
        first, short = ask(government, f"http://{HOST}{LIST}")
        _, whole = ask(government, f"http://{HOST}{LIST}")
        assert int(first.headers["Content-Length"]) == len(short) + 100
        assert short == whole
        assert [(request.host, request.target) for request in government.requests] == [(HOST, LIST)] * 2
