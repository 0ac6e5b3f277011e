"""Words of strangers made fit for a message: one line, nothing unseen, nothing that a mail or a chat would obey."""

import shlex
import unicodedata
from urllib.parse import quote, urlsplit

MOST_SIGNS = 300
"""Signs that one text of a source may take of a message."""
_HARMLESS = str.maketrans({"@": "＠", "<": "＜", "]": "］", "`": "｀"})
"""What chats read as a call to everyone, a mention, a link or code, in its full width."""
_SAFE = ":/?#&=%+,;~!$'*.-_"


def plain(text: object) -> str:
    r"""Return a text in one line without signs that nobody sees, and without any that a chat obeys.

    >>> plain("a\r\nBcc: x@y\u202e @everyone <b>")
    'a Bcc: x＠y ＠everyone ＜b>'
    """
    spaced = " ".join(str(text).split())
    seen = "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C").translate(_HARMLESS)
    return seen if len(seen) <= MOST_SIGNS else f"{seen[: MOST_SIGNS - 1]}…"


def plain_url(url: str) -> str:
    """Return an address of the web as one word, whatever stands in it; what is no such address as plain text.

    >>> plain_url("http://a.example/年 报.html"), plain_url("javascript:alert(1)")
    ('http://a.example/%E5%B9%B4%20%E6%8A%A5.html', 'javascript:alert(1)')
    """
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return plain(url)
    return quote(url, safe=_SAFE) if scheme in {"http", "https"} else plain(url)


def plain_command(*words: object) -> str:
    """Return a command as it is typed into a shell, whatever stands in its words.

    >>> plain_command("gongkai", "evidence", "990101-$(id)-2020")
    "gongkai evidence '990101-$(id)-2020'"
    """
    return shlex.join(map(plain, words))
