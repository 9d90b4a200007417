"""Scrapy settings. Every line says why it is not the default, or why the default must not change under us."""

import os

BOT_NAME = "hubei-replies"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"

# --- who we are -------------------------------------------------------------------------------------------------
# Without a contact the spider refuses to start (scraper.contact); the middleware puts it into every request.
HUBEI_REPLIES_CONTACT = os.environ.get("HUBEI_REPLIES_CONTACT")
USER_AGENT = "hubei-replies"
# Where `scrapy crawl` keeps its databases; the command line passes --data.
HUBEI_REPLIES_DATA = os.environ.get("HUBEI_REPLIES_DATA", "data")
# Whether documents pass Scrapy's item pipelines, for `scrapy crawl -O` and what others plug in; the command line only loads them.
HUBEI_REPLIES_ITEMS = True
# Forward proxy, for the demonstration government and the tests.
HUBEI_REPLIES_PROXY = os.environ.get("HUBEI_REPLIES_PROXY")

# --- politeness -------------------------------------------------------------------------------------------------
# Off, because scraper.middlewares.robots obeys it more strictly: Scrapy takes a failed robots.txt for "allowed".
ROBOTSTXT_OBEY = False
# One request at a time to a cluster; all of *.hubei.gov.cn is one cluster (scraper.pace).
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# So many clusters at a time: all of Hubei has fewer than 64.
CONCURRENT_REQUESTS = 64
# The floor of each site stands in its declaration; this is for hosts of `scrapy shell`.
DOWNLOAD_DELAY = 0
# Jitter of ±50 % would go below the declared delay.
DOWNLOAD_DELAY_JITTER = 0
# A slow server is asked more slowly; never faster than declared (scraper.pace.Pace).
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# A page on a government site is not worth more than two further tries.
RETRY_TIMES = 2
# 403 and 412 are answers, not accidents: never retried.
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
# What we give up is an outcome in the archive and in the corpus; the log need not shout.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# After a retry the site goes on where it was, not behind everything else.
RETRY_PRIORITY_ADJUST = 1
# Slow sites exist; three minutes for one page do not help anybody.
DOWNLOAD_TIMEOUT = 60
# http → https → www is two; five is a loop.
REDIRECT_MAX_TIMES = 5
# A "page moved" notice is a page of its own to us; following it would hide what the address says.
METAREFRESH_ENABLED = False
# Nothing that we read needs a session; 瑞数 cookies are not to be played along with.
COOKIES_ENABLED = False
# Where we come from is not their business.
REFERER_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

# --- limits -----------------------------------------------------------------------------------------------------
# Attachments up to 20 MB; pages carry their own limit of 8 MB in the request.
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A cut transfer is recorded as truncated with what came, then tried again; an exception would lose the bytes.
DOWNLOAD_FAIL_ON_DATALOSS = False
# A clone of a government page is a known trouble: who answers must prove to be who was asked. A certificate that does
# not verify makes the page unreachable, with the reason on record.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Of one answer; our pipeline does not wait for anything, and Scrapy starts so many workers for every answer.
CONCURRENT_ITEMS = 1
# Addresses are bounded where they are read; dropping a request without a word would leave a walk waiting.
URLLENGTH_LIMIT = 0

# --- the chain --------------------------------------------------------------------------------------------------
# Each chain is stated whole, in place of Scrapy's and of exceptions from it: Scrapy imports also what is named only to be
# left out, and with the consoles and the cookies come aiohttp, requests and tldextract, which nothing here needs.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    # Outermost: where a request may go, and under which name; in place of Scrapy's for offsite requests and User-Agent.
    "scraper.middlewares.hosts.HostsMiddleware": 50,
    # In place of Scrapy's, which takes a failed robots.txt for "allowed".
    "scraper.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    # Ours refuse and record; Scrapy's retry and redirect only refuse.
    "scraper.middlewares.retry.PatientRetryMiddleware": 550,
    "scraper.middlewares.hosts.HopMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    # Innermost: whatever the network brings is kept before anybody looks at it. Content coding is undone here, so that a
    # body which cannot be decoded is on record.
    "scraper.middlewares.archive.ArchiveMiddleware": 999,
    # In place of the network for lists that a browser draws; what it draws is recorded on the way out.
    "scraper.middlewares.render.RenderMiddleware": 1000,
}
# Errors are answers: the spider sees them all and they reach the corpus as outcomes of their pages. Deep lists are bounded
# by the family; depth says nothing here.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    # The usual ones, for who runs `scrapy crawl`: statistics, limits, feeds. No port is opened on the machine of a user.
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    # In place of AutoThrottle.
    "scraper.pace.Pace": 0,
}
# `scrapy check` calls the callbacks on pages that stand in their docstrings.
SPIDER_CONTRACTS = {"scraper.contracts.SampleContract": 10}
ITEM_PIPELINES = {"scraper.item_pipeline.LoadPipeline": 300}
# http and https of one address are one page.
REQUEST_FINGERPRINTER_CLASS = "scraper.fingerprint.AddressFingerprinter"
# A slot gets its next request only when the last one is done, so that priorities and stops take effect at once.
SCHEDULER_PRIORITY_QUEUE = "scraper.pace.OneAtATimeQueue"
# First in, first out: rows are fetched in the order of the list.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
STATS_CLASS = "scraper.stats.PlainStats"
# Else Scrapy parses the source of a callback again on every answer, for a warning to its author.
WARN_ON_GENERATOR_RETURN_VALUE = False
# Twisted fetches: Scrapy's aiohttp handler, which Scrapy calls experimental, takes 8 % less CPU a crawl without reading, but
# gives up on answers with long or many headers and does not say whose certificate it was (tests/scraper/test_hostile.py,
# test_tls.py). uvloop takes 3 % less, which is not worth a dependency.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- what is said -----------------------------------------------------------------------------------------------
LOG_LEVEL = os.environ.get("HUBEI_REPLIES_LOG", "INFO")
# Pages that are no replies are the rule, not a warning.
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"
FEED_EXPORT_ENCODING = "utf-8"
