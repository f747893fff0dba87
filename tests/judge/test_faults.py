"""What libraries raise, made to happen, and what it is explained by: one test for each row."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import warnings

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from pydantic_settings import BaseSettings
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from starlette.responses import JSONResponse

from checker.judge.faults import FAULTS, explanation


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts", lazy="raise")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int


async def coroutine(): ...


def in_session(work, tmp_path):
    """The exception that work over a session with a user and a post ends in."""

    async def run():
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/a.db")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        try:
            async with AsyncSession(engine) as session:
                session.add_all([User(id=1, name="Ada"), Post(id=1, user_id=1)])
                await session.commit()
                await work(session)
        finally:
            await engine.dispose()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return raised(lambda: asyncio.run(run()))


def raised(work):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of many kinds
        work()
    return f"{type(caught.value).__name__}: {caught.value}"


def name_of(text):
    found = next((fault for fault in FAULTS if explanation(text, [fault])), None)
    return found.name if found else None


async def awaits_nothing(session):
    session.execute(select(User)).scalars()


async def binds(session):
    await session.execute(select(User).where(User.id == coroutine()))


async def adds(session):
    session.add(coroutine())


async def unpacks(session):
    _first, _second = coroutine()


async def dumps(session):
    json.dumps({"id": coroutine()})


async def validates(session):
    Out.model_validate(coroutine())


async def awaits_too_much(session):
    await session.add(User(name="Grace"))


async def reads_lazily(session):
    user = (await session.execute(select(User))).scalar_one()
    return user.posts


async def reads_what_is_forbidden(session):
    post = (await session.execute(select(Post))).scalar_one()
    return post.author


async def reads_detached(session):
    user = (await session.execute(select(User))).scalar_one()
    session.expire(user)
    session.expunge(user)
    return user.name


async def forgets_to_roll_back(session):
    session.add(User(id=3))
    with pytest.raises(Exception, match="NOT NULL"):
        await session.flush()
    await session.execute(select(User))


async def stores_null(session):
    session.add(User(id=3))
    await session.flush()


async def validates_none(session):
    Out.model_validate(None)


async def reads_none(session):
    return (await session.get(User, 99)).name


async def runs_a_loop(session):
    asyncio.run(coroutine())


async def raises_nothing(session):
    raise session.get_bind


@pytest.mark.parametrize(
    ("work", "fault"),
    [
        (awaits_nothing, "coroutine"),
        (binds, "coroutine by name"),
        (adds, "coroutine"),
        (unpacks, "coroutine"),
        (dumps, "coroutine"),
        (validates, "coroutine by name"),
        (awaits_too_much, "await of no coroutine"),
        (reads_lazily, "lazy load"),
        (reads_what_is_forbidden, "lazy raise"),
        (reads_detached, "detached"),
        (forgets_to_roll_back, "pending rollback"),
        (stores_null, "NOT NULL"),
        (validates_none, "missing return"),
        (reads_none, "missing return"),
        (runs_a_loop, "loop that runs"),
        (raises_nothing, "no exception raised"),
    ],
)
def test_what_a_session_or_a_schema_raises(work, fault, tmp_path):
    assert name_of(in_session(work, tmp_path)) == fault


def served(app):
    """What an app answers a GET with, or the exception that it ends in."""

    async def get():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return (await client.get("/")).text

    try:
        return asyncio.run(get())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_an_exception_that_was_returned():
    app = FastAPI()
    app.get("/")(lambda: HTTPException(404, "There is none."))
    assert name_of(served(app)) == "exception returned"


def test_a_response_that_was_sent():
    async def app(scope, receive, send):
        await send(JSONResponse({}))

    assert name_of(served(app)) == "response sent"


def test_a_handler_that_gives_no_response():
    app = FastAPI()
    app.get("/")(lambda: 1 / 0)
    app.exception_handler(ZeroDivisionError)(lambda request, error: {"detail": "No."})
    assert name_of(served(app)) == "handler without response"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("async def f(): ...\nf()", "coroutine never awaited"),
        ("import flask", "missing module"),
        ("def f(): f()\nf()", "endless recursion"),
    ],
)
def test_what_python_prints(code, fault):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert name_of(done.stderr) == fault


def test_a_setting_that_is_no_json(monkeypatch):
    class Settings(BaseSettings):
        cors_origins: list[str] = []

    monkeypatch.setenv("CORS_ORIGINS", "https://example.com")
    text = raised(Settings)
    assert name_of(text) == "setting that is no JSON"
    assert explanation(text, FAULTS).seen.startswith("The value of cors_origins is no JSON")


def test_a_fixture_of_too_wide_a_scope(tmp_path):
    (tmp_path / "test_a.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef one(): ...\n"
        "@pytest.fixture(scope='session')\ndef two(one): ...\n"
        "def test(two): ...\n",
        encoding="utf-8",
    )
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert name_of(done.stdout) == "scope mismatch"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "RuntimeError: Task got Future <Future pending> attached to a different loop",
            "other loop",
        ),
        ("InvalidRequestError: concurrent operations are not permitted", "shared session"),
        (
            "IllegalStateChangeError: method '_connection_for_bind()' is already in progress",
            "shared session",
        ),
        ("ERROR: ASGI callable returned without starting response.", "response never sent"),
        (f"OSError while importing app: [Errno 27] {os.strerror(27)}", "too much output"),
        ("ValueError: the greenlet library is required to use this function.", "no greenlet"),
    ],
)
def test_what_takes_more_than_a_test_to_bring_about(text, fault):
    assert name_of(text) == fault


def test_every_row_has_a_test():
    here = open(__file__, encoding="utf-8").read()  # noqa: SIM115, PTH123
    assert [fault.name for fault in FAULTS if f'"{fault.name}"' not in here] == []


@pytest.mark.parametrize(
    "text",
    [
        "POST /posts was answered with 409: {'detail': 'The title is taken.'}",
        "TypeError while making a post: Post() takes no arguments",
        "ValueError: a coroutine was expected, got 5",
    ],
)
def test_what_shows_no_known_fault_is_left_alone(text):
    assert explanation(text, FAULTS) is None


@pytest.fixture(autouse=True)
def collected():
    """What was never awaited warns in the test that made it, and not in another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()
