"""What others are told of comments: stored with each change, and sent to the topic."""

from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import summarize
from kit.comments import COMMENTS, NOTHING, Comments, Table, of, one, shown, told
from kit.events import (
    Changes,
    Events,
    adds,
    count_of,
    in_order,
    once,
    refusing,
    rows_more,
    written_at_once,
)
from kit.posts_api import POSTS, USERS

CREATED, UPDATED, DELETED = "comment.created", "comment.updated", "comment.deleted"
AT_ONCE = 16
"""Posts that are deleted while somebody comments on them."""


@check(
    title="Each change of a comment is one event, and what is refused or changes nothing is none",
    items=["endpoint.publish-events"],
    why="What is not stored with the change is lost when the process dies.",
    read="Events",
    errata=["E43"],
    needs=["17.deleted", "17.bounds"],
)
def test_told(comments: Comments):
    ada, eve = comments.user(), comments.user()
    post, draft = comments.post(ada), comments.post(ada, published=False)
    for who in (eve, ada):
        known = count_of(comments.database)
        made = comments.write(who, post)
        known = adds(comments.database, known, 1, "A comment was written")
        said = comments.content()
        comments.wanted("PATCH", one(made), 200, who, json={"content": said})
        known = adds(comments.database, known, 1, "A comment was changed")
        for body in ({}, {"content": said}, {"content": f"  {said} "}):
            comments.wanted("PATCH", one(made), 200, who, json=body)
            doing = f"PATCH {one(made)} with {body} changed nothing"
            known = adds(
                comments.database, known, 0, doing, "Compare what was sent with what is there."
            )
        other = eve if who is ada else comments.user()
        for method, url, user, sent in (
            ("POST", of(post), who, {"json": {"content": " "}}),
            ("POST", of(draft), who, {"json": {"content": "Text"}}),
            ("POST", of({"id": NOTHING}), who, {"json": {"content": "Text"}}),
            ("PATCH", one(made), other, {"json": {"content": "Text"}}),
            ("DELETE", one(made), other, {}),
            ("DELETE", f"{COMMENTS}/{NOTHING}", who, {}),
        ):
            response = comments.ask(method, url, user, **sent)
            doing = f"{method} {url} was answered with {response.status_code}"
            known = adds(comments.database, known, 0, doing, "Change and event in one transaction.")
        comments.wanted("DELETE", one(made), 204, who)
        known = adds(comments.database, known, 1, "A comment was deleted")


@check(
    title="A comment that goes with its post or its author is told, too",
    items=["endpoint.publish-events"],
    why="The database deletes it by itself (ON DELETE CASCADE): everybody else keeps it for ever.",
    read="Events",
    needs=["17.told", "17.user"],
)
def test_gone_told(comments: Comments):
    ada, eve = comments.user(), comments.user()
    for number in (3, 0, 1):
        post, other = comments.post(ada), comments.post(ada)
        for who in [eve, ada, eve][:number]:
            comments.write(who, post)
        comments.write(eve, other)
        known = count_of(comments.database)
        comments.wanted("DELETE", f"{POSTS}/{post['id']}", 204, ada)
        doing = f"A post with {number} comments was deleted"
        advice = "One post.deleted, and a comment.deleted for each comment."
        adds(comments.database, known, number + 1, doing, advice)
    leaving = comments.user()
    theirs, open_ = comments.post(leaving), comments.post(ada)
    for who, post in ((leaving, theirs), (eve, theirs), (leaving, open_), (eve, open_)):
        comments.write(who, post)
    known = count_of(comments.database)
    comments.wanted("DELETE", f"{USERS}/{leaving['id']}", 204, leaving)
    doing = (
        "A user was deleted who has a post with two comments, one of them their own, and has"
        " commented on another's post"
    )
    advice = "One post.deleted, and a comment.deleted for each of the three comments, once."
    adds(comments.database, known, 4, doing, advice)
    _gone_at_once(comments)


def _gone_at_once(comments: Comments) -> None:
    """Expect that a comment is told of as often when it is written while its post goes."""
    comments.http.start(setup="delay_changes")
    accounts, eve, asked = comments.accounts, comments.user(), []
    for number in range(AT_ONCE):
        author = comments.user()
        post = comments.post(author)
        gone = f"{POSTS}/{post['id']}" if number % 2 else f"{USERS}/{author['id']}"
        comment = accounts.request(eve, "POST", of(post), json={"content": comments.content()})
        asked += [comment, accounts.request(author, "DELETE", gone), comment]
    known = count_of(comments.database)
    written = written_at_once(comments.http, asked)
    doing = (
        f"{AT_ONCE} posts were deleted, half of them with their author, and commented on at the"
        f" same moment, which {written} times was answered with 201"
    )
    advice = (
        f"{AT_ONCE} post.deleted, and {written} comment.created and comment.deleted. Who reads the"
        " comments and then deletes the post misses those that were written in between: delete them"
        " first, with RETURNING, while nobody can comment on that post."
    )
    adds(comments.database, known, AT_ONCE + 2 * written, doing, advice)


@check(
    title="A change, what goes along with it, and its events are kept together, or none is",
    items=["endpoint.publish-events", "architecture.service-transactions"],
    why="Two transactions are two chances to have the one without the other.",
    read="Events",
    errata=["E07", "E43"],
    needs=["17.gone-told"],
)
def test_together(comments: Comments):
    table = comments.table()
    ada, eve, leaving = (comments.user() for _ in range(3))
    post, another, theirs = comments.post(ada), comments.post(ada), comments.post(leaving)
    made, more = comments.write(eve, post), comments.write(eve, another)
    gone = [more, comments.write(eve, theirs), comments.write(leaving, post)]
    asked: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("POST", of(post), eve, {"json": {"content": comments.content()}}),
        ("PATCH", one(made), eve, {"json": {"content": comments.content()}}),
        ("DELETE", one(made), eve, {}),
        ("DELETE", f"{POSTS}/{another['id']}", ada, {}),
        ("DELETE", f"{USERS}/{leaving['id']}", leaving, {}),
    ]
    verbs = ("INSERT", "UPDATE", "DELETE")
    for name, refused, begin in (
        ("outbox_events", ("INSERT",), 0),
        (table.name, verbs, 0),
        ("posts", ("DELETE",), 3),
        ("users", ("DELETE",), 4),
    ):
        with refusing(comments.database, name, *refused):
            for method, url, who, sent in asked[begin:]:
                before, events = _stored(comments, table), count_of(comments.database)
                response = comments.ask(method, url, who, **sent)
                doing = f"The database takes no change of {name}, and {method} {url} was answered"
                expect(
                    response.status_code == 500,
                    seen=f"{doing} with {summarize(response)}",
                    wanted="500: nothing has been done.",
                )
                now = _stored(comments, table)
                changed = [each for each in before if now[each] != before[each]]
                expect(
                    not changed,
                    seen=f"{doing} with 500, and what it asked for was done in"
                    f" {' and '.join(changed)}.",
                    wanted="One commit for the change, what goes along, and the events.",
                )
                expect(
                    count_of(comments.database) == events,
                    seen=f"{doing} with 500, and outbox_events has"
                    f" {rows_more(count_of(comments.database) - events)}.",
                    wanted="One commit for the change and its event.",
                )
    for method, url, who, sent in asked:
        response = comments.ask(method, url, who, **sent)
        expect(
            response.is_success,
            seen=f"Once the database is well again, {method} {url} is answered with"
            f" {summarize(response)}",
            wanted="As ever.",
        )
    for each in gone:
        comments.wanted("GET", one(each), 404)


def _stored(comments: Comments, table: Table) -> dict[str, list[Any]]:
    """The comments, and the ids of posts and users, by table."""
    found: dict[str, list[Any]] = {table.name: comments.rows(table)}
    for name in ("posts", "users"):
        found[name] = comments.database.query(f"SELECT id FROM {name} ORDER BY id")
    return found


@check(
    title="The topic has each event as it is described, under the post's key, in order",
    items=["endpoint.publish-events", "topic.kafka"],
    why="Whoever reads the topic was told what it holds, and was told nothing else.",
    read="Events",
    needs=["17.gone-told"],
)
def test_topic(comments: Comments, changes: Changes, events: Events):
    events.serve()
    author, reader = changes.user(), changes.user()
    post, other = (changes.create(author, published=True) for _ in range(2))

    def tell(kind: str, comment: dict[str, Any]) -> None:
        changes.events.append((kind, told(comment)))

    made = []
    for who, where in ((reader, post), (author, post), (reader, other), (reader, post)):
        made.append(comments.write(who, where, f"  Ein Brötchen 🥐, {comments.content()} "))
        tell(CREATED, made[-1])
    for comment, who in ((made[0], reader), (made[1], author)):
        changed = comments.wanted(
            "PATCH", one(comment), 200, who, json={"content": comments.content()}
        )
        tell(UPDATED, changed)
        comment.update(changed)
    comments.wanted("DELETE", one(made[1]), 204, author)
    tell(DELETED, made[1])
    comments.wanted("DELETE", f"{POSTS}/{post['id']}", 204, author)
    tell(DELETED, made[0])
    tell(DELETED, made[3])
    changes.events.append(("post.deleted", post))
    comments.wanted("DELETE", f"{USERS}/{reader['id']}", 204, reader)
    tell(DELETED, made[2])
    events.relay()
    found = events.expect_all(
        "Comments were written, changed and deleted, and a relay was started."
    )
    once(found, changes.events)
    keys = {id_: str(comment["post_id"]) for comment in made for id_ in [comment["id"]]}
    last: dict[int, int] = {}
    for event in found:
        if not event.type.startswith("comment."):
            continue
        key = keys[event.data["id"]]
        expect(
            event.key == key,
            seen=f"The event {event.type} of comment {event.data['id']}, on post {key}, has the key"
            f" {event.message.key!r}.",
            wanted=f"The post's id as a text: {key.encode()!r}.",
        )
        expect(
            event.envelope["version"] == 1
            and set(event.envelope) == {"id", "type", "version", "occurred_at", "data"},
            seen=f"The event {event.type} is {shown(event.envelope, 300)}.",
            wanted="The envelope of lesson 15: id, type, version = 1, occurred_at, data.",
        )
        step = (CREATED, UPDATED, DELETED).index(event.type)
        expect(
            last.get(event.data["id"], -1) <= step,
            seen=f"The event {event.type} of comment {event.data['id']} comes after what happened"
            " later.",
            wanted="Each comment's events in the order of its changes.",
        )
        last[event.data["id"]] = step
    posts = [each for each in changes.events if each[0].startswith("post.")]
    in_order([each for each in found if each.type.startswith("post.")], posts)
