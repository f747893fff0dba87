"""Users with hashes of the judge's own, and what they send. Nobody signs in unless a check does."""

import base64
import hashlib
import random
from typing import Any

import httpx
import jwt
import pytest

from checker.judge import Unmet, expect
from checker.judge.evidence import Http, Project, body, cause, summarize
from kit import rows
from kit.posts_api import PostsApi
from kit.signing import SIGN_IN, bearer

UNUSABLE = "x"  # no hash of any kind
PROBLEM = "application/problem+json"


class Accounts:
    """People of one check's service, each with a post if the check wants one."""

    def __init__(self, api: PostsApi, project: Project, rng: random.Random) -> None:
        self.api = api
        self.http: Http = api.http
        self.database = api.database
        self.secret = project.env["SECRET_KEY"]
        self._env = project.env
        self._next = rng.randrange(1000, 9000)
        self._rng = rng

    def add(self, hashed_password: str = UNUSABLE, **more: Any) -> dict[str, Any]:
        """A user who is stored beside the service, with this hash."""
        self._next += 1
        user = rows.user(self._next, f"User{self._next}", hashed_password=hashed_password, **more)
        rows.insert(self.database, "users", [user])
        return user

    def post_of(self, user: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A post of the user's, stored beside the service."""
        self._next += 1
        title = f"Title {self._rng.randrange(10**9)}"
        post = {**rows.post(self._next, title, user["id"]), **changes}
        rows.insert(self.database, "posts", [post])
        return post

    def draft(self, **changes: Any) -> dict[str, Any]:
        """The body of a request for a new post: no word of its author."""
        number = self._rng.randrange(10**9)
        return {"title": f"Title {number}", "content": f"Content {number}", **changes}

    def headers(self, user: dict[str, Any]) -> dict[str, str]:
        """Those of a request for which the user has signed in, with a token of the judge's own."""
        return bearer(user["id"], self._env)

    def request(
        self, user: dict[str, Any], method: str, url: str, **options: Any
    ) -> tuple[str, str, dict[str, Any]]:
        """What the user asks for, as one of several `together`."""
        return method, url, {**options, "headers": self.headers(user)}

    def sign_in(self, username: str, password: str, **more: Any) -> httpx.Response:
        form = {"grant_type": "password", "username": username, "password": password}
        return self.http.post(SIGN_IN, data={**form, **more})

    def token(self, username: str, password: str) -> str:
        """The service's own token. Raises Unmet where it gives none."""
        response = self.sign_in(username, password)
        expect(
            response.status_code == 200,
            seen=f"POST {SIGN_IN} with the address and the password of a user was answered with"
            f" {summarize(response)}",
            wanted="200, with access_token, token_type and expires_in.",
        )
        found = body(response).get("access_token")
        if not isinstance(found, str) or not found:
            raise Unmet(
                f"POST {SIGN_IN} gave access_token = {found!r}.", "The token, from JWT's encode."
            )
        return found

    def tables(self) -> dict[str, Any]:
        """Everything that is stored."""
        names = ("users", "posts")
        return {
            name: self.database.query(f"SELECT * FROM {name} ORDER BY id")  # noqa: S608
            for name in names
        }


@pytest.fixture
def accounts(api: PostsApi, project: Project, rng: random.Random) -> Accounts:
    """The people of a check that signs in by itself."""
    api.http.auth = None
    return Accounts(api, project, rng)


def scrypt_hash(password: str, salt: bytes) -> str:
    """As lesson 05's reference stores it."""
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    parts = (base64.b64encode(part).decode() for part in (salt, digest))
    return "$".join(("scrypt", str(2**14), *parts))


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A token's header and claims, as anybody can read them. Raises Unmet where there are none."""
    try:
        whole = jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise Unmet(
            f"The token {token[:60]!r} is no JWT: {error}.", "What jwt.encode gives."
        ) from None
    return dict(whole["header"]), dict(whole["payload"])


def unauthorized(response: httpx.Response, doing: str, wanted: str, why: str = "") -> None:
    """Expect a 401 that says how one signs in, in the shape of every error. Raises Unmet."""
    expect(
        response.status_code == 401,
        seen=f"{doing} was answered with {summarize(response)}",
        wanted=f"401. {wanted}",
        why=why,
    )
    challenge = response.headers.get("www-authenticate")
    expect(
        challenge is not None and challenge.split()[:1] in (["Bearer"], ["bearer"]),
        seen=f"{doing} was answered with 401 and WWW-Authenticate: {challenge}.",
        wanted='WWW-Authenticate: Bearer with every 401: HTTPException(401, "…",'
        ' headers={"WWW-Authenticate": "Bearer"}).',
        why="It is what tells a client that signing in would help (RFC 9110, section 15.5.2).",
    )
    kind = response.headers.get("content-type", "").partition(";")[0]
    expect(
        kind == PROBLEM,
        seen=f"{doing} was answered with 401 as {kind or 'no type'}{cause(response)}.",
        wanted=f"{PROBLEM}, as every error since lesson 07.",
    )
