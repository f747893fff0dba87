"""The services on a real database: what they give, what they keep, and what they refuse."""

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe
from kit.calls import failed, worked

PARTS = ("title", "content", "published", "user_id")
ADA, GRACE = {"id": 7, "name": "Ada"}, {"id": 8, "name": "Grace"}
DISK = {"before": "COMMIT"}
"""The database refuses to commit."""


@pytest.fixture
def title(rng):
    return f"Title {rng.randrange(10**6)}"


@pytest.fixture
def written(migrated: Database) -> Database:
    """A migrated database with the users 7 and 8 in it."""
    for user, email in ((ADA, "ada@example.com"), (GRACE, "grace@example.com")):
        migrated.execute(
            "INSERT INTO users (id, email, name, hashed_password) VALUES (?, ?, ?, 'x')",
            user["id"],
            email,
            user["name"],
        )
    return migrated


def store(database: Database, *titles: str, user_id: int = 7):
    """Posts in the database; give back their ids."""
    for title in titles:
        database.execute(
            "INSERT INTO posts (title, content, user_id) VALUES (?, 'Some content', ?)",
            title,
            user_id,
        )
    found = database.query("SELECT id, title FROM posts")
    return [next(row["id"] for row in found if row["title"] == title) for title in titles]


def rows(database: Database):
    return [row["title"] for row in database.query("SELECT title FROM posts ORDER BY id")]


def nothing(answer, doing: str):
    """Expect a call to have succeeded and to have given None."""
    worked(answer, doing)
    expect(
        answer["kind"] == "NoneType",
        seen=f"{doing} gives {_kind(answer['kind'])}.",
        wanted="Nothing: what is not there is a NotFoundError.",
    )


def row(answer, doing: str, **wanted):
    """Expect a call to have given a row with these values, and give it back."""
    found = worked(answer, doing)
    kind = answer["kind"]
    expect(
        isinstance(found, dict) and "id" in found,
        seen=f"{doing} gives {_kind(kind)}.",
        wanted={
            "NoneType": "The row: is a return missing?",
            "coroutine": "The row: is an await missing?",
        }.get(kind, "The row."),
    )
    for name, value in wanted.items():
        expect(
            name in found and found[name] == value,
            seen=f"{doing} gives something whose {name} is {found.get(name, '(absent)')!r}.",
            wanted=f"{value!r}"
            + (": the row with its author loaded." if name == "author" else "."),
        )
    return found


def pages(answer, doing: str):
    """Expect a call to have given a page of rows: its items, its total, its limit and offset."""
    found = worked(answer, doing)
    expect(
        isinstance(found, dict)
        and isinstance(found.get("items"), list)
        and all(isinstance(each, dict) for each in found["items"]),
        seen=f"{doing} gives {_kind(answer['kind'])}"
        + (", whose items are no list of rows." if isinstance(found, dict) else "."),
        wanted="Page(items, total, page).",
    )
    return found["items"], found["total"], found["params"]


def _kind(name: str) -> str:
    known = {"NoneType": "None", "coroutine": "a coroutine, which nobody has awaited"}
    return known.get(name, f"an object of the class {name}")


@check(
    title="A post is stored, and committed",
    items=["endpoint.service-function", "architecture.service-transactions"],
    why="What is not committed is gone with the session, after the client has its answer.",
    read="Who owns the transaction",
    errata=["E04", "E07"],
    needs=["05.importable"],
)
def test_create(probe: Probe, written: Database, title):
    given = [
        {"title": title, "content": "Some content", "published": True, "user_id": 7},
        {"title": f"{title} too", "content": "Something else", "published": False, "user_id": 8},
    ]
    steps = [["posts", "create_post", post] for post in given]
    answers = probe("calls", doing="calling create_post", steps=steps)["answers"]
    for answer, post in zip(answers, given, strict=True):
        made = row(answer, "create_post", **post, updated_at=None)
        stored = written.query(
            "SELECT id, title, content, published, user_id FROM posts WHERE title = ?",
            post["title"],
        )
        expect(
            len(stored) == 1,
            seen=f"After create_post the file holds {rows(written)}.",
            wanted=f"The post {post['title']!r}, committed by the service.",
        )
        expect(
            {**post, "id": made["id"]} == stored[0],
            seen=f"The row is {stored[0]}; create_post gave back the id {made['id']}.",
            wanted=f"{post}, under the id that is given back.",
        )
        expect(
            str(made.get("created_at")).endswith("+00:00"),
            seen=f"Of what create_post gives, created_at is {made.get('created_at')}.",
            wanted="Everything of a post, readable after the commit.",
        )


@check(
    title="A post comes with its author, from every method",
    items=["endpoint.service-function"],
    why="The response shows the author, and under async nothing is loaded when it is looked at.",
    read="The two services",
    needs=["05.create"],
)
def test_author(probe: Probe, written: Database, title):
    [id_] = store(written, title, user_id=8)
    answers = probe(
        "calls",
        doing="looking at the authors of posts",
        steps=[
            ["posts", "create_post", {"title": f"{title} 1", "user_id": 7}],
            ["posts", "get_post", {"id": id_}],
            ["posts", "update_post", {"id": id_, "changes": {"content": "Other"}}],
            ["posts", "list_posts", {}],
        ],
    )["answers"]
    row(answers[0], "create_post", author=ADA)
    row(answers[1], "get_post", author=GRACE)
    row(answers[2], "update_post", author=GRACE)
    items, _, _ = pages(answers[3], "list_posts")
    for found in items:
        author = ADA if found.get("user_id") == 7 else GRACE
        row({**answers[3], "value": found}, "list_posts", author=author)
    for found in (answers[1]["value"], *items):
        expect(
            isinstance(found, dict) and str(found.get("created_at")).endswith("+00:00"),
            seen=f"Of a post that a method gives, created_at is"
            f" {found.get('created_at') if isinstance(found, dict) else found!r}.",
            wanted="Everything of a post, readable after the commit.",
        )


@check(
    title="A post that is not there is a NotFoundError, and so is an author",
    items=["endpoint.service-function"],
    why="None in the hands of a route becomes a 200 with null, or a 500.",
    read="What can go wrong",
    errata=["E04", "E05", "E15"],
    needs=["05.importable"],
)
def test_missing(probe: Probe, written: Database, title):
    [kept, gone] = store(written, f"{title} kept", f"{title} gone")
    written.execute("DELETE FROM posts WHERE id = ?", gone)
    steps = [
        ["posts", "get_post", {"id": gone}],
        ["posts", "update_post", {"id": 99, "changes": {"title": title}}],
        ["posts", "update_post", {"id": 99, "changes": {}}],
        ["posts", "delete_post", {"id": 99}],
        ["posts", "create_post", {"title": title, "user_id": 99}],
        ["posts", "get_post", {"id": kept}],
    ]
    for fresh in (True, False):
        answers = probe("calls", doing="asking for what is not there", steps=steps, fresh=fresh)
        for (_, method, _), answer in zip(steps[:-1], answers["answers"][:-1], strict=True):
            author = " for the author 99, who is not there" if "create" in method else ""
            failed(answer, "NotFoundError", f"{method}{author}")
        row(answers["answers"][-1], "get_post, after them in the same session", id=kept)
        expect(
            rows(written) == [f"{title} kept"],
            seen=f"After calls that ended in NotFoundError the file holds {rows(written)}.",
            wanted=f"{title} kept: whoever hears of an error has stored nothing.",
            why="A post that nobody was told of stands in the list, and its author is not there.",
            errata=(),
        )


@check(
    title="A post is changed and deleted, and both are committed",
    items=["endpoint.service-function"],
    why="A change that the next request does not see was none.",
    read="The two services",
    needs=["05.importable"],
)
def test_update_delete(probe: Probe, written: Database, title):
    [id_, gone, other] = store(written, title, f"{title} gone", f"{title} other")
    changes = [
        *({"published": True}, {"published": False}, {}, {"title": title, "content": "Own"}),
        *({"content": "Else"}, {"title": "New"}),
    ]
    steps = [["posts", "update_post", {"id": id_, "changes": change}] for change in changes]
    seen = probe(
        "cases",
        doing="changing and deleting posts",
        given=[{"steps": [each]} for each in (*steps, ["posts", "delete_post", {"id": gone}])],
    )
    expected = {"title": title, "content": "Some content", "published": False, "user_id": 7}
    for change, case in zip(changes, seen, strict=False):
        expected |= change
        doing = f"update_post with {change or 'no change'}"
        found = row(case["answers"][0], doing, **expected, id=id_)
        [stored] = [each[1:] for each in case["after"]["posts"] if each[0] == id_]
        expect(
            stored == list(expected.values()),
            seen=f"After {doing} the row is {dict(zip(expected, stored, strict=True))}.",
            wanted=f"{expected}: only what was sent is changed, data.changes(), and committed.",
        )
        if change:
            for name in ("created_at", "updated_at"):
                expect(
                    str(found.get(name)).endswith("+00:00"),
                    seen=f"Of what {doing} gives, {name} is {found.get(name)}.",
                    wanted="Everything of a post, readable after the commit.",
                )
    nothing(seen[-1]["answers"][0], "delete_post")
    [stored] = written.query(
        "SELECT title, content, published, user_id FROM posts WHERE id = ?", id_
    )
    left = [each["id"] for each in written.query("SELECT id FROM posts ORDER BY id")]
    expect(
        stored == expected and left == [id_, other],
        seen=f"After delete_post({gone}) of the posts {[id_, gone, other]}, the file holds {left}.",
        wanted="All but that one, committed.",
    )


@check(
    title="A list is a page with its total",
    items=["endpoint.service-function"],
    why="Without the total a client cannot know that there is more.",
    read="The two services",
    needs=["05.importable"],
)
def test_lists(probe: Probe, written: Database, title):
    posts = store(written, *(f"{title} {n}" for n in range(5)))[::-1]
    written.execute(
        "INSERT INTO users (id, email, name, hashed_password) VALUES (9, 'a@b.org', 'Alan', 'x')"
    )
    known = {"list_posts": ("posts", posts), "list_users": ("users", [7, 8, 9])}
    asked = [{}, {"limit": 2, "offset": 1}, {"limit": 1, "offset": 2}, {"limit": 3, "offset": 10}]
    steps = [[known[method][0], method, page] for method in known for page in asked]
    answers = probe("calls", doing="listing posts and users", steps=steps)["answers"]
    for (_, method, page), answer in zip(steps, answers, strict=True):
        ids = known[method][1]
        limit, offset = page.get("limit", 20), page.get("offset", 0)
        doing = f"{method}({', '.join(f'{key}={value}' for key, value in page.items())})"
        items, total, params = pages(answer, doing)
        got, wanted = [each.get("id") for each in items], ids[offset : offset + limit]
        expect(
            (got, total) == (wanted, len(ids)),
            seen=f"{doing} of {len(ids)} rows gives the ids {got} of {total}.",
            wanted=f"{wanted} of {len(ids)}: the page goes to the repository, the total is of all.",
        )
        expect(
            params == [limit, offset],
            seen=f"The page that {doing} gives has the limit and offset {params}.",
            wanted="params: the page that was asked for.",
        )


@check(
    title="A user is registered once, can be changed and deleted, and is not found then",
    items=["endpoint.service-function"],
    why="Two accounts with one address lock their owner out of one of them.",
    read="The two services",
    needs=["05.importable"],
)
def test_users(probe: Probe, written: Database, title, rng):
    number = rng.randrange(10**6)
    user = {"email": f"u{number}@example.com", "name": "Alan", "password": "correct horse"}
    mine, _ = *store(written, title, user_id=7), *store(written, f"{title} 2", user_id=8)
    answers = probe(
        "calls",
        doing="registering, changing, finding and deleting users",
        steps=[
            ["users", "create_user", {**user, "email": "grace@example.com"}],
            ["users", "create_user", user],
            ["users", "update_user", {"id": {"of": 1}, "changes": {"name": "Countess"}}],
            ["users", "update_user", {"id": 8, "changes": {"email": user["email"]}}],
            ["users", "get_user", {"id": {"of": 1}}],
            ["users", "update_user", {"id": {"of": 1}, "changes": {"email": "n@e.org"}}],
            ["users", "update_user", {"id": {"of": 1}, "changes": {}}],
            ["users", "delete_user", {"id": 8}],
            ["users", "update_user", {"id": {"of": 1}, "changes": {"email": "n@e.org"}}],
            ["users", "get_user", {"id": 8}],
            ["users", "update_user", {"id": 8, "changes": {"name": "Grace"}}],
            ["users", "delete_user", {"id": 8}],
        ],
    )["answers"]
    failed(answers[0], "ConflictError", "create_user with an address that is taken")
    made = row(answers[1], "create_user", email=user["email"], name="Alan")
    expect(
        str(made.get("created_at")).endswith("+00:00"),
        seen=f"Of what create_user gives, created_at is {made.get('created_at')}.",
        wanted="Everything of a user, readable after the commit.",
    )
    row(answers[2], "update_user with a name", id=made["id"], name="Countess")
    failed(answers[3], "ConflictError", "update_user to an address that is taken")
    row(answers[4], "get_user", id=made["id"], email=user["email"], name="Countess")
    row(answers[5], "update_user with an address", email="n@e.org", name="Countess")
    row(answers[6], "update_user with no change", email="n@e.org", name="Countess")
    nothing(answers[7], "delete_user of one who has posts")
    row(answers[8], "update_user to the user's own address", email="n@e.org", name="Countess")
    for answer, method in zip(answers[9:], ("get_user", "update_user", "delete_user"), strict=True):
        failed(answer, "NotFoundError", f"{method} of a user who is deleted")
    stored = written.query("SELECT email, name FROM users WHERE id = ?", made["id"])
    wanted = [{"email": "n@e.org", "name": "Countess"}]
    expect(
        stored == wanted,
        seen=f"The user {made['id']} stands in the table as {stored}.",
        wanted=f"{wanted}: what was sent, committed.",
    )
    left = [each["id"] for each in written.query("SELECT id FROM users ORDER BY id")]
    posts = [each["id"] for each in written.query("SELECT id FROM posts")]
    expect(
        sorted(left) == sorted([7, made["id"]]) and posts == [mine],
        seen=f"After delete_user(8) of the users 7 and 8 with one post each and the user"
        f" {made['id']}, the file holds the users {left} and the posts {posts}.",
        wanted="All but the user 8 and that one's post, committed.",
    )


@check(
    title="Passwords are hashed: slowly, in a thread, each with its own salt",
    items=["endpoint.service-function"],
    why="A stolen table must not give passwords away, nor tell who has the same one.",
    read="Passwords",
    needs=["05.importable"],
)
def test_password(probe: Probe, migrated: Database, rng):
    secret = f"secret-{rng.randrange(10**9)}"
    same = {"email": "u0@example.com", "name": "Alan", "password": secret}
    seen = probe(
        "register",
        doing="registering users",
        users=[same, {**same, "email": "u1@example.com"}],
    )
    for answer in seen["answers"]:
        worked(answer, "create_user")
    query = "SELECT email, hashed_password FROM users ORDER BY id"
    hashes = [each["hashed_password"] for each in migrated.query(query)]
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
    milliseconds = round(seen["all"] * 1000, 1)
    expect(
        milliseconds >= 8 or seen["children"],
        seen=f"Hashing a password keeps the processor busy for {milliseconds} ms at most.",
        wanted="Slowly on purpose: hashlib.scrypt with n=2**14 takes some 40 ms.",
        why="Whoever has stolen the table tries a quick hash a billion times a second.",
    )
    expect(
        seen["loop"] < seen["all"] / 2 or seen["children"],
        seen=f"Of the {milliseconds} ms that hashing takes, the event loop itself works"
        f" {round(seen['loop'] * 1000, 1)} ms.",
        wanted="await asyncio.to_thread(…) around what is slow.",
        why="While the event loop hashes, no other request is answered.",
    )
    migrated.execute("DELETE FROM users")
    [answer] = probe("register", doing="registering a user again", users=[same])["answers"]
    worked(answer, "create_user of an address that is free again")
    again = [each["hashed_password"] for each in migrated.query(query)]
    expect(
        again[0] not in hashes,
        seen="A user who is deleted and registered again has the same hash as before.",
        wanted="A salt by chance, and not one that is made of the user: secrets.token_bytes(16).",
    )
    third = {**same, "email": "u3@example.com"}
    for each in probe("handed", doing="registering a third user", expects=list[str], user=third):
        expect(
            each == secret,
            seen=f"create_user of the password {secret!r} has hash_password hash {each!r}.",
            wanted="The password itself: data.password is a SecretStr, and what it holds is"
            " data.password.get_secret_value().",
            why="One hash would fit everybody who signs in, or nobody.",
        )
    made = probe("hashed", doing="calling hash_password", expects=list, password=secret)
    expect(
        len({*made}) == 2 and all(len(each) >= 32 and secret not in each for each in made),
        seen=f"hash_password, called twice with one password, gives {' and '.join(made)}.",
        wanted="Two texts of 32 characters or more, each hashed with a salt of its own.",
    )
