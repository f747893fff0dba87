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
    [{"email": "nobody"}, {"email": None}, {"name": " "}, {"password": "swordf"}, {"id": 7}],
)
async def test_register_refuses_what_is_not_valid(
    client: AsyncClient, wrong: dict[str, Any]
) -> None:
    body = {**GRACE, **wrong}
    response = await client.post(USERS, json=body)
    assert response.status_code == 422
    assert body["password"] not in response.text


async def test_an_address_can_be_registered_once(client: AsyncClient) -> None:
    await client.post(USERS, json=GRACE)
    again = {**GRACE, "email": "grace@EXAMPLE.com"}
    assert (await client.post(USERS, json=again)).status_code == 409
    assert (await client.get(USERS)).json()["total"] == 1


async def test_a_user_can_change_the_name(ada: AsyncClient, user: User) -> None:
    response = await ada.patch(f"{USERS}/{user.id}", json={"name": "Countess"})
    assert (response.json()["name"], response.json()["email"]) == ("Countess", user.email)
    assert (await ada.get(f"{USERS}/{user.id}")).json() == response.json()


async def test_a_deleted_user_is_gone(ada: AsyncClient, user: User) -> None:
    assert (await ada.delete(f"{USERS}/{user.id}")).status_code == 204
    assert (await ada.get(f"{USERS}/{user.id}")).status_code == 404
    assert (await ada.get(USERS)).json()["total"] == 0
