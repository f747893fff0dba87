from unittest.mock import patch

from sqlalchemy import select

from app.models import User
from app.services import PostService
from tests.base import Case


class Posts(Case):
    async def test_create(self):
        answer = await self.write(" One ")
        self.assertEqual(answer.status_code, 201)
        self.assertEqual(answer.json()["title"], "One")
        again = await self.client.get(answer.headers["location"])
        self.assertEqual(again.json(), answer.json())

    async def test_invalid(self):
        for wrong in ({"title": " "}, {"x": 1}, {"content": ""}, {"title": "x" * 201}):
            with self.subTest(wrong):
                self.assertEqual((await self.write(**wrong)).status_code, 422)

    async def test_taken(self):
        await self.write()
        self.assertEqual((await self.write()).status_code, 409)

    async def test_delete(self):
        await self.write()
        self.assertEqual((await self.client.delete("/api/v1/posts/1")).status_code, 204)
        self.assertEqual((await self.client.get("/api/v1/posts/1")).status_code, 404)

    async def test_null(self):
        await self.write()
        answer = await self.client.patch("/api/v1/posts/1", json={"title": None})
        self.assertEqual(answer.status_code, 422)

    async def test_bounds(self):
        for path in ("?limit=101", "?limit=0", "/0", "/-1"):
            with self.subTest(path):
                answer = await self.client.get(f"/api/v1/posts{path}")
                self.assertEqual(answer.status_code, 422)

    async def test_error(self):
        with patch.object(PostService, "get_post", side_effect=RuntimeError("swordfish")):
            answer = await self.client.get("/api/v1/posts/1")
        self.assertEqual(answer.status_code, 500)
        self.assertNotIn("swordfish", answer.text)

    async def test_origin(self):
        answer = await self.client.get("/api/v1/posts", headers={"Origin": "https://x.example"})
        self.assertNotIn("access-control-allow-origin", answer.headers)

    async def test_id(self):
        answer = await self.client.get("/api/v1/posts", headers={"X-Request-ID": "abc-123-def"})
        self.assertEqual(answer.headers.get("x-request-id"), "abc-123-def")


class Users(Case):
    async def test_register(self):
        body = {"email": "g@example.com", "name": "G", "password": "correct horse"}
        answer = await self.client.post("/api/v1/users", json=body)
        self.assertEqual(set(answer.json()), {"id", "email", "name", "created_at"})
        stored = await self.other.scalar(select(User.hashed_password).where(User.name == "G"))
        self.assertNotIn("correct horse", stored)
        self.assertEqual((await self.client.post("/api/v1/users", json=body)).status_code, 409)

    async def test_change_and_delete(self):
        url = f"/api/v1/users/{self.user.id}"
        await self.client.patch(url, json={"name": "Countess"})
        self.assertEqual((await self.client.get(url)).json()["name"], "Countess")
        await self.client.delete(url)
        self.assertEqual((await self.client.get(url)).status_code, 404)
