"""Imported once by the server from which the days are forked: what every crawl imports, reads and counts anew."""

from __future__ import annotations

import contextlib

from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

from pipelines.declare import cluster
from pipelines.load import fingerprint
from pipelines.places import places
from pipelines.resolve.agencies import Authority
from pipelines.resolve.agency_file import reviewed_agencies
from pipelines.resolve.sessions import sessions
from scraper import settings

_CHAINS = (
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    default_settings.SPIDER_MIDDLEWARES_BASE,
    default_settings.EXTENSIONS_BASE,
    settings.DOWNLOADER_MIDDLEWARES,
    settings.EXTENSIONS,
    settings.ITEM_PIPELINES,
)

for chain in _CHAINS:
    for path in chain:
        load_object(path)
for handler in (
    "http10.HTTP10DownloadHandler",
    "http11.HTTP11DownloadHandler",
    "datauri.DataURIDownloadHandler",
):
    with contextlib.suppress(ImportError, NameError):
        load_object(f"scrapy.core.downloader.handlers.{handler}")
for path in (
    settings.SCHEDULER_PRIORITY_QUEUE,
    settings.SCHEDULER_MEMORY_QUEUE,
    settings.REQUEST_FINGERPRINTER_CLASS,
    default_settings.SCHEDULER,
    default_settings.DOWNLOADER,
    default_settings.ITEM_PROCESSOR,
    default_settings.DUPEFILTER_CLASS,
    default_settings.STATS_CLASS,
    default_settings.LOG_FORMATTER,
):
    load_object(path)
for name in ("scraper.cli.chain.publish_data", "scraper.run.crawl"):
    load_object(name)
fingerprint()
places()
reviewed_agencies()
sessions()
Authority(())
cluster("www.example.invalid")
