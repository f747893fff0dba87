"""Links in a text, and the title of a page."""

import html
import re

MAX_LINKS = 20
MAX_TITLE = 200

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TITLE = re.compile(r"<title(?:\s[^<>]*)?>", re.IGNORECASE)
_TITLE_ENDS = re.compile(r"</title", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def find_links(text: str) -> list[str]:
    """The links in a text as they are written, each once, in order, and not too many."""
    found = (link.rstrip(".,;:!?)'") for link in _LINK.findall(text))
    return list(dict.fromkeys(found))[:MAX_LINKS]


def find_title(page: str) -> str | None:
    """The text of a page's first title, on one line. None where there is none, or nothing in it."""
    begins = _TITLE.search(page)
    ends = _TITLE_ENDS.search(page, begins.end()) if begins else None
    if begins is None or ends is None:
        return None
    text = html.unescape(page[begins.end() : ends.start()])
    return " ".join(_INVISIBLE.sub(" ", text).split())[:MAX_TITLE] or None
