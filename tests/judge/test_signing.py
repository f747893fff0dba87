"""Requests of earlier lessons' checks sign in where the service asks for it, and only there."""

import json
from urllib.parse import parse_qs

import httpx
import jwt
import pytest

from checker.judge.evidence import SqliteDatabase
from kit import POSTS, USERS
from kit.signing import AUDIENCE, ISSUER, SIGN_IN, Signing

SECRET = "a-secret-for-this-test-and-for-no-other"
TABLES = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT, hashed_password TEXT)",
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER)",
)


class Service:
    """Wants a token for what writes; `refuses` those that the judge makes. Keeps what it was sent:
    who sent it, by the token's subject, and the body."""

    def __init__(self, *, wants=True, refuses=False):
        self.wants, self.refuses, self.answered = wants, refuses, []

    def __call__(self, request):
        if request.url.path == SIGN_IN:
            self.form = parse_qs(request.content.decode())
            return httpx.Response(200, json={"access_token": "the service's own"})
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.wants and request.method != "GET" and (not scheme or self.is_bad(token)):
            return httpx.Response(401)
        self.answered.append((self.who(token), request.content.decode()))
        return httpx.Response(200)

    def is_bad(self, token):
        return self.refuses and token != "the service's own"

    @staticmethod
    def who(token):
        if token.count(".") != 2:
            return token
        return jwt.decode(token, SECRET, ["HS256"], audience=AUDIENCE, issuer=ISSUER)["sub"]


@pytest.fixture
def database(tmp_path):
    """The users 7 and 8, each with a post of the same number but a hundred."""
    found = SqliteDatabase(tmp_path / "check.db")
    for sql in TABLES:
        found.execute(sql)
    for number in (7, 8):
        found.execute(f"INSERT INTO users VALUES ({number}, 'u{number}@example.com', 'U', 'x')")
        found.execute(f"INSERT INTO posts VALUES ({number + 100}, {number})")
    return found


@pytest.fixture
def asking(database):
    """Send one request to a service, signed where it wants that."""

    def ask(service, method, url, **options):
        auth = Signing(database, {"SECRET_KEY": SECRET}, {"u8@example.com": "correct horse"})
        transport = httpx.MockTransport(service)
        with httpx.Client(transport=transport, base_url="http://workshop", auth=auth) as client:
            return client.request(method, url, **options)

    return ask


@pytest.mark.parametrize(
    ("method", "url", "who"),
    [
        ("PATCH", f"{POSTS}/108", "8"),
        ("DELETE", f"{POSTS}/107", "7"),
        ("PATCH", f"{USERS}/8", "8"),
        ("DELETE", f"{POSTS}/99", "7"),
        ("PATCH", f"{USERS}/99999999999999999999", "7"),
        ("DELETE", f"{USERS}/-1", "7"),
    ],
)
def test_whom_it_concerns_sends_it_and_somebody_where_nobody_is_there(asking, method, url, who):
    service = Service()
    assert asking(service, method, url).status_code == 200
    assert service.answered == [(who, "")]


def test_the_author_in_a_body_is_who_signs_in(asking):
    service = Service()
    asking(service, "POST", POSTS, json={"title": "T", "user_id": 8})
    [(who, body)] = service.answered
    assert (who, json.loads(body)) == ("8", {"title": "T"})


@pytest.mark.parametrize("body", ['{"user_id": 99}', "[]", "null", "{", "", '{"user_id": [1]}'])
def test_a_body_that_names_nobody_stays_as_it_is(asking, body):
    service = Service()
    asking(service, "POST", POSTS, content=body)
    assert service.answered == [("7", body)]


def test_where_nobody_asks_for_it_nobody_signs_in(asking):
    service = Service(wants=False)
    asking(service, "POST", POSTS, json={"user_id": 8})
    asking(service, "GET", POSTS)
    assert service.answered == [("", '{"user_id":8}'), ("", "")]


def test_a_request_that_has_a_header_of_its_own_is_left_alone(asking):
    service = Service()
    response = asking(service, "DELETE", f"{POSTS}/107", headers={"Authorization": ""})
    assert (response.status_code, service.answered) == (401, [])


def test_a_service_that_refuses_our_tokens_is_asked_for_one_of_its_own(asking):
    service = Service(refuses=True)
    assert asking(service, "PATCH", f"{USERS}/8").status_code == 200
    assert service.form == {"username": ["u8@example.com"], "password": ["correct horse"]}
    assert service.answered == [("the service's own", "")]


def test_whose_password_is_not_known_gets_the_401(asking):
    assert asking(Service(refuses=True), "PATCH", f"{USERS}/7").status_code == 401


def test_an_empty_table_gets_somebody(asking, database):
    database.execute("DELETE FROM users")
    service = Service()
    asking(service, "DELETE", f"{POSTS}/107")
    assert service.answered == [("7", "")]  # the post's author is not looked for among the users
    asking(service, "DELETE", f"{USERS}/5")
    [row] = database.query("SELECT id, name FROM users")
    assert row["name"] == "Somebody"
    assert service.answered[-1] == (str(row["id"]), "")
