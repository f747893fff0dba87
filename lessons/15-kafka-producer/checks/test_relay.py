"""The relay sends what the outbox holds: each event, once, as it was, in order."""

import re
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Command, Http, Project, SqliteDatabase, body
from kit import POSTS
from kit.events import (
    AGAIN_AND_AGAIN,
    DELETED,
    FIELDS,
    FORGOTTEN,
    Changes,
    Event,
    Events,
    held,
    in_order,
    moment,
    once,
    patience,
)
from kit.idle import rests

PAUSE = 2.5
"""Seconds: more than two between two tries of a relay that has no Kafka."""


@check(
    title="`python -m app.kafka.relay` sends events to the topic, with the post's id as key",
    items=["structure.kafka-producer", "topic.kafka"],
    why="Kafka keeps the order of what has the same key, and of nothing else.",
    read="The relay",
    needs=["15.stored"],
)
def test_relay(events: Events, changes: Changes):
    events.serve()
    me = changes.user()
    for _ in range(4):
        post = changes.create(me)
    events.relay()
    _keyed(events.expect_all("Four posts were created, and a relay was started."))
    changes.update(post, title=f"{post['title']}, again")
    changes.delete(changes.create(changes.user()))
    _keyed(events.expect_all("While a relay ran, posts were changed, created and deleted."))


def _keyed(found: list[Event]) -> None:
    for event in found:
        expect(
            event.message.key == str(event.data["id"]).encode(),
            seen=f"The event {event.type} of post {event.data['id']} has the key"
            f" {event.message.key!r}.",
            wanted=f"The post's id as a text: {str(event.data['id']).encode()!r}.",
        )


@check(
    title="What has been sent is not sent again, and a relay with nothing to send rests",
    items=["structure.kafka-producer", "topic.db-optimization"],
    why="Nothing to send is what there is most of the time: it must cost nothing.",
    read="The relay",
    needs=["15.relay"],
)
def test_idle(events: Events, changes: Changes):
    events.serve()
    events.looking(every=1.0)
    running = events.relay(ready=True)
    running.wait(moment())  # in which it forgets what it has sent
    before = len(events.read())
    running.wait(moment())  # in which it looks again
    again = len(events.read()) - before
    expect(
        not again,
        seen=f"A relay had sent all that there was. A little later {again} messages more came.",
        wanted=f"None: {FORGOTTEN} Both are coroutines: await them, and commit.",
        why=AGAIN_AND_AGAIN,
    )
    rests(
        running,
        "OUTBOX_SECONDS was 1, a relay had nothing to send",
        "Hardly any: a look, and then `await asyncio.sleep(settings.outbox_seconds)`, also where"
        " there was nothing.",
    )
    changes.create(changes.user())
    events.expect_all("The relay had nothing to do for a while, and then a post was created.")


@check(
    title="Each change is told once, as it was then",
    items=["endpoint.publish-events", "topic.kafka"],
    why="By the time that an event is sent, its post has changed again, or is gone.",
    read="In the same transaction",
    needs=["15.relay", "15.refused", "15.unchanged", "15.publish", "15.user"],
)
def test_told(events: Events, changes: Changes):
    events.serve()
    me, leaving = changes.user(), changes.user()
    for number in range(2):
        post = changes.create(me, title=f"  Spaces {number} ", content="Ein Brötchen 🥐")
        post = changes.update(post, title=f"Changed {number}")
        changes.answer("POST", POSTS, me["id"], json={"title": post["title"], "content": "x"})
        changes.answer("PATCH", f"{POSTS}/{post['id']}", me["id"], json={"title": post["title"]})
        draft = changes.update(post, published=False) if post["published"] else post
        [post] = changes.publish([draft])
        changes.delete(post)
    changes.delete_user(leaving, [changes.create(leaving) for _ in range(2)])
    for number in range(2):  # these are there still when their events are sent
        changes.update(changes.create(me), title=f"Kept {number}", content="Other")
    events.relay()
    events.expect_all("Posts were changed several times, and then a relay was started.")
    changes.create(me)
    found = events.expect_all("While it ran, one more was created.")
    once(found, changes.events)
    for event in found:
        expect(
            event.envelope["version"] == 1,
            seen=f"An event {event.type} has version = {event.envelope['version']!r}.",
            wanted="1.",
        )
        expect(
            set(event.envelope) == {"id", "type", "version", "occurred_at", "data"},
            seen=f"An event has the fields {', '.join(event.envelope)}.",
            wanted="EventEnvelope, as JSON.",
        )


@check(
    title="An event tells what is true, also where two change or delete a post at the same time",
    items=["endpoint.publish-events"],
    why="A session shows a post as it was when it was read: the other's change is not in it.",
    read="What is told",
    needs=["15.relay"],
)
def test_latest(events: Events, changes: Changes, http: Http):
    events.serve(setup="delay", beginnings=["UPDATE posts", "DELETE FROM posts"], seconds=0.1)
    me = changes.user()
    posts = [changes.create(me, published=False) for _ in range(3)]
    accounts = changes.accounts
    for number, post in enumerate(posts):
        url = f"{POSTS}/{post['id']}"
        sent = ({"title": f"New title {number}"}, {"content": f"New content {number}"})
        http.together([accounts.request(me, "PATCH", url, json=each) for each in sent])
    now = [body(http.get(f"{POSTS}/{post['id']}")) for post in posts]
    events.relay()
    for state in now:
        told = [{name: state[name] for name in FIELDS}]
        events.broker.until(
            lambda told=told: told[0] in [event.data for event in events.read()], patience()
        )
        found = [event.data for event in events.read() if event.data["id"] == state["id"]]
        expect(
            bool(found) and found[-1] == told[0],
            seen=f"Two requests changed title and content of post {state['id']} at the same time."
            f" It is {told[0]} now, and its last event says {found[-1] if found else 'nothing'}.",
            wanted="The post as the change has left it: await session.refresh(post) after the flush"
            " and before the commit.",
        )
    changed = [changes.create(me) for _ in range(4)]
    last = {}
    for post in changed:
        url, title = f"{POSTS}/{post['id']}", f"Late title of {post['id']}"
        answer, _ = http.together(
            [
                accounts.request(me, "PATCH", url, json={"title": title}),
                accounts.request(me, "DELETE", url),
            ]
        )
        if answer.status_code == 200:
            last[post["id"]] = title
    for post in posts:
        url = f"{POSTS}/{post['id']}"
        http.together([accounts.request(me, "DELETE", url)] * 2)
    gone = {post["id"] for post in (*posts, *changed)}

    def told() -> list[int]:
        return [event.data["id"] for event in events.read() if event.type == DELETED]

    events.broker.until(lambda: gone <= set(told()), patience())
    events.broker.until(lambda: len(told()) > len(gone), moment())
    for event in events.read():
        title = last.get(event.data["id"])
        expect(
            event.type != DELETED or title in (None, event.data["title"]),
            seen=f"A PATCH gave the post {event.data['id']} the title {title!r}, was answered with"
            " 200, and the post was deleted at the same time, after that. post.deleted says"
            f" {str(event.data)[:300]}.",
            wanted="The post as it was last: DELETE … RETURNING gives back the row that it has"
            " deleted, and not the one that was read before.",
        )
    expect(
        sorted(told()) == sorted(gone),
        seen=f"Of each of the posts {', '.join(map(str, sorted(gone)))} two requests asked for the"
        f" deletion at the same time, and post.deleted was told of {told()}.",
        wanted="One event for each: of two only one has deleted the post. DELETE … RETURNING gives"
        " back a row to that one, and none to the other, who is told 404.",
    )


@check(
    title="Nothing of a user but the id is in an event",
    items=["topic.kafka"],
    why="A log of events is copied, kept, and never taken back: an address in it stays there.",
    read="An event",
    needs=["15.relay"],
)
def test_private(events: Events, changes: Changes):
    events.serve()
    me, leaving = changes.user(), changes.user()
    post = changes.update(changes.create(me), title="Another title")
    changes.delete(post)
    changes.delete_user(leaving, [changes.create(leaving)])
    events.relay()
    for event in events.expect_all("Posts were created, changed and deleted."):
        message = event.message
        headers = " ".join(f"{name} {value!r}" for name, value in message.headers)
        whole = f"{message.text} {message.key!r} {headers}"
        for user in (me, leaving):
            for name in ("email", "name"):
                expect(
                    user[name] not in whole,
                    seen=f"An event {event.type} holds a user's {name}: {whole[:300]}",
                    wanted="Of a user, the id alone.",
                )
        expect(
            set(event.data) == set(FIELDS),
            seen=f"An event {event.type} has data with {', '.join(event.data)}.",
            wanted=f"{', '.join(FIELDS)}, and no more.",
        )


@check(
    title="The events of one post come in the order of its changes",
    items=["topic.kafka"],
    why="Whoever reads a change before the creation has nothing to change.",
    read="The relay",
    needs=["15.told"],
)
def test_order(events: Events, changes: Changes):
    events.serve()
    me = changes.user()
    posts = [changes.create(me) for _ in range(5)]
    events.relay()
    for number in range(7):
        posts = [changes.update(post, title=f"{number} of {post['id']}") for post in posts]
    for post in posts[:2]:
        changes.delete(post)
    doing = "Posts were changed while a relay ran."
    if not isinstance(changes.accounts.database, SqliteDatabase):
        _overtaken(events, changes, posts[2:])
        doing = "Of two changes, the one whose event was stored later was committed first."
    found = events.expect_all(doing)
    in_order(found, changes.events)
    once(found, changes.events)


def _overtaken(events: Events, changes: Changes, posts: list[dict[str, Any]]) -> None:
    """Let the event of a later change be sent before an earlier one is committed."""
    database, marker = changes.accounts.database, f"slow-{posts[0]['id']:06}"
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor(1) as beside:
        with held(database, marker):
            slow = beside.submit(changes.update, posts[0], title=marker)
            events.broker.until(lambda: bool(database.query(waiting)), patience())
            changes.update(posts[1], title="A quick one")
            last = changes.events[-1]
            events.broker.until(lambda: last in [event.told for event in events.read()], moment())
        slow.result()


@check(
    title="Without a Kafka there is no relay, and the application goes without",
    items=["structure.kafka-producer"],
    why="A relay that runs and sends nothing looks as if all were well.",
    read="The relay",
    needs=["15.relay"],
)
def test_nowhere(events: Events, changes: Changes, command: Command, project: Project):
    events.serve()
    changes.create(changes.user())
    known = project.env["KAFKA_BOOTSTRAP_SERVERS"]
    for said in ("empty", "not set"):
        if said == "empty":
            project.env["KAFKA_BOOTSTRAP_SERVERS"] = ""
        else:
            del project.env["KAFKA_BOOTSTRAP_SERVERS"]
        ended = command("app.kafka.relay")
        expect(
            ended.status != 0,
            seen=f"KAFKA_BOOTSTRAP_SERVERS is {said}, and `python -m app.kafka.relay` ended with"
            " status 0.",
            wanted='Another status: sys.exit("KAFKA_BOOTSTRAP_SERVERS is empty").',
        )
        _goes_without(events, said)
    project.env["KAFKA_BOOTSTRAP_SERVERS"] = known
    events.relay()
    events.expect_all("The event waited until there was a Kafka.")


def _goes_without(events: Events, said: str) -> None:
    """Expect of the application that it starts no relay, which would fail again and again."""
    running = events.application()
    running.wait(moment())
    before = running.printed()
    running.wait(PAUSE)
    more = running.printed()[len(before) :]
    expect(
        not more,
        seen=f"KAFKA_BOOTSTRAP_SERVERS is {said}. The application runs, nobody asks for anything,"
        f" and it goes on printing: {more[:300]!r}",
        wanted="No relay in the lifespan where there is no Kafka: if not"
        " settings.kafka_bootstrap_servers, it yields, and that is all.",
    )
    running.signal(signal.SIGTERM)
    running.wait(patience())
    ended = running.printed()[len(before) :]
    expect(
        not re.search(r"Traceback|\bERROR\b", ended),
        seen=f"KAFKA_BOOTSTRAP_SERVERS is {said}. The application was ended by SIGTERM, and its"
        f" output ends: {ended[-300:]!r}",
        wanted="An end like any other: a lifespan yields once, whatever it has started.",
    )
