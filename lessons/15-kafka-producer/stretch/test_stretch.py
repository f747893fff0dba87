"""The id of a request goes along with the events of what it has changed."""

import pytest

from checker.judge import check, expect, tried
from checker.judge.evidence import Source, body, summarize
from kit import POSTS, USERS
from kit.events import TOPIC, Events, event_of, patience

HEADER = "request-id"
WANTED = f"The header {HEADER}, a text in UTF-8: stored with the event, and sent along with it."


@check(
    title="Each event has the id of the request that made the change, in a header",
    why="What a reader of your events asks is who did that, and the answer is in your log.",
    read="Stretch: the id goes along",
    stretch=True,
)
def test_request_id(source: Source, request: pytest.FixtureRequest, rng):
    tried(any(HEADER in module.text for module in source.modules("app/**/*.py")))
    events: Events = request.getfixturevalue("events")
    accounts, http = events.changes.accounts, events.changes.http
    events.serve()
    me, leaving = events.changes.user(), events.changes.user()
    wanted: list[tuple[str, int, str]] = []

    def ask(method: str, url: str, user: dict, *, named: bool = True, **options):
        """The response, and the id that its events must have."""
        given = {"X-Request-ID": f"trail-{rng.randrange(10**12):012}"} if named else {}
        headers = {**accounts.headers(user), **given}
        response = http.request(method, url, headers=headers, **options)
        expect(
            response.is_success,
            seen=f"{method} {url} was answered with {summarize(response)}",
            wanted="2xx, as before.",
        )
        return (body(response) if response.content else None), response.headers["X-Request-ID"]

    drafts = []
    for named in (True, False):
        draft = accounts.draft(published=False)
        post, id_ = ask("POST", POSTS, me, named=named, json=draft)
        wanted.append(("post.created", post["id"], id_))
        drafts.append(post["id"])
    _, id_ = ask("PATCH", f"{POSTS}/{drafts[0]}", me, json={"content": "Another text"})
    wanted.append(("post.updated", drafts[0], id_))
    _, id_ = ask("POST", f"{POSTS}/publish", me, json={"ids": drafts})
    wanted += [("post.updated", draft, id_) for draft in drafts]
    post, id_ = ask("POST", POSTS, leaving, json=accounts.draft())
    wanted.append(("post.created", post["id"], id_))
    _, id_ = ask("DELETE", f"{USERS}/{leaving['id']}", leaving)
    wanted.append(("post.deleted", post["id"], id_))
    events.relay()
    messages = events.broker.wait_for(TOPIC, len(wanted), patience())
    expect(
        len(messages) == len(wanted),
        seen=f"Of {len(wanted)} events {len(messages)} came within {patience():.0f} s.",
        wanted="Each of them, as before.",
    )
    found = []
    for message in messages:
        event = event_of(message)
        ids = [value.decode(errors="replace") for name, value in message.headers if name == HEADER]
        expect(
            len(ids) == 1,
            seen=f"The event {event.type} of post {event.data['id']} has the headers"
            f" {', '.join(name for name, _ in message.headers) or 'none'}.",
            wanted=WANTED,
        )
        found.append((event.type, event.data["id"], ids[0]))
    for each in wanted:
        same = [id_ for kind, number, id_ in found if (kind, number) == each[:2]]
        expect(
            each[2] in same,
            seen=f"The request of a {each[0]} of post {each[1]} had the id {each[2]}, and the event"
            f" has {HEADER}: {', '.join(same) or 'none'}.",
            wanted=WANTED,
        )
