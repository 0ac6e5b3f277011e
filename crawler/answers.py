"""What came back for one request, wherever from: the network now, or the archive of an interrupted crawl."""

from dataclasses import dataclass

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `url` is where redirects ended, `asked_url` where they began; `body` is without content encoding.

    Of a 304 the body is the one that it confirms, and `body_headers` are those that came with that body.
    `reason` is what there is to say of a bad status beyond its number.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked_url: str = ""
    body_headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the server says that what was had before still stands."""
        return self.status == NOT_MODIFIED

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_type(self) -> str | None:
        """The media type as the server names it."""
        named = next((value for key, value in self.body_headers if key.lower() == "content-type"), None)
        return named or self.header("content-type")
