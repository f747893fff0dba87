"""The welcome mail in two forms, in both of which a name is a name."""

import base64
import email
from email.message import EmailMessage
from email.policy import SMTPUTF8
from html.parser import HTMLParser

from checker.judge import check, expect, tried
from checker.judge.evidence import Probe

NAMES = (
    "Ada & Charles",
    "Ada <b>Lovelace</b>",
    '<img src="https://x.example/1.png">',
    'Ada "the first" Lovelace',
    "</p><script>alert(1)</script>",
    "&amp;",
    "日本",
)


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self._text: list[str] = []
        self.feed(source)
        self.close()

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self._text.append(data)


@check(
    title="The welcome mail comes as text and as HTML, and a name is a name in both",
    why="Markup in a name is shown by the mail program of whoever gets it: a picture, or a link.",
    read="Stretch: a mail in two forms",
    stretch=True,
)
def test_both_forms(probe: Probe, rng):
    usual = f"Ada {rng.randrange(10**6)}"
    names = (usual, *NAMES)
    given = [(name, "ada@example.com", "posts@example.com") for name in names]
    answers = probe("mails", doing="calling welcome_mail", expects=list[dict], given=given)
    mails = [
        email.message_from_bytes(base64.b64decode(each["sent"]), EmailMessage, policy=SMTPUTF8)
        for each in answers
        if "sent" in each
    ]
    htmls = [mail.get_body(("html",)) for mail in mails]
    tried(len(mails) == len(names) and any(part is not None for part in htmls))
    tags = None
    for name, mail, part in zip(names, mails, htmls, strict=True):
        called = f"The mail for somebody of the name {name!r}"
        forms = [each.get_content_type() for each in mail.walk()]
        expect(
            forms == ["multipart/alternative", "text/plain", "text/html"],
            seen=f"{called} is made of {', '.join(forms)}.",
            wanted="multipart/alternative of text/plain and then text/html: set_content, and then"
            " add_alternative.",
            why="Whoever reads it takes the last form that they know.",
        )
        page = Page(part.get_content())
        tags = page.tags if tags is None else tags
        expect(
            page.tags == tags,
            seen=f"{called} has, as HTML, the tags {', '.join(page.tags)}; that for {usual} has"
            f" {', '.join(tags) or 'none'}.",
            wanted="The same tags whatever the name: html.escape(name), or a template that does"
            " it.",
        )
        expect(
            f"Hello {name}," in page.text,
            seen=f"{called} says, as HTML: {page.text[:120]}",
            wanted=f"Hello {name}, escaped once: html.escape(name), where it goes into the page.",
        )
