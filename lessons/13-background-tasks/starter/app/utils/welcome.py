"""The mail that greets a new user."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid

SUBJECT = "Welcome to Posts"


def welcome_mail(name: str, address: str, sender: str) -> EmailMessage:
    """The whole mail, from `sender` to that address. Its Message-ID is one for all tries.

    A name is what a stranger has typed: each run of white space in it becomes one space, and
    `Address` quotes the rest.
    """
    raise NotImplementedError("TODO 13.2")
