"""The mail that greets a new user."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from html import escape

SUBJECT = "Welcome to Posts"


def welcome_mail(name: str, address: str, sender: str) -> EmailMessage:
    """The whole mail, from `sender` to that address. Its Message-ID is one for all tries.

    A name is what a stranger has typed: each run of white space in it becomes one space, and
    `Address` quotes the rest.
    """
    shown = " ".join(name.split())
    local, _, domain = address.rpartition("@")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(shown, local, domain)
    message["Subject"] = SUBJECT
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(f"Hello {shown},\n\nyour account is ready. Write something!\n")
    page = f"<p>Hello {escape(shown)},</p>\n<p>your account is ready. Write something!</p>\n"
    message.add_alternative(page, subtype="html")
    return message
