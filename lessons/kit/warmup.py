"""Exercises the libraries with throw-away code: they do much of their work when first used.

FastAPI imports at the first route, SQLAlchemy compiles its visitors at the first statement, uvicorn
looks for its protocols at the first start. A fork server that has been through all that once forks
processes that need not. What is written here has no other meaning, and nothing of it remains.
"""

import asyncio
import contextlib
import gc
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from checker.subject.suite import ahead


def exercise(preload: Sequence[str]) -> None:
    """Use the libraries among `preload` once. What fails here fails again, and is reported then."""
    with tempfile.TemporaryDirectory(prefix="posts-rehearsal-") as name:
        folder = Path(name)
        with contextlib.suppress(Exception):
            if "fastapi" in preload and "uvicorn" in preload:
                asyncio.run(_serve(folder, database="aiosqlite" in preload))
            elif "aiosqlite" in preload:
                asyncio.run(_query(folder))
        with contextlib.suppress(Exception):
            if "pydantic" in preload or "pydantic_settings" in preload:
                _validate()
        with contextlib.suppress(Exception):
            if "alembic.command" in preload:
                _migrate(folder)
        with contextlib.suppress(Exception):
            if "pytest" in preload:
                ahead.remember_plugins()
                ahead.run_once(folder)
    gc.collect()


def _validate() -> None:
    """A model with a rule or two, and what it says of itself."""
    from pydantic import BaseModel, Field, TypeAdapter, ValidationError, field_validator

    class Thing(BaseModel):
        name: str = Field(min_length=1, max_length=20)
        mail: _mail() | None = None  # type: ignore[valid-type]

        @field_validator("name")
        @classmethod
        def stripped(cls, value: str) -> str:
            return value.strip()

    with contextlib.suppress(ValidationError):
        Thing(name="")
    Thing.model_validate({"name": "a", "mail": "a@example.com"}).model_dump_json()
    TypeAdapter(list[Thing]).json_schema()


_ENV = """
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection, target_metadata=None, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "1", None


def upgrade():
    op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_a_id", "a", ["id"])


def downgrade():
    op.drop_table("a")
"""


def _migrate(folder: Path) -> None:
    from alembic import command
    from alembic.config import Config

    (folder / "alembic/versions").mkdir(parents=True)
    (folder / "alembic/env.py").write_text(_ENV)
    (folder / "alembic/versions/1_a.py").write_text(_MIGRATION)
    config = Config()
    config.set_main_option("script_location", str(folder / "alembic"))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{folder / 'migrated.db'}")
    command.upgrade(config, "head")


def _mail() -> Any:
    """The type of an address; a text where the package for it is missing."""
    try:
        import email_validator  # noqa: F401
    except ImportError:
        return str
    from pydantic import EmailStr

    return EmailStr


async def _query(folder: Path) -> None:
    async with _sessions(folder) as (things, session_of), session_of() as session:
        await _statements(session, things)


async def _statements(session: Any, things: Any) -> None:
    """One of each kind of statement."""
    from sqlalchemy import func, select, update
    from sqlalchemy.exc import IntegrityError
    from sqlalchemy.orm import selectinload

    parent, child = things
    session.add(parent(name="a", children=[child(name="b")]))
    await session.commit()
    found = select(parent).options(selectinload(parent.children)).where(parent.name == "a")
    thing = (await session.scalars(found.order_by(parent.id).limit(1).offset(0))).one()
    await session.scalar(select(func.count()).select_from(parent))
    await session.get(parent, thing.id, options=[selectinload(parent.children)])
    thing.name = "c"
    await session.flush()
    await session.refresh(thing)
    await session.execute(update(parent).values(name="d").returning(parent.id))
    await session.commit()
    session.add(parent(name="d"))
    with contextlib.suppress(IntegrityError):
        await session.commit()
    await session.rollback()
    await session.delete(await session.get(child, 1))
    await session.commit()


@contextlib.asynccontextmanager
async def _sessions(folder: Path) -> AsyncIterator[tuple[Any, Any]]:
    """Two mapped classes, their engine on an empty database with tables, and its sessions."""
    from datetime import datetime

    from sqlalchemy import DateTime, ForeignKey, String, event, func
    from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

    class Base(AsyncAttrs, DeclarativeBase):
        pass

    class Parent(Base):
        __tablename__ = "parents"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(20), unique=True)
        made: Mapped[datetime] = mapped_column(
            DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
        )
        children: Mapped[list[Any]] = relationship("Child", back_populates="parent", lazy="raise")

    class Child(Base):
        __tablename__ = "children"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]
        parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"))
        parent: Mapped[Parent] = relationship(back_populates="children", lazy="raise")

    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'rehearsal.db'}")

    def connected(connection: Any, _: object) -> None:
        connection.cursor().execute("PRAGMA foreign_keys = ON")

    event.listen(engine.sync_engine, "connect", connected)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    yield (Parent, Child), async_sessionmaker(engine, expire_on_commit=False)
    await engine.dispose()
    event.remove(engine.sync_engine, "connect", connected)
    Base.registry.dispose()


async def _serve(folder: Path, *, database: bool) -> None:
    """An app with something of everything, served and asked."""
    import uvicorn

    async with contextlib.AsyncExitStack() as stack:
        things = session_of = None
        if database:
            things, session_of = await stack.enter_async_context(_sessions(folder))
        address = str(folder / "http")
        config = uvicorn.Config(
            _app(things, session_of), uds=address, lifespan="on", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started and not running.done():  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.001)
        body = json.dumps({"name": "a", "mail": "a@example.com"})
        for method, path, content in (
            ("POST", "/api/things", body),
            ("GET", "/api/things?limit=2", ""),
            ("GET", "/api/things/0", ""),
            ("GET", "/api/none", ""),
            ("GET", "/openapi.json", ""),
        ):
            await _ask(address, method, path, content)
        server.should_exit = True
        await running


async def _ask(address: str, method: str, path: str, content: str) -> None:
    reader, writer = await asyncio.open_unix_connection(address)
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: rehearsal",
        "Origin: https://rehearsal",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Connection: close",
    )
    writer.write(("\r\n".join((*lines, "", content))).encode())
    await writer.drain()
    await reader.read()
    writer.close()
    await writer.wait_closed()


def _app(things: Any, session_of: Any) -> Any:
    import fastapi
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse
    from pydantic import ConfigDict, Field, create_model

    Thing = create_model(  # noqa: N806 - a class
        "Thing",
        __config__=ConfigDict(extra="forbid", from_attributes=True),
        name=(str, Field(min_length=1, max_length=20)),
        mail=(_mail(), ...),
    )

    async def session() -> AsyncIterator[Any]:
        if session_of is None:
            yield None
            return
        async with session_of() as opened:
            yield opened

    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield

    router = fastapi.APIRouter(prefix="/things", tags=["things"])

    @router.post("", status_code=201, response_model=Thing)
    async def create(thing: Thing, opened: Annotated[Any, fastapi.Depends(session)]) -> Any:
        if opened is not None:
            await _statements(opened, things)
        return thing

    @router.get("")
    async def listed(limit: Annotated[int, fastapi.Query(ge=1, le=9)] = 1) -> list[int]:
        return [limit]

    @router.get("/{number}", response_model=Thing, responses={404: {}})
    async def read(
        number: Annotated[int, fastapi.Path(ge=1)], _: Annotated[Any, fastapi.Depends(session)]
    ) -> Any:
        raise fastapi.HTTPException(404, str(number))

    async def on_error(_: fastapi.Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=400)

    app = fastapi.FastAPI(lifespan=lifespan, redirect_slashes=False)
    app.add_middleware(CORSMiddleware, allow_origins=["https://rehearsal"], allow_credentials=True)
    app.add_exception_handler(LookupError, on_error)
    app.include_router(router, prefix="/api")
    return app
