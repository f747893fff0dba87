"""The mail on its way: after the response, to one recipient, and through the right door."""

from checker.judge import check, expect
from checker.judge.evidence import SqliteDatabase, summarize
from kit import POSTS, USERS
from kit.notices import LONG, Notices, expect_one

AT_ONCE = "201 at once: what is sent is sent by a task that begins with the response."
DOORS = {"starttls": "STARTTLS", "tls": "TLS from the first byte"}
REFUSE_COMMIT = (
    "CREATE TABLE nobody (id INTEGER PRIMARY KEY)",
    "CREATE TABLE promises (id INTEGER REFERENCES nobody (id) DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TRIGGER refuse_users AFTER INSERT ON users BEGIN INSERT INTO promises VALUES (1); END",
    "CREATE TRIGGER refuse_posts AFTER INSERT ON posts BEGIN INSERT INTO promises VALUES (1); END",
)
"""What a trigger has promised is looked at when the transaction ends: the commit fails."""


@check(
    title="Who registers gets one welcome mail",
    items=["topic.background-tasks"],
    why="The mail is the first that a user hears of you.",
    read="After the response",
    needs=["13.message"],
)
def test_mail(notices: Notices):
    people = [notices.register(name=name) for name in ("Ada", "Grace", "Ada")]
    for person in people:
        mail = notices.greeted(person)
        expect(
            mail.recipients == [person.address] and mail.sender == notices.sender,
            seen=f"The mail for {person.address} went from {mail.sender} to"
            f" {', '.join(mail.recipients)}.",
            wanted=f"From {notices.sender}, which MAIL_FROM names, to {person.address} alone.",
        )
        to = mail.headers["To"]
        shown = [(each.display_name, each.addr_spec) for each in to.addresses] if to else []
        expect(
            shown == [(person.data["name"], person.address)]
            and str(mail.headers["Subject"]) == "Welcome to Posts"
            and person.data["name"] in mail.text,
            seen=f"The mail for {person.data['name']}, {person.address} has To: {to}, Subject:"
            f" {mail.headers['Subject']}, and the text {mail.text[:80]!r}.",
            wanted="What welcome_mail makes of the name and the address that are stored.",
        )
    headers = notices.accounts.headers({"id": int(people[0].path.rpartition("/")[2])})
    notices.http.patch(people[0].path, json={"name": "Other"}, headers=headers)
    notices.http.get(people[0].path)
    notices.write(headers)
    last = notices.register()
    notices.greeted(last)
    notices.http.delete(people[0].path, headers=headers)
    back = notices.register(email=people[0].address)
    notices.mail.until(lambda: len(notices.mail.mails_to(back.address)) > 1, LONG)
    notices.http.stop()
    expect(
        len(notices.mail.mails_to(back.address)) > 1,
        seen="A user was deleted, somebody registered with the same address, and the mail server"
        " got no second mail for it.",
        wanted="A mail to each new user: this one is new.",
    )
    expected = sorted(person.address for person in (*people, last, back))
    got = sorted(address for mail in notices.mail.mails for address in mail.recipients)
    expect(
        got == expected,
        seen=f"Five users were registered, one was read and changed, wrote a post and was deleted,"
        f" and the mail server got {len(got)} mails.",
        wanted="Five: a mail is for a new user.",
    )


@check(
    title="A mail goes to the address that was registered, and to nobody whom the name names",
    items=["topic.background-tasks"],
    why="Recipients that are read from a header are whatever a stranger has written there.",
    read="What a name can do",
    needs=["13.mail", "13.names", "13.scripts"],
)
def test_recipient(notices: Notices):
    stranger = "x@evil.example"
    for changes in (
        {"name": f"Ada <{stranger}>,"},
        {"name": f"Ada\r\nBcc: {stranger}"},
        {"name": f"{stranger}, Ada\u2028Cc: {stranger}"},
        {"name": "日本", "email": f"ädä{notices.rng.randrange(10**6)}@exämple.com"},
    ):
        person = notices.register(**changes)
        mail = notices.greeted(person, after=f"Somebody named {changes['name']!r} registered,")
        expect(
            mail.recipients == [person.address],
            seen=f"The mail for {person.address}, named {changes['name']!r}, went to"
            f" {', '.join(mail.recipients)}.",
            wanted="To the address alone: say who the recipient is, beside the message.",
        )
    named = [visit for visit in notices.mail.visits if stranger in visit.recipients]
    expect(
        not named,
        seen=f"The mail server was asked to send a mail to {stranger}, of a user's name.",
        wanted="RCPT TO for the user's address alone.",
    )


@check(
    title="The response waits for no mail and for no hook",
    items=["quickref.background-tasks", "topic.background-tasks"],
    why="Registering would take as long as the slowest server of others, and fail with it.",
    read="After the response",
    errata=["E38"],
    needs=["13.mail", "13.hook"],
)
def test_after(notices: Notices):
    mail, hook, author = notices.mail, notices.upstream, notices.author()
    for waiting in (mail, hook):
        waiting.close_gate()
        mail.silent = waiting is mail
        notices.answer_hooks(lambda _, who=waiting: None if who is hook else 204)
        person = notices.register()
        expect(
            not waiting.gave_up,
            seen=f"{'The mail server' if waiting is mail else 'The moderators'} kept the service"
            f" waiting, and POST {USERS} was answered only when that was over.",
            wanted=AT_ONCE,
        )
        waiting.open_gate()
        notices.greeted(person)
        expect_one(notices.wait_for_hooks(person.path), f"{person.path} was created")
    hook.close_gate()
    path = notices.write(author)
    expect(
        not hook.gave_up,
        seen=f"The moderators kept the service waiting, and POST {POSTS} was answered only when"
        " that was over.",
        wanted=AT_ONCE,
    )
    hook.open_gate()
    expect_one(notices.wait_for_hooks(path), f"{path} was created")


@check(
    title="Who is not registered is not greeted, and what is not stored is not announced",
    items=["topic.background-tasks"],
    why="A mail cannot be rolled back.",
    read="After the commit",
    needs=["13.mail", "13.hook"],
)
def test_rollback(notices: Notices):
    database, author = notices.accounts.database, notices.author()
    known = notices.register()
    notices.greeted(known)
    draft = notices.accounts.draft()
    first = notices.write(author, **draft)
    expect_one(notices.wait_for_hooks(first), f"{first} was created")
    answers = [
        ("an address that is taken", 409, notices.try_to_register(known.data)),
        ("a title that is taken", 409, notices.http.post(POSTS, json=draft, headers=author)),
        ("no name", 422, notices.try_to_register({**known.data, "name": " "})),
    ]
    if isinstance(database, SqliteDatabase):
        for sql in REFUSE_COMMIT:
            database.execute(sql)
        lost = notices.accounts.api.user_data()
        answers += [
            ("a commit that the database refuses", 0, notices.try_to_register(lost)),
            (
                "a commit that the database refuses",
                0,
                notices.http.post(POSTS, json=notices.accounts.draft(), headers=author),
            ),
        ]
        for name in ("users", "posts"):
            database.execute(f"DROP TRIGGER refuse_{name}")
    for what, status, response in answers:
        expect(
            response.status_code == status or (not status and response.is_error),
            seen=f"POST with {what} was answered with {summarize(response)}",
            wanted=f"{status or 'An error'}.",
        )
    last = notices.register()
    notices.greeted(last)
    notices.wait_for_hooks(last.path)
    notices.http.stop()
    mails = [address for mail in notices.mail.mails for address in mail.recipients]
    expect(
        sorted(mails) == sorted([known.address, last.address]),
        seen=f"Two users were registered, and requests with {', '.join(w for w, *_ in answers)}"
        f" were refused. The mail server got {len(mails)} mails.",
        wanted="Two: the mail is sent when the commit has succeeded.",
    )
    hooks = len(notices.hooks())
    expect(
        hooks == 3,
        seen=f"Two users and a post were created, and requests with"
        f" {', '.join(w for w, *_ in answers)} were refused. The moderators were told {hooks}"
        " times.",
        wanted="Three times: they are told when the commit has succeeded.",
    )


@check(
    title="The three doors of a mail server, and signing in: as the settings say",
    items=["topic.background-tasks"],
    why="The wrong door for the port is a mail that never goes.",
    read="Three doors",
    needs=["13.mail"],
)
def test_security(notices: Notices):
    notices.trust()
    env = notices.project.env
    for security, offered, name in (
        ("starttls", "starttls", "posts"),
        ("tls", "tls", None),
        ("none", "starttls", None),
    ):
        server = notices.serve_mail(offered)
        server.passwords["posts"] = notices.secret
        env["SMTP_SECURITY"] = security
        if name:
            env.update(SMTP_USERNAME=name, SMTP_PASSWORD=notices.secret)
        else:
            env.pop("SMTP_USERNAME", None)
            env.pop("SMTP_PASSWORD", None)
        if security == "none":
            del env["SSL_CERT_FILE"]
        notices.restart()
        said = f"With SMTP_SECURITY={security} and {f'SMTP_USERNAME={name}' if name else 'no name'}"
        mail = notices.greeted(
            notices.register(),
            after=f"{said}, and a server that offers {DOORS[offered]}, a user was registered,",
        )
        expect(
            mail.encrypted == (security != "none"),
            seen=f"{said} the mail came {'encrypted' if mail.encrypted else 'in plain text'}.",
            wanted="As the setting says.",
        )
        expect(
            mail.user == name and len(server.signed_in) == bool(name),
            seen=f"{said} the mail came from {mail.user or 'somebody who had not signed in'}.",
            wanted=f"From {name}." if name else "From nobody in particular.",
        )


@check(
    title="A mail server that cannot show who it is gets no mail, and no password",
    items=["topic.background-tasks"],
    why="Whoever stands between you and your server would read both.",
    read="Three doors",
    needs=["13.security"],
)
def test_impostor(notices: Notices):
    notices.project.env.update(SMTP_USERNAME="posts", SMTP_PASSWORD=notices.secret)
    for security, door, what in (
        ("starttls", "starttls", "has a certificate that nobody trusts"),
        ("tls", "tls", "has a certificate that nobody trusts"),
        ("none", "starttls", "offers no STARTTLS"),
    ):
        server = notices.serve_mail(security)
        server.passwords["posts"] = notices.secret
        notices.project.env["SMTP_SECURITY"] = door
        notices.restart()
        notices.register()
        notices.http.stop()  # the task is over then, also where it raises
        expect(
            not server.mails and not server.signed_in,
            seen=f"With SMTP_SECURITY={door}, the mail server {what}, and got"
            f" {'the mail' if server.mails else 'the password'}.",
            wanted="Nothing: ssl.create_default_context() checks certificates, and where there is"
            " no STARTTLS nothing is sent.",
        )
