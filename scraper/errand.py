"""What a request is made for, carried in `request.meta`, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.models import Outcome, Page, Role, Site

if TYPE_CHECKING:
    # Workers of a rebuild know errands and no crawler, which takes them a fifth of a second to load.
    from scrapy import Request
    from scrapy.http import Response

ERRAND = "errand"
RECEIPT = "receipt"
CONDITIONAL = "conditional"
"""In `request.meta`: the request carries a validator, so that 304 is an answer."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Role, place in the walk, and what the list said about the target."""

    role: Role
    site: Site
    column: str | None = None
    row_title: str | None = None
    row_date: str | None = None
    part_of: str | None = None
    """Of a continuation or an attachment: address of its document."""
    index: int | None = None
    """Of a list page: position in the column; of a continuation: its number, from 1."""
    look: int = 1
    """Of a list page: which reading of the list this is."""
    text_in: str | None = None
    """Of a document whose text its list carries: where, see `ListRow.text_in`."""
    rendered: bool = False
    """The page is to be drawn by a browser from what the server sent."""

    def context(self) -> dict[str, Any]:
        """What the archive keeps beside the fetch, so that `rebuild` need not walk."""
        values = {
            "row_title": self.row_title,
            "row_date": self.row_date,
            "part_of": self.part_of,
            "index": self.index,
            "look": self.look if self.look > 1 else None,
            "text_in": self.text_in,
            "rendered": 1 if self.rendered else None,
        }
        return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One fetch as the archive holds it: what later stages see, live and in `rebuild` alike."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: str
    outcome: Outcome
    error: str | None = None

    def page(self, errand: Errand, body: bytes) -> Page:
        """The page that this fetch is."""
        return Page(
            url=self.url,
            body=body,
            status=self.status,
            headers=self.headers,
            fetched_at=self.fetched_at,
            site=errand.site,
            column=errand.column,
            role=errand.role,
            row_title=errand.row_title,
            row_date=errand.row_date,
        )


def errand_of(request: Request) -> Errand | None:
    """None for requests that are not ours: `scrapy shell`, `scrapy fetch`, contracts."""
    errand = request.meta.get(ERRAND)
    return errand if isinstance(errand, Errand) else None


def receipt_of(response: Response) -> Receipt | None:
    """None where nothing was archived: no run is open, or no answer came."""
    receipt = response.meta.get(RECEIPT) if response.request is not None else None
    return receipt if isinstance(receipt, Receipt) else None
