"""Scrapy, set up for a polite crawl that hands every answer on. What is left out is Scrapy's default.

The face's settings module takes all of this over and adds `GONGKAI_ARCHIVE_OPENER`: a callable, or its dotted
path, that takes nothing and returns an archive (`crawler.frontdoor.FrontDoor`).
"""

BOT_NAME = "gongkai"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# The spider puts the operator's contact in; a name without one is never sent to a public site.
USER_AGENT = "gongkai"
ROBOTSTXT_OBEY = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Cache-Control": "max-age=0",  # ask the site itself, not a cache on the way
}
COOKIES_ENABLED = False

# New in 2.19 and on by default: an HTTP server in each crawl that runs any Python sent to it.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# A crafted link must not read a local file or speak another protocol.
DOWNLOAD_HANDLERS = {
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
    "https": "crawler.handlers.SiteTlsHandler",
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0

# Each site has one request under way (crawler.walk); each host:port has its own slot (crawler.politeness).
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.0  # a delay is a promise: a random part would undershoot it
# One at a time: a capture is stored before the request behind it in the callback is scheduled.
CONCURRENT_ITEMS = 1

RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # what is given up is recorded as a capture
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # followed as a link instead, under the rules for links
HTTPERROR_ALLOW_ALL = True  # a 404 is a fact about the site, and is recorded
HTTPCACHE_ENABLED = False  # the archive is the cache: requests are conditional by what it holds

DOWNLOADER_MIDDLEWARES = {"crawler.guard.GuardMiddleware": 50}  # before robots.txt is even asked for
EXTENSIONS = {"crawler.politeness.CrawlDelayExtension": 10}
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}

FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
