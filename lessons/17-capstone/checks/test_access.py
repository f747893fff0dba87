"""Who may do what to a comment: the answer, and the rows after it."""

from checker.judge import check, expect
from checker.judge.evidence import Project, summarize
from kit.accounts import unauthorized
from kit.comments import Comments, of, one
from kit.forgeries import forgeries
from kit.posts_api import USERS
from kit.signing import claims


@check(
    title="Only its author changes a comment; its author and the post's delete it",
    items=["topic.auth", "architecture.router-duties"],
    why="What anybody may change, somebody will.",
    read="Who may do what",
    needs=["17.changed"],
)
def test_owners(comments: Comments):
    table = comments.table()
    host, guest, stranger = (comments.user() for _ in range(3))
    for author in (guest, host):
        post, elsewhere = comments.post(host), comments.post(stranger)
        comments.write(stranger, post)
        comments.write(author, elsewhere)
        for who, whose, may in (
            (None, "nobody", ()),
            (stranger, "a stranger, who has commented on the post as well", ()),
            (host, "the author of the post", ("DELETE",)),
            (guest, "another reader" if author is host else "the author of the comment", ()),
            (author, "the author of the comment", ("PATCH", "DELETE")),
        ):
            allowed = ("PATCH", "DELETE") if who is author else may
            for method in ("PATCH", "DELETE"):
                made = comments.write(author, post)
                before = comments.rows(table)
                sent = {"json": {"content": comments.content()}} if method == "PATCH" else {}
                response = comments.ask(method, one(made), who, **sent)
                status = 401 if who is None else 403
                if method in allowed:
                    status = 200 if method == "PATCH" else 204
                told = "the post's author's own" if author is host else "a reader's"
                expect(
                    response.status_code == status,
                    seen=f"{method} of {told} comment by {whose} was answered with"
                    f" {summarize(response)}",
                    wanted=f"{status}. A comment is changed by its author alone, and deleted by"
                    " its author and by the author of the post that it is on.",
                )
                expect(
                    (comments.rows(table) == before) == (status > 400),
                    seen=f"{method} of {told} comment by {whose} was answered with"
                    f" {response.status_code}, and the rows of {table.name} are"
                    f" {'others than before' if status > 400 else 'as before'}.",
                    wanted="What is refused changes nothing, and what is not does.",
                )


@check(
    title="Writing needs a token that proves something; reading needs none",
    items=["topic.auth", "endpoint.validation-errors"],
    why="A route that forgets to ask is open to everybody, and looks as all others do.",
    read="Who may do what",
    needs=["17.owners"],
)
def test_tokens(comments: Comments, project: Project):
    table = comments.table()
    ada, leaving = comments.user(), comments.user()
    post = comments.post(ada)
    made = comments.write(ada, post)
    gone = comments.accounts.headers(leaving)["Authorization"]
    comments.wanted("DELETE", f"{USERS}/{leaving['id']}", 204, leaving)
    secret = project.env["SECRET_KEY"]
    forged = [
        (what, f"Bearer {token}")
        for what, token, _ in forgeries(claims(ada["id"]), secret, "another secret" * 4)
    ]
    chosen = [("no token", ""), ("the token of a user who is gone", gone), *forged[::4]]
    before = comments.rows(table)
    for what, header in chosen:
        for method, url in (("POST", of(post)), ("PATCH", one(made)), ("DELETE", one(made))):
            sent = {"headers": {"Authorization": header}} if header else {}
            body = {} if method == "DELETE" else {"json": {"content": "Forged"}}
            response = comments.ask(method, url, **sent, **body)
            unauthorized(response, f"{method} {url} with {what}", "CurrentUser, as for posts.")
    expect(
        comments.rows(table) == before,
        seen=f"Requests without a good token were refused, and {table.name} has other rows.",
        wanted="What is refused changes nothing.",
    )
    for who in (None, ada):
        for url in (of(post), one(made)):
            comments.wanted("GET", url, 200, who)


@check(
    title="What is deleted is gone, and nothing else is",
    items=["endpoint.route-handler"],
    why="A comment that is still in a list, or still counts, was not deleted.",
    read="Who may do what",
    needs=["17.owners"],
)
def test_deleted(comments: Comments):
    table = comments.table()
    ada, eve = comments.user(), comments.user()
    post = comments.post(ada)
    made = [comments.write(who, post) for who in (eve, ada, eve, eve)]
    for index, who in ((1, ada), (0, eve), (1, ada)):
        comment = made.pop(index)
        response = comments.ask("DELETE", one(comment), who)
        expect(
            response.status_code == 204 and not response.content,
            seen=f"DELETE {one(comment)} was answered with {summarize(response)}",
            wanted="204, and no body.",
        )
        for method, sent in (("GET", {}), ("PATCH", {"json": {"content": "x"}}), ("DELETE", {})):
            doing = "once it has been deleted"
            comments.wanted(method, one(comment), 404, who, doing, **sent)
        found = comments.ids(post)
        expect(
            found == [each["id"] for each in made],
            seen=f"Comment {comment['id']} was deleted, and the post has the comments {found}.",
            wanted=f"{[each['id'] for each in made]}.",
        )
        rows = [
            row["id"] for row in comments.rows(table) if row[table.columns["post_id"]] == post["id"]
        ]
        expect(
            set(found) <= set(rows),
            seen=f"The list has the comments {found}, and the table {rows}.",
            wanted="The same.",
        )
