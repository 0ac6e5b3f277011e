"""Text to markup, so that nothing of a document can become part of the page."""

import html
import unicodedata

_KEPT = "\t\n"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def escape(text: object) -> str:
    r"""Return a text as it may stand in a page or in an attribute, without signs that are not seen.

    >>> escape('<b>"\x1b\u202e规章'), escape(None), escape(0)
    ('&lt;b&gt;&quot;规章', '', '0')
    """
    if text is None:
        return ""
    seen = (sign for sign in str(text) if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN)
    return html.escape("".join(seen))


def both(chinese: str, english: str) -> str:
    """Return a name in both languages."""
    return f'{escape(chinese)} <span class="en" lang="en">{escape(english)}</span>'
