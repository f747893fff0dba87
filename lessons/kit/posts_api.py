"""The posts service as its clients meet it: users and posts to begin a check with."""

import random
from contextlib import suppress
from typing import Any

import pytest

from checker.judge import Unmet
from checker.judge.evidence import Command, Database, Grading, Http, Project, body, summarize
from checker.judge.witness import witnessed
from kit.history import committed
from kit.signing import Signing

POSTS = "/api/v1/posts"
USERS = "/api/v1/users"


class PostsApi:
    """Makes users and posts of random data, and says where the service refuses to.

    The service makes the first user of a grading; `memory` keeps what it answered and stored. Later
    ones that need nothing special are rows like that one under another name, put into the database
    beside the service: hashing a password takes long on purpose, and would be most of a grading.
    """

    def __init__(
        self, http: Http, database: Database, rng: random.Random, memory: dict[str, Any]
    ) -> None:
        self.http = http
        self.database = database
        self._rng = rng
        self._memory = memory
        self.passwords: dict[str, str] = memory.setdefault("passwords", {})
        """By address, as far as they are known."""

    @witnessed
    def described(self) -> dict[str, Any]:
        """The service's OpenAPI description, asked for once in a grading: making it takes long."""
        if "described" not in self._memory:
            self._memory["described"] = body(self.http.get("/openapi.json"))
        found: dict[str, Any] = self._memory["described"]
        return found

    def user_data(self, **changes: Any) -> dict[str, Any]:
        """The body of a request for a new user. Every call gives another."""
        number = self._rng.randrange(10**9)
        user = {
            "email": f"user{number}@example.com",
            "name": f"User {number}",
            "password": f"secret-{self._rng.randrange(10**9):09}",
        }
        data = {**user, **changes}
        self.passwords[data["email"]] = data["password"]
        return data

    def post_data(self, user: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The body of a request for a new post by `user`. Every call gives another.

        From lesson 09 on `Signing` takes the author out of it.
        """
        number = self._rng.randrange(10**9)
        post = {
            "title": f"Title {number}",
            "content": f"Content {number}",
            "published": self._rng.random() < 0.5,
            "user_id": user["id"],
        }
        return {**post, **changes}

    def as_taken(self, data: dict[str, Any]) -> dict[str, Any]:
        """The body of a request for a new post without an author where the service takes none."""
        operation = self.described().get("paths", {}).get(POSTS, {}).get("post", {})
        if not operation.get("security"):
            return data
        return {name: value for name, value in data.items() if name != "user_id"}

    def user(self, **changes: Any) -> dict[str, Any]:
        """A new user, as the service answers. Raises Unmet where it is not created."""
        data = self.user_data(**changes)
        if not changes and (known := self._memory.get("user")):
            with suppress(Exception):  # a table of the learner's own, where a copy does not fit
                made, row, password = known
                copied = self._copied(made, row, email=data["email"], name=data["name"])
                self.passwords[data["email"]] = password
                return copied
        made = self._made(USERS, data)
        with suppress(Exception):  # no such table, or not one row: nothing to copy
            [row] = self.database.query("SELECT * FROM users WHERE email = ?", data["email"])
            self._memory["user"] = made, row, data["password"]
        return made

    def post(self, user: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A new post by `user`, as the service answers. Raises Unmet where it is not created."""
        return self._made(POSTS, self.post_data(user, **changes))

    def requests(
        self, user: dict[str, Any], post: dict[str, Any]
    ) -> list[tuple[str, str, dict[str, Any]]]:
        """One valid request to each of the ten endpoints, `(method, url, options)`, the deletions
        last."""
        return [
            ("GET", USERS, {}),
            ("GET", POSTS, {}),
            ("POST", USERS, {"json": self.user_data()}),
            ("POST", POSTS, {"json": self.post_data(user)}),
            ("GET", f"{USERS}/{user['id']}", {}),
            ("GET", f"{POSTS}/{post['id']}", {}),
            ("PATCH", f"{USERS}/{user['id']}", {"json": {"name": self.user_data()["name"]}}),
            ("PATCH", f"{POSTS}/{post['id']}", {"json": {"content": "Changed"}}),
            ("DELETE", f"{POSTS}/{post['id']}", {}),
            ("DELETE", f"{USERS}/{user['id']}", {}),
        ]

    def _copied(self, made: dict[str, Any], row: dict[str, Any], **other: str) -> dict[str, Any]:
        """A user like one that was made, but for its number and what is given here."""
        values = {**row, **other}
        del values["id"]
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO users ({columns}) VALUES ({marks})"  # noqa: S608 - names of columns
        self.database.execute(sql, *values.values())
        [stored] = self.database.query("SELECT id FROM users WHERE email = ?", other["email"])
        return {**made, **other, "id": stored["id"]}

    def _made(self, url: str, data: dict[str, Any]) -> dict[str, Any]:
        response = self.http.post(url, json=data)
        if response.status_code != 201:
            raise Unmet(
                f"POST {url} was answered with {summarize(response)}",
                "201 and what was created.",
            )
        return body(response)


@pytest.fixture
def migrated(grading: Grading, command: Command, project: Project) -> Database:
    """This check's own database with the submission's migrations applied, and no rows.

    A check has this one or `database`, not both.
    """
    env = project.env
    here = env["DATABASE_URL"]

    def upgrade(template: Database) -> None:
        env["DATABASE_URL"] = template.url
        try:
            ran = command.must("alembic", "upgrade", "head", wanted="The migrations of lesson 02.")
            committed(ran, template)
        finally:
            env["DATABASE_URL"] = here

    _ = project.root  # made now, or the folder would be cleared again
    return grading.databases.filled("migrated", upgrade)


@pytest.fixture
def api(
    grading: Grading, http: Http, migrated: Database, project: Project, rng: random.Random
) -> PostsApi:
    """The posts service over a migrated database, with users and posts to be made in it.

    Requests sign in where the service asks for it.
    """
    made = PostsApi(http, migrated, rng, grading.memory)
    http.auth = Signing(migrated, project.env, made.passwords)
    return made
