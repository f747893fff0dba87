"""What goes with a post and with a user, also where two do something at the same moment."""

from typing import Any

import httpx

from checker.judge import check, expect
from checker.judge.evidence import summarize
from kit.comments import Comments, Table, of, one
from kit.posts_api import POSTS, USERS

PAIRS = 6


@check(
    title="A post that is deleted takes its comments along",
    items=["model.relationship-loading", "topic.db-optimization"],
    why="An old endpoint that fails since there is a new table is the new table's fault.",
    read="What goes along",
    errata=["E21"],
    needs=["17.deleted"],
)
def test_post(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    for number in (3, 0, 1):
        post, other = comments.post(ada), comments.post(ada)
        gone = [comments.write(who, post) for who in [eve, ada, eve][:number]]
        stays = comments.write(eve, other)
        doing = f"of a post with {number} comments"
        comments.wanted("DELETE", f"{POSTS}/{post['id']}", 204, ada, doing)
        _gone(comments, table, gone, f"A post with {number} comments was deleted")
        comments.wanted("GET", of(post), 404, None, "of a post that has been deleted")
        expect(
            comments.ids(other) == [stays["id"]] and comments.read(stays) == stays,
            seen=f"A post was deleted, and another's comments are {comments.ids(other)}.",
            wanted=f"{[stays['id']]}: every other post keeps its comments.",
        )


@check(
    title="A user who is deleted takes along what they said, and what was said on their posts",
    items=["model.relationship-loading", "topic.db-optimization"],
    why="Whoever has commented once could never leave.",
    read="What goes along",
    errata=["E21"],
    needs=["17.post"],
)
def test_user(comments: Comments):
    table = comments.table()
    for posts in (1, 0):
        ada, eve, leaving = (comments.user() for _ in range(3))
        theirs = [comments.post(leaving) for _ in range(posts)]
        open_, stays = comments.post(ada), []
        gone = [comments.write(who, post) for post in theirs for who in (ada, leaving, eve)]
        for who in (eve, leaving, ada, leaving):
            made = comments.write(who, open_)
            (gone if who is leaving else stays).append(made)
        doing = f"of a user with {posts} posts and {2 + posts} comments"
        comments.wanted("DELETE", f"{USERS}/{leaving['id']}", 204, leaving, doing)
        _gone(comments, table, gone, "A user was deleted")
        found = comments.page(open_)["items"]
        expect(
            found == stays,
            seen=f"A user was deleted, and on another's post are the comments"
            f" {[each['id'] for each in found]}.",
            wanted=f"{[each['id'] for each in stays]}: what others said stays.",
        )


def _gone(comments: Comments, table: Table, gone: list[dict[str, Any]], doing: str) -> None:
    """Expect that these are nowhere any more, and that no row belongs to nothing."""
    for each in gone:
        response = comments.ask("GET", one(each))
        expect(
            response.status_code == 404,
            seen=f"{doing}, and GET {one(each)}, a comment that goes along, was answered with"
            f" {summarize(response)}",
            wanted="404.",
        )
    for name, key in (("posts", "post_id"), ("users", "user_id")):
        column = table.columns[key]
        sql = (
            f"SELECT {table.columns['id']} AS id FROM {table.name}"
            f" WHERE {column} IS NULL"
            f" OR {column} NOT IN (SELECT id FROM {name})"
        )
        left = [row["id"] for row in comments.database.query(sql)]
        expect(
            not left,
            seen=f"{doing}, and {table.name} has rows of none of the {name}: {left[:5]}.",
            wanted=f'ForeignKey("{name}.id", ondelete="CASCADE").',
        )


@check(
    title="Who comments on a post that is deleted at the same moment is told 404, or goes along",
    items=["antipattern.missing-error-handling", "principle.error-handling"],
    why="Between a look and an INSERT there is time enough for a DELETE.",
    read="What goes along",
    errata=["E06"],
    needs=["17.post"],
)
def test_at_once(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    comments.http.start(setup="delay_changes")
    posts = [comments.post(ada) for _ in range(PAIRS)]
    accounts, asked = comments.accounts, []
    for number, post in enumerate(posts):
        pair = [
            accounts.request(eve, "POST", of(post), json={"content": comments.content()}),
            accounts.request(ada, "DELETE", f"{POSTS}/{post['id']}"),
        ]
        asked += pair if number % 2 else pair[::-1]
    answers = comments.http.together(asked)
    for (method, url, _), answer in zip(asked, answers, strict=True):
        allowed = (201, 404) if method == "POST" else (204,)
        expect(
            isinstance(answer, httpx.Response) and answer.status_code in allowed,
            seen=f"While a post was deleted and commented on at once, {method} {url} was answered"
            f" with {summarize(answer) if isinstance(answer, httpx.Response) else answer}",
            wanted=f"{' or '.join(map(str, allowed))}: the IntegrityError of a key that names"
            " nothing is a NotFoundError, and no conflict.",
        )
    _gone(comments, table, [], "Posts were deleted and commented on at once")


@check(
    title="Of two who delete a comment at once one is told 204, and the other 404",
    items=["antipattern.missing-error-handling", "principle.error-handling"],
    why="A row that is gone when it is to be changed is no fault of the server.",
    read="Who may do what",
    needs=["17.deleted"],
)
def test_twice(comments: Comments):
    ada, eve = comments.user(), comments.user()
    comments.http.start(setup="delay_changes")
    post = comments.post(ada)
    for methods in (("DELETE", "DELETE"), ("PATCH", "DELETE")):
        for _ in range(PAIRS // 2):
            comment = comments.write(eve, post)
            asked = []
            for method, who in zip(methods, (eve, ada), strict=True):
                sent = {"json": {"content": comments.content()}} if method == "PATCH" else {}
                asked.append(comments.accounts.request(who, method, one(comment), **sent))
            found = []
            for (method, url, _), answer in zip(asked, comments.http.together(asked), strict=True):
                status = answer.status_code if isinstance(answer, httpx.Response) else str(answer)
                found.append(status)
                allowed = (200, 404) if method == "PATCH" else (204, 404)
                expect(
                    status in allowed,
                    seen=f"{' and '.join(methods)} of one comment at once: {method} {url} was"
                    " answered with"
                    f" {summarize(answer) if isinstance(answer, httpx.Response) else answer}",
                    wanted=f"{' or '.join(map(str, allowed))}.",
                )
            expect(
                found.count(204) == 1,
                seen=f"{' and '.join(methods)} of one comment at once were answered with"
                f" {' and '.join(map(str, found))}.",
                wanted="One of them deletes it: once.",
            )
