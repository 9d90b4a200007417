"""`@sample ROLE URL`: a contract that lets `scrapy check` call our callbacks without a network, a run or a site.

The page itself stands in the `@url` line as a `data:` address; this says which page it pretends to be.
"""

from __future__ import annotations

from typing import Any, cast

from scrapy.contracts import Contract
from scrapy.http import Response

from pipelines.address import host_of
from pipelines.models import Column, Role, Site
from scraper.errand import ERRAND, RECEIPT, Errand, Receipt
from scraper.families.addresses import folder


class SampleContract(Contract):
    """Gives the request an errand and the response a receipt."""

    name = "sample"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        role, url = self.args
        host = host_of(url) or ""
        column = f"http://{host}{folder(url)}"
        site = Site("sample", "样例", None, None, (host,), "trs", (Column(column),), 0.0)
        args["meta"] = {**(args.get("meta") or {}), ERRAND: Errand(cast("Role", role), site, column)}
        return args

    def pre_process(self, response: Response) -> None:
        headers = (("content-type", "text/html; charset=utf-8"),)
        response.meta[RECEIPT] = Receipt(
            self.args[1], response.status, headers, "2026-01-01T00:00:00+08:00", "ok"
        )
