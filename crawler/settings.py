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
COOKIES_ENABLED = False  # Scrapy's; crawler.cookies keeps one jar a site, in memory

# New in 2.19 and on by default: an HTTP server in each crawl that runs any Python sent to it.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# A crafted link must not read a local file or speak another protocol.
DOWNLOAD_HANDLERS = {
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
    "http": "crawler.handlers.SiteHandler",
    "https": "crawler.handlers.SiteHandler",
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 60  # for the whole of an answer, so that none drips on for ever; a second try has twice the time
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0

# Each site has one request under way (crawler.walk); each host:port has its own slot (crawler.politeness).
CONCURRENT_REQUESTS = 128
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.0  # a delay is a promise: a random part would undershoot it
# One at a time: a capture is stored before the request behind it in the callback is scheduled.
CONCURRENT_ITEMS = 1

RETRY_TIMES = 3
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # what is given up is recorded as a capture
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # followed as a link instead, under the rules for links
HTTPERROR_ALLOW_ALL = True  # a 404 is a fact about the site, and is recorded
HTTPCACHE_ENABLED = False  # the archive is the cache: requests are conditional by what it holds

_SCRAPY = "scrapy.downloadermiddlewares"
DOWNLOADER_MIDDLEWARES = {
    # In the place of Scrapy's own, each for the reason that its module gives.
    f"{_SCRAPY}.robotstxt.RobotsTxtMiddleware": None,
    f"{_SCRAPY}.retry.RetryMiddleware": None,
    f"{_SCRAPY}.httpcompression.HttpCompressionMiddleware": None,
    f"{_SCRAPY}.redirect.RedirectMiddleware": None,
    f"{_SCRAPY}.cookies.CookiesMiddleware": None,
    # Not needed: the guard knows a site's ground better, and no site has a password.
    f"{_SCRAPY}.offsite.OffsiteMiddleware": None,
    f"{_SCRAPY}.httpauth.HttpAuthMiddleware": None,
    "crawler.guard.GuardMiddleware": 50,  # before robots.txt is even asked for
    "crawler.robots.RobotsMiddleware": 100,
    "crawler.rendering.RenderMiddleware": 110,  # behind the rules, before the pace: what it fills is not sent
    "crawler.guard.SiteRedirectMiddleware": 600,
    "crawler.retries.RetryMiddleware": 620,  # a redirect, too, says how quick a host is
    "crawler.integrity.IntegrityMiddleware": 650,
    "crawler.cookies.CookieMiddleware": 700,
}
SPIDER_MIDDLEWARES = {
    # Not needed: the walk knows where a page was found, how far it goes and how often.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
}
EXTENSIONS = {
    "crawler.politeness.CrawlDelayExtension": 10,
    # Not needed, and never idle: there is no JOBDIR, and the crawl's own progress says more.
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
}
DOWNLOADER_STATS = False  # writes each request and answer out once more, to count their bytes
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the source of the callback anew for each page
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}

FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
