"""What a service keeps whole while things go wrong in the database."""

from collections import Counter

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe
from kit.calls import failed, worked

USERS = {"ada@example.com": 7, "grace@example.com": 8, "alan@example.com": 9}


CONSTRAINTS = {"NOT NULL": "a column that may not be NULL", "CHECK": "a CHECK constraint"}


@pytest.fixture
def title(rng):
    return f"Title {rng.randrange(10**6)}"


@pytest.fixture
def written(migrated: Database, title) -> Database:
    """A migrated database with the users 7, 8 and 9 and the posts 1005 and 1006 of user 7 in it."""
    for email, id_ in USERS.items():
        migrated.execute(
            "INSERT INTO users (id, email, name, hashed_password) VALUES (?, ?, 'Ada', 'x')",
            id_,
            email,
        )
    for id_, word in ((1005, "first"), (1006, "second")):
        migrated.execute(
            "INSERT INTO posts (id, title, content, user_id) VALUES (?, ?, 'Some content', 7)",
            id_,
            f"{title} {word}",
        )
    return migrated


@pytest.fixture
def mark(rng) -> str:
    return f"m{rng.randrange(10**6)}"


def writes(mark: str):
    """A call of each method that writes: what it is to the database, and its step."""
    user = {"email": f"{mark}@example.com", "name": "New", "password": "correct horse"}
    email = {"email": f"other-{mark}@example.com"}
    return {
        "INSERT INTO posts": ["posts", "create_post", {"title": f"T {mark}", "user_id": 8}],
        "UPDATE posts": ["posts", "update_post", {"id": 1005, "changes": {"title": f"U {mark}"}}],
        "DELETE FROM posts": ["posts", "delete_post", {"id": 1006}],
        "INSERT INTO users": ["users", "create_user", user],
        "UPDATE users": ["users", "update_user", {"id": 8, "changes": email}],
        "DELETE FROM users": ["users", "delete_user", {"id": 9}],
    }


def beginning(write: str) -> str:
    """A pattern for the statement, whatever its dialect puts around a table's name."""
    verb, _, table = write.rpartition(" ")
    return rf"{verb}\s+\W?(\w+\W+)?{table}\b"


def rows(database: Database):
    return sorted(row["title"] for row in database.query("SELECT title FROM posts"))


def happened(case, method: str, what: str):
    """Expect the fault that waited in the database to have met a statement."""
    answer = case["answers"][0]
    expect(
        case["fired"],
        seen=f"{method} ends in {answer['error']}, before any {what}: {answer['message']}"
        if answer["error"]
        else f"{method} sent no {what} while the checker waited for one.",
        wanted=f"{method} writes through the session that the service was given.",
    )


@check(
    title="A title that is taken is a ConflictError, and the session goes on",
    items=["architecture.service-transactions"],
    why="ValueError and IntegrityError both end as a 500; only a conflict tells the client.",
    read="Keep it whole",
    errata=["E05"],
    needs=["05.importable"],
)
def test_conflict(probe: Probe, written: Database, title):
    steps = [
        ["posts", "create_post", {"title": title}],
        ["posts", "create_post", {"title": title, "user_id": 8}],
        ["posts", "create_post", {"title": f"{title} too"}],
        ["posts", "update_post", {"id": 1005, "changes": {"title": title, "content": "Lost"}}],
        ["posts", "list_posts", {}],
        ["posts", "update_post", {"id": 1005, "changes": {"published": True}}],
    ]
    answers = probe("calls", doing="using a title twice", steps=steps, fresh=False)["answers"]
    worked(answers[0], "create_post")
    failed(answers[1], "ConflictError", "create_post with a title that is taken")
    worked(answers[2], "create_post in the session of a conflict")
    failed(answers[3], "ConflictError", "update_post to a title that is taken")
    worked(answers[4], "list_posts in the session of a conflict")
    worked(answers[5], "update_post in the session of a conflict")
    wanted = [title, f"{title} first", f"{title} second", f"{title} too"]
    expect(
        rows(written) == wanted,
        seen=f"The file holds {rows(written)}.",
        wanted=f"{wanted}: whoever hears of a conflict has changed nothing.",
    )
    [first] = written.query("SELECT content FROM posts WHERE id = 1005")
    expect(
        first["content"] == "Some content",
        seen=f"A change that ended in a conflict left the content {first['content']!r}.",
        wanted="Nothing of it: await self._session.rollback().",
    )


@check(
    title="What is taken in the meantime is a ConflictError too, with its cause",
    items=["architecture.service-transactions"],
    why="To ask first is polite; between asking and storing, others come.",
    read="Keep it whole",
    errata=["E06"],
    needs=["05.importable"],
)
def test_meantime(probe: Probe, written: Database, mark):
    post = "INSERT INTO posts (title, content, user_id) VALUES ('{} {}', 'Theirs', 7)"
    user = "INSERT INTO users (email, name, hashed_password) VALUES ('{}{}@example.com', 'New', '')"
    others = {
        "INSERT INTO posts": post.format("T", mark),
        "UPDATE posts": post.format("U", mark),
        "INSERT INTO users": user.format("", mark),
        "UPDATE users": user.format("other-", mark),
    }
    steps = writes(mark)
    after = [["posts", "list_posts", {}], ["users", "list_users", {}]]
    seen = probe(
        "cases",
        doing="writing while others are quicker",
        given=[
            {
                "steps": [steps[write], *after],
                "fresh": False,
                "fault": {"before": beginning(write), "run": [sql]},
            }
            for write, sql in others.items()
        ],
    )
    for write, case in zip(others, seen, strict=True):
        method, verb = steps[write][1], write.split()[0]
        answer, *lists = case["answers"]
        what = "an address" if write.endswith("users") else "a title"
        if case["locked"]:  # a transaction that keeps others out: they were not quicker
            worked(answer, method)
        else:
            doing = f"{method} with {what} that others take just before its {verb}"
            failed(answer, "ConflictError", doing)
            happened(case, method, verb)
        for each in lists:
            worked(each, f"A list, in the session of {method} with {what} that is taken,")


@check(
    title="Several posts are stored together, or none of them",
    items=["architecture.service-transactions"],
    why="Half of an import is worse than none: nobody knows where to go on.",
    read="Keep it whole",
    errata=["E07"],
    needs=["05.importable"],
)
def test_all_or_nothing(probe: Probe, written: Database, title):
    before = rows(written)
    several = [f"{title} {word}" for word in ("zeta", "alpha", "mu", "beta")]
    many = [f"{title} {number}" for number in range(120)]
    twice = [{"title": each} for each in (*many, many[0])]
    answer, after, none = probe(
        "calls",
        doing="storing many posts, two of one title",
        steps=[
            ["posts", "create_posts", {"posts": twice}],
            ["posts", "list_posts", {}],
            ["posts", "create_posts", {"posts": []}],
        ],
        fresh=False,
    )["answers"]
    failed(answer, "ConflictError", "create_posts with one title twice")
    worked(after, "list_posts in the session of a create_posts that was refused")
    expect(
        worked(none, "create_posts of an empty list") == [],
        seen=f"create_posts of an empty list gives {none['value']!r}.",
        wanted="An empty list: there was nothing to store.",
    )
    expect(
        rows(written) == before,
        seen=f"The last of {len(twice)} posts was refused, and the file holds"
        f" {len(rows(written)) - len(before)} of them.",
        wanted="None of them: one commit after all, and whatever fails before it, be it with an"
        " error of your own, is rolled back. What is left in the session goes with the next"
        " commit.",
    )
    given = [
        {"title": each, "content": f"Content {each}", "published": shown, "user_id": id_}
        for each, id_, shown in zip(several, (8, 7, 8, 9), (True, False, False, True), strict=True)
    ]
    step = ["posts", "create_posts", {"posts": given}]
    faults = {
        "INSERT": {"before": beginning("INSERT INTO posts"), "holding": several[1]},
        "COMMIT": {"before": "COMMIT"},
        "INSERT that breaks a CHECK": {
            "before": beginning("INSERT INTO posts"),
            "holding": several[1],
            "breaks": "CHECK",
        },
        "SELECT": {"before": r"SELECT\b[\s\S]*\busers\b", "holding": "(9,"},
    }
    seen = probe(
        "cases",
        doing="storing four posts while the database fails",
        given=[{"steps": [step], "fault": fault} for fault in faults.values()],
    )
    happened(seen[0], "create_posts", "INSERT")
    for what, case in zip(faults, seen, strict=True):
        [answer] = case["answers"]
        left = sorted(post[1] for post in case["after"]["posts"])
        if not case["fired"]:  # who does not ask for the author cannot fail there
            worked(answer, "create_posts")
            written.execute("DELETE FROM posts WHERE id NOT IN (1005, 1006)")
            continue
        expect(
            answer["error"] is not None,
            seen=f"The database fails at a later {what}, and create_posts swallows the error.",
            wanted="It rolls back, and raises it again.",
        )
        expect(
            not answer["domain"],
            seen=f"The database fails at a later {what}, and create_posts ends in"
            f" {answer['error']}: {answer['message']}",
            wanted="Its own error: roll back, and raise it again.",
        )
        expect(
            left == before,
            seen=f"A failure at a later {what} left {left} for whoever commits next.",
            wanted="await self._session.rollback() for any exception, then raise.",
        )
    [answer] = probe(
        "calls",
        doing="storing four posts",
        steps=[step],
    )["answers"]
    made = worked(answer, "create_posts")
    listed = made if isinstance(made, list) else []
    got = [each.get("title") if isinstance(each, dict) else each for each in listed]
    expect(
        answer["kind"] == "list" and got == several,
        seen=f"create_posts of {several} gives back {got if listed else 'no list of posts'}"
        + ("." if answer["kind"] == "list" else f", in a {answer['kind']}."),
        wanted="A list of the posts, in the order in which they were given, whoever wrote them.",
    )
    for each, post in zip(listed, given, strict=True):
        author = {"id": post["user_id"], "name": "Ada"}
        expect(
            each.get("author") == author,
            seen=f"create_posts gives something whose author is {each.get('author')!r}.",
            wanted=f"{author}: each post with its author loaded.",
            why="The response shows it, and under async nothing is loaded when it is looked at.",
            errata=(),
        )
        expect(
            str(each.get("created_at")).endswith("+00:00"),
            seen=f"Of what create_posts gives, created_at is {each.get('created_at')}.",
            wanted="Everything of a post, readable after the commit.",
            why="What is read from the row after the commit is loaded then, which async refuses.",
            errata=(),
        )
    stored = written.query(
        "SELECT title, content, published, user_id FROM posts WHERE id NOT IN (1005, 1006)"
        " ORDER BY title"
    )
    expect(
        stored == sorted(given, key=lambda each: each["title"]),
        seen=f"After create_posts the file holds {stored}.",
        wanted=f"{given}",
    )
    _without_author(probe, written, title)


def _without_author(probe: Probe, written: Database, title: str):
    """Expect several posts, the author of the last not there, to leave nothing, also not for
    whoever comes next in the session and commits."""
    before = rows(written)
    posts = [{"title": f"{title} with", "user_id": 8}, {"title": f"{title} without", "user_id": 99}]
    doing = "storing a post without an author"
    [answer] = probe("calls", doing=doing, steps=[["posts", "create_posts", {"posts": posts}]])[
        "answers"
    ]
    failed(answer, "NotFoundError", "create_posts for the author 99, who is not there,")
    expect(
        rows(written) == before,
        seen=f"The author of the last of two posts does not exist, and the file holds"
        f" {len(rows(written)) - len(before)} of them once whoever comes next in the session"
        " commits.",
        wanted="Neither: await self._session.rollback() also where an error is your own.",
        errata=(),
    )


@check(
    title="Twenty requests for one title store one post",
    items=["architecture.service-transactions"],
    why="To ask first and to store then is two steps, and others come between them.",
    read="Keep it whole",
    errata=["E06"],
    needs=["05.conflict"],
)
def test_race(probe: Probe, written: Database, title):
    answers = probe("race", doing="creating one title twenty times at once", title=title, number=20)
    conflict = "ConflictError"
    names = (
        "stored" if not each["error"] else conflict if conflict in each["is"] else each["error"]
        for each, _ in answers
    )
    results = Counter(names)
    seen = ", ".join(f"{number} × {name}" for name, number in sorted(results.items()))
    stored = len(rows(written)) - 2
    expect(
        stored == 1 and results == {"stored": 1, conflict: 19},
        seen=f"Twenty create_post at once: {seen}; {stored} in the file.",
        wanted="1 stored, 19 ConflictError: catch the IntegrityError of the unique constraint.",
    )
    after = Counter(error for _, error in answers if error)
    expect(
        not after,
        seen=f"Sessions cannot be used after the conflict: {dict(after)}.",
        wanted="await self._session.rollback() before ConflictError is raised.",
    )


@check(
    title="What nobody expected is no error of the domain, and leaves nothing",
    items=["architecture.service-transactions"],
    why="A full disk that is told as a taken title sends everyone to look in the wrong place.",
    read="Keep it whole",
    errata=["E07"],
    needs=["05.importable"],
)
def test_unexpected(probe: Probe, written: Database, mark):
    faults = [
        (step, pattern, what)
        for write, step in writes(mark).items()
        for pattern, what in ((beginning(write), write.split()[0]), ("COMMIT", "COMMIT"))
    ]
    seen = probe(
        "cases",
        doing="writing while the database fails",
        given=[{"steps": []}]
        + [{"steps": [step], "fault": {"before": pattern}} for step, pattern, _ in faults],
    )
    before = seen[0]["after"]
    for (step, _, what), case in zip(faults, seen[1:], strict=True):
        method, answer = step[1], case["answers"][0]
        expect(
            answer["error"] is not None,
            seen=f"The database fails at the {what}, and {method} succeeds."
            if case["fired"]
            else f"{method} succeeds, and the database has seen no {what}.",
            wanted="The database's error comes out: nobody swallows it."
            if case["fired"]
            else "The service writes through its session, and commits what it has written.",
        )
        expect(
            not answer["domain"],
            seen=f"The database fails at the {what}, and {method} ends in {answer['error']}:"
            f" {answer['message']}",
            wanted="Its own error: except IntegrityError, and not every exception.",
        )
        happened(case, method, what)
        expect(
            case["after"] == before,
            seen=f"The database failed at the {what} of {method}, and its tables have changed.",
            wanted="Nothing is changed: one transaction, one commit.",
        )
    changing = {write: step for write, step in writes(mark).items() if write[:6] != "DELETE"}
    broken = [(write, step, kind) for write, step in changing.items() for kind in CONSTRAINTS]
    seen = probe(
        "cases",
        doing="writing what breaks a constraint that is no key",
        given=[
            {
                "steps": [step, [step[0], f"list_{step[0]}", {}]],
                "fresh": False,
                "fault": {"before": beginning(write), "breaks": kind},
            }
            for write, step, kind in broken
        ],
    )
    for (write, step, kind), case in zip(broken, seen, strict=True):
        method, (answer, after), verb = step[1], case["answers"], write.split()[0]
        expect(
            answer["error"] == "IntegrityError",
            seen=f"The {verb} breaks {CONSTRAINTS[kind]}, and {method} "
            + (
                f"ends in {answer['error']}: {answer['message']}"
                if answer["error"]
                else "succeeds."
            ),
            wanted="The IntegrityError, raised again: a conflict only where is_duplicate(error), a"
            " NotFoundError only where is_orphan(error).",
            why="Whoever is told of a conflict tries other words, and nobody looks for the fault.",
            errata=(),
        )
        happened(case, method, verb)
        worked(after, f"A list, in the session of {method} whose {verb} broke a constraint,")
        expect(
            case["after"] == before,
            seen=f"The {verb} of {method} broke a constraint, and the tables have changed.",
            wanted="Nothing is changed: one transaction, one commit.",
        )


@check(
    title="What is deleted in the meantime is a NotFoundError",
    items=["architecture.service-transactions"],
    why="The UPDATE meets no row: told as a success, the change is lost without a word.",
    read="Keep it whole",
    needs=["05.importable"],
)
def test_vanished(probe: Probe, written: Database, mark):
    steps = {write: step for write, step in writes(mark).items() if not write.startswith("INSERT")}
    seen = probe(
        "cases",
        doing="changing and deleting rows while others delete them",
        given=[
            {
                "steps": [step, ["posts", "list_posts", {}]],
                "fresh": False,
                "fault": {
                    "before": beginning(write),
                    "run": [f"DELETE FROM {write.split()[-1]} WHERE id = {step[2]['id']}"],
                },
            }
            for write, step in steps.items()
        ],
    )
    for (write, step), case in zip(steps.items(), seen, strict=True):
        method, verb = step[1], write.split()[0]
        answer, after = case["answers"]
        if case["locked"]:  # a transaction that keeps others out: it was not deleted
            worked(answer, method)
        elif verb == "UPDATE" or answer["error"]:
            failed(answer, "NotFoundError", f"{method} of a row deleted just before its {verb}")
        happened(case, method, verb)
        worked(after, f"list_posts in the session of {method}, whose row was deleted,")
    several = [{"title": f"T {mark} {id_}", "user_id": id_} for id_ in (11, 7)]
    authors = {
        "create_post": (10, {"title": f"T {mark}", "user_id": 10}),
        "create_posts": (11, {"posts": several}),
    }
    for id_, _ in authors.values():
        written.execute(
            "INSERT INTO users (id, email, name, hashed_password) VALUES (?, ?, 'Ada', 'x')",
            id_,
            f"{id_}-{mark}@example.com",
        )
    seen = probe(
        "cases",
        doing="storing posts while others delete their author",
        given=[
            {
                "steps": [["posts", method, post], ["posts", "list_posts", {}]],
                "fresh": False,
                "fault": {
                    "before": beginning("INSERT INTO posts"),
                    "run": [f"DELETE FROM users WHERE id = {id_}"],
                },
            }
            for method, (id_, post) in authors.items()
        ],
    )
    for method, case in zip(authors, seen, strict=True):
        answer, after = case["answers"]
        doing = f"{method}, whose author is deleted just before the INSERT,"
        if case["locked"]:  # a transaction that keeps others out: the author was not deleted
            worked(answer, method)
        else:
            why = "Told of a conflict, whoever wrote the post tries another title, again and again."
            failed(answer, "NotFoundError", doing, why=why)
        happened(case, method, "INSERT")
        worked(after, f"list_posts in the session of {method}, whose author was deleted,")


@check(
    title="Each method that writes commits once",
    items=["architecture.service-transactions"],
    why="Between two commits, a failure leaves the first half for good.",
    read="Who owns the transaction",
    errata=["E07"],
    needs=["05.importable"],
)
def test_commits(probe: Probe, written: Database, title, mark):
    change = {"title": f"{title} new", "content": "Other", "published": True}
    steps = [
        *writes(mark).values(),
        ["posts", "update_post", {"id": 1005, "changes": change}],
        ["users", "update_user", {"id": 7, "changes": {"email": "b@e.org", "name": "Bob"}}],
        ["posts", "create_posts", {"posts": [{"title": f"{title} {n}"} for n in range(3)]}],
    ]
    answers = probe("calls", doing="calling each method that writes", steps=steps)["answers"]
    for (_, method, _), answer in zip(steps, answers, strict=True):
        expect(
            answer["commits"] <= 1,
            seen=f"{method} commits what it has written {answer['commits']} times.",
            wanted="Once, at the end: repositories flush, the service commits.",
        )
