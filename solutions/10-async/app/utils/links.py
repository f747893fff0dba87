"""Links in a text, and the title of a page."""

import html
import re

MAX_LINKS = 20
MAX_TITLE = 200

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def find_links(text: str) -> list[str]:
    """The links in a text as they are written, each once, in order, and not too many."""
    found = (link.rstrip(".,;:!?)'") for link in _LINK.findall(text))
    return list(dict.fromkeys(found))[:MAX_LINKS]


def find_title(page: str) -> str | None:
    """The text of a page's first title, on one line. None where there is none, or nothing in it."""
    begins = re.search(r"<title(?:\s[^<>]*)?>", page, re.IGNORECASE)
    if begins is None:
        return None
    rest = page[begins.end() :]
    ends = re.search(r"</title", rest, re.IGNORECASE)
    if ends is None:
        return None
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", html.unescape(rest[: ends.start()]))
    return " ".join(text.split())[:MAX_TITLE] or None
