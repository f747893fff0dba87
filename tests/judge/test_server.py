"""The server that CHECKER_DATABASE_URL names: what is said where it cannot be used, and that
nothing is left on it."""

import asyncio

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from checker.errors import UserError
from checker.judge.databases.postgresql import PostgresDatabases
from checker.judge.databases.server import VARIABLE, Server, new_name
from tests.postgresql import PASSWORD


@pytest.fixture
def server(postgresql):
    return Server.at(postgresql.url())


@pytest.mark.parametrize("said", ["nonsense", "postgresql://judge@127.0.0.1:port/x"])
def test_what_is_no_url_is_said(said):
    with pytest.raises(UserError, match="is not a URL") as caught:
        Server.at(said)
    assert "postgresql://" in caught.value.next_step


def test_another_kind_of_database_is_said():
    with pytest.raises(UserError, match="names mysql, and can only name PostgreSQL"):
        Server.at("mysql://judge@127.0.0.1/x")


def test_without_the_variable_there_is_no_server(monkeypatch):
    monkeypatch.setenv(VARIABLE, " ")
    assert Server.named() is None


def test_a_server_that_does_not_answer_is_said_without_the_password():
    with pytest.raises(UserError, match=r"cannot be used: .*refused") as caught:
        Server.at("postgresql://judge:secret@127.0.0.1:1/x").open()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("driver", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_any_way_to_write_the_scheme_will_do(driver):
    url = Server.at(f"{driver}://judge@127.0.0.1:5433").url
    assert (url.drivername, url.database) == ("postgresql", "postgres")


@pytest.mark.postgresql
def test_a_user_who_may_not_make_databases_is_told_the_way_out(postgresql):
    with pytest.raises(UserError, match=r"plain .* may not create databases") as caught:
        Server.at(postgresql.url("plain")).open()
    assert "CREATEDB" in caught.value.next_step


@pytest.mark.postgresql
def test_a_password_reaches_the_learners_url_and_no_message(postgresql):
    from urllib.parse import quote

    databases = PostgresDatabases(Server.at(postgresql.url("other", quote(PASSWORD, safe=""))))
    assert make_url(databases.url).password == PASSWORD
    assert databases.empty().query("SELECT current_user AS name") == [{"name": "other"}]
    databases.close()
    with pytest.raises(UserError, match="password authentication failed") as caught:
        Server.at(postgresql.url("other", "wrong")).open()
    assert "wrong" not in caught.value.sentence


@pytest.mark.postgresql
def test_closing_removes_all_though_someone_is_connected(server, postgresql):
    databases = PostgresDatabases(server)
    databases.filled("ready", lambda template: template.execute("CREATE TABLE a (id INTEGER)"))

    async def stay():
        engine = create_async_engine(databases.url)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT * FROM a"))
            databases.close()
            await connection.invalidate()
        await engine.dispose()

    asyncio.run(stay())
    databases.close()  # once more does no harm
    assert postgresql.databases() == set()


@pytest.mark.postgresql
def test_what_a_killed_grading_left_is_removed_by_the_next(server, postgresql):
    killed, alive = PostgresDatabases(server), PostgresDatabases(server)
    killed.empty()
    alive.empty()
    killed._connection.close()
    server.open().close()
    assert postgresql.databases() == {f"{alive.name}_check"}
    alive.close()


@pytest.mark.postgresql
def test_a_grading_can_be_removed_by_name(server, postgresql):
    name = new_name()
    databases = PostgresDatabases(server, name)
    databases.empty()
    server.remove(name)
    assert postgresql.databases() == set()
    databases.close()
