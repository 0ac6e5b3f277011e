"""What has to strike in a run of the suite: pairs of an accident and of what gongkai was doing."""

from tests.accidents.stories import STORIES

_WRITTEN_BY_NAME = [name for name in STORIES if "migrate" not in name]
"""A process that holds an older archive has migrated it, so that no other one meets the old one."""

EXPECTED = [
    *(("killed", name) for name in STORIES),
    *(("interrupted", name) for name in STORIES),
    *(("full disk", name) for name in STORIES),
    *(("another writer", name) for name in _WRITTEN_BY_NAME),
    *(("two at once", name) for name in STORIES),
    *(("killed", name) for name in ("crawl of a site", "the reader beside a crawl", "notify")),
    *(("killed at random", name) for name in ("crawl and file",)),
    *(("interrupted", name) for name in ("crawl of a site",)),
    ("full disk", "one capture after the other"),
    ("full disk", "each command"),
    ("disk that is read only", "each command"),
    ("log left by a crash", "reports"),
    ("page overwritten", "each command"),
    ("file cut short", "a reader"),
    ("flipped bit", "an archive at rest"),
    ("clock jumps back", "crawl, file"),
    ("clock jumps forward", "crawl, file"),
    ("clock was ahead", "schedule"),
    ("cut WARC", "import WARC"),
    ("reader beside a writer", "crawl, file, reparse, import"),
    ("another writer", "each command"),
]
