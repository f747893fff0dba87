"""The API's description, and that it is true."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.config import Settings
from app.main import create_app
from app.models import User
from app.schemas.post import PostDraft
from app.schemas.problem import Problem, ValidationProblem
from app.schemas.user import UserCreate

METHODS = ("get", "post", "patch", "delete")


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (path[method] for method in METHODS if method in path)


def test_every_operation_is_told(document: dict[str, Any]) -> None:
    known = {tag["name"] for tag in document["tags"]}
    for operation in operations(document):
        assert set(operation["tags"]) <= known, operation["operationId"]
        assert operation["summary"] and operation["description"]
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(each.isidentifier() for each in ids)


def test_no_reference_leads_nowhere(document: dict[str, Any]) -> None:
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert name in document["components"]["schemas"]


def test_the_description_stays_as_it_is(app: FastAPI, document: dict[str, Any]) -> None:
    before = json.dumps(document)
    assert json.dumps(app.openapi()) == before


async def test_errors_are_as_documented(
    client: AsyncClient, ada: AsyncClient, eve: AsyncClient, user: User, other: User
) -> None:
    mine = f"/api/v1/users/{user.id}"
    for asked, status in (
        (client.patch(mine, json={"name": "A"}), 401),
        (eve.patch(mine, json={"name": "A"}), 403),
        (ada.patch("/api/v1/users/2147483647", json={"name": "A"}), 404),
        (ada.patch(mine, json={"email": other.email}), 409),
        (ada.patch(mine, content=b"\xff", headers={"Content-Type": "application/json"}), 400),
    ):
        response = await asked
        assert response.status_code == status
        assert Problem.model_validate(response.json(), extra="forbid").status == status
    response = await ada.patch(mine, json={"name": None})
    assert ValidationProblem.model_validate(response.json(), extra="forbid").status == 422


def example(model: Any) -> dict[str, Any]:
    """One body, made of each field's example."""
    fields = model.model_json_schema()["properties"]
    return {name: field["examples"][0] for name, field in fields.items()}


async def test_examples_can_be_sent(
    client: AsyncClient, sign_in: Callable[[User], dict[str, str]]
) -> None:
    response = await client.post("/api/v1/users", json=example(UserCreate))
    assert response.status_code == 201, response.text
    headers = sign_in(User(id=response.json()["id"]))
    response = await client.post("/api/v1/posts", json=example(PostDraft), headers=headers)
    assert response.status_code == 201, response.text


async def test_production_tells_nothing(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"environment": "production"}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        for path in ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect"):
            assert (await client.get(path)).status_code == 404
