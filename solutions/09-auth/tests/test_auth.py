"""Signing in, and who may do what."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models import Post, User
from app.utils.passwords import hash_password

Write = Callable[..., Awaitable[dict[str, Any]]]
POSTS, USERS, TOKEN = "/api/v1/posts", "/api/v1/users", "/api/v1/auth/token"
DRAFT = {"title": "A title", "content": "Some content"}


def refused(response: Response) -> bool:
    """Whether it is a 401 that says how one signs in."""
    challenge = response.headers.get("www-authenticate", "")
    return response.status_code == 401 and challenge.startswith("Bearer")


async def asked_for(client: AsyncClient, username: str, password: str) -> Response:
    return await client.post(TOKEN, data={"username": username, "password": password})


@pytest.fixture
async def grace(session: AsyncSession) -> User:
    """A user whose password is `correct horse`."""
    hashed = await hash_password("correct horse")
    user = User(email="grace@example.com", name="Grace", hashed_password=hashed)
    session.add(user)
    await session.commit()
    return user


async def test_who_registers_can_sign_in_and_write(client: AsyncClient) -> None:
    body = {"email": "Grace@Example.com", "name": "Grace", "password": "correct horse"}
    registered = (await client.post(USERS, json=body)).json()
    given = (await asked_for(client, "GRACE@example.com", "correct horse")).json()
    assert given["token_type"] == "bearer"
    headers = {"Authorization": f"bearer {given['access_token']}"}
    post = (await client.post(POSTS, json=DRAFT, headers=headers)).json()
    assert post["author"] == {"id": registered["id"], "name": "Grace"}


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    client: AsyncClient, grace: User
) -> None:
    wrong = await asked_for(client, grace.email, "wrong horse")
    unknown = await asked_for(client, "nobody@example.com", "correct horse")
    assert refused(wrong)
    assert refused(unknown)
    assert wrong.json()["detail"] == unknown.json()["detail"]


async def test_a_hash_of_before_still_signs_in_and_is_replaced(
    client: AsyncClient, session: AsyncSession, other_session: AsyncSession
) -> None:
    salt = b"0123456789abcdef"
    digest = hashlib.scrypt(b"correct horse", salt=salt, n=2**14, r=8, p=1)
    old = "$".join(["scrypt", "16384", *(base64.b64encode(x).decode() for x in (salt, digest))])
    session.add(User(email="alan@example.com", name="Alan", hashed_password=old))
    await session.commit()
    assert refused(await asked_for(client, "alan@example.com", "wrong horse"))
    assert (await asked_for(client, "alan@example.com", "correct horse")).status_code == 200
    stored = (await other_session.scalars(select(User))).one()
    assert stored.hashed_password.startswith("$argon2id$")


async def test_what_is_no_hash_signs_nobody_in(client: AsyncClient, user: User) -> None:
    assert refused(await asked_for(client, user.email, user.hashed_password))


async def test_writing_needs_a_token(client: AsyncClient, write: Write) -> None:
    post = await write()
    own, account = f"{POSTS}/{post['id']}", f"{USERS}/{post['user_id']}"
    asked = [("POST", POSTS), ("PATCH", own), ("DELETE", own), ("PATCH", account)]
    for method, address in (*asked, ("DELETE", account)):
        assert refused(await client.request(method, address, json={})), (method, address)


async def test_the_author_of_a_post_is_who_has_signed_in(
    ada: AsyncClient, eve: AsyncClient, user: User, other: User
) -> None:
    for number, (client, author) in enumerate(((ada, user), (eve, other))):
        body = {**DRAFT, "title": f"Title {number}"}
        assert (await client.post(POSTS, json=body)).json()["user_id"] == author.id


async def test_reading_needs_none(client: AsyncClient, write: Write) -> None:
    post = await write()
    assert (await client.get(f"{POSTS}/{post['id']}")).status_code == 200
    assert (await client.get(POSTS)).status_code == 200
    assert (await client.get(USERS)).status_code == 200


def claims(user: User, **changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    whole = {"sub": str(user.id), "iat": now, "exp": now + timedelta(minutes=5), "iss": "posts"}
    found = {**whole, "aud": "posts-api", "purpose": "access", **changes}
    return {name: value for name, value in found.items() if value is not None}


DAY = timedelta(days=1)


async def test_only_a_token_with_every_claim_in_order_counts(
    client: AsyncClient, settings: Settings, user: User
) -> None:
    async def response(**changes: Any) -> Response:
        secret = settings.secret_key.get_secret_value()
        headers = {"Authorization": f"Bearer {jwt.encode(claims(user, **changes), secret)}"}
        return await client.patch(f"{USERS}/{user.id}", json={}, headers=headers)

    assert (await response()).status_code == 200
    for changes in (
        {"exp": None},
        {"exp": datetime.now(UTC) - DAY},
        {"nbf": datetime.now(UTC) + DAY},
        {"sub": None},
        {"sub": "ada"},
        {"sub": "0"},
        {"sub": "9" * 30},
        {"iss": "others"},
        {"aud": "others"},
        {"purpose": "confirm-email"},
        {"purpose": None},
    ):
        assert refused(await response(**changes)), changes


async def test_a_token_that_is_signed_otherwise_counts_for_nothing(
    client: AsyncClient, settings: Settings, user: User
) -> None:
    ours = settings.secret_key.get_secret_value()
    for key, algorithm in (("x" * 64, "HS256"), ("", "none"), (ours, "HS512")):
        headers = {"Authorization": f"Bearer {jwt.encode(claims(user), key, algorithm)}"}
        response = await client.patch(f"{USERS}/{user.id}", json={}, headers=headers)
        assert refused(response), algorithm


async def test_the_token_of_a_deleted_user_counts_for_nothing(ada: AsyncClient, user: User) -> None:
    assert (await ada.delete(f"{USERS}/{user.id}")).status_code == 204
    assert refused(await ada.post(POSTS, json=DRAFT))


async def test_only_the_author_changes_and_deletes_a_post(
    ada: AsyncClient, eve: AsyncClient, write: Write, other_session: AsyncSession
) -> None:
    post = await write()
    address = f"{POSTS}/{post['id']}"
    assert (await eve.patch(address, json={"title": "Eve was here"})).status_code == 403
    assert (await eve.delete(address)).status_code == 403
    stored = (await other_session.scalars(select(Post))).one()
    assert stored.title == "A title"
    assert (await ada.patch(address, json={"title": "Other"})).status_code == 200
    assert (await ada.delete(address)).status_code == 204
    assert (await ada.delete(address)).status_code == 404


async def test_only_the_user_changes_and_deletes_an_account(
    ada: AsyncClient, eve: AsyncClient, user: User, other_session: AsyncSession
) -> None:
    address = f"{USERS}/{user.id}"
    assert (await eve.patch(address, json={"email": "eve2@example.com"})).status_code == 403
    assert (await eve.delete(address)).status_code == 403
    assert (await other_session.get_one(User, user.id)).email == "ada@example.com"
    assert (await eve.delete(f"{USERS}/99")).status_code == 404
    assert (await ada.patch(address, json={"name": "Countess"})).status_code == 200
    assert (await ada.delete(address)).status_code == 204
