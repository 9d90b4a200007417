"""What is left out of Scrapy's machinery leaves out nothing that happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.utils.test import get_crawler

from scraper.lean import AT_ONCE, LeanCrawler, OneByOne, Signals, Straight


class _Recorded(OneByOne):
    """Without a crawler."""

    def __init__(self) -> None:
        self.concurrent_items = 1
        self.taken: list[Any] = []
        self.errors: list[BaseException | None] = []

    async def _process_spidermw_output_async(self, output: Any, response: Any) -> None:
        self.taken.append(output)

    def handle_spider_error(self, _failure: Any, request: Request, response: Any) -> None:
        self.errors.append(_failure.value)


def _hand(outputs: Iterator[Any] | AsyncIterator[Any], scraper: _Recorded) -> None:
    url = "http://a.invalid/"
    asyncio.run(scraper.handle_spider_output_async(outputs, Request(url), Response(url)))


def test_a_callback_that_breaks_is_told_and_what_it_yielded_before_counts() -> None:
    def outputs() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("broken")

    scraper = _Recorded()
    _hand(outputs(), scraper)
    assert scraper.taken == [1, 2]
    assert [str(error) for error in scraper.errors] == ["broken"]


def test_the_network_has_its_turn_within_a_long_list() -> None:
    scraper = _Recorded()
    seen: list[int] = []

    async def both() -> None:
        async def network() -> None:
            while len(scraper.taken) < 100:
                seen.append(len(scraper.taken))
                await asyncio.sleep(0)

        url = "http://a.invalid/"
        await asyncio.gather(
            scraper.handle_spider_output_async(iter(range(100)), Request(url), Response(url)), network()
        )

    asyncio.run(both())
    assert scraper.taken == list(range(100))
    assert seen == [AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE, 4 * AT_ONCE]


def test_asynchronous_outputs_go_scrapys_way() -> None:
    async def outputs() -> AsyncIterator[int]:
        yield 1
        yield 2

    scraper = _Recorded()
    _hand(outputs(), scraper)
    assert scraper.taken == [1, 2]


def test_signals_are_sent_from_the_first_connection_on(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    send = SignalManager.send_catch_log

    def watched(self: SignalManager, signal: Any, **told: Any) -> list[tuple[Any, Any]]:
        sent.append(signal)
        return send(self, signal, **told)

    monkeypatch.setattr(SignalManager, "send_catch_log", watched)
    manager = Signals(object())

    def answer(url: str) -> str:
        return url.upper()

    assert manager.send_catch_log(signals.request_scheduled, url="a") == []
    assert sent == []
    manager.connect(answer, signals.request_scheduled)
    assert manager.send_catch_log(signals.request_scheduled, url="a") == [(answer, "A")]
    assert manager.send_catch_log(signals.request_dropped, url="a") == []
    assert sent == [signals.request_scheduled]


class _Passing:
    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        async for output in result:
            yield output


@pytest.mark.parametrize(("middlewares", "straight"), [({}, True), ({_Passing: 1}, False)])
def test_a_spider_middleware_is_passed(middlewares: dict[type, int], straight: bool) -> None:
    crawler = get_crawler(
        settings_dict={
            "SPIDER_MIDDLEWARES_BASE": {},
            "SPIDER_MIDDLEWARES": middlewares,
            "CONCURRENT_ITEMS": 1,
        }
    )
    crawler.spider = Spider.from_crawler(crawler, name="any")
    assert isinstance(OneByOne(crawler).spidermw, Straight) == straight


def test_the_crawler_sends_through_them() -> None:
    assert isinstance(LeanCrawler(Spider, Settings()).signals, Signals)
