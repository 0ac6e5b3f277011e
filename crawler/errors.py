"""Everything the crawler can say no to. Catch `CrawlerError`: its text is one line made for a person."""


class CrawlerError(Exception):
    """A crawl cannot start as asked; the text says what is wrong, where, and what to do next."""


class SitesFileError(CrawlerError):
    """The list of sites cannot be read or does not make sense; correct the file."""


class MissingContactError(CrawlerError):
    """A public site would be visited by a crawler that does not say whose it is; set a contact."""


class SettingsError(CrawlerError):
    """The Scrapy settings name no archive to hand captures to; correct the settings module."""
