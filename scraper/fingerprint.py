"""When two requests are one: same method, same address whatever its scheme."""

from __future__ import annotations

import hashlib

from scrapy import Request
from scrapy.crawler import Crawler

from pipelines.address import address_key


class AddressFingerprinter:
    """Fingerprints for the filter of duplicates."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressFingerprinter:
        return cls()

    def fingerprint(self, request: Request) -> bytes:
        """SHA-1 of method, address key and body."""
        told = f"{request.method} {address_key(request.url)}\n".encode("utf-8", "surrogatepass")
        return hashlib.sha1(told + request.body, usedforsecurity=False).digest()
