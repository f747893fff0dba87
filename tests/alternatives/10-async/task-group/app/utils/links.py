"""Links in a text, and the title of a page."""

import re
from html.parser import HTMLParser

MAX_LINKS = 20
MAX_TITLE = 200

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def find_links(text: str) -> list[str]:
    """The links in a text as they are written, each once, in order, and not too many."""
    found = (link.rstrip(".,;:!?)'") for link in _LINK.findall(text))
    return list(dict.fromkeys(found))[:MAX_LINKS]


class _Parser(HTMLParser):
    inside = done = False
    text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "title" and not self.done:
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self.inside:
            self.inside, self.done = False, True

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


def find_title(page: str) -> str | None:
    parser = _Parser()
    parser.feed(page)
    if not parser.done:
        return None
    kept = "".join(each if each.isprintable() else " " for each in parser.text)
    return " ".join(kept.split())[:MAX_TITLE].strip() or None
