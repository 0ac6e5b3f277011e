"""Signals of this room, beside those of Scrapy."""

site_progress = object()
"""Sent with `progress: Progress` after every visit and at the end of a site."""
