"""A second and a third try for what may pass: server errors, time-outs, cut transfers. Walls are not knocked at."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from scraper.errand import RECEIPT, Receipt
from scraper.pace import MAX_BACKOFF, SLOT, Pace


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retry, with a pause before each further try and a look at our own outcome."""

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Retry 5xx, 408, 429 and truncated answers, unless they are a challenge."""
        receipt = request.meta.get(RECEIPT)
        outcome = receipt.outcome if isinstance(receipt, Receipt) else None
        if request.meta.get("dont_retry") or outcome == "blocked":
            return response
        truncated = outcome == "truncated"
        if not truncated and response.status not in self.retry_http_codes:
            return response
        retry_after = _retry_after(response)
        if retry_after is not None and retry_after > MAX_BACKOFF:
            # It wants to be left alone for longer than a page is worth waiting for: the next crawl asks again.
            return response
        retry = self._retry(request, "truncated" if truncated else f"status {response.status}")
        if retry is None:
            return response
        await self._pause(request, retry_after)
        return retry

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """Retry what the network failed to bring."""
        retry = super().process_exception(request, exception)
        if not isinstance(retry, Request):
            return None
        await self._pause(request, None)
        return retry

    async def _pause(self, request: Request, retry_after: float | None) -> None:
        pace = self.crawler.get_extension(Pace)
        if pace is not None:
            # The request is still under way meanwhile, so its cluster is left alone.
            await pace.back_off(
                request.meta.get(SLOT, ""), request.meta.get("retry_times", 0) + 1, retry_after
            )


def _retry_after(response: Response) -> float | None:
    """Seconds that the server asks for (RFC 9110 §10.2.3), as a number or until a date; None where it says nothing
    that can be read."""
    value = (response.headers.get("Retry-After") or b"").strip()[:100]
    if value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
