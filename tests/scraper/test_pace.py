"""The pace of a cluster: a floor that nothing undercuts, more when the server is slow or in trouble."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from pipelines.models import Column, Site
from scraper.pace import MAX_BACKOFF, SLOT, Pace, declared_delay, slot_of

URL = "https://kjt.hubei.gov.cn/jytabl/"
SITE = Site("kjt", "某厅", None, "420000", ("kjt.hubei.gov.cn",), "trs", (Column(URL),), 3.0)


class World:
    """A pace over one slot, without an engine."""

    def __init__(self, *sites: Site) -> None:
        self.spider = cast("Any", SimpleNamespace(sites={site.key: site for site in sites}))
        crawler = get_crawler(settings_dict={"AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.0})
        self.downloader = SimpleNamespace(slots={}, per_slot_settings={}, _delay=0.0)
        crawler.engine = SimpleNamespace(downloader=self.downloader)  # type: ignore[assignment]
        self.pace = Pace(crawler)
        self.pace._spider_opened(self.spider)
        settings = self.downloader.per_slot_settings[slot_of(URL)]
        self.slot = Slot(settings["concurrency"], settings["delay"], settings["jitter"])
        self.downloader.slots[slot_of(URL)] = self.slot

    def answer(self, latency: float, status: int = 200) -> float:
        request = Request(URL, meta={SLOT: slot_of(URL), "download_latency": latency})
        self.pace._response_downloaded(Response(URL, status=status), request, self.spider)
        return self.slot.delay


def test_a_fast_server_is_not_asked_faster_than_declared() -> None:
    world = World(SITE)
    assert (world.slot.concurrency, world.slot.delay, world.slot.jitter) == (1, 3.0, 0.0)
    assert [world.answer(0.01) for _ in range(3)] == [3.0, 3.0, 3.0]


def test_a_slow_server_is_asked_more_slowly_and_recovers() -> None:
    world = World(SITE)
    assert world.answer(20.0) == 20.0
    assert world.answer(0.1) < 20.0


def test_the_most_careful_site_of_a_cluster_sets_its_pace() -> None:
    other = replace(SITE, key="jrb", hosts=("jrb.hubei.gov.cn",), delay=7.0)
    assert World(SITE, other).slot.delay == 7.0


def test_robots_raises_and_never_lowers() -> None:
    world = World(SITE)
    world.pace.raise_floor(slot_of(URL), 10.0)
    world.pace.raise_floor(slot_of(URL), 1.0)
    assert world.answer(0.01) == 10.0
    assert world.downloader.per_slot_settings[slot_of(URL)]["delay"] == 10.0


def test_trouble_doubles_the_delay_up_to_a_bound() -> None:
    world = World(SITE)
    world.pace.slow_down(slot_of(URL))
    assert world.slot.delay == 6.0
    for _ in range(10):
        world.pace.slow_down(slot_of(URL))
    assert world.slot.delay == MAX_BACKOFF


@pytest.mark.parametrize(
    ("hosts", "delay", "proxied", "expected"),
    [
        (("kjt.hubei.gov.cn",), 0.0, False, 1.0),
        (("kjt.hubei.gov.cn",), 3.0, True, 3.0),
        (("kjt.hubei.gov.cn",), 0.0, True, 1.0),
        (("www.kjt.invalid", "kjt.hubei.gov.cn"), 0.0, True, 1.0),
        (("127.0.0.1:8000",), 0.0, False, 0.0),
        (("localhost", "kjt.hubei.gov.cn"), 0.0, False, 1.0),
        (("www.kjt.invalid",), 0.0, True, 0.0),
        (("www.kjt.invalid",), 0.0, False, 1.0),
    ],
)
def test_only_this_machine_is_asked_without_a_pause(
    hosts: tuple[str, ...], delay: float, proxied: bool, expected: float
) -> None:
    assert declared_delay(replace(SITE, hosts=hosts, delay=delay), proxied) == expected


def test_hosts_of_one_system_share_a_slot() -> None:
    assert slot_of("https://kjt.hubei.gov.cn/a") == slot_of("http://www.hubei.gov.cn/") == "hubei.gov.cn"
    assert slot_of("http://www.wuhan.gov.cn/") != slot_of("http://www.hubei.gov.cn/")
    assert slot_of("http://127.0.0.1:8000/") != slot_of("http://127.0.0.1:8001/")
