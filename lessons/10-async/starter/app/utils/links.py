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
    raise NotImplementedError("TODO 10.2")
