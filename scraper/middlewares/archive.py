"""The archive stands where answers enter: everything that the network brings is kept before anybody looks at it.

It is the innermost middleware, so redirects, errors, challenges and robots.txt pass it one hop at a time. It undoes the
content coding itself (as Scrapy's own middleware would further out) for two reasons: bodies are kept decoded, so that
equal pages are equal whatever the server chose to send, and a body that cannot be decoded is on record too. As in WARC
practice the headers that described the coded body are kept under `x-archive-orig-…`.

What this run already holds is answered from the archive: that is how an interrupted run is resumed.
"""

from __future__ import annotations

import zlib
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import CloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from pipelines.address import host_of
from pipelines.models import Outcome
from pipelines.read.outcome import classify
from scraper.errand import CONDITIONAL, RECEIPT, Errand, Receipt, errand_of
from scraper.middlewares.unreachable import why
from scraper.pace import SLOT, Pace
from scraper.session import BUSY, Session, session_of, stop

MAX_ADDRESS = 2000
"""Characters of an address that is followed; as for links in lists."""

MAX_HEADERS = 64 * 1024
"""Bytes of headers that are kept; real ones have some hundred."""

FROM_ARCHIVE = "archived"
_DESCRIBE_CODING = frozenset(("content-encoding", "content-length", "transfer-encoding"))


class ArchiveMiddleware(HttpCompressionMiddleware):
    """Record, classify, decode; or answer from the archive."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        middleware = super().from_crawler(crawler)
        middleware.crawler = crawler
        return middleware

    def process_request(self, request: Request) -> Response | None:  # type: ignore[override]
        """Answer from the archive what this run holds; else ask for compressed content."""
        request.meta.pop(RECEIPT, None)
        session, errand = session_of(self.crawler), errand_of(request)
        if session is not None and errand is not None and request.method == "GET":
            held = session.held(request.url, errand.rendered, errand.look)
            if held is not None:
                return self._from_archive(session, request, errand, *held)
        super().process_request(request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:  # type: ignore[override]
        """Keep the answer, then pass it on. Raises IgnoreRequest for what is refused."""
        session, errand = session_of(self.crawler), errand_of(request)
        if FROM_ARCHIVE in response.flags:
            return response
        if session is None or errand is None:
            decoded = super().process_response(request, response)
            return decoded if isinstance(decoded, Response) else response
        coded = bool(response.headers.get("Content-Encoding"))
        try:
            result = super().process_response(request, response)
        except IgnoreRequest:
            self._record(session, request, errand, "refused", error="解压后超过大小上限")
            raise
        except (OSError, EOFError, ValueError, zlib.error) as failure:
            headers = _headers(response, coded=True)
            reason = f"解压失败：{failure}"[:300]
            self._record(session, request, errand, "truncated", response.status, headers, error=reason)
            raise IgnoreRequest(f"undecodable body: {failure}") from failure
        decoded = result if isinstance(result, Response) else response
        headers = _headers(response, coded)
        outcome, error = self._judge(request, response, decoded, headers, errand)
        body = None if outcome in {"refused", "unchanged"} else decoded.body
        self._record(session, request, errand, outcome, response.status, headers, body, error)
        if (outcome == "blocked" or response.status in BUSY) and (
            pace := self.crawler.get_extension(Pace)
        ) is not None:
            pace.slow_down(request.meta.get(SLOT, ""))
        if outcome == "refused":
            raise IgnoreRequest(f"refused: {error}")
        return decoded

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer is an outcome too; the exception goes on its way."""
        session, errand = session_of(self.crawler), errand_of(request)
        if session is None or errand is None or isinstance(exception, (IgnoreRequest, CloseSpider)):
            return
        if exception is session.fatal:
            return
        if isinstance(exception, DownloadCancelledError):
            # Scrapy cancels for one reason: more bytes than allowed, announced or received.
            self._record(session, request, errand, "refused", error="超过大小上限，未保存")
        else:
            self._record(session, request, errand, "unreachable", error=why(exception))

    def _judge(
        self,
        request: Request,
        response: Response,
        decoded: Response,
        headers: tuple[tuple[str, str], ...],
        errand: Errand,
    ) -> tuple[Outcome, str | None]:
        if "dataloss" in response.flags:
            return "truncated", "传输中断"
        if response.status == 304 and request.meta.get(CONDITIONAL):
            return "unchanged", None
        outcome = classify(response.status, headers, decoded.body, errand.role)
        if outcome == "redirect":
            location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
            if response.status in {300, 304} or not location:
                return "error", f"状态 {response.status} 没有去处"
            if len(location) > MAX_ADDRESS:
                return "refused", f"重定向地址过长（{len(location)} 个字符）"
            try:
                target = urljoin(request.url, location)
            except ValueError:
                return "refused", f"重定向地址有误：{location[:200]}"
            if host_of(target) not in errand.site.hosts:
                return "refused", f"重定向到声明之外：{target[:300]}"
        if outcome == "refused":
            kind = response.headers.get("Content-Type", b"") or b""
            return outcome, f"内容类型不符：{kind.decode('latin-1')[:100] or '未声明'}"
        return outcome, None

    def _record(
        self,
        session: Session,
        request: Request,
        errand: Errand,
        outcome: Outcome,
        status: int = 0,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
        error: str | None = None,
    ) -> None:
        try:
            request.meta[RECEIPT] = session.record(
                request.url, errand, outcome, status=status, headers=headers, body=body, error=error
            )
        except Exception as failure:
            # What cannot be archived must not be parsed, and asking for more would only repeat the requests.
            stop(self.crawler, session, failure)
            raise

    def _from_archive(
        self, session: Session, request: Request, errand: Errand, receipt: Receipt, body: bytes
    ) -> Response:
        request.meta[RECEIPT] = receipt
        session.note(receipt, errand)
        if receipt.outcome == "refused":
            raise IgnoreRequest(f"refused before: {receipt.error}")
        headers = Headers()
        for name, value in receipt.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=receipt.url, body=body)
        return kind(
            url=receipt.url,
            status=receipt.status,
            headers=headers,
            body=body,
            flags=[FROM_ARCHIVE],
            request=request,
        )


def _headers(response: Response, coded: bool) -> tuple[tuple[str, str], ...]:
    """Headers as received, names in lower case; of a coded body what described the coding is set aside."""
    out: list[tuple[str, str]] = []
    total = 0
    for name, values in response.headers.items():
        key = name.decode("latin-1").lower()
        if coded and key in _DESCRIBE_CODING:
            key = f"x-archive-orig-{key}"
        for value in values:
            total += len(key) + len(value)
            if total > MAX_HEADERS:
                return tuple(out)
            out.append((key, value.decode("utf-8", "replace")))
    return tuple(out)
