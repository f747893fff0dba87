"""Many posts published at once: by one statement, one's own alone, and within bounds."""

from datetime import datetime
from typing import Any

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS
from kit.accounts import Accounts, unauthorized

PUBLISH = f"{POSTS}/publish"


@check(
    title="Publishing tells what it changed, and changes nothing else",
    items=["topic.db-optimization"],
    why="A client that is told of posts which it has not published shows what is not there.",
    read="Many at once",
)
def test_publish(accounts: Accounts, http: Http):
    me = accounts.add()
    for doubled in (False, True):
        drafts = _posts(accounts, me, 4)
        old = _posts(accounts, me, 2, published=True)
        left = _posts(accounts, me, 1)
        patched = _patched(accounts, http, me, drafts[0])
        before = _stored(accounts)
        sent = [old[0], *reversed(drafts), old[1]] + (drafts[:2] if doubled else [])
        found = _publish(accounts, http, me, sent)
        expect(
            sorted(found) == drafts,
            seen=f"POST {PUBLISH} with the drafts {drafts}"
            + (", two of them named twice," if doubled else "")
            + f" and the posts {old}, published already, gave published = {found}.",
            wanted=f"{drafts}, each once: UPDATE … RETURNING tells which rows it changed.",
        )
        after = _stored(accounts)
        for id_ in drafts:
            expect(
                bool(after[id_]["published"]),
                seen=f"POST {PUBLISH} says that the post {id_} is published, and its row says that"
                " it is not.",
                wanted="published = true in the database: the service commits.",
            )
            expect(
                after[id_]["updated_at"] is not None,
                seen=f"POST {PUBLISH} published the post {id_}, whose updated_at is None still.",
                wanted="The time of the change, as after a PATCH: update(Post) sets what the column"
                " has for onupdate.",
            )
            shown = body(http.get(f"{POSTS}/{id_}"))
            expect(
                shown.get("published") is True,
                seen=f"GET {POSTS}/{id_} then gives published = {shown.get('published')!r}.",
                wanted="True.",
            )
        moment = str(body(http.get(f"{POSTS}/{drafts[0]}")).get("updated_at"))
        expect(
            datetime.fromisoformat(moment) >= datetime.fromisoformat(patched),
            seen=f"A PATCH gives the post {drafts[0]} updated_at = {patched}, and POST {PUBLISH},"
            f" which comes after it, {moment}.",
            wanted="The later time: update(Post) sets by itself what the column has for onupdate,"
            " with its microseconds. func.now() has none on SQLite.",
        )
        for id_ in (*old, *left):
            expect(
                after[id_] == before[id_],
                seen=f"The post {id_}, "
                + ("a draft that was not named" if id_ in left else "published already")
                + f", was {before[id_]} before and is {after[id_]}.",
                wanted="As it was: where(…, Post.published.is_(False)).",
            )


@check(
    title="Nobody publishes what is another's, or what is not there",
    items=["topic.auth", "antipattern.missing-error-handling"],
    why="A list of ids is a list of things that somebody might not be allowed to touch.",
    read="Many at once",
    needs=["11.publish"],
)
def test_whose(accounts: Accounts, http: Http):
    me, other = accounts.add(), accounts.add()
    mine, theirs = _posts(accounts, me, 3), _posts(accounts, other, 3)
    before = _stored(accounts)
    for headers in ({}, {"Authorization": "Bearer abc"}):
        response = http.post(PUBLISH, json={"ids": mine}, headers=headers)
        unauthorized(response, f"POST {PUBLISH} without a good token", "user: CurrentUser")
    for user, own, others in ((me, mine, theirs), (other, theirs, mine)):
        sent = [others[0], own[0], 2**31 - 2, own[1], others[1], 2**31 - 1]
        found = _publish(accounts, http, user, sent)
        expect(
            sorted(found) == own[:2],
            seen=f"POST {PUBLISH} with two drafts of one's own, {own[:2]}, two of another's,"
            f" {others[:2]}, and two that are not there gave published = {found}.",
            wanted=f"{own[:2]}: where(…, Post.user_id == user_id). What is not yours and what is"
            " not there is left out, and no error.",
        )
        after = _stored(accounts)
        changed = [id_ for id_ in others if after[id_] != before[id_]]
        expect(
            not changed,
            seen=f"POST {PUBLISH} changed {changed}, posts of another user.",
            wanted="Only posts of who is signed in.",
        )
        before = after
    for sent in (theirs, [2**31 - 1]):
        found = _publish(accounts, http, me, sent)
        expect(
            found == [],
            seen=f"POST {PUBLISH} with none of one's own drafts gave published = {found}.",
            wanted="200 and an empty list.",
        )
    expect(
        _stored(accounts) == before,
        seen=f"POST {PUBLISH} with the posts of another user alone changed something.",
        wanted="Nothing is changed.",
    )


@check(
    title="A list of ids has its bounds",
    items=["endpoint.validation-errors"],
    why="PostgreSQL takes 32,767 values in a statement; one more is a 500.",
    read="Many at once",
    needs=["11.publish"],
)
def test_bounded(accounts: Accounts, http: Http):
    me = accounts.add()
    drafts = _posts(accounts, me, 3)
    headers = accounts.headers(me)
    before = _stored(accounts)
    many = [*drafts, *range(2**31 - 101, 2**31 - 1)]
    for what, data in (
        ("no ids", {"ids": []}),
        ("101 ids", {"ids": many[:101]}),
        ("40,000 ids", {"ids": [*drafts, *range(10**6, 10**6 + 40_000)]}),
        ("the id 0", {"ids": [*drafts, 0]}),
        ("the id -1", {"ids": [-1, *drafts]}),
        ("an id of no column", {"ids": [*drafts, 2**31]}),
        ("a huge id", {"ids": [*drafts, 10**20]}),
        ("a text", {"ids": "all"}),
        ("null", {"ids": [*drafts, None]}),
        ("no field ids", {}),
        ("an unknown field", {"ids": drafts, "published": True}),
    ):
        response = http.post(PUBLISH, json=data, headers=headers)
        expect(
            response.status_code == 422,
            seen=f"POST {PUBLISH} with {what} was answered with {summarize(response)}",
            wanted="422: 1 to 100 ids from 1 to 2,147,483,647, in a RequestModel.",
        )
        expect(
            _stored(accounts) == before,
            seen=f"POST {PUBLISH} with {what} is refused, and changes something all the same.",
            wanted="Nothing is changed.",
        )
    found = _publish(accounts, http, me, many[:100])
    expect(
        sorted(found) == drafts,
        seen=f"POST {PUBLISH} with 100 ids, three of drafts, gave published = {found}.",
        wanted=f"{drafts}: a hundred are allowed.",
    )


@check(
    title="One statement publishes three posts or sixty, whatever others do meanwhile",
    items=["topic.db-optimization"],
    why="One statement is whole or not at all, and takes one way to the database and back.",
    read="Many at once",
    needs=["11.publish"],
)
def test_one_statement(accounts: Accounts, http: Http):
    me = accounts.add()
    http.start(setup="watch")
    sent = {}
    for number in (3, 60):
        drafts = _posts(accounts, me, number)
        http.inside("forget")
        _publish(accounts, http, me, drafts)
        told = http.inside("statements", expects=list[dict])
        sent[number] = [each["sql"] for each in told if "posts" in each["sql"]]
    few, many = sent[3], sent[60]
    updates = [sql for sql in many if sql.lstrip().upper().startswith(("UPDATE", "WITH"))]
    expect(
        len(many) <= len(few) and len(updates) <= 1,
        seen=f"Publishing 3 posts sends {len(few)} statements to the table of posts, publishing 60"
        f" sends {len(many)}, of which {len(updates)} change something. The last is"
        f" `{(many or [''])[-1][:200]}`",
        wanted="update(Post).where(Post.id.in_(ids), …).values(published=True).returning(Post.id).",
    )
    drafts = _posts(accounts, me, 4)
    before = _stored(accounts)
    http.inside("let_another_publish", ids=drafts[:2])
    found = _publish(accounts, http, me, drafts)
    if not http.inside("has_published", expects=bool):
        return  # whoever locks the rows is not disturbed
    expect(
        sorted(found) == drafts[2:],
        seen=f"POST {PUBLISH} with the drafts {drafts}, of which another request publishes"
        f" {drafts[:2]} right before its UPDATE, gave published = {found}.",
        wanted=f"{drafts[2:]}: whose a post is and that it is a draft are conditions of the UPDATE"
        " itself, and its RETURNING is the answer. A SELECT tells what was.",
        why="Two requests that both say they have published a post announce it twice.",
    )
    after = _stored(accounts)
    for id_ in drafts[:2]:
        expect(
            after[id_]["updated_at"] == before[id_]["updated_at"],
            seen=f"The post {id_}, which another request had published right before the UPDATE, has"
            f" updated_at = {after[id_]['updated_at']}.",
            wanted="As the other request left it.",
        )


def _posts(
    accounts: Accounts, user: dict[str, Any], number: int, *, published: bool = False
) -> list[int]:
    """The ids of new posts of the user's."""
    made = [accounts.post_of(user)["id"] for _ in range(number)]
    if published:
        marks = ", ".join("?" * number)
        sql = f"UPDATE posts SET published = true WHERE id IN ({marks})"
        accounts.database.execute(sql, *made)
    return made


def _patched(accounts: Accounts, http: Http, user: dict[str, Any], post: int) -> str:
    """The updated_at that a PATCH of the user's gives the post. Raises Unmet."""
    url = f"{POSTS}/{post}"
    response = http.patch(url, json=accounts.draft(), headers=accounts.headers(user))
    found = body(response).get("updated_at") if response.status_code == 200 else None
    expect(
        isinstance(found, str),
        seen=f"PATCH {url} with a new title was answered with {summarize(response)}",
        wanted="200 and the post, with updated_at.",
    )
    return str(found)


def _stored(accounts: Accounts) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in accounts.database.query("SELECT * FROM posts")}


def _publish(accounts: Accounts, http: Http, user: dict[str, Any], sent: list[int]) -> list[int]:
    """What the service says it has published. Raises Unmet."""
    response = http.post(PUBLISH, json={"ids": sent}, headers=accounts.headers(user))
    found = body(response).get("published") if response.status_code == 200 else None
    expect(
        isinstance(found, list) and all(type(each) is int for each in found),
        seen=f"POST {PUBLISH} with {len(sent)} ids was answered with {summarize(response)}",
        wanted='200 and {"published": […]}, the ids that were drafts until now.',
    )
    return list(found or [])
