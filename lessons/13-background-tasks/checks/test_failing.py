"""What fails alone, what is tried again, and what is said of it afterwards."""

import json

from checker.judge import check, expect
from kit.notices import Notices, Person, expect_one, is_signed

GONE = 9
"""The port `discard`, on which nobody listens."""


@check(
    title="What fails or hangs takes nothing with it: no response, no hook, and no other's mail",
    items=["quickref.background-tasks", "topic.background-tasks"],
    why="In BackgroundTasks, a task that raises is the last that runs.",
    read="Alone",
    errata=["E38"],
    needs=["13.mail", "13.hook"],
)
def test_alone(notices: Notices):
    mail = notices.mail
    for what, refusals in (
        ("refused the recipient with 550", {"RCPT": ["550 {} is unknown here"]}),
        ("refused the mail with 554", {"DATA": ["554 {} wants no mail"]}),
    ):
        mail.refusals.update(refusals)
        refused = notices.register()
        _hooked(notices, refused, f"The mail server {what}")
        notices.greeted(notices.register(), after=f"After the mail server {what}, another")
    mail.waits_at = "greeting"
    mail.close_gate()
    hanging = notices.register()
    _hooked(notices, hanging, "The mail server took the connection and said nothing")
    mail.waits_at = None
    last = notices.register()
    notices.greeted(last, after="While a mail server said nothing to another's mail, a user")
    mail.open_gate()
    notices.serve_hook(500)
    notices.project.env["DELIVERY_TRIES"] = "2"
    notices.restart()
    notices.greeted(notices.register(), after="The moderators answered with 500, a user")
    notices.project.env["SMTP_PORT"] = str(GONE)
    notices.serve_hook(204)
    notices.restart()
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
    number = notices.rng.randrange(10**9)
    cases = (
        (f"refused-{number}", "a mail is refused with 550", "550", {"RCPT": ["550 No {}"]}, None),
        (f"unwanted-{number}", "a mail is refused with 554", "554", {"DATA": ["554 No {}"]}, None),
        (f"failing-{number}", "the moderators answer with 502", "502", {}, 502),
        (f"gone-{number}", "the moderators answer with 410", "410", {}, 410),
        (f"silent-{number}", "the mail server says nothing", "", {}, None),
    )
    for id_, what, reason, refusals, answer in cases:
        notices.serve_hook(answer or 204)
        notices.mail.waits_at = "greeting" if id_.startswith("silent") else None
        notices.mail.close_gate()
        notices.mail.refusals.update(refusals)
        notices.restart()
        person = notices.register(id_)
        notices.wait_for_hooks(person.path, 3 if answer == 502 else 1)
        if refusals:
            notices.mail.until(lambda person=person: notices.mail.visits_for(person.address) > 0)
        elif not answer:
            notices.mail.until(lambda: len(notices.mail.visits) % 3 == 0)
        printed = notices.printed()
        lines = [line for line in printed.splitlines() if id_ in line]
        expect(
            bool(lines),
            seen=f"When {what}, the log has no line with the request's id, {id_}:"
            f" {printed[-300:].strip() or 'it is empty'}",
            wanted="A warning with the id: request_id.get() still has it in a BackgroundTask.",
        )
        expect(
            any(reason in line for line in lines),
            seen=f"When {what}, the log says: {lines[-1]}",
            wanted=f"The reason in that line: {reason}, which the server has given.",
        )
        expect(
            "Traceback" not in printed,
            seen=f"When {what}, the log has a traceback.",
            wanted="One line, for what others' servers do is no error of your code: and the last"
            " line of a traceback of smtplib has the address in it.",
        )


@check(
    title="No address, no name and no password in the log, whatever goes wrong",
    items=["topic.background-tasks"],
    why="A log is read by many, and kept for long.",
    read="What the log says",
    needs=["13.logged"],
)
def test_private(notices: Notices):
    mail, env = notices.mail, notices.project.env
    name = f"Name{notices.rng.randrange(10**9)}"
    people = [notices.register(name=name)]
    notices.greeted(people[0])
    mail.refusals["RCPT"] = ["550 <{}>: unknown"]
    people.append(notices.register(name=name))
    mail.until(lambda: mail.visits_for(people[-1].address) > 0)
    notices.wait_for_hooks(people[-1].path)
    mail.refusals["DATA"] = ["554 {}: no"]
    people.append(notices.register(name=name))
    mail.until(lambda: bool(mail.refused))
    notices.wait_for_hooks(people[-1].path)
    printed = notices.printed()
    notices.trust()
    server = notices.serve_mail("starttls")
    password = f"password-{notices.rng.randrange(10**9)}"
    env.update(SMTP_USERNAME="posts", SMTP_PASSWORD=password)
    notices.serve_hook(400)
    notices.http.start()
    people.append(notices.register(name=name))
    notices.wait_for_hooks(people[-1].path)
    server.until(lambda: bool(server.signed_in))
    printed += notices.printed()
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
    mail.refusals["RCPT"] = ["451 {} is busy"]
    mail.refusals["DATA"] = ["452 Later"]
    later = notices.register()
    found = notices.greeted(later, after="The mail server refused a mail with 451 and with 452,")
    ids = {str(each.headers["Message-ID"]) for each in (found, *mail.refused)}
    expect(
        len(ids) == 1,
        seen=f"The mail was tried again with another Message-ID: {', '.join(sorted(ids))}.",
        wanted="The same mail: where the first try has come through after all, the second is seen"
        " to be its twin.",
    )
    for tries in (3, 2, 1):
        notices.project.env["DELIVERY_TRIES"] = str(tries)
        notices.restart()
        for refusals, wanted in (
            ({"RCPT": ["450 Later"] * 6}, tries),
            ({"RCPT": ["550 Never"]}, 1),
            ({"DATA": ["554 Never"]}, 1),
        ):
            mail.refusals.update({"RCPT": [], "DATA": [], **refusals})
            said = next(iter(refusals.values()))[0]
            person = notices.register()
            mail.until(lambda p=person, n=wanted: mail.visits_for(p.address) >= n)
            mail.refusals.update({"RCPT": [], "DATA": []}) if wanted == 1 else None
            notices.http.stop()
            seen = mail.visits_for(person.address)
            expect(
                seen == wanted,
                seen=f"With DELIVERY_TRIES={tries}, a mail that is answered with {said!r} each time"
                f" was tried {seen} times.",
                wanted=f"{wanted}: 4xx is for now, 5xx for ever, and the first try counts.",
            )
    mail.refusals["RCPT"] = []
    notices.project.env["DELIVERY_TRIES"] = "3"
    notices.restart()
    mail.leaves_at = "RCPT"
    person = notices.register()
    mail.until(lambda: mail.visits_for(person.address) > 0)
    mail.leaves_at = None
    notices.greeted(person, after="The mail server once broke the connection off,")


@check(
    title="A hook that may be taken later is tried again, as the same event",
    items=["topic.background-tasks"],
    why="The receiver may have stored it and failed after that: by the id it knows the event.",
    read="Again, or never",
    needs=["13.alone"],
)
def test_hook_retries(notices: Notices):
    author = notices.author()
    elsewhere = notices.upstream.receiver(204)
    moved = notices.upstream.redirect(elsewhere, 307)
    for answers, wanted in (
        ((500, 503, 204), 3),
        ((429, 204), 2),
        ((0, 204), 2),
        ((502,), 3),
        ((400,), 1),
        ((404,), 1),
        ((410,), 1),
        ((200,), 1),
    ):
        notices.serve_hook(*answers)
        notices.restart()
        path = notices.write(author)
        notices.wait_for_hooks(path, wanted)
        notices.http.stop()
        visits = notices.hooks(path)
        told = ", ".join(str(each) if each else "a broken connection" for each in answers)
        expect(
            len(visits) == wanted,
            seen=f"With DELIVERY_TRIES=3, a hook that is answered with {told} was sent"
            f" {len(visits)} times.",
            wanted=f"{wanted}: 5xx, 429 and no answer are for now, all else for ever.",
        )
        same = {(visit.headers.get("webhook-id"), visit.body) for visit in visits}
        expect(
            len(same) == 1,
            seen=f"Each try of one event is another: {[json.loads(v.body) for v in visits]}.",
            wanted="The same id and the same body each time.",
        )
        for visit in visits:
            is_signed(visit, notices.secret)
    notices.project.env["MODERATION_URL"] = notices.hook = moved
    notices.restart()
    path = notices.write(author)
    notices.wait_for_hooks(path)
    notices.http.stop()
    expect(
        len(notices.hooks()) == 1 and not notices.upstream.visits_of(elsewhere),
        seen=f"A hook that was answered with a redirect was sent {len(notices.hooks())} times, and"
        f" {len(notices.upstream.visits_of(elsewhere))} times to where that led.",
        wanted="Once, and not to elsewhere: the setting says who is told.",
    )


@check(
    title="A mail that was taken is not sent again, whatever happens after that",
    items=["topic.background-tasks"],
    why="The second welcome makes you look as if you do not know your users.",
    read="Again, or never",
    needs=["13.retries"],
)
def test_once(notices: Notices):
    for stage in ("waits_at", "leaves_at"):
        notices.mail.waits_at = notices.mail.leaves_at = None
        setattr(notices.mail, stage, "QUIT")
        notices.mail.close_gate()
        person = notices.register()
        notices.greeted(person)
        notices.wait_for_hooks(person.path)
        if stage == "waits_at":  # until somebody has had enough of it, and after that
            notices.mail.until(lambda: len(notices.mail.visits) > 1, 3)
        last = notices.register()
        notices.greeted(last)
        notices.http.stop()
        found = notices.mail.mails_to(person.address)
        expect(
            len(found) == 1,
            seen="The mail server took a mail with 250, and then"
            f" {'said nothing more' if stage == 'waits_at' else 'was gone'}: the mail was sent"
            f" {len(found)} times.",
            wanted="Once: what comes after the 250 to the mail does not count.",
        )
        notices.http.start()


@check(
    title="Without a mail server or moderators in the settings the log says that nothing is sent",
    items=["topic.background-tasks"],
    why="A mail that goes to localhost silently is one that is missed in production.",
    read="Off",
    needs=["13.mail", "13.hook"],
)
def test_off(notices: Notices):
    env, author = notices.project.env, notices.author()
    for off, other in (("SMTP_HOST", "MODERATION_URL"), ("MODERATION_URL", "SMTP_HOST")):
        kept = env[off]
        for value in (None, ""):
            env.pop(off, None)
            if value is not None:
                env[off] = value
            notices.restart()
            person = notices.register()
            path = notices.write(author)
            if off == "SMTP_HOST":
                expect_one(notices.wait_for_hooks(path), f"{path} was created")
            else:
                notices.greeted(person)
            printed = notices.printed()
            said = f"With {off} {'not set' if value is None else 'empty'}"
            expect(
                off in printed.upper() and "Traceback" not in printed,
                seen=f"{said}, the log says: {printed[-300:].strip() or 'nothing'}",
                wanted=f"A warning that {off} is not set: at the start, or for each that is not"
                " sent.",
            )
            expect(
                other not in printed.upper(),
                seen=f"{said}, the log speaks of {other}, which is set.",
                wanted=f"A warning of {off} alone.",
            )
        env[off] = kept
