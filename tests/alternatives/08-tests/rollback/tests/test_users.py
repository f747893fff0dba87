"""Users over HTTP."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User

USERS = "/api/v1/users"
GRACE = {"email": "Grace@Example.com", "name": " Grace ", "password": "correct horse"}


async def test_register_answers_without_the_password(
    client: AsyncClient, session: AsyncSession
) -> None:
    response = await client.post(USERS, json=GRACE)
    assert response.status_code == 201
    user = response.json()
    assert set(user) == {"id", "email", "name", "created_at"}
    assert (user["email"], user["name"]) == ("grace@example.com", "Grace")
    assert (await client.get(response.headers["location"])).json() == user
    stored = (await session.scalars(select(User))).one()
    assert GRACE["password"] not in stored.hashed_password


@pytest.mark.parametrize(
    "wrong",
    [{"email": "nobody"}, {"name": " "}, {"password": "short"}, {"id": 7}],
)
async def test_register_refuses_what_is_not_valid(
    client: AsyncClient, wrong: dict[str, Any]
) -> None:
    response = await client.post(USERS, json={**GRACE, **wrong})
    assert response.status_code == 422
    assert "correct horse" not in response.text


async def test_an_address_can_be_registered_once(client: AsyncClient) -> None:
    await client.post(USERS, json=GRACE)
    again = {**GRACE, "email": "grace@EXAMPLE.com"}
    assert (await client.post(USERS, json=again)).status_code == 409


async def test_a_user_can_change_the_name(client: AsyncClient, user: User) -> None:
    await client.patch(f"{USERS}/{user.id}", json={"name": "Countess"})
    read = (await client.get(f"{USERS}/{user.id}")).json()
    assert (read["name"], read["email"]) == ("Countess", user.email)


async def test_a_deleted_user_is_gone(client: AsyncClient, user: User) -> None:
    assert (await client.delete(f"{USERS}/{user.id}")).status_code == 204
    assert (await client.get(f"{USERS}/{user.id}")).status_code == 404
    assert (await client.get(USERS)).json()["total"] == 0
