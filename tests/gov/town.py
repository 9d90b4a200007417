"""The whole test government behind one server: every site of every kind, each with a trouble of its own or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scraper.demo.render import Make, Renderer, Resource
from scraper.demo.server import NOT_FOUND
from tests.gov.personalities import Made
from tests.gov.server import Answer, Government


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as a site sees it."""

    place: Place
    path: str
    """With its query string."""
    number: int
    """0-based among all requests of the host."""
    again: int
    """How often this address was asked for before."""

    def page(self, path: str | None = None) -> Answer:
        """What the site would answer to this, or to another address."""
        return self.place.page(path or self.path)


React = Callable[[Hit], Answer | None]
"""What a trouble makes of a request; None: as if there were none."""


@dataclass(slots=True)
class Place:
    """A host: its pages, rendered when they are asked for."""

    made: Made
    react: React | None = None
    pages: Mapping[str, Make] = field(init=False)
    hits: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    _changed: dict[int, Mapping[str, Make]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pages = dict(self.made.renderer().resources())

    def page(self, path: str, renderer: Renderer | None = None) -> Answer:
        """A page of the site, or of what the site has become."""
        pages = self.pages
        if renderer is not None:
            key = id(renderer)
            if key not in self._changed:
                self._changed[key] = dict(renderer.resources())
            pages = self._changed[key]
        make = pages.get(path) or pages.get(path.partition("?")[0])
        return as_answer(make() if make is not None else NOT_FOUND)

    def answer(self, path: str) -> Answer:
        """Count a request and answer it."""
        hit = Hit(self, path, self.requests, self.hits[path])
        self.requests += 1
        self.hits[path] += 1
        return (self.react(hit) if self.react else None) or self.page(path)


def as_answer(resource: Resource) -> Answer:
    """A rendered page on its way to the wire."""
    headers = dict(resource.headers)
    return Answer(resource.body, resource.status, headers, headers.pop("Content-Type", None))


class Town(Government):
    """All hosts, and what was asked of each."""

    def __init__(self, places: Sequence[Place], delay: float = 0.0) -> None:
        super().__init__({}, delay)
        self.places = {place.made.host: place for place in places}
        self.strangers: Counter[str] = Counter()
        """Requests to hosts that do not belong to the government: there must be none."""

    def answer(self, url: str, agent: str) -> Answer:
        """Of the host that is named."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self._lock:
            self.agents.add(agent)
            place = self.places.get(parts.netloc)
            if place is None:
                self.strangers[parts.netloc] += 1
                return Answer(b"no such host", status=502)
            return place.answer(path)

    @property
    def requests(self) -> int:
        """All requests so far."""
        return sum(place.requests for place in self.places.values())
