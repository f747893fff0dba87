"""Who is asking, and what is theirs: every verb, every user, and the rows after each refusal."""

from urllib.parse import urljoin

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, USERS
from kit.accounts import Accounts, scrypt_hash, unauthorized, unverified
from kit.forgeries import forgeries
from kit.signing import SIGN_IN

UNKNOWN = 2**31 - 2
"""An id that is allowed and that nothing has."""
WRITING = (
    ("post", POSTS),
    ("patch", f"{POSTS}/{{post_id}}"),
    ("delete", f"{POSTS}/{{post_id}}"),
    ("patch", f"{USERS}/{{user_id}}"),
    ("delete", f"{USERS}/{{user_id}}"),
)
OPEN = (
    ("get", POSTS),
    ("get", f"{POSTS}/{{post_id}}"),
    ("get", USERS),
    ("get", f"{USERS}/{{user_id}}"),
    ("post", USERS),
    ("post", SIGN_IN),
)


def writes(accounts: Accounts, user: dict, post: dict):
    """One valid request of each kind that writes: method, url, body."""
    return [
        ("POST", POSTS, accounts.draft()),
        ("PATCH", f"{POSTS}/{post['id']}", {"content": "Changed"}),
        ("DELETE", f"{POSTS}/{post['id']}", None),
        ("PATCH", f"{USERS}/{user['id']}", {"name": "Changed"}),
        ("DELETE", f"{USERS}/{user['id']}", None),
    ]


@check(
    title="Writing needs a token, and reading needs none",
    items=["topic.auth", "quickref.auth-dependency"],
    why="401 tells a client that signing in would help, and how.",
    read="Who is asking",
    errata=["E37"],
)
def test_token_needed(http: Http, accounts: Accounts):
    user = accounts.add()
    post = accounts.post_of(user)
    before = accounts.tables()
    absent = writes(accounts, {"id": UNKNOWN}, {"id": UNKNOWN})
    for method, url, data in [*writes(accounts, user, post), *absent]:
        for credentials in (None, "Basic YWRhOnNlY3JldA==", "Bearer", "Token abc"):
            headers = {"Authorization": credentials} if credentials else {}
            response = http.request(method, url, json=data, headers=headers)
            said = f"Authorization: {credentials}" if credentials else "no token"
            unauthorized(
                response,
                f"{method} {url} with {said}",
                "current_user: Annotated[User, Depends(get_current_user)] in every route that"
                " writes.",
            )
            expect(
                accounts.tables() == before,
                seen=f"{method} {url} with {said} is refused, and done all the same.",
                wanted="Nothing is changed: who asks is looked at first.",
            )
    for url in (POSTS, USERS, f"{POSTS}/{post['id']}", f"{USERS}/{user['id']}"):
        for headers in ({}, {"Authorization": "Bearer expired"}):
            response = http.get(url, headers=headers)
            expect(
                response.status_code == 200,
                seen=f"GET {url} with {'a worthless' if headers else 'no'} token was answered with"
                f" {summarize(response)}",
                wanted="200: everybody may read, and a token changes nothing about it.",
            )


@check(
    title="The Authorize button of /docs finds out how one signs in, and for what",
    items=["quickref.auth-dependency"],
    why="What the description does not say, no client generated from it can do.",
    read="Who is asking",
    needs=["09.token-needed"],
)
def test_authorize(http: Http, accounts: Accounts):
    described = accounts.api.described()
    schemes = described.get("components", {}).get("securitySchemes", {})
    flows = {
        name: urljoin("/docs", str(scheme["flows"]["password"].get("tokenUrl")))
        for name, scheme in schemes.items()
        if scheme.get("type") == "oauth2" and "password" in scheme.get("flows", {})
    }
    expect(
        SIGN_IN in flows.values(),
        seen=f"OpenAPI's securitySchemes are {dict(schemes) or 'none'}.",
        wanted=f'OAuth2PasswordBearer(tokenUrl="{SIGN_IN}"), which get_current_user depends on.',
    )
    for method, path in (*WRITING, *OPEN):
        operation = described.get("paths", {}).get(path, {}).get(method, {})
        asked = {name for each in operation.get("security", []) for name in each}
        expect(
            bool(asked & flows.keys()) == ((method, path) in WRITING),
            seen=f"OpenAPI says that {method.upper()} {path} asks for"
            f" {', '.join(sorted(asked)) or 'no token'}.",
            wanted="A token for what writes, and none for reading, registering and signing in.",
        )
    form = described["paths"].get(SIGN_IN, {}).get("post", {}).get("requestBody", {})
    kinds = list(form.get("content", {}))
    expect(
        kinds == ["application/x-www-form-urlencoded"],
        seen=f"OpenAPI says that POST {SIGN_IN} takes {', '.join(kinds) or 'no body'}.",
        wanted="A form: Annotated[OAuth2PasswordRequestForm, Depends()].",
    )


@check(
    title="A post's author is who is signed in, whatever the body says",
    items=["topic.auth"],
    why="An author that the client names is one that the client chooses.",
    read="Who is asking",
    needs=["09.token-needed", "09.read"],
)
def test_author(http: Http, accounts: Accounts):
    one, two = accounts.add(), accounts.add()
    for user, published in ((one, False), (two, True), (one, True)):
        sent = accounts.draft(published=published)
        response = http.post(POSTS, json=sent, headers=accounts.headers(user))
        expect(
            response.status_code == 201,
            seen=f"POST {POSTS} with {', '.join(sent)} and a good token was answered with"
            f" {summarize(response)}",
            wanted="201: the body is a PostDraft, without user_id, and the author is current_user.",
        )
        found = body(response)
        expect(
            found.get("user_id") == user["id"],
            seen=f"A post that the user {user['id']} writes has user_id = {found.get('user_id')}.",
            wanted=f"{user['id']}: PostCreate(**data.model_dump(), user_id=user.id).",
        )
        differing = [name for name in sent if found.get(name) != sent[name]]
        expect(
            not differing,
            seen=f"A post sent with {', '.join(f'{n} = {sent[n]!r}' for n in differing)} has"
            f" {', '.join(f'{n} = {found.get(n)!r}' for n in differing)}.",
            wanted="A PostDraft has all that a post is made of, but for its author.",
        )
    for user, other in ((one, two), (two, one)):
        data = accounts.draft(user_id=other["id"])
        response = http.post(POSTS, json=data, headers=accounts.headers(user))
        query = "SELECT user_id FROM posts WHERE title = ?"
        stored = [row["user_id"] for row in accounts.database.query(query, data["title"])]
        expect(
            other["id"] not in stored and not response.is_server_error,
            seen=f"The user {user['id']} sends a post with user_id = {other['id']} and is answered"
            f" with {summarize(response)}"
            + (f" The post's author is {stored[0]} now." if stored else ""),
            wanted="422: the body is a PostDraft, which has no user_id.",
            why="Everybody could write in everybody's name.",
        )


@check(
    title="A forged, an ended and a garbled token are all 401",
    items=["topic.auth", "antipattern.missing-error-handling"],
    why="The header comes from strangers: each exception that nobody expects is a 500 they make.",
    read="What a token proves",
    needs=["09.read", "09.sign-in", "09.author"],
)
def test_forged(http: Http, accounts: Accounts, rng):
    user, other = accounts.api.user(), accounts.add()
    post = accounts.post_of(user)
    real = accounts.token(user["email"], accounts.api.passwords[user["email"]])
    before = accounts.tables()
    url = f"{POSTS}/{post['id']}"

    def ask(*headers: str):
        sent = [(b"Authorization", each.encode()) for each in headers]
        return http.patch(url, json={}, headers=sent)

    for scheme in ("Bearer", "bearer", "BEARER"):
        response = ask(f"{scheme} {real}")
        expect(
            response.status_code == 200,
            seen=f"With Authorization: {scheme} and the token that was given for it, PATCH {url}"
            f" was answered with {summarize(response)}",
            wanted="200: the name of a scheme is the same in capitals and in small letters.",
        )
    _, payload = unverified(real)
    bad = forgeries(payload, accounts.secret, f"{rng.randrange(10**40):040}")
    for what, forged, wanted in bad:
        said = f"PATCH {url} with {what}"
        unauthorized(ask(f"Bearer {forged}"), said, wanted)
    absent = accounts.headers({"id": UNKNOWN})["Authorization"]
    unauthorized(
        ask(absent),
        f"PATCH {url} with the token of a user who is not there",
        "NotFoundError is caught where the token's user is looked up: it is not the post that is"
        " missing.",
    )
    theirs = accounts.headers(other)["Authorization"]
    own = f"Bearer {real}"
    for second, holding in (
        (theirs, "another's token"),
        (own, "the same"),
        ("Basic YWRhOnNlY3JldA==", "Basic credentials"),
        ("", "nothing"),
    ):
        for pair in ((own, second), (second, own)):
            unauthorized(
                ask(*pair),
                f"PATCH {url} with two Authorization headers, of which one holds a good token and"
                f" the other {holding},",
                'len(request.headers.getlist("Authorization")) > 1 is refused, of whatever scheme'
                " they are (Who is asking).",
                "What stands before your service, a proxy, may have believed the other one.",
            )
    expect(
        accounts.tables() == before,
        seen="After them, the tables have changed.",
        wanted="Nothing is changed.",
    )


@check(
    title="A token names one person: not an address, and never a later user",
    items=["topic.auth"],
    why="Who leaves takes the token along, and whoever comes next must not be mistaken for them.",
    read="What a token proves",
    needs=["09.sign-in", "09.author"],
)
def test_deleted(http: Http, accounts: Accounts):
    api = accounts.api

    def signed_in(user: dict) -> dict[str, str]:
        token = accounts.token(user["email"], api.passwords[user["email"]])
        return {"Authorization": f"Bearer {token}"}

    first = api.user()
    headers = signed_in(first)
    moved = {"email": api.user_data()["email"]}
    response = http.patch(f"{USERS}/{first['id']}", json=moved, headers=headers)
    expect(
        response.status_code == 200,
        seen=f"A user changes the address and is answered with {summarize(response)}",
        wanted="200.",
    )
    taker = api.user_data(email=first["email"])
    expect(
        http.post(USERS, json=taker).status_code == 201,
        seen=f"An address that is free again cannot be registered: {first['email']}.",
        wanted="201.",
    )
    response = http.post(POSTS, json=accounts.draft(), headers=headers)
    author = response.json().get("user_id") if response.is_success else first["id"]
    expect(
        author == first["id"],
        seen=f"The user {first['id']} signs in, changes the address, and another takes the old one:"
        f" now the token writes as the user {author}.",
        wanted="sub is the user's id, which no one else gets.",
    )
    gone = api.user()  # the last row, whose id SQLite would give out again
    headers = signed_in(gone)
    response = http.delete(f"{USERS}/{gone['id']}", headers=headers)
    expect(
        response.status_code == 204,
        seen=f"A user deletes the own account and is answered with {summarize(response)}",
        wanted="204.",
    )
    for when in ("", " and another has registered"):
        unauthorized(
            http.post(POSTS, json=accounts.draft(), headers=headers),
            f"The token of a user who is deleted{when}: POST {POSTS}",
            "The user is looked up for each request, and SQLite never gives an id out again:"
            " sqlite_autoincrement, since lesson 01.",
        )
        http.post(USERS, json=api.user_data())


@check(
    title="Every route that writes gets its user from get_current_user",
    items=["quickref.auth-dependency", "principle.dependency-injection"],
    why="What is injected can be replaced, and what is asked in one place is forgotten in none.",
    read="Who is asking",
    needs=["09.author"],
)
def test_depends(http: Http, accounts: Accounts):
    user = accounts.add()
    post = accounts.post_of(user)
    http.inside("replace_current_user", doing="overriding get_current_user")
    for method, url, data in writes(accounts, user, post):
        response = http.request(method, url, json=data, headers=accounts.headers(user))
        expect(
            response.status_code == 418,
            seen=f"With get_current_user overridden, {method} {url} was answered with"
            f" {summarize(response)}: it does not use the replacement.",
            wanted="Depends(get_current_user), of app/dependencies.py, or a dependency that has"
            " it.",
        )


@check(
    title="A post is changed and deleted by its author alone",
    items=["topic.auth"],
    why="Checked on PATCH and forgotten on DELETE is the commonest hole there is.",
    read="Whose it is",
    needs=["09.author"],
)
def test_own_posts(http: Http, accounts: Accounts):
    people = [accounts.add() for _ in range(3)]
    posts = [accounts.post_of(each) for each in people[:2]]
    for post, author in zip(posts, people, strict=False):
        url = f"{POSTS}/{post['id']}"
        others = [each for each in people if each is not author]
        _refused(accounts, url, others, ({"content": "Mine"}, {"published": True}, {}))
    for post, author in zip(posts, people, strict=False):
        _allowed(accounts, f"{POSTS}/{post['id']}", author, {"content": "Changed"})
    left = accounts.tables()["posts"]
    expect(
        left == [],
        seen=f"Two authors have deleted their posts, and {len(left)} are left.",
        wanted="None.",
    )


@check(
    title="An account is changed and deleted by its user alone",
    items=["topic.auth"],
    why="Whoever can change your address has your account, by the next forgotten password.",
    read="Whose it is",
    needs=["09.author"],
)
def test_own_accounts(http: Http, accounts: Accounts):
    people = [accounts.add() for _ in range(3)]
    for user in people:
        accounts.post_of(user)
    for user in people[:2]:
        url = f"{USERS}/{user['id']}"
        others = [each for each in people if each is not user]
        _refused(accounts, url, others, ({"email": "evil@example.com"}, {"name": "Evil"}, {}))
    for user in people[:2]:
        _allowed(accounts, f"{USERS}/{user['id']}", user, {"name": "Changed"})
    left = [row["id"] for row in accounts.tables()["users"]]
    expect(
        left == [people[2]["id"]],
        seen=f"Two of three users have deleted their accounts, and {len(left)} are left.",
        wanted="The third.",
    )


@check(
    title="Who may not is told apart from what is not there, in one way for all verbs",
    items=["topic.auth"],
    why="A client that is told 404 looks for its mistake in the address, and finds none.",
    read="Whose it is",
    needs=["09.own-posts", "09.own-accounts"],
)
def test_told_apart(http: Http, accounts: Accounts):
    user, other = accounts.add(), accounts.add()
    post = accounts.post_of(other)
    statuses = {}
    for url in (f"{POSTS}/{post['id']}", f"{USERS}/{other['id']}"):
        for method in ("PATCH", "DELETE"):
            data = {} if method == "PATCH" else None
            response = http.request(method, url, json=data, headers=accounts.headers(user))
            statuses[f"{method} {url}"] = response.status_code
            expect(
                "www-authenticate" not in response.headers,
                seen=f"{method} {url}, of another, is answered with {response.status_code} and"
                " WWW-Authenticate.",
                wanted="No such header: signing in again would not help.",
            )
    expect(
        len(set(statuses.values())) == 1,
        seen=", ".join(f"{asked} is {status}" for asked, status in statuses.items())
        + ", each of another's.",
        wanted="One status for all of them: 403.",
    )
    for url in (f"{POSTS}/{UNKNOWN}", f"{USERS}/{UNKNOWN}"):
        for method in ("PATCH", "DELETE"):
            data = {} if method == "PATCH" else None
            response = http.request(method, url, json=data, headers=accounts.headers(user))
            expect(
                response.status_code == 404,
                seen=f"{method} {url}, which is not there, was answered with {summarize(response)}",
                wanted="404: what is not there is nobody's.",
            )


@check(
    title="Neither token nor password nor hash gets out, and none is in the log",
    items=["topic.auth", "topic.error-handling"],
    why="A log is read by many and kept for long: a token in it is a key under the mat.",
    read="What stays inside",
    needs=["09.wrong", "09.forged"],
)
def test_secret(http: Http, accounts: Accounts, rng):
    data = accounts.api.user_data()
    answers = [http.post(USERS, json=data)]
    email, password = data["email"], data["password"]
    wrong = f"{password}-wrong"
    token = accounts.token(email, password)
    altered = f"{token[:-9]}AAAAAAAAA"
    answers.append(accounts.sign_in(email, wrong))
    strange = [f"$2b$12${rng.randbytes(26).hex()}", f"scrypt$16384${rng.randbytes(20).hex()}"]
    old = scrypt_hash(password, rng.randbytes(16))
    users = [accounts.add(hashed) for hashed in (*strange, old)]
    answers += [accounts.sign_in(user["email"], password) for user in users]
    for given in (token, altered):
        headers = {"Authorization": f"Bearer {given}"}
        answers.append(http.post(POSTS, json=accounts.draft(), headers=headers))
        answers.append(http.patch(f"{USERS}/{body(answers[0])['id']}", json={}, headers=headers))
    asked = ("form", "json", "no-address", "taken", "change")
    refused = [f"{name}-{rng.randrange(10**12):012}" for name in asked]
    mine = accounts.headers(users[0])
    answers += [
        http.post(SIGN_IN, data={"password": refused[0]}),
        http.post(SIGN_IN, json={"username": email, "password": refused[1]}),
        http.post(USERS, json={**data, "password": refused[2], "email": "nobody"}),
        http.post(USERS, json={**data, "password": refused[3]}),
        http.patch(f"{USERS}/{users[0]['id']}", json={"password": refused[4]}, headers=mine),
    ]
    answers += [http.get(url) for url in (USERS, POSTS, "/openapi.json")]
    query = "SELECT hashed_password FROM users WHERE email = ?"
    [row] = accounts.database.query(query, email)
    secrets = {
        "password": password,
        "hash": str(row["hashed_password"]).rpartition("$")[2],
        "token's signature": token.rpartition(".")[2],
        "refused token": altered.rpartition(".")[2],
        "wrong password": wrong,
        "stored hash that no hasher knows": strange[0].rpartition("$")[2],
        "stored hash that is cut off": strange[1].rpartition("$")[2],
        "hash of lesson 05": old.rpartition("$")[2],
        "password of a form without username": refused[0],
        "password of a form that is sent as JSON": refused[1],
        "password of whoever registers with what is no address": refused[2],
        "password of whoever registers with an address that is taken": refused[3],
        "password that a change of a user brings along": refused[4],
    }
    for answer in answers:
        for name, secret in secrets.items():
            expect(
                secret not in answer.text,
                seen=f"The {answer.status_code} of {answer.request.method}"
                f" {answer.request.url.path} holds the {name}.",
                wanted="A response without anything of it.",
            )
    stopped = http.stop()
    printed = stopped.printed if stopped else ""
    for name, secret in secrets.items():
        expect(
            secret not in printed,
            seen=f"The server's output holds the {name}.",
            wanted="A log that says what was refused, and to whom, by the request's id and the"
            " user's.",
        )


def _refused(accounts: Accounts, url: str, others: list[dict], changes: tuple[dict, ...]):
    """None of the others changes or deletes what is there."""
    before = accounts.tables()
    for other in others:
        asked = [*(("PATCH", change) for change in changes), ("DELETE", None)]
        for method, data in asked:
            headers = accounts.headers(other)
            response = accounts.http.request(method, url, json=data, headers=headers)
            expect(
                response.status_code in {403, 404},
                seen=f"{method} {url}, signed in as the user {other['id']}, who has nothing to do"
                f" with it, was answered with {summarize(response)}",
                wanted="403: dependencies=[…] with a guard that takes the id by the path's name.",
            )
            expect(
                accounts.tables() == before,
                seen=f"{method} {url} by another user is answered with {response.status_code}, and"
                " done all the same.",
                wanted="Nothing is changed, not even updated_at: who asks is looked at first.",
            )


def _allowed(accounts: Accounts, url: str, owner: dict, change: dict):
    """The owner changes and deletes it."""
    for method, data, status in (("PATCH", change, 200), ("DELETE", None, 204)):
        headers = accounts.headers(owner)
        response = accounts.http.request(method, url, json=data, headers=headers)
        expect(
            response.status_code == status,
            seen=f"{method} {url} by the user {owner['id']}, whose it is, was answered with"
            f" {summarize(response)}",
            wanted=f"{status}: it is theirs.",
        )
