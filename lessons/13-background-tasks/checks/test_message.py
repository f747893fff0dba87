"""The mail itself, whatever the name of who gets it."""

import base64
from datetime import UTC, datetime, timedelta

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Probe
from kit.mail import Mail

SUBJECT = "Welcome to Posts"
ODD = (
    "Ada <x@evil.example>,",
    "Lovelace, Ada",
    'Ada "the first" Lovelace',
    "Ada \\ Lovelace",
    "Ada (nobody), x@evil.example;",
    "Ada\nBcc: x@evil.example",
    "Ada\r\nBcc: x@evil.example\r\n\r\nBuy this",
    "Ada\rX-More: 1",
    "Ada\u2028Bcc: x@evil.example",
    "Ada\x85Bcc: x@evil.example",
    "Ada\t \n  Lovelace",
    "x@evil.example",
    "A" * 100,
)
SCRIPTS = (
    ("Ада Лавлейс", "ada@example.com"),
    ("日本", "nihon@example.com"),
    ("Zoë, née \u201cO\u2019Brien\u201d", "zoe@example.com"),
    ("\U0001f600", "smile@example.com"),
    ("é" * 12, "long@example.com"),
    ("Ädä", "ädä@example.com"),
    ("Ada", "ada@exämple.com"),
    ("日本", "日本@例え.jp"),
)


@check(
    title="The welcome mail is whole: who, to whom, when, and what",
    items=["topic.background-tasks"],
    why="A mail without a date or an id of its own is junk to many mail servers.",
    read="The mail",
)
def test_message(probe: Probe, rng):
    given = [
        (f"Ada {rng.randrange(10**6)}", f"ada{rng.randrange(10**6)}@example.com", sender)
        for sender in ("posts@example.com", f"hello{rng.randrange(10**6)}@mail.example.org")
    ]
    ids, last = set(), None
    mails = _mails(probe, given, pause=1.1)  # a Date has seconds, and no parts of them
    for (name, address, sender), mail in zip(given, mails, strict=True):
        called = f"welcome_mail({name!r}, {address!r}, {sender!r})"
        _addressed(mail, name, address, called)
        found = mail.headers
        from_ = found["From"]
        expect(
            from_ is not None and [each.addr_spec for each in from_.addresses] == [sender],
            seen=f"{called} has From: {from_}.",
            wanted=sender,
        )
        expect(
            str(found["Subject"]) == SUBJECT,
            seen=f"{called} has Subject: {found['Subject']}.",
            wanted=SUBJECT,
        )
        moment = found["Date"].datetime if found["Date"] else None
        expect(
            moment is None or moment.tzinfo is not None,
            seen=f"{called} has Date: {found['Date']}. -0000 is no zone: it says that nobody knows"
            " in which one that was.",
            wanted="A time with its zone: datetime.now(UTC) is one, datetime.now() is not; and"
            " email.utils.formatdate() writes -0000 unless it is told localtime=True.",
        )
        expect(
            moment is not None and abs(datetime.now(UTC) - moment) < timedelta(hours=1),
            seen=f"{called} has Date: {found['Date']}.",
            wanted="The time at which it was made, with its zone.",
        )
        expect(
            last is None or moment > last,
            seen=f"Of two mails, made more than a second apart, each has Date: {found['Date']}.",
            wanted="The time at which each was made, and not that of the import: what is called in"
            " a default of a parameter, or outside of functions, is called once.",
        )
        last = moment
        id_ = str(found["Message-ID"] or "")
        expect(
            id_.startswith("<") and id_.endswith(f"@{sender.partition('@')[2]}>"),
            seen=f"{called} has Message-ID: {id_ or None}.",
            wanted="make_msgid(domain=…) with the sender's domain: without one it asks for this"
            " machine's name, and tells it.",
        )
        ids.add(id_)
        _greets(mail, name, called)
    expect(
        len(ids) == len(given),
        seen=f"Two mails have the same Message-ID, {ids}.",
        wanted="One of its own for each mail.",
    )


@check(
    title="A name is a name, whatever is in it: no recipient, and no header",
    items=["topic.background-tasks"],
    why="A name is what a stranger has typed, and would make your server send his mail.",
    read="What a name can do",
    needs=["13.message"],
)
def test_names(probe: Probe, rng):
    address = f"ada{rng.randrange(10**6)}@example.com"
    sender = "posts@example.com"
    found = _mails(probe, [(name, address, sender) for name in ODD])
    usual = _mails(probe, [("Ada", address, sender)])[0].headers.keys()
    for name, mail in zip(ODD, found, strict=True):
        called = f"The mail for somebody of the name {name!r}"
        _addressed(mail, name, address, called)
        more = sorted({key.lower() for key in mail.headers} - {key.lower() for key in usual})
        expect(
            not more and len(mail.headers) == len(usual),
            seen=f"{called} has the header {', '.join(more) or 'To twice'}.",
            wanted="The headers of every other mail: a name is data.",
        )
        _greets(mail, name, called)


@check(
    title="Names and addresses are read as they are written, in every script",
    items=["topic.background-tasks"],
    why="Half of the world is not called Ada.",
    read="What a name can do",
    needs=["13.message"],
)
def test_scripts(probe: Probe):
    given = [(name, address, "posts@example.com") for name, address in SCRIPTS]
    for (name, address, _), mail in zip(given, _mails(probe, given), strict=True):
        called = f"The mail for {name[:20]}, {address},"
        _addressed(mail, name, address, called)
        _greets(mail, name, called)


def _mails(probe: Probe, given: list[tuple[str, str, str]], pause: float = 0) -> list[Mail]:
    answers = probe(
        "mails", doing="calling welcome_mail", expects=list[dict], given=given, pause=pause
    )
    found = []
    for (name, address, _), answer in zip(given, answers, strict=True):
        if "sent" not in answer:
            raise Unmet(
                f"welcome_mail({name!r}, {address!r}, …) gives {answer.get('error')}.",
                "An EmailMessage that can be sent.",
            )
        content = base64.b64decode(answer["sent"])
        found.append(Mail("", [], content, encrypted=False, user=None))
    return found


def _addressed(mail: Mail, name: str, address: str, called: str) -> None:
    shown = " ".join(name.split())
    to = mail.headers["To"]
    seen = [(each.display_name, each.addr_spec) for each in to.addresses] if to else None
    expect(
        seen is not None and len(seen) == 1,
        seen=f"{called} has To: {to}, which are {len(seen) if seen else 'no'} recipients.",
        wanted=f"One: Address(…) of email.headerregistry, with {shown!r}, quotes what needs it.",
    )
    expect(
        seen == [(shown, address)],
        seen=f"{called} has To: {to}, which is {seen[0][1]} by the name {seen[0][0]!r}.",
        wanted=f"{address} by the name {shown!r}: each run of white space is one space.",
    )


def _greets(mail: Mail, name: str, called: str) -> None:
    first = mail.text.strip().partition("\n")[0].rstrip("\r")
    wanted = f"Hello {' '.join(name.split())},"
    expect(
        first == wanted,
        seen=f"{called} begins with the line {first!r}.",
        wanted=f"{wanted!r}, in plain text.",
    )
