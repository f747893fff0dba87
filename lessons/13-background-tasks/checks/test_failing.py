"""What fails alone, what is tried again, and what is said of it afterwards."""

import re
import time
from itertools import pairwise, product

from checker.judge import check, expect
from kit.notices import LONG, NOWHERE, Notices, Person, expect_one, is_signed, told_of
from kit.upstream import Visit

GONE = 9
"""The port `discard`, on which nobody listens."""
USUAL = 4.5
"""Seconds: less than httpx waits for by itself."""
A_TYPE = r"[A-Z]\w*[a-z][A-Z]\w+"
"""How the type of an exception is written: `SMTPServerDisconnected`."""


@check(
    title="What fails or hangs takes nothing with it: no response, no hook, and no other's mail",
    items=["quickref.background-tasks", "topic.background-tasks"],
    why="In BackgroundTasks, a task that raises is the last that runs.",
    read="Alone",
    errata=["E38"],
    needs=["13.mail", "13.hook"],
)
def test_alone(notices: Notices):
    mail, env = notices.mail, notices.project.env
    env.update(DELIVERY_SECONDS="1", DELIVERY_TRIES="2")
    for what, refusals in (
        ("refused the recipient with 550", {"RCPT": ["550 {} is unknown here"]}),
        ("refused the mail with 554", {"DATA": ["554 {} wants no mail"]}),
    ):
        address = notices.address()
        mail.refuse(address, **refusals)
        _hooked(notices, notices.register(email=address), f"The mail server {what}")
        notices.greeted(notices.register(), after=f"After the mail server {what}, another user")
    address = notices.address()
    mail.plans[address].waits_at = "RCPT"
    _hooked(notices, notices.register(email=address), "The mail server said nothing more")
    notices.greeted(
        notices.register(),
        after="While the mail server said nothing to another's mail, a user was registered,",
    )
    mail.until(lambda: mail.visits_for(address) > 1, LONG)
    expect(
        not mail.gave_up,
        seen="With DELIVERY_SECONDS=1, a mail server that said nothing was waited for until it had"
        " something to say.",
        wanted="timeout=settings.delivery_seconds: an SMTP client waits for 60 s by itself, or for"
        " ever.",
    )
    notices.answer_hooks(lambda _: None)
    person = notices.register()
    notices.greeted(person, after="The moderators said nothing, a user was registered,")
    notices.upstream.until(lambda: len(notices.hooks(person.path)) > 1, LONG)
    expect(
        not notices.upstream.gave_up,
        seen="With DELIVERY_SECONDS=1, moderators who said nothing were waited for until they had"
        " something to say.",
        wanted="httpx.AsyncClient(timeout=settings.delivery_seconds).",
    )
    for first, second in pairwise(notices.hooks(person.path)):
        pause = second.began - first.began
        expect(
            pause < USUAL,
            seen="With DELIVERY_SECONDS=1, moderators who said nothing were asked again after"
            f" {pause:.1f} s.",
            wanted="httpx.AsyncClient(timeout=settings.delivery_seconds): httpx waits for 5 s by"
            " itself.",
        )
    notices.answer_hooks(lambda _: 500)
    notices.greeted(
        notices.register(), after="The moderators answered with 500, a user was registered,"
    )
    env["SMTP_PORT"] = str(GONE)
    notices.answer_hooks(lambda _: 204)
    notices.restart()
    for _ in range(2):
        _hooked(notices, notices.register(), "The mail server was down")


def _hooked(notices: Notices, person: Person, what: str) -> None:
    expect_one(notices.wait_for_hooks(person.path), f"{what}, {person.path} was created")


@check(
    title="What is given up is in the log, in one line with the request's id and the reason",
    items=["topic.background-tasks"],
    why="The client has its 201: if the log does not tell it, nobody ever knows.",
    read="What the log says",
    needs=["13.alone"],
)
def test_logged(notices: Notices):
    number, mail = notices.rng.randrange(10**9), notices.mail
    hooks = {code: f"the moderators answer with {code}" for code in ("502", "410", "308")}
    mails = {
        "550": ("a mail is refused with 550", {"RCPT": ["550 No {}"] * 9}),
        "554": ("a mail is refused with 554", {"DATA": ["554 No {}"] * 9}),
        "452": ("a mail is refused with 452, again and again", {"DATA": ["452 No {}"] * 9}),
    }
    for code, (_, refusals) in mails.items():
        address = notices.address()
        mail.refuse(address, **refusals)
        person = notices.register(f"request-{code}-{number}", email=address)
        mail.until(lambda address=address: mail.visits_for(address) > 0)
        notices.wait_for_hooks(person.path)
    address = notices.address()
    mail.plans[address].leaves_at = "RCPT"
    person = notices.register(f"request--{number}", email=address)
    mail.until(lambda: mail.visits_for(address) >= 3)
    notices.wait_for_hooks(person.path)
    for code in hooks:
        notices.answer_hooks(lambda _, code=code: int(code))
        person = notices.register(f"request-{code}-{number}")
        notices.greeted(person)
        notices.wait_for_hooks(person.path, 3 if code == "502" else 1)
    printed = notices.printed()
    expect(
        "Traceback" not in printed,
        seen="When mails and hooks are refused, the log has a traceback.",
        wanted="One line, for what others' servers do is no error of your code; and the last line"
        " of smtplib's traceback has the address in it.",
    )
    told = {**hooks, **{code: what for code, (what, _) in mails.items()}}
    for code, what in {**told, "": "the mail server breaks the connection off"}.items():
        id_ = f"request-{code}-{number}"
        lines = [line for line in printed.splitlines() if id_ in line]
        expect(
            bool(lines),
            seen=f"When {what}, the log has no line with the request's id, {id_}:"
            f" {printed[-300:].strip() or 'it is empty'}",
            wanted="A warning with the id: request_id.get() still has it in a BackgroundTask.",
        )
        expect(
            any(re.search(code or A_TYPE, line.replace(id_, "")) for line in lines),
            seen=f"When {what}, the log says of that request: {' / '.join(lines)}",
            wanted="The reason in that line: "
            + (f"{code}, which the server has given." if code else "type(error).__name__."),
        )


@check(
    title="No address, no name and no password in the log, whatever goes wrong",
    items=["topic.background-tasks"],
    why="A log is read by many, and kept for long.",
    read="What the log says",
    needs=["13.logged"],
)
def test_private(notices: Notices):
    env, name = notices.project.env, f"Name{notices.rng.randrange(10**9)}"
    notices.trust()
    mail = notices.serve_mail("starttls")
    password = f"password-{notices.rng.randrange(10**9)}"
    env.update(SMTP_USERNAME="posts", SMTP_PASSWORD=password)
    mail.passwords["posts"] = password
    people = [notices.register(name=name)]
    notices.greeted(people[0])
    for said in ("450 <{}>: later", "432 {} is asked for too often"):
        address = notices.address()
        mail.refuse(address, RCPT=[said])
        people.append(notices.register(name=name, email=address))
        notices.greeted(people[-1], after=f"The mail server once refused a mail with {said[:3]},")
    for refusals in ({"RCPT": ["550 <{}>: unknown"]}, {"DATA": ["554 {}: no"]}):
        address = notices.address()
        mail.refuse(address, **refusals)
        people.append(notices.register(name=name, email=address))
        mail.until(lambda address=address: mail.visits_for(address) > 0)
        notices.wait_for_hooks(people[-1].path)
    mail.passwords["posts"] = "another"
    notices.answer_hooks(lambda _: 400)
    before = len(mail.signed_in)
    people.append(notices.register(name=name))
    mail.until(lambda: len(mail.signed_in) > before)
    notices.wait_for_hooks(people[-1].path)
    printed = notices.printed()
    env["SMTP_PORT"] = str(GONE)
    env["MODERATION_URL"] = f"http://127.0.0.1:{GONE}/hook"
    notices.http.start()
    people.append(notices.register(name=name))
    printed += notices.printed()
    secrets = {
        "the SMTP password": password,
        "the moderators' secret": notices.secret,
        "a user's name": name,
    }
    for person in people:
        secrets["a user's address"] = person.address
        for what, secret in secrets.items():
            line = next((line for line in printed.splitlines() if secret in line), "")
            expect(
                not line,
                seen=f"The log has {what}: {line}",
                wanted="The user's id, the exception's type and its code. str(error) has the"
                " address, and the server's own words may have it too.",
            )
        expect(
            person.data["password"] not in printed,
            seen="The log has the password that a user has registered with.",
            wanted="Nothing of what was sent.",
        )


@check(
    title="A mail that may be taken later is tried again, and one that never will is not",
    items=["topic.background-tasks"],
    why="Many servers refuse the first try of a stranger on purpose; and who insists is blocked.",
    read="Again, or never",
    needs=["13.alone"],
)
def test_retries(notices: Notices):
    mail = notices.mail
    address = notices.address()
    mail.refuse(address, RCPT=["451 {} is busy"], DATA=["452 Later"])
    later = notices.greeted(
        notices.register(email=address),
        after="The mail server refused a mail with 451, then with 452,",
    )
    ids = {str(each.headers["Message-ID"]) for each in (later, *mail.refused)}
    expect(
        len(ids) == 1,
        seen=f"The mail was tried again with another Message-ID: {', '.join(sorted(ids))}.",
        wanted="The same mail: where the first try has come through after all, the second is seen"
        " to be its twin.",
    )
    address = notices.address()
    mail.plans[address].leaves_at = "RCPT"
    person = notices.register(email=address)
    mail.until(lambda: mail.visits_for(address) > 0)
    mail.plans[address].leaves_at = None
    notices.greeted(person, after="The mail server once broke the connection off,")
    for tries, pause, first, second in ((3, 0.05, 450, 451), (2, 1.5, 471, 455)):
        if tries != 3:
            notices.project.env.update(DELIVERY_TRIES=str(tries), DELIVERY_PAUSE=str(pause))
            notices.http.start()
        cases = []
        for refusals, wanted in (
            ({"RCPT": [f"{first} Later"] * 9}, tries),
            ({"DATA": [f"{second} Later"] * 9}, tries),
            ({"RCPT": ["550 Never"] * 9}, 1),
            ({"DATA": ["554 Never"] * 9}, 1),
        ):
            address = notices.address()
            mail.refuse(address, **refusals)
            notices.register(email=address)
            if wanted == 2:
                mail.until(lambda a=address: mail.visits_for(a) > 0, LONG)
                _answers_meanwhile(notices, pause)
            mail.until(lambda a=address, n=wanted: mail.visits_for(a) >= n, LONG)
            cases.append((address, *refusals.values(), wanted))
        notices.http.stop()
        for address, [said, *_], wanted in cases:
            seen = mail.visits_for(address)
            expect(
                seen == wanted,
                seen=f"With DELIVERY_TRIES={tries}, a mail that is answered with {said!r} each time"
                f" was tried {seen} times.",
                wanted=f"{wanted}: 4xx is for now, 5xx for ever, and the first try counts.",
            )
            expect(
                wanted == 1 or mail.pause_of(address) > 0.9 * pause,
                seen=f"With DELIVERY_PAUSE={pause}, the second try came"
                f" {mail.pause_of(address) if wanted > 1 else 0:.2f} s after the first.",
                wanted="asyncio.sleep(settings.delivery_pause) between them.",
            )


def _answers_meanwhile(notices: Notices, pause: float) -> None:
    """Expect answers while a task pauses, from the refusal on."""
    end, took = time.monotonic() + pause / 2, 0.0
    while (begun := time.monotonic()) < end:
        notices.http.get(NOWHERE)
        took = max(took, time.monotonic() - begun)
        time.sleep(0.05)
    expect(
        took < pause / 2,
        seen=f"A mail had been refused, to be tried again {pause} s later. A request that came"
        f" meanwhile was answered after {took:.1f} s.",
        wanted="An answer at once: await asyncio.sleep(…), or a thread.",
        why="A task runs in the same event loop as every request: if it blocks, all of them wait.",
    )


@check(
    title="A hook that may be taken later is tried again, as the same event",
    items=["topic.background-tasks"],
    why="The receiver may have stored it and failed after that: by the id it knows the event.",
    read="Again, or never",
    needs=["13.alone"],
)
def test_hook_retries(notices: Notices):
    author, plans = notices.author(), {}
    elsewhere = notices.upstream.receiver(lambda _: 204)
    cases = (
        ((500, 503, 204), 3),
        ((429, 204), 2),
        ((0, 204), 2),
        ((502, 502, 502, 204), 3),
        ((400, 204), 1),
        ((404, 204), 1),
        ((410, 204), 1),
        ((elsewhere, 204), 1),
        ((200, 204), 1),
    )

    def answer(visit: Visit) -> int | str:
        return plans.setdefault(told_of(visit), coming.copy()).pop(0)

    notices.answer_hooks(answer)
    paths = []
    for answers, wanted in cases:
        coming = list(answers)
        paths.append(notices.write(author))
        notices.wait_for_hooks(paths[-1], wanted)
    notices.http.stop()
    for path, (answers, wanted) in zip(paths, cases, strict=True):
        visits = notices.hooks(path)
        told = ", ".join(_words(each) for each in answers)
        expect(
            len(visits) == wanted,
            seen=f"With DELIVERY_TRIES=3, a hook that is answered with {told} was sent"
            f" {len(visits)} times.",
            wanted=f"{wanted}: 5xx, 429 and no answer are for now, all else for ever.",
        )
        same = {(visit.headers.get("webhook-id"), visit.body) for visit in visits}
        expect(
            len(same) == 1,
            seen=f"Each try of one event is another: {sorted(map(str, same))}.",
            wanted="The same id and the same body each time.",
        )
        for visit in visits:
            is_signed(visit, notices.secret)
    expect(
        not notices.upstream.visits_of(elsewhere),
        seen="A hook that was answered with a redirect was sent to where that led.",
        wanted="Not to elsewhere: MODERATION_URL says who is told.",
    )


def _words(answer: int | str) -> str:
    return "a redirect" if isinstance(answer, str) else str(answer or "a broken connection")


@check(
    title="A mail that was taken is not sent again, whatever happens after that",
    items=["topic.background-tasks"],
    why="The second welcome makes you look as if you do not know your users.",
    read="Again, or never",
    needs=["13.retries"],
)
def test_once(notices: Notices):
    notices.project.env["DELIVERY_SECONDS"] = "0.5"
    waiting, leaving = notices.address(), notices.address()
    mail = notices.mail
    mail.plans[waiting].waits_at = mail.plans[leaving].leaves_at = "QUIT"
    for address in (waiting, leaving):
        notices.wait_for_hooks(notices.register(email=address).path)
    notices.http.stop()
    for address, what in ((waiting, "said nothing more"), (leaving, "was gone")):
        found = mail.mails_to(address)
        expect(
            len(found) == 1,
            seen=f"The mail server took a mail with 250, and then {what}: the mail was sent"
            f" {len(found)} times.",
            wanted="Once: what comes after the 250 to the mail does not count.",
        )


@check(
    title="Without a mail server or moderators in the settings the log says that nothing is sent",
    items=["topic.background-tasks"],
    why="A mail that goes to localhost silently is one that is missed in production.",
    read="Off",
    needs=["13.mail", "13.hook"],
)
def test_off(notices: Notices):
    env, author = notices.project.env, notices.author()
    names = ("SMTP_HOST", "MODERATION_URL")
    for (off, other), empty in product((names, names[::-1]), (False, True)):
        kept = env.pop(off)
        if empty:
            env[off] = ""
        without = f"With an empty {off}" if empty else f"Without {off}"
        notices.restart()
        person = notices.register()
        path = notices.write(author)
        if off == "SMTP_HOST":
            expect_one(notices.wait_for_hooks(path), f"{without}, {path} was created")
        else:
            notices.greeted(person, after=f"{without} a user was registered,")
        printed = notices.printed()
        expect(
            off in printed.upper() and "Traceback" not in printed,
            seen=f"{without}, the log says: {printed[-300:].strip() or 'nothing'}",
            wanted=f"A warning that {off} is not set: at the start, or for each that is not sent.",
        )
        expect(
            other not in printed.upper(),
            seen=f"{without}, the log speaks of {other}, which is set.",
            wanted=f"A warning of {off} alone.",
        )
        if off == "SMTP_HOST":
            notices.http.stop()
            expect(
                not notices.mail.visits_for(person.address),
                seen=f"{without}, the welcome mail went to the mail server on localhost.",
                wanted="No mail: a library without a host takes localhost for one.",
            )
        env[off] = kept
