"""What the moderators are told, and how they know that it is true."""

import json
import time
import uuid

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Probe, summarize
from kit import POSTS
from kit.notices import Notices, expect_one, is_signed, signature
from kit.upstream import Visit


@check(
    title="sign makes the signature that Standard Webhooks describes",
    items=["topic.background-tasks"],
    why="The receiver computes it as well, and compares byte by byte.",
    read="The hook",
)
def test_signature(probe: Probe, rng):
    given = [
        (rng.randbytes(20).hex(), str(uuid.UUID(int=rng.getrandbits(128))), 1_800_000_000, "{}"),
        ("pässwörter-of-more-than-32-bytes", "e-1", rng.randrange(10**9), '{"path": "/ü"}'),
        ("x" * 100, "", 0, ""),
    ]
    found = probe("signatures", doing="calling sign", expects=list, given=given)
    for (secret, id_, timestamp, body), seen in zip(given, found, strict=True):
        wanted = signature(secret, id_, str(timestamp), body.encode())
        expect(
            seen == wanted,
            seen=f"sign({secret!r}, {id_!r}, {timestamp}, {body.encode()!r}) gives {seen!r}.",
            wanted=f"{wanted!r}: of id, timestamp and body with a full stop between them, by HMAC"
            " with SHA-256, in base64.",
        )


@check(
    title="The moderators are told of each new user and each new post",
    items=["topic.background-tasks"],
    why="Whoever looks at what is new must hear of it, and be sure that it is you who says it.",
    read="The hook",
    needs=["13.signature"],
)
def test_hook(notices: Notices):
    begun = int(time.time())
    author = notices.author()
    people = [notices.register(), notices.register()]
    posts = [notices.write(author, published=published) for published in (True, False)]
    visits = []
    for kind, paths in (("user", [each.path for each in people]), ("post", posts)):
        for path in paths:
            visit = expect_one(notices.wait_for_hooks(path), f"{path} was created")
            _is_event(visit, f"{kind}.created", path, notices.secret, begun)
            visits.append(visit)
    ids = {visit.headers["webhook-id"] for visit in visits}
    expect(
        len(ids) == len(visits),
        seen=f"Of {len(visits)} events, {len(ids)} have an id of their own.",
        wanted="One for each event.",
    )
    notices.http.patch(posts[1], json={"title": "Other"}, headers=author)
    ids_ = [int(posts[1].rpartition("/")[2])]
    notices.http.post(f"{POSTS}/publish", json={"ids": ids_}, headers=author)
    notices.http.delete(posts[0], headers=author)
    last = notices.write(author)
    notices.wait_for_hooks(last)
    notices.http.stop()
    expect(
        len(notices.hooks()) == len(visits) + 1,
        seen=f"{len(visits) + 1} users and posts were created, one was changed, published and"
        f" another deleted, and the moderators were told {len(notices.hooks())} times.",
        wanted="Once for each that is new.",
    )


@check(
    title="Who is told of something can look at it at once",
    items=["topic.background-tasks"],
    why="Before the commit nobody else sees the row: the moderators would get a 404, and move on.",
    read="After the commit",
    needs=["13.hook"],
)
def test_visible(notices: Notices):
    seen, client = {}, notices.http.client

    def look(visit: Visit) -> int:
        path = json.loads(visit.body)["path"]
        seen[path] = client.get(path)
        return 204

    notices.answer_hooks(look)
    author = notices.author()
    for path in (notices.register().path, notices.write(author), notices.write(author)):
        expect_one(notices.wait_for_hooks(path), f"{path} was created")
        response = seen.get(path)
        if response is None:
            raise Unmet(
                f"While the moderators were told of {path}, GET {path} was not answered.", "200."
            )
        expect(
            response.status_code == 200,
            seen=f"While the moderators were told of {path}, they sent GET {path}, which was"
            f" answered with {summarize(response)}",
            wanted="200: the hook is sent when the commit has succeeded.",
        )


def _is_event(visit: Visit, kind: str, path: str, secret: str, begun: int) -> None:
    is_json = visit.headers.get("content-type", "").partition(";")[0] == "application/json"
    expect(
        visit.method == "POST" and is_json,
        seen=f"The moderators got {visit.method} with the Content-Type"
        f" {visit.headers.get('content-type')}.",
        wanted="POST with application/json.",
    )
    data = json.loads(visit.body)
    id_ = visit.headers.get("webhook-id", "")
    wanted = {"id": id_, "type": kind, "path": path}
    expect(
        data == wanted,
        seen=f"The moderators were told {data}, with webhook-id: {id_}.",
        wanted=f"{wanted}, and nothing else.",
    )
    expect(
        _is_uuid(id_),
        seen=f"An event has the id {id_!r}.",
        wanted="A UUID: nobody guesses one, and no two are the same.",
    )
    stamp = visit.headers.get("webhook-timestamp", "")
    expect(
        stamp.isdecimal() and begun - 1 <= int(stamp) <= time.time() + 1,
        seen=f"A hook has webhook-timestamp: {stamp}.",
        wanted=f"The time in whole seconds, int(time.time()), such as {int(time.time())}.",
    )
    is_signed(visit, secret)


def _is_uuid(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False
