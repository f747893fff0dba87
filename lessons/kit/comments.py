"""Comments as lesson 17's requirement fixes them: by HTTP, and in whichever table they are kept."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from checker.judge import Unmet, expect
from checker.judge.claim import shown
from checker.judge.evidence import Database, Http, body, summarize
from kit import rows
from kit.accounts import Accounts
from kit.posts_api import POSTS

COMMENTS = "/api/v1/comments"
FIELDS = {"id", "content", "post_id", "user_id", "author", "created_at", "updated_at"}
TOLD = ("id", "content", "post_id", "user_id")
"""What an event says of a comment."""
NOTHING = 2**31 - 3
"""An id that is allowed and that nothing has."""
FIRST = datetime(2031, 5, 17, 11, tzinfo=UTC)
"""When the first of those was written that are stored beside the service."""
BOOKKEEPING = {"alembic_version", "outbox_events", "relay_leases", "processed_events"}


@dataclass(frozen=True)
class Table:
    """Where comments are kept, found by what a POST has changed."""

    name: str
    columns: Mapping[str, str]
    """By what a response calls it: `{"post_id": "post_id", "created_at": "written_at"}`."""
    row: Mapping[str, Any]
    """One that the service has stored."""


class Comments:
    """The people, posts and comments of one check."""

    def __init__(self, accounts: Accounts, rng: random.Random) -> None:
        self.accounts = accounts
        self.http: Http = accounts.http
        self.database: Database = accounts.database
        self._rng = rng
        self._next = rng.randrange(20_000, 90_000)

    def user(self) -> dict[str, Any]:
        """Somebody who is stored, and can sign in."""
        return self.accounts.add()

    def post(self, user: Mapping[str, Any], *, published: bool = True) -> dict[str, Any]:
        """A post of the user's, stored beside the service, with an id that no user has."""
        self._next += self._rng.randrange(1, 9)
        row = rows.post(self._next, f"Title {self._next}", user["id"], published=published)
        rows.insert(self.database, "posts", [row])
        return row

    def content(self) -> str:
        """Something to say. Every call gives another."""
        return f"Halve the sugar, {self._rng.randrange(10**9)} g are too much."

    def ask(
        self, method: str, url: str, user: Mapping[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """The answer to what somebody asks for, or to what nobody does who has signed in."""
        if user is not None:
            options["headers"] = {**self.accounts.headers(dict(user)), **options.get("headers", {})}
        return self.http.request(method, url, **options)

    def write(
        self, user: Mapping[str, Any], post: Mapping[str, Any], content: str | None = None
    ) -> dict[str, Any]:
        """A new comment, as the service answers. Raises Unmet where it is not created."""
        said = {"content": self.content() if content is None else content}
        made: dict[str, Any] = self.wanted("POST", of(post), 201, user, json=said)
        return made

    def wanted(
        self,
        method: str,
        url: str,
        status: int,
        user: Mapping[str, Any] | None = None,
        doing: str = "",
        *,
        advice: str = "",
        **options: Any,
    ) -> Any:
        """What an answer of that status holds. Raises Unmet where it has another."""
        response = self.ask(method, url, user, **options)
        expect(
            response.status_code == status,
            seen=f"{method} {url}{doing and f' {doing}'} was answered with {summarize(response)}",
            wanted=f"{status}. {advice}".strip(),
        )
        return body(response) if response.content else None

    def read(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        """The comment as everybody can read it. Raises Unmet where there is none."""
        found: dict[str, Any] = self.wanted("GET", one(comment), 200)
        return found

    def page(self, post: Mapping[str, Any], query: str = "") -> dict[str, Any]:
        """A page of a post's comments. Raises Unmet where it is none."""
        url = of(post) + (query and f"?{query}")
        found = self.wanted("GET", url, 200)
        items, cursor = found.get("items"), found.get("next_cursor", 0)
        expect(
            set(found) == {"items", "next_cursor"}
            and isinstance(items, list)
            and isinstance(cursor, str | None),
            seen=f"GET {url} gave {shown(found, 300)}.",
            wanted="A page: items, a list, and next_cursor, a text or null.",
        )
        return dict(found)

    def behind(
        self, post: Mapping[str, Any], page: Mapping[str, Any], limit: int
    ) -> dict[str, Any]:
        """The page behind another. Raises Unmet where there is none."""
        expect(
            page["next_cursor"] is not None,
            seen=f"GET {of(post)}, behind which there are more comments, gave no next_cursor.",
            wanted="The cursor of the next page.",
        )
        return self.page(post, f"limit={limit}&cursor={quote(page['next_cursor'], safe='')}")

    def ids(self, post: Mapping[str, Any], query: str = "limit=100") -> list[int]:
        return [each["id"] for each in self.page(post, query)["items"]]

    def table(self) -> Table:
        """The table of comments: the one that has a row more when a comment is created."""
        ada, eve = self.user(), self.user()
        post = self.post(ada)
        before = self._counts()
        made = self.write(eve, post)
        after = self._counts()
        grown = [name for name in after if after[name] != before.get(name)]
        for name in grown:
            sql = f"SELECT * FROM {name}"  # noqa: S608 - as the database names it
            for row in self.database.query(sql):
                if {made["id"], made["content"]} <= set(map(_hashable, row.values())):
                    return Table(name, _columns(row, made), row)
        raise Unmet(
            f"A comment was created, and rows were added to {', '.join(grown) or 'no table'}: none"
            " of them has its id and its content.",
            "A table of comments, with the id that the answer gives.",
        )

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All comments as they are stored, each with its id under that name, too."""
        key = table.columns["id"]
        found = self.database.query(f"SELECT * FROM {table.name} ORDER BY {key}")  # noqa: S608
        return [{**row, "id": row[key]} for row in found]

    def store(
        self, table: Table, post: Mapping[str, Any], users: Iterable[Mapping[str, Any]]
    ) -> list[int]:
        """A comment of each of the users, stored beside the service, in an order in which some are
        written at the same moment: their ids, as a list has them."""
        made = []
        for number, user in enumerate(users):
            self._next += 1
            values = {"id": 10**6 + self._next, "content": self.content()}
            values |= {"post_id": post["id"], "user_id": user["id"]}
            values |= {
                "created_at": f"{FIRST + timedelta(seconds=number // 5):%Y-%m-%d %H:%M:%S.%f}"
            }
            made.append(
                {**table.row, **{table.columns[name]: value for name, value in values.items()}}
            )
        for begin in range(0, len(made), 500):
            rows.insert(self.database, table.name, made[begin : begin + 500])
        return [row[table.columns["id"]] for row in made]

    def waiting(self) -> list[dict[str, Any]]:
        """The events of comments in the outbox, oldest first, where it keeps them as JSON."""
        found = []
        for row in self.database.query("SELECT * FROM outbox_events ORDER BY id"):
            for value in row.values():
                event = _parsed(value)
                if event is not None and str(event.get("type")).startswith("comment."):
                    found.append(event)
        return found

    def _counts(self) -> dict[str, int]:
        with self.database.inspect() as inspector:
            names = set(inspector.get_table_names()) - BOOKKEEPING
        return {
            name: self.database.query(f"SELECT count(*) AS n FROM {name}")[0]["n"]  # noqa: S608
            for name in sorted(names)
        }


def of(post: Mapping[str, Any]) -> str:
    """Where a post's comments are."""
    return f"{POSTS}/{post['id']}/comments"


def one(comment: Mapping[str, Any]) -> str:
    """Where a comment is."""
    return f"{COMMENTS}/{comment['id']}"


def requests(
    post: Mapping[str, Any], comment: Mapping[str, Any], content: str
) -> list[tuple[str, str, dict[str, Any]]]:
    """One request to each of the five endpoints, the deletion last."""
    said = {"json": {"content": content}}
    return [
        ("POST", of(post), said),
        ("GET", of(post), {}),
        ("GET", one(comment), {}),
        ("PATCH", one(comment), said),
        ("DELETE", one(comment), {}),
    ]


def told(comment: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of a comment that the service has answered with."""
    return {name: comment[name] for name in TOLD}


def _columns(row: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, str]:
    """Which column holds what the response shows. Raises Unmet where one holds nothing of it."""
    moment = str(made["created_at"])[:19].replace("T", " ")
    found: dict[str, str] = {}
    for name in ("id", "content", "post_id", "user_id"):
        candidates = [each for each in row if row[each] == made[name]]
        found |= {name: (name if name in candidates else candidates[0])} if candidates else {}
    times = [each for each in row if str(row[each])[:19].replace("T", " ") == moment]
    found |= {"created_at": "created_at" if "created_at" in times else times[0]} if times else {}
    missing = {"id", "content", "post_id", "user_id", "created_at"} - set(found)
    expect(
        not missing,
        seen=f"The stored comment {shown(row, 300)} has no column with the"
        f" {' and the '.join(sorted(missing))} of the answer {shown(dict(made), 300)}.",
        wanted="A row that holds what the answer tells.",
    )
    return found


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else None


def _parsed(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, str | bytes):
        return value if isinstance(value, dict) else None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@pytest.fixture
def comments(accounts: Accounts, rng: random.Random) -> Comments:
    """The comments of a check that signs in by itself."""
    return Comments(accounts, rng)


def expect_same(found: Sequence[Any], wanted: Sequence[Any], doing: str, advice: str) -> None:
    """Expect these, in this order. Raises Unmet."""
    expect(
        list(found) == list(wanted),
        seen=f"{doing} gave {shown(list(found), 300)}.",
        wanted=f"{shown(list(wanted), 300)}. {advice}".strip(),
    )
