"""An event is stored with each change, in the same transaction. There is no Kafka here."""

from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Http, summarize
from kit import POSTS
from kit.events import Changes, adds, count_of, refusing, rows_more, written_at_once
from kit.history import goes_back
from kit.posts_api import USERS

MANY = 130
"""Posts of a user: more than a page of any size holds."""
AT_ONCE = 16
"""Users who are deleted while they write posts, and drafts that are published twice."""


def _stored(changes: Changes) -> int:
    return count_of(changes.accounts.database)


def _adds(changes: Changes, before: int, wanted: int, doing: str, advice: str = "") -> int:
    return adds(changes.accounts.database, before, wanted, doing, advice)


@check(
    title="A migration makes the outbox, goes down and up again, and leaves no difference",
    items=["model.migration", "topic.alembic"],
    why="A deployment that goes wrong is taken back, with all that it has brought.",
    read="What is told",
)
def test_migration(command: Command, migrated: Database):
    goes_back(command, migrated, "outbox_events")


@check(
    title="Creating, changing and deleting a post stores an event each",
    items=["endpoint.publish-events", "structure.schemas-events"],
    why="What is not stored with the change is lost when the process dies.",
    read="In the same transaction",
    errata=["E43"],
    needs=["15.envelope", "15.migration"],
)
def test_stored(changes: Changes):
    known = _stored(changes)
    for _ in range(2):
        post = changes.create(changes.user())
        known = _adds(
            changes,
            known,
            1,
            "A post was created",
            "await record(…) before the commit.",
        )
        post = changes.update(post, title=f"{post['title']}, again")
        known = _adds(changes, known, 1, "The title of a post was changed")
        post = changes.update(post, content="Other", published=not post["published"])
        known = _adds(changes, known, 1, "Two fields of a post were changed at once")
        changes.delete(post)
        known = _adds(changes, known, 1, "A post was deleted")


@check(
    title="What is refused is no event",
    items=["endpoint.publish-events"],
    why="An event of what has never been is worse than none: nobody can take it back.",
    read="What is told",
    needs=["15.stored"],
)
def test_refused(changes: Changes, http: Http):
    me, other = changes.user(), changes.user()
    mine, theirs = changes.create(me), changes.create(other)
    known = _stored(changes)
    taken = {"title": theirs["title"], "content": "Again"}
    post, missing = f"{POSTS}/{mine['id']}", f"{POSTS}/{2**31 - 1}"
    refused: list[tuple[str, str, int, dict[str, Any]]] = [
        ("POST", POSTS, me["id"], {"json": taken}),
        ("PATCH", post, me["id"], {"json": {"title": theirs["title"]}}),
        ("PATCH", post, me["id"], {"json": {"title": theirs["title"], "content": "Both"}}),
        ("PATCH", post, other["id"], {"json": {"title": "Not mine"}}),
        ("DELETE", post, other["id"], {}),
        ("PATCH", missing, me["id"], {"json": {"title": "Nobody's"}}),
        ("DELETE", missing, me["id"], {}),
        ("POST", POSTS, me["id"], {"json": {"title": "", "content": "x"}}),
        ("DELETE", f"{USERS}/{me['id']}", other["id"], {}),
    ]
    for method, url, user_id, options in refused:
        response = changes.answer(method, url, user_id, **options)
        expect(
            400 <= response.status_code < 500,
            seen=f"{method} {url}, which is to be refused, was answered with {summarize(response)}",
            wanted="An error of the client's.",
        )
        doing = f"{method} {url} was refused with {response.status_code}"
        known = _adds(changes, known, 0, doing, "Event and change in one transaction.")
    changes.create(me)
    _adds(changes, known, 1, "After them a post was created")


@check(
    title="A PATCH that changes nothing is no event",
    items=["endpoint.publish-events"],
    why="Everybody who listens would do their work again, for nothing.",
    read="What is told",
    needs=["15.stored"],
)
def test_unchanged(changes: Changes):
    for published in (True, False):
        me = changes.user()
        post = changes.create(me, published=published)
        url = f"{POSTS}/{post['id']}"
        known = _stored(changes)
        whole = {name: post[name] for name in ("title", "content", "published")}
        for sent in ({"published": published}, whole, {}, {"title": f"  {post['title']} "}):
            response = changes.answer("PATCH", url, me["id"], json=sent)
            expect(
                response.status_code == 200,
                seen=f"PATCH {url} with {sent} was answered with {summarize(response)}",
                wanted="200, as before.",
            )
            doing = f"PATCH {url} with {sent} changed nothing"
            known = _adds(
                changes,
                known,
                0,
                doing,
                "Compare what was sent with what is there.",
            )
        post = changes.update(post, **{**whole, "content": f"Other than {post['content']}"})
        known = _adds(changes, known, 1, "A PATCH with three fields changed one of them")


@check(
    title="Posts that are published together have an event each",
    items=["endpoint.publish-events"],
    why="A statement for many rows passes by all code that is written for one.",
    read="What is told",
    needs=["15.stored"],
)
def test_publish(changes: Changes):
    me = changes.user()
    drafts = [changes.create(me, published=False) for _ in range(5)]
    old = [changes.create(me, published=True) for _ in range(2)]
    known = _stored(changes)
    done = changes.publish([old[0], *drafts[:3], old[1]])
    known = _adds(changes, known, 3, "Three drafts and two published posts were published")
    changes.publish(done)
    known = _adds(changes, known, 0, "Posts that are published already were published again")
    changes.publish([*done, *drafts[3:]])
    _adds(changes, known, 2, "Two drafts among them were published")
    _published_twice(changes)


def _published_twice(changes: Changes) -> None:
    """Expect one event of each draft that two requests publish at the same moment."""
    changes.http.start(setup="delay", beginnings=["UPDATE posts"], seconds=0.02)
    accounts, me = changes.accounts, changes.user()
    drafts = [changes.create(me, published=False)["id"] for _ in range(AT_ONCE)]
    known = _stored(changes)
    publish = [
        accounts.request(me, "POST", f"{POSTS}/publish", json={"ids": [id_]}) for id_ in drafts
    ]
    changes.http.together([each for each in publish for _ in range(2)])
    _adds(
        changes,
        known,
        AT_ONCE,
        f"{AT_ONCE} drafts were published, each by two requests at the same moment",
        "One each: of two only one has found a draft. The UPDATE itself asks whether it is one"
        " (WHERE … published IS false … RETURNING), and not a SELECT before it.",
    )


@check(
    title="A user who is deleted takes the posts along, and each is told",
    items=["endpoint.publish-events"],
    why="The database deletes them by itself (ON DELETE CASCADE): everybody else keeps dead posts.",
    read="What is told",
    needs=["15.stored"],
)
def test_user(changes: Changes):
    for count in (3, 0, 1):
        user, other = changes.user(), changes.user()
        posts = [changes.create(user) for _ in range(count)]
        left = changes.create(other)
        known = _stored(changes)
        changes.delete_user(user, posts)
        advice = "DELETE FROM posts … RETURNING before the user is deleted."
        known = _adds(
            changes,
            known,
            count,
            f"A user with {count} posts was deleted",
            advice,
        )
        response = changes.http.get(f"{POSTS}/{left['id']}")
        expect(
            response.status_code == 200,
            seen=f"After the deletion of a user, another's post is answered with"
            f" {summarize(response)}",
            wanted="200.",
        )
    user = changes.user()
    posts = changes.store(user, MANY)
    known = _stored(changes)
    changes.delete_user(user, posts)
    _adds(changes, known, MANY, f"A user with {MANY} posts was deleted", advice)
    _deleted_while_writing(changes)


def _deleted_while_writing(changes: Changes) -> None:
    """Expect that a post is told of as often when it is written while its author is deleted."""
    changes.http.start(setup="delay", beginnings=["INSERT", "UPDATE", "DELETE"], seconds=0.02)
    accounts, asked = changes.accounts, []
    for user in [changes.user() for _ in range(AT_ONCE)]:
        asked += [
            accounts.request(user, "POST", POSTS, json=accounts.draft()),
            accounts.request(user, "DELETE", f"{USERS}/{user['id']}"),
            accounts.request(user, "POST", POSTS, json=accounts.draft()),
        ]
    known = _stored(changes)
    written = written_at_once(changes.http, asked)
    _adds(
        changes,
        known,
        2 * written,
        f"{AT_ONCE} users were deleted, each at the moment at which they wrote two posts, which"
        f" {written} times was answered with 201",
        f"{written} post.created and post.deleted. Who reads the posts and then deletes the user"
        " misses those that were written in between: delete them first, with RETURNING, while"
        " nobody can write one for that user.",
    )


@check(
    title="Change and event are kept together, or neither is",
    items=["endpoint.publish-events", "topic.db-optimization"],
    why="Two transactions are two chances to have the one without the other.",
    read="In the same transaction",
    errata=["E43"],
    needs=["15.stored", "15.publish", "15.user"],
)
def test_together(changes: Changes):
    database = changes.accounts.database
    me, leaving = changes.user(), changes.user()
    mine, draft = changes.create(me), changes.create(me, published=False)
    changes.create(leaving)
    post = f"{POSTS}/{mine['id']}"
    asked: list[tuple[str, str, int, dict[str, Any]]] = [
        ("POST", POSTS, me["id"], {"json": changes.accounts.draft()}),
        ("PATCH", post, me["id"], {"json": {"title": "Another"}}),
        ("POST", f"{POSTS}/publish", me["id"], {"json": {"ids": [draft["id"]]}}),
        ("DELETE", post, me["id"], {}),
        ("DELETE", f"{USERS}/{leaving['id']}", leaving["id"], {}),
    ]
    verbs = ("INSERT", "UPDATE", "DELETE")
    faults = (("outbox_events", ("INSERT",), asked), ("posts", verbs, asked))
    for table, refused, requests in (*faults, ("users", verbs, asked[-1:])):
        with refusing(database, table, *refused):
            for method, url, user_id, options in requests:
                before, rows = changes.accounts.tables(), _stored(changes)
                response = changes.answer(method, url, user_id, **options)
                expect(
                    response.status_code == 500,
                    seen=f"The database takes no change of {table}, and {method} {url} was answered"
                    f" with {summarize(response)}",
                    wanted="500: nothing has been done.",
                )
                expect(
                    changes.accounts.tables() == before,
                    seen=f"The database takes no change of {table}: {method} {url} was answered"
                    f" with {response.status_code}, and what it asked for was done.",
                    wanted="One commit for the change and its event.",
                )
                expect(
                    _stored(changes) == rows,
                    seen=f"The database takes no change of {table}: {method} {url} was answered"
                    f" with {response.status_code}, and outbox_events has"
                    f" {rows_more(_stored(changes) - rows)}.",
                    wanted="One commit for the change and its event.",
                )
    known = _stored(changes)
    for method, url, user_id, options in asked:
        response = changes.answer(method, url, user_id, **options)
        expect(
            response.status_code < 300,
            seen=f"Once the database is well again, {method} {url} is answered with"
            f" {summarize(response)}",
            wanted="As ever.",
        )
        known = _adds(changes, known, 1, f"{method} {url} was repeated")
