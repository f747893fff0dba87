"""The services on a real file: what they keep, what they refuse, and what they leave behind."""

import ast
import re
from collections import Counter

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Source

FRAMEWORKS = ("fastapi", "starlette", "uvicorn", "httpx")
BELOW = {
    "services": ("routes", "main", "dependencies", "middleware"),
    "repositories": ("routes", "main", "dependencies", "middleware", "services", "schemas"),
    "models": ("routes", "main", "dependencies", "middleware", "services", "repositories"),
    "exceptions": ("routes", "main", "dependencies", "middleware", "services", "repositories"),
}
OTHER_SUBJECTS = re.compile(
    r"e?mail|payment|pay|invoice|report|export|upload|notif|sms|newsletter|user|account",
    re.IGNORECASE,
)


@pytest.fixture
def title(rng):
    return f"Title {rng.randrange(10**6)}"


@pytest.fixture
def written(migrated: Database) -> Database:
    """A migrated database with the user 7 in it."""
    migrated.execute(
        "INSERT INTO users (id, email, name, hashed_password)"
        " VALUES (7, 'ada@example.com', 'Ada', 'x')"
    )
    return migrated


def rows(database: Database):
    return [row["title"] for row in database.query("SELECT title FROM posts ORDER BY id")]


def failed(answer, error: str, doing: str):
    """Expect a call to have ended in one error of the domain."""
    got = answer["error"]
    expect(
        got == error,
        seen=f"{doing} ends in {got}: {answer['message']}" if got else f"{doing} succeeds.",
        wanted=f"{error}, an error of the domain.",
    )


def worked(answer, doing: str):
    """Expect a call to have succeeded, and give back what it gave."""
    expect(
        answer["error"] is None,
        seen=f"{doing} ends in {answer['error']}: {answer.get('message')}",
        wanted="It succeeds.",
    )
    return answer["value"]


@check(
    title="app.services offers two services, each made with a session",
    items=["endpoint.service-function"],
    why="Routes, tests and commands all make a service the same way.",
    read="What a service is",
    errata=["E01", "E04"],
)
def test_importable(probe: Probe):
    probe("offered", doing="making PostService(session) and UserService(session)")


@check(
    title="What can go wrong is one small family",
    items=["endpoint.service-function"],
    why="One handler can then turn every error of the domain into a response.",
    read="What can go wrong",
    errata=["E05", "E26"],
    needs=["05.importable"],
)
def test_family(probe: Probe):
    seen = probe("family", doing="making the errors of app.exceptions")
    for name in ("NotFoundError", "ConflictError"):
        facts = seen[name]
        expect(
            facts["domain"],
            seen=f"{name} is no DomainError.",
            wanted=f"class {name}(DomainError)",
        )
        expect(
            "A message." in facts["text"],
            seen=f'str({name}("A message.")) is {facts["text"]!r}.',
            wanted="The message.",
        )
        expect(
            facts["message"] == "A message.",
            seen=f'{name}("A message.").message is {facts["message"]!r}.',
            wanted="self.message = message, in DomainError.",
        )
    codes = [seen[name]["code"] for name in ("NotFoundError", "ConflictError")]
    expect(
        all(isinstance(code, str) for code in codes) and len(set(codes)) == 2,
        seen=f"The codes of NotFoundError and ConflictError are {codes}.",
        wanted="A `code` for each, stable and for programs.",
    )
    expect(
        "ValidationError" not in seen["names"],
        seen="app.exceptions has a ValidationError, the name of pydantic's own error.",
        wanted="A name that no library uses: whoever imports the wrong one catches nothing.",
    )


@check(
    title="A post is stored, and committed",
    items=["endpoint.service-function", "architecture.service-transactions"],
    why="What is not committed is gone with the session, after the client has its answer.",
    read="Who owns the transaction",
    errata=["E04", "E07"],
    needs=["05.importable"],
)
def test_create(probe: Probe, written: Database, title):
    [answer] = probe(
        "calls",
        doing="calling create_post",
        steps=[["posts", "create_post", {"title": title, "published": True}]],
    )
    made = worked(answer, "create_post")
    stored = written.query("SELECT id, title, content, published, user_id FROM posts")
    expect(
        [row["title"] for row in stored] == [title],
        seen=f"After create_post the file holds {[row['title'] for row in stored]}.",
        wanted=f"The post {title!r}, committed by the service.",
    )
    wanted = {"title": title, "content": "Some content", "published": 1, "user_id": 7}
    got = {name: stored[0][name] for name in wanted}
    expect(got == wanted, seen=f"The row is {got}.", wanted=f"{wanted}")
    expect(
        made["id"] == stored[0]["id"] and made["title"] == title,
        seen=f"create_post gives back {made}.",
        wanted="The post, readable after the commit.",
    )


@check(
    title="A new post comes with its author",
    items=["endpoint.service-function"],
    why="The response shows the author, and under async nothing is loaded when it is looked at.",
    read="The two services",
    needs=["05.create"],
)
def test_author(probe: Probe, written: Database, title):
    [answer] = probe(
        "calls", doing="calling create_post", steps=[["posts", "create_post", {"title": title}]]
    )
    author = worked(answer, "create_post").get("author")
    expect(
        author == 7,
        seen=f"Looking at `author` of what create_post gives back: {author}.",
        wanted="The post with its author loaded: Post(author=author, …).",
    )


@check(
    title="What is not there is a NotFoundError",
    items=["endpoint.service-function"],
    why="None in the hands of a route becomes a 200 with null, or a 500.",
    read="What can go wrong",
    errata=["E04", "E05", "E15"],
    needs=["05.create", "05.family"],
)
def test_missing(probe: Probe, written: Database, title):
    steps = [
        ["posts", "get_post", {"id": 99}],
        ["posts", "update_post", {"id": 99, "changes": {"title": title}}],
        ["posts", "delete_post", {"id": 99}],
        ["posts", "create_post", {"title": title, "user_id": 99}],
    ]
    answers = probe("calls", doing="asking for what is not there", steps=steps)
    for (_, method, _), answer in zip(steps, answers, strict=True):
        author = " for the author 99" if method == "create_post" else ""
        failed(
            answer, "NotFoundError", f"{method}{author}, who is not there," if author else method
        )
    expect(
        not rows(written),
        seen="A post for an author who does not exist was stored.",
        wanted="Nothing stored.",
    )


@check(
    title="A post is changed and deleted, and both are committed",
    items=["endpoint.service-function"],
    why="A change that the next request does not see was none.",
    read="The two services",
    needs=["05.create"],
)
def test_update_delete(probe: Probe, written: Database, title):
    answers = probe(
        "calls",
        doing="changing and deleting a post",
        steps=[
            ["posts", "create_post", {"title": title}],
            ["posts", "create_post", {"title": f"{title} too"}],
            ["posts", "update_post", {"id": {"of": 0}, "changes": {"published": True}}],
            ["posts", "delete_post", {"id": {"of": 1}}],
            ["posts", "get_post", {"id": {"of": 0}}],
        ],
    )
    for answer, method in zip(answers[2:], ("update_post", "delete_post", "get_post"), strict=True):
        worked(answer, method)
    stored = written.query("SELECT title, content, published FROM posts")
    wanted = [{"title": title, "content": "Some content", "published": 1}]
    expect(
        stored == wanted,
        seen=f"After a change of `published` alone and a deletion, the file holds {stored}.",
        wanted=f"{wanted}: only what was sent is changed: data.changes().",
    )


@check(
    title="A list is a page with its total",
    items=["endpoint.service-function"],
    why="Without the total a client cannot know that there is more.",
    read="The two services",
    needs=["05.create"],
)
def test_lists(probe: Probe, written: Database, title):
    posts = [{"title": f"{title} {n}"} for n in range(5)]
    answers = probe(
        "calls",
        doing="listing posts",
        steps=[
            *(["posts", "create_post", post] for post in posts),
            ["posts", "list_posts", {"limit": 2, "offset": 1}],
        ],
    )
    page = worked(answers[5], "list_posts")
    got = [post["title"] for post in page["items"]], page["total"]
    wanted = [posts[3]["title"], posts[2]["title"]], 5
    expect(
        got == wanted,
        seen=f"list_posts(limit=2, offset=1) of five posts gives {got[0]} of {got[1]}.",
        wanted=f"{wanted[0]} of {wanted[1]}.",
    )


@check(
    title="A title that is taken is a ConflictError, with its cause",
    items=["architecture.service-transactions"],
    why="ValueError and IntegrityError both end as a 500; only a conflict tells the client.",
    read="Keep it whole",
    errata=["E05"],
    needs=["05.create", "05.family"],
)
def test_conflict(probe: Probe, written: Database, title):
    steps = [
        ["posts", "create_post", {"title": title}],
        ["posts", "create_post", {"title": title}],
        ["posts", "create_post", {"title": f"{title} too"}],
        ["posts", "update_post", {"id": {"of": 2}, "changes": {"title": title}}],
        ["posts", "list_posts", {"limit": 10, "offset": 0}],
    ]
    answers = probe("calls", doing="using a title twice", steps=steps, fresh=False)
    failed(answers[1], "ConflictError", "create_post with a title that is taken")
    worked(answers[2], "create_post in the session of a conflict")
    failed(answers[3], "ConflictError", "update_post to a title that is taken")
    worked(answers[4], "list_posts in the session of a conflict")
    for answer in (answers[1], answers[3]):
        expect(
            "IntegrityError" in answer["causes"],
            seen="The ConflictError has no cause: whoever looks for the reason finds nothing.",
            wanted="except IntegrityError as error: … raise ConflictError(…) from error",
        )
    expect(
        rows(written) == [title, f"{title} too"],
        seen=f"The file holds {rows(written)}.",
        wanted=f"{[title, f'{title} too']}",
    )


@check(
    title="Several posts are stored together, or none of them",
    items=["architecture.service-transactions"],
    why="Half of an import is worse than none: nobody knows where to go on.",
    read="Keep it whole",
    errata=["E07"],
    needs=["05.conflict"],
)
def test_all_or_nothing(probe: Probe, written: Database, title):
    posts = [{"title": f"{title} {n}"} for n in (1, 2, 1)]
    [answer] = probe(
        "calls",
        doing="storing three posts, two of one title",
        steps=[["posts", "create_posts", {"posts": posts}]],
    )
    failed(answer, "ConflictError", "create_posts with one title twice")
    expect(
        not rows(written),
        seen=f"The third post was refused, and the file holds {rows(written)}.",
        wanted="Nothing: one commit after all of them.",
    )
    answer = probe(
        "broken_commit",
        doing="storing two posts while the second write fails",
        titles=[f"{title} 1", f"{title} 2"],
        at=2,
    )
    expect(
        answer["error"] is not None,
        seen="create_posts swallows an error that nobody expected.",
        wanted="It rolls back, and raises it again.",
    )
    expect(
        not rows(written),
        seen=f"A failure in the second write left {rows(written)} for whoever commits next.",
        wanted="await self._session.rollback() for any exception, then raise.",
    )
    [answer] = probe(
        "calls",
        doing="storing two posts",
        steps=[["posts", "create_posts", {"posts": posts[:2]}]],
    )
    made = [post["title"] for post in worked(answer, "create_posts")]
    expect(
        made == rows(written) == [f"{title} 1", f"{title} 2"],
        seen=f"create_posts of two gives back {made}; the file holds {rows(written)}.",
        wanted="Both, in their order.",
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
    results = Counter(answer["error"] or "stored" for answer, _ in answers)
    seen = ", ".join(f"{number} × {name}" for name, number in sorted(results.items()))
    stored = len(rows(written))
    expect(
        stored == 1 and results == {"stored": 1, "ConflictError": 19},
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
    title="A user is registered once, and can be changed and deleted",
    items=["endpoint.service-function"],
    why="Two accounts with one address lock their owner out of one of them.",
    read="The two services",
    needs=["05.create", "05.family"],
)
def test_users(probe: Probe, migrated: Database, rng):
    number = rng.randrange(10**6)
    user = {"email": f"u{number}@example.com", "name": "Grace", "password": "correct horse"}
    answers = probe(
        "calls",
        doing="registering, changing, deleting and finding users",
        steps=[
            ["users", "create_user", user],
            ["users", "create_user", user],
            ["users", "create_user", {**user, "email": f"v{number}@example.com"}],
            ["users", "update_user", {"id": {"of": 0}, "changes": {"name": "Countess"}}],
            [
                "users",
                "update_user",
                {"id": {"of": 0}, "changes": {"email": f"v{number}@example.com"}},
            ],
            ["users", "delete_user", {"id": {"of": 2}}],
            ["users", "delete_user", {"id": {"of": 2}}],
            ["users", "get_user", {"id": {"of": 2}}],
            ["users", "get_user", {"id": {"of": 0}}],
            ["users", "list_users", {"limit": 10, "offset": 0}],
        ],
        fresh=False,
    )
    worked(answers[0], "create_user")
    failed(answers[1], "ConflictError", "create_user with an address that is taken")
    worked(answers[2], "create_user")
    worked(answers[3], "update_user")
    failed(answers[4], "ConflictError", "update_user to an address that is taken")
    worked(answers[5], "delete_user")
    failed(answers[6], "NotFoundError", "delete_user of one who is gone")
    failed(answers[7], "NotFoundError", "get_user of one who is gone")
    found = worked(answers[8], "get_user")
    page = worked(answers[9], "list_users")
    expect(
        page["total"] == 1 and page["items"] == [found],
        seen=f"list_users, with one user left, gives {page}.",
        wanted=f"That user, {found}, and a total of 1.",
    )
    stored = migrated.query("SELECT email, name FROM users")
    wanted = [{"email": user["email"], "name": "Countess"}]
    expect(stored == wanted, seen=f"The table users holds {stored}.", wanted=f"{wanted}")


@check(
    title="Passwords are hashed, each with its own salt",
    items=["endpoint.service-function"],
    why="A stolen table must not give passwords away, nor tell who has the same one.",
    read="The two services",
    needs=["05.users"],
)
def test_password(probe: Probe, migrated: Database, rng):
    secret = f"secret-{rng.randrange(10**9)}"
    users = [{"email": f"u{n}@example.com", "name": "Grace", "password": secret} for n in range(2)]
    seen = probe("register", doing="registering two users", users=users)
    for answer in seen:
        worked(answer, "create_user")
    hashes = [row["hashed_password"] for row in migrated.query("SELECT * FROM users")]
    expect(
        all(secret not in each and len(each) >= 32 for each in hashes),
        seen="The table holds the password itself, or something as short.",
        wanted="A slow hash with a salt, such as hashlib.scrypt.",
    )
    expect(
        len(set(hashes)) == 2,
        seen="Two users with one password have the same hash.",
        wanted="A salt of its own for each: secrets.token_bytes(16).",
    )


@check(
    title="Nothing below the routes knows of HTTP, and no layer looks upwards",
    items=["architecture.service-transactions", "endpoint.service-function"],
    why="A rule that knows of status codes cannot be used by a command, a job or a test.",
    read="Keep the layers apart",
    errata=["E05"],
    needs=["05.importable"],
)
def test_layers(probe: Probe, source: Source):
    graph = probe("imports", doing="reading your package's imports")
    for module, imported in graph.items():
        layer = module.split(".")[1]
        if layer not in BELOW:
            continue
        for other in imported:
            top = other.split(".")[0]
            expect(
                top not in FRAMEWORKS,
                seen=f"{module} imports {other}.",
                wanted="No framework below the routes: raise errors of app.exceptions.",
            )
            expect(
                not (
                    top == "app" and other.split(".")[1:2] and other.split(".")[1] in BELOW[layer]
                ),
                seen=f"{module} imports {other}, which stands above it.",
                wanted="routes → services → repositories → models, one way.",
            )
    for module in source.modules("app/services/*.py"):
        for node in module.walk():
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = ast.unparse(node.exc.func)
                expect(
                    name not in ("ValueError", "Exception", "RuntimeError", "HTTPException"),
                    seen=f"A service raises {name}.",
                    wanted="An error of app.exceptions, which a handler can tell from a bug.",
                    at=module.at(node),
                )


@check(
    title="A service has one subject",
    items=["antipattern.god-service"],
    why="A class that does everything is changed by everybody, and tested by nobody.",
    read="Keep the layers apart",
    needs=["05.update-delete"],
)
def test_one_subject(source: Source):
    module = source.module("app/services/post_service.py")
    service = module.classes.get("PostService")
    expect(
        service is not None,
        seen="app/services/post_service.py has no class PostService.",
        wanted="class PostService.",
    )
    methods = [
        node
        for node in service.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]
    for method in methods:
        other = OTHER_SUBJECTS.search(method.name)
        expect(
            other is None,
            seen=f"PostService.{method.name} is about something else than posts.",
            wanted="A service of its own for it.",
            at=module.at(method),
        )
    expect(
        len(methods) <= 12,
        seen=f"PostService has {len(methods)} public methods.",
        wanted="At most 12; more than that is a second service.",
        at=module.at(service),
    )
