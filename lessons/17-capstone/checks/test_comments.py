"""What the requirement says of writing, reading and changing, by HTTP and in the table."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from checker.judge import check, expect
from checker.judge.evidence import body, summarize
from kit.comments import (
    COMMENTS,
    FIELDS,
    NOTHING,
    Comments,
    expect_same,
    of,
    one,
    requests,
    shown,
)
from kit.posts_api import POSTS

LONGEST = 2000
NO_IDS = ("0", "-1", str(2**31), str(10**20), "abc", "1.5")
REFUSED: tuple[tuple[str, Any], ...] = (
    ("no content but blanks", {"content": " \n\t "}),
    ("an empty content", {"content": ""}),
    ("2,001 characters", {"content": "x" * (LONGEST + 1)}),
    ("2,001 characters, two bytes each", {"content": "ü" * (LONGEST + 1)}),
    ("null", {"content": None}),
    ("a number", {"content": 7}),
    ("a list", {"content": ["Text"]}),
    ("the character NUL", {"content": "a\x00b"}),
    ("half a surrogate pair", {"content": "a\ud800b"}),
    ("a list for a body", ["Text"]),
)
TAKEN = (
    ("one character", "x", "x"),
    ("2,000 characters", "x" * LONGEST, "x" * LONGEST),
    ("2,000 characters, four bytes each", "🥐" * LONGEST, "🥐" * LONGEST),
    ("2,000 characters and blanks around them", f"  {'y' * LONGEST}\n", "y" * LONGEST),
    ("lines, quotes and percent signs", "\tOne\n'two' \"%s\" -- ", "One\n'two' \"%s\" --"),
)


@check(
    title="Who has signed in writes a comment, and everybody reads it",
    items=["endpoint.route-handler", "endpoint.response-model"],
    why="201, an address and the whole comment are what a client goes on with.",
    read="Writing and reading",
    errata=["E15", "E36"],
    needs=["17.migration"],
)
def test_created(comments: Comments):
    ada, eve = comments.user(), comments.user()
    for author, post in (
        (eve, comments.post(ada)),
        (ada, comments.post(eve)),
        (ada, comments.post(ada)),
    ):
        said = comments.content()
        response = comments.ask("POST", of(post), author, json={"content": said})
        expect(
            response.status_code == 201,
            seen=f"POST {of(post)} was answered with {summarize(response)}",
            wanted="201 and the comment.",
        )
        made = body(response)
        _complete(made, f"POST {of(post)}")
        for name, value in (
            ("content", said),
            ("post_id", post["id"]),
            ("user_id", author["id"]),
            ("author", {"id": author["id"], "name": author["name"]}),
            ("updated_at", None),
        ):
            expect(
                made[name] == value,
                seen=f"POST {of(post)} by user {author['id']} gave {name} = {shown(made[name])}.",
                wanted=f"{shown(value)}.",
            )
        where = response.headers.get("location", "")
        expect(
            where.removeprefix("http://workshop") == one(made),
            seen=f"POST {of(post)} was answered with Location: {where or 'none'}.",
            wanted=f"{one(made)}.",
        )
        expect(
            comments.read(made) == made,
            seen=f"GET {one(made)} gave {shown(comments.read(made), 300)}.",
            wanted=f"What the POST was answered with: {shown(made, 300)}.",
        )


def _complete(comment: dict[str, Any], doing: str) -> None:
    """Expect what the requirement's comment has, and no more. Raises Unmet."""
    expect(
        set(comment) == FIELDS,
        seen=f"{doing} gave the fields {', '.join(sorted(comment))}.",
        wanted=f"{', '.join(sorted(FIELDS))}, and no other.",
    )
    author = comment["author"]
    expect(
        isinstance(author, dict) and set(author) == {"id", "name"},
        seen=f"{doing} gave the author {shown(author)}.",
        wanted="id and name: everybody reads this, and an e-mail address is nobody's business.",
    )
    for name in ("created_at", "updated_at"):
        if comment[name] is None and name == "updated_at":
            continue
        try:
            offset = datetime.fromisoformat(comment[name]).utcoffset()
        except (TypeError, ValueError):
            offset = None
        expect(
            offset == timedelta(0),
            seen=f"{doing} gave {name} = {comment[name]!r}.",
            wanted="A time in UTC, with its zone.",
            errata=("E23",),
        )


@check(
    title="A comment is one row of a table of its own, and its id is never another's",
    items=["model.async-model"],
    why="What is answered and not committed is gone with the request.",
    read="Writing and reading",
    needs=["17.created"],
)
def test_stored(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    for author in (ada, eve):
        before = comments.rows(table)
        made = comments.write(author, post)
        after = comments.rows(table)
        expect(
            len(after) == len(before) + 1 and after[:-1] == before,
            seen=f"A comment was written, and {table.name} has {len(after) - len(before)} rows"
            " more.",
            wanted="One, and the others as they were.",
        )
        row = after[-1]
        for name in ("id", "content", "post_id", "user_id"):
            expect(
                row[table.columns[name]] == made[name],
                seen=f"The comment {shown(made, 300)} is stored as {shown(row, 300)}.",
                wanted="What the answer says.",
            )
    comments.wanted("DELETE", one(made), 204, eve)
    again = comments.write(eve, post)
    expect(
        again["id"] > made["id"],
        seen=f"Comment {made['id']}, the last, was deleted, and the next one has the id"
        f" {again['id']}.",
        wanted='An id that nothing has had: __table_args__ = {"sqlite_autoincrement": True} on the'
        " model, and sqlite_autoincrement=True in the op.create_table of its migration, which"
        " neither autogenerate nor `alembic check` asks for.",
    )


@check(
    title="A content is taken as the requirement bounds it, and without the blanks around it",
    items=["endpoint.schema", "model.schema"],
    why="A bound that is checked before the blanks are gone refuses what it should take.",
    read="Writing and reading",
    errata=["E13"],
    needs=["17.created"],
)
def test_bounds(comments: Comments):
    ada = comments.user()
    post = comments.post(ada)
    for what, sent, kept in TAKEN:
        for method in ("POST", "PATCH"):
            url = of(post) if method == "POST" else one(comments.write(ada, post))
            status = 201 if method == "POST" else 200
            made = comments.wanted(method, url, status, ada, f"with {what}", json={"content": sent})
            found = comments.read(made)["content"]
            expect(
                made["content"] == kept and found == kept,
                seen=f"{method} {url} with {what} kept {shown(found)}.",
                wanted=f"{shown(kept)}: without the blanks around it, and else as it was sent.",
            )


@check(
    title="What no comment can be is refused with 422, and nothing is stored",
    items=["endpoint.validation-errors", "architecture.router-duties"],
    why="What is not refused at the door is found in the table, or ends as a 500.",
    read="Writing and reading",
    errata=["E13"],
    needs=["17.stored"],
)
def test_refused(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post, other = comments.post(ada), comments.post(eve)
    made = comments.write(ada, post)
    foreign = {
        "user_id": eve["id"],
        "post_id": other["id"],
        "id": NOTHING,
        "author": {"id": eve["id"], "name": "Eve"},
        "created_at": "2031-05-17T10:00:00Z",
        "colour": "blue",
    }
    more = [(f"a field {name}", {"content": "x", name: value}) for name, value in foreign.items()]
    before = comments.rows(table)
    for method, url, cases in (
        ("POST", of(post), [*REFUSED, *more, ("no content", {})]),
        ("PATCH", one(made), [*REFUSED, *more]),
    ):
        for what, sent in cases:
            response = (
                comments.ask(method, url, ada, json=sent)
                if "surrogate" not in what
                else (
                    comments.ask(
                        method,
                        url,
                        ada,
                        content=b'{"content": "a\\ud800b"}',
                        headers={"Content-Type": "application/json"},
                    )
                )
            )
            expect(
                response.status_code == 422,
                seen=f"{method} {url} with {what} was answered with {summarize(response)}",
                wanted="422.",
            )
        expect(
            comments.rows(table) == before,
            seen=f"After {len(cases)} times {method} {url} with what is to be refused, the rows of"
            f" {table.name} are others than before.",
            wanted="What is refused changes nothing.",
        )


@check(
    title="An id that no row can have is refused, and one that no row has is not found",
    items=["endpoint.validation-errors"],
    why="A number that no column can hold is a 500 that anybody can bring about.",
    read="Writing and reading",
    errata=["E17"],
    needs=["17.created"],
)
def test_ids(comments: Comments):
    ada = comments.user()
    comment = comments.write(ada, comments.post(ada))
    said = {"json": {"content": "Text"}}
    for method, url, options in (
        ("POST", POSTS + "/{}/comments", said),
        ("GET", POSTS + "/{}/comments", {}),
        ("GET", COMMENTS + "/{}", {}),
        ("PATCH", COMMENTS + "/{}", said),
        ("DELETE", COMMENTS + "/{}", {}),
    ):
        for id_ in NO_IDS:
            comments.wanted(method, url.format(id_), 422, ada, **options)
        for id_ in (2**31 - 1, NOTHING):
            comments.wanted(method, url.format(id_), 404, ada, **options)
    comments.wanted("DELETE", one(comment), 204, ada)
    for method, url, options in requests({"id": NOTHING}, comment, "Again")[2:]:
        doing = "for what has been deleted"
        comments.wanted(method, url, 404, ada, doing, **options)


@check(
    title="A draft takes no comments, and keeps those that it has",
    items=["endpoint.service-function", "dont.logic-in-route"],
    why="A rule of the business is what nobody guesses from the routes.",
    read="Writing and reading",
    needs=["17.stored"],
)
def test_draft(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    mine, theirs, more = (comments.write(each, post) for each in (ada, eve, eve))
    for published in (False, True, False):
        url = f"{POSTS}/{post['id']}"
        comments.wanted("PATCH", url, 200, ada, json={"published": published})
        before = comments.rows(table)
        for who in (ada, eve):
            said = {"json": {"content": comments.content()}}
            whose = "by its author" if who is ada else "by another"
            doing = f"to a {'published post' if published else 'draft'}, {whose}"
            comments.wanted("POST", of(post), 201 if published else 409, who, doing, **said)
        expect(
            published or comments.rows(table) == before,
            seen="A comment on a draft was answered with 409, and is stored.",
            wanted="Nothing is stored.",
        )
    ids = comments.ids(post)
    expect(
        ids[:3] == [mine["id"], theirs["id"], more["id"]] and len(ids) == 5,
        seen=f"A post with five comments was made a draft again, and its list has {ids}.",
        wanted="The comments that it had, and those that it got while it was published.",
    )
    advice = "Only new ones are refused."
    comments.wanted("GET", one(theirs), 200, None, "on a draft", advice=advice)
    said = {"json": {"content": "Other"}}
    comments.wanted("PATCH", one(theirs), 200, eve, "on a draft", advice=advice, **said)
    comments.wanted("DELETE", one(theirs), 204, eve, "on a draft", advice=advice)
    comments.wanted("DELETE", one(more), 204, ada, "on a draft, by its author", advice=advice)
    draft = comments.post(eve, published=False)
    comments.wanted("POST", of(draft), 409, ada, "to a draft from the beginning", **said)


@check(
    title="A list holds the comments of its post, oldest first, in pages of a bounded size",
    items=["endpoint.response-model", "structure.utils-pagination"],
    why="A list without a bound is read by one client, and waited for by all others.",
    read="Writing and reading",
    errata=["E17"],
    needs=["17.stored"],
)
def test_list(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post, other, empty = comments.post(ada), comments.post(eve), comments.post(ada)
    made = [comments.write(who, post) for who in (eve, ada, eve)]
    comments.write(ada, other)
    page = comments.page(post)
    expect_same(page["items"], made, f"GET {of(post)}", "Its own comments, oldest first.")
    expect(
        comments.page(empty) == {"items": [], "next_cursor": None},
        seen=f"GET {of(empty)}, a post without comments, gave {shown(comments.page(empty))}.",
        wanted="No items, and no next_cursor.",
    )
    for item in page["items"]:
        _complete(item, f"GET {of(post)}")
    stored = comments.store(table, other, [ada, eve] * 60)
    for query, number in (("", 20), ("limit=1", 1), ("limit=7", 7), ("limit=100", 100)):
        found = comments.ids(other, query)
        expect(
            len(found) == number,
            seen=f"GET {of(other)}?{query}, of {len(stored) + 1} comments, gave {len(found)}.",
            wanted=f"{number}.",
        )
    for query in ("limit=0", "limit=101", "limit=-1", "limit=many", f"limit={10**20}"):
        comments.wanted("GET", f"{of(post)}?{query}", 422)


@check(
    title="Pages neither repeat nor skip a comment, whatever happens in between",
    items=["topic.db-optimization", "structure.utils-pagination"],
    why="With an offset, each comment that is deleted hides another from who reads on.",
    read="Writing and reading",
    needs=["17.list"],
)
def test_pages(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    for limit, number in ((3, 14), (5, 10), (1, 2)):
        post = comments.post(ada)
        stored = comments.store(table, post, [ada, eve] * (number // 2))
        comments.store(table, comments.post(eve), [ada] * 3)
        page = comments.page(post, f"limit={limit}")
        found = [each["id"] for each in page["items"]]
        gone = {found[0]}
        comments.wanted("DELETE", f"{COMMENTS}/{found[0]}", 204, ada)
        for _ in range(number + 2):
            if page["next_cursor"] is None:
                break
            query = f"limit={limit}&cursor={quote(page['next_cursor'], safe='')}"
            page = comments.page(post, query)
            found += [each["id"] for each in page["items"]]
            if len(found) == 2 * limit and number - len(found) > 2:
                last = stored[-1]
                gone.add(last)
                who = ada if (number - 1) % 2 == 0 else eve
                comments.wanted("DELETE", f"{COMMENTS}/{last}", 204, who)
        wanted = [each for each in stored if each in found or each not in gone]
        expect_same(
            found,
            wanted,
            f"{number} comments of one post, some of the same moment, read by {limit}, while some"
            " were deleted,",
            "Each once, oldest first: what comes next is behind the last of the page before,"
            " by (created_at, id) or by id, and not by an offset.",
        )
    fresh = comments.write(eve, post)
    expect(
        comments.ids(post)[-1] == fresh["id"] or fresh["created_at"] < "2031",
        seen=f"A comment that was written last is not the last: {comments.ids(post)}.",
        wanted="Oldest first.",
    )


@check(
    title="A cursor that the service has not given is refused with 422",
    items=["endpoint.validation-errors"],
    why="What comes from outside is read by your code: it can hold anything.",
    read="Writing and reading",
    needs=["17.list"],
)
def test_cursors(comments: Comments):
    ada = comments.user()
    post = comments.post(ada)
    comments.write(ada, post)
    for cursor in (
        "nowhere",
        "💥",
        "'; DROP TABLE posts; --",
        "-1",
        "9" * 60,
        "NaN",
        "A" * 3000,
        "%00",
    ):
        sent = cursor if cursor == "%00" else quote(cursor, safe="")
        comments.wanted("GET", f"{of(post)}?cursor={sent}", 422)


@check(
    title="Its author changes a comment's content, and nothing else changes",
    items=["endpoint.route-handler", "endpoint.schema"],
    why="A change that is not asked for is found when it is too late to undo it.",
    read="Writing and reading",
    needs=["17.stored"],
)
def test_changed(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    made = {who["id"]: comments.write(who, post) for who in (ada, eve)}
    for who in (ada, eve):
        mine = made[who["id"]]
        others = [row for row in comments.rows(table) if row["id"] != mine["id"]]
        for said in (comments.content(), comments.content()):
            url = one(mine)
            changed = comments.wanted("PATCH", url, 200, who, json={"content": said})
            _complete(changed, f"PATCH {url}")
            expect(
                changed == {**mine, "content": said, "updated_at": changed["updated_at"]},
                seen=f"PATCH {url} with another content gave {shown(changed, 300)}.",
                wanted=f"{shown({**mine, 'content': said}, 300)}, and when it was changed.",
            )
            expect(
                changed["updated_at"] is not None and changed["updated_at"] >= mine["created_at"],
                seen=f"PATCH {url} with another content gave updated_at ="
                f" {changed['updated_at']!r}; the comment was created at {mine['created_at']}.",
                wanted="The time of the change.",
            )
            expect(
                comments.read(mine) == changed,
                seen=f"After a PATCH, GET {url} gave {shown(comments.read(mine), 300)}.",
                wanted=f"What the PATCH was answered with: {shown(changed, 300)}.",
            )
            for sent in ({}, {"content": said}, {"content": f" {said}\n"}):
                same = comments.wanted("PATCH", url, 200, who, f"with {sent}", json=sent)
                expect(
                    same == changed and comments.read(mine) == changed,
                    seen=f"PATCH {url} with {sent}, which is there already, gave"
                    f" {shown(same, 300)}.",
                    wanted=f"Everything as it was, updated_at too: {shown(changed, 300)}.",
                )
        expect(
            [row for row in comments.rows(table) if row["id"] != mine["id"]] == others,
            seen=f"PATCH {one(mine)} changed another comment.",
            wanted="The comment of that id alone.",
        )
    fresh = comments.write(eve, post)
    same = comments.wanted("PATCH", one(fresh), 200, eve, "with {}", json={})
    expect(
        same == fresh,
        seen=f"PATCH {one(fresh)} with {{}} gave {shown(same, 300)}.",
        wanted=f"Everything as it was: {shown(fresh, 300)}.",
    )
