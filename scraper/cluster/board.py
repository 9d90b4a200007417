"""What the workers of a round share, in Redis: the queue, who has what, and the answers of what is not finished.

Queue and duplicate filter are those of scrapy-redis; a message is JSON, so that nothing read from Redis can run. Which
units are done is the truth, the queue only the quick way to the next one: a worker that is killed between any two steps
costs nothing. The lease of a unit expires unless its holder renews it. A request may begin only while the lease outlives
its time-out, so that no host is ever asked by two, whatever becomes of Redis or of the network to it.

Answers of an unfinished unit are kept beside its lease: whoever goes on with it takes them over instead of asking again.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

import zstandard
from scrapy import Request, Spider

from pipelines.archive import Fetch
from pipelines.declare import dump_sites
from pipelines.errors import ConfigurationError, HubeiRepliesError
from pipelines.models import Site
from scraper import settings
from scraper.cluster.units import Unit, units

LEASE = 90.0
"""Seconds that a unit stays with a worker that does not answer any more."""
AT_ONCE = 8
"""Units that a worker has in work; each is a host that is asked at its own pace."""
MARGIN = 5.0
"""Seconds that clocks of two machines may drift apart within a lease, and an answer take to be written."""

_RENEW = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2]) or 0"
_LEAVE = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0"
_DONE = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('hset', KEYS[2], ARGV[2], 'done')
redis.call('del', KEYS[1], KEYS[3])
return 1
"""
_KEEP = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('rpush', KEYS[2], ARGV[2])
return 1
"""


class ClusterLost(HubeiRepliesError):
    """Redis does not answer, or another worker has what this one was working on; run again, it goes on."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Where the workers meet, and who this one is."""

    url: str
    """`redis://host:6379/0`"""
    round: str
    """All workers of one crawl say the same; the next crawl says another."""
    worker: str
    """The same for the same data folder, so that a worker that was killed resumes its run."""

    def arguments(self) -> dict[str, str]:
        """What the run is told apart by."""
        return {"round": self.round, "worker": self.worker}


class Board:
    """The shared state of a round. Any method may raise ClusterLost."""

    def __init__(self, sharing: Sharing, sites: Mapping[str, Site]) -> None:
        """Join the round, or open it. Raises ConfigurationError where others crawl other sites in it."""
        try:
            import redis
            from scrapy_redis.dupefilter import RFPDupeFilter
            from scrapy_redis.queue import FifoQueue
        except ImportError as error:
            raise ConfigurationError(
                f"没有安装 {error.name}；请运行 pip install 'hubei-replies[cluster]'。"
            ) from error
        self.units = units(sites)
        self._sharing = sharing
        self._token = f"{sharing.worker} {uuid.uuid4()}"
        self._failures = (redis.RedisError, OSError)
        self._held: dict[str, float] = {}
        """Unit → until when it is ours for sure, `time.monotonic`."""
        try:
            self._redis = redis.Redis.from_url(sharing.url, socket_timeout=10, socket_connect_timeout=10)
        except ValueError as error:
            raise ConfigurationError(
                f"{sharing.url} 不是 Redis 的地址，请写成 redis://主机:6379/0。"
            ) from error
        spider = Spider("replies")
        self._queue = FifoQueue(self._redis, spider, self._key("queue"), _Messages)
        self._seen = RFPDupeFilter(self._redis, self._key("seen"))
        scripts = (self._redis.register_script(text) for text in (_RENEW, _LEAVE, _DONE, _KEEP))
        self._renew, self._leave, self._done, self._keep = scripts
        self._join(hashlib.sha256(dump_sites(sites).encode()).hexdigest())

    def _join(self, plan: str) -> None:
        with self._reached():
            self._redis.set(self._key("plan"), plan, nx=True)
            if self._redis.get(self._key("plan")) != plan.encode():
                raise ConfigurationError(
                    f"这一轮（{self._sharing.round}）里别的机器采集的站点声明与这里的不同；请用同一版声明，或另起一轮。"
                )
            for name in self.units:
                self._redis.hsetnx(self._key("units"), name, "waiting")
                request = Request(f"http://{name}/", meta={"unit": name})
                if not self._seen.request_seen(request):
                    self._queue.push(request)

    def arguments(self) -> dict[str, str]:
        """What the run of this worker is told apart by."""
        return self._sharing.arguments()

    # --- units --------------------------------------------------------------------------------------------------

    def take(self) -> Unit | None:
        """A unit that nobody works on, now leased to us; None when there is none at the moment."""
        with self._reached():
            while (request := self._queue.pop()) is not None:
                if (unit := self._lease(request.meta["unit"])) is not None:
                    return unit
            # Nothing waits. What is not done may have lost its worker.
            for name in self.units:
                if name not in self._held and not self._is_done(name) and (unit := self._lease(name)):
                    return unit
        return None

    def _lease(self, name: str) -> Unit | None:
        if name not in self.units or name in self._held:
            return None
        begun = time.monotonic()
        if not self._redis.set(self._key("lease", name), self._token, nx=True, px=round(LEASE * 1000)):
            return None
        if self._is_done(name):
            self._redis.delete(self._key("lease", name))
            return None
        self._held[name] = begun + LEASE
        return self.units[name]

    def _is_done(self, name: str) -> bool:
        return bool(self._redis.hget(self._key("units"), name) == b"done")

    def renew(self) -> None:
        """Keep what we hold. Raises ClusterLost where another has it."""
        for name in list(self._held):
            begun = time.monotonic()
            with self._reached():
                kept = self._renew(keys=[self._key("lease", name)], args=[self._token, round(LEASE * 1000)])
            if not kept:
                raise self._lost(name)
            self._held[name] = begun + LEASE

    def may_ask(self, slot: str) -> bool:
        """Whether a request to this system may begin now."""
        until = next((self._held[name] for name in self._held if slot in self.units[name].slots), 0.0)
        return time.monotonic() + settings.DOWNLOAD_TIMEOUT + MARGIN < until

    def done(self, name: str) -> None:
        """A unit is archived in full here. Raises ClusterLost where another has it."""
        keys = [self._key("lease", name), self._key("units"), self._key("answers", name)]
        with self._reached():
            if not self._done(keys=keys, args=[self._token, name]):
                raise self._lost(name)
        del self._held[name]

    def leave(self) -> None:
        """Let go of what is held and not done; nothing of it may be under way any more."""
        for name in list(self._held):
            del self._held[name]
            with suppress(ClusterLost), self._reached():
                self._leave(keys=[self._key("lease", name)], args=[self._token])

    def all_done(self) -> bool:
        """Whether the round is over."""
        with self._reached():
            found = cast("dict[bytes, bytes]", self._redis.hgetall(self._key("units")))
        return all(found.get(name.encode()) == b"done" for name in self.units)

    # --- answers ------------------------------------------------------------------------------------------------

    def keep(self, unit: str, fetch: Fetch, body: bytes | None) -> None:
        """Keep an answer for whoever may have to go on. Raises ClusterLost where that has happened."""
        told = {
            "url": fetch.url,
            "fetched_at": fetch.fetched_at,
            "status": fetch.status,
            "headers": fetch.headers,
            "outcome": fetch.outcome,
            "role": fetch.role,
            "site": fetch.site,
            "column": fetch.column,
            "context": dict(fetch.context),
            "error": fetch.error,
            "empty": body is None,
        }
        entry = json.dumps(told).encode() + b"\n" + zstandard.compress(body or b"")
        with self._reached():
            if not self._keep(
                keys=[self._key("lease", unit), self._key("answers", unit)], args=[self._token, entry]
            ):
                raise self._lost(unit)

    def taken_over(self, unit: str, run: int) -> tuple[int, Iterator[tuple[Fetch, bytes | None]]]:
        """How many workers had this unit before, and their answers, oldest first, as of the run that goes on."""
        with self._reached():
            key = self._key("answers", unit)
            if not self._redis.llen(key):
                return 0, iter(())
            times = int(self._redis.hincrby(self._key("takeovers"), unit, 1))
        return times, self._answers(key, run)

    def _answers(self, key: str, run: int) -> Iterator[tuple[Fetch, bytes | None]]:
        at = 0
        while True:
            with self._reached():
                entries = cast("list[bytes]", self._redis.lrange(key, at, at + 99))
            for entry in entries:
                head, _, packed = entry.partition(b"\n")
                told: dict[str, Any] = json.loads(head)
                empty = told.pop("empty")
                headers = tuple((name, value) for name, value in told.pop("headers"))
                body = (
                    None if empty else zstandard.decompress(packed, max_output_size=settings.DOWNLOAD_MAXSIZE)
                )
                yield Fetch(run_id=run, headers=headers, **told), body
            if not entries:
                return
            at += len(entries)

    # --- small parts --------------------------------------------------------------------------------------------

    def _key(self, *parts: str) -> str:
        return ":".join(("hubei-replies", self._sharing.round, *parts))

    def _lost(self, name: str) -> ClusterLost:
        return ClusterLost(
            f"{name} 已由别的机器接手（这台机器超过 {LEASE:g} 秒没有消息）；已停下，得到的都在归档里。请再运行一次。"
        )

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            raise ClusterLost(
                f"连不上 Redis（{self._sharing.url.rpartition('@')[2]}：{error}）；已停下，得到的都在归档里。"
                "请恢复后再运行一次，会接着来。"
            ) from error


class _Messages:
    """A message of the queue: the name of a unit, and nothing that could be more than that."""

    @staticmethod
    def dumps(request: Mapping[str, Any]) -> str:
        return json.dumps({"url": request["url"], "unit": request["meta"]["unit"]})

    @staticmethod
    def loads(text: bytes) -> dict[str, Any]:
        told = json.loads(text)
        return {"url": str(told["url"]), "meta": {"unit": str(told["unit"])}}
