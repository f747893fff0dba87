"""The settings: where they come from, what they refuse, and what they keep to themselves."""

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Probe, Project, Source

FILE = "app/config.py"
DEFAULTS = {
    "environment": "development",
    "database_url": "sqlite+aiosqlite:///./posts.db",
    "log_level": "INFO",
    "cors_origins": [],
}


@pytest.fixture
def bare(project: Project) -> Project:
    """The project with nothing set: no variables, no `.env`."""
    project.env.clear()
    project.remove(".env")
    return project


@check(
    title="app.config imports and offers Settings and get_settings",
    items=["structure.config"],
    why="Every other part of the service asks this module for what it needs.",
    read="Describe the settings",
    errata=["E48"],
)
def test_importable(source: Source, bare: Project, probe: Probe):
    functions = source.module(FILE)
    found = ", ".join([*functions.classes, *functions.functions])
    expect(
        "Settings" in functions.classes and "get_settings" in functions.functions,
        seen=f"{FILE} defines {found or 'nothing'}.",
        wanted="class Settings and def get_settings().",
    )
    probe.shared("start", doing="importing app.config")


@check(
    title="Settings is built on pydantic-settings",
    items=["structure.config"],
    why="Pydantic 2 moved BaseSettings into a package of its own; the old import raises.",
    read="Describe the settings",
    errata=["E48"],
    needs=["00.importable"],
)
def test_library(source: Source, probe: Probe, bare: Project):
    module = source.module(FILE)
    old = [node for name, node in module.imports if name.startswith("pydantic.v1")]
    expect(
        not old,
        seen=f"{FILE} imports from pydantic.v1.",
        wanted="from pydantic_settings import BaseSettings",
        at=module.at(old[0]) if old else None,
    )
    bases = probe("settings", doing="building Settings()")["base"]
    expect(
        any(base.startswith("pydantic_settings") for base in bases),
        seen="Settings does not inherit from pydantic_settings.BaseSettings.",
        wanted="class Settings(BaseSettings), which reads and checks the environment for you.",
    )


@check(
    title="With nothing set, the defaults are those of a laptop",
    items=["structure.config"],
    why="A newcomer who clones the service can start it without asking anybody.",
    read="Describe the settings",
    needs=["00.importable"],
)
def test_defaults(probe: Probe, bare: Project):
    seen = probe("settings", doing="building Settings() with nothing set")["values"]
    for name, wanted in DEFAULTS.items():
        expect(
            name in seen and seen[name] == wanted,
            seen=f"settings.{name} is {seen[name]!r}."
            if name in seen
            else f"Settings has no field {name}.",
            wanted=f"{name} = {wanted!r}",
        )
    expect(
        "secret_key" in seen,
        seen="Settings has no field secret_key.",
        wanted="secret_key: SecretStr, with a default that is good enough for a laptop.",
    )


@check(
    title="Every setting is read from its environment variable",
    items=["structure.config"],
    why="One build runs everywhere when only its environment differs.",
    read="Where values come from",
    needs=["00.defaults"],
)
def test_environment(probe: Probe, bare: Project, rng):
    number = rng.randrange(10**6)
    given = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": f"sqlite+aiosqlite:////srv/{number}.db",
        "SECRET_KEY": f"{number:040}",
        "LOG_LEVEL": rng.choice(["DEBUG", "WARNING", "ERROR"]),
        "CORS_ORIGINS": f'["https://{number}.example.com"]',
    }
    bare.env.update(given)
    seen = probe("settings", doing=f"building Settings() with {', '.join(given)} set")["values"]
    wanted = {name.lower(): value for name, value in given.items()}
    wanted |= {"secret_key": {"secret": given["SECRET_KEY"]}} if _hidden(seen) else {}
    wanted["cors_origins"] = [f"https://{number}.example.com"]
    for name, value in wanted.items():
        expect(
            seen[name] == value,
            seen=f"With {name.upper()}={given[name.upper()]}, settings.{name} is {seen[name]!r}.",
            wanted=f"{value!r}, from the environment.",
        )


@check(
    title="A .env file fills what the environment leaves open",
    items=["structure.dotenv"],
    why="A laptop keeps its values in a file; a server's environment must still win over it.",
    read="Where values come from",
    needs=["00.defaults"],
)
def test_dotenv(probe: Probe, bare: Project, rng):
    number = rng.randrange(10**6)
    bare.write(
        ".env",
        f"DATABASE_URL=sqlite+aiosqlite:///./file-{number}.db\nLOG_LEVEL=WARNING\n"
        f"SOMETHING_ELSE={number}\n",
    )
    bare.env["LOG_LEVEL"] = "ERROR"
    seen = probe("settings", doing="building Settings() beside a .env file")["values"]
    expect(
        seen["database_url"] == f"sqlite+aiosqlite:///./file-{number}.db",
        seen=f"With DATABASE_URL in .env, settings.database_url is {seen['database_url']!r}.",
        wanted='The value from the file: SettingsConfigDict(env_file=".env", …).',
    )
    expect(
        seen["log_level"] == "ERROR",
        seen=f"LOG_LEVEL is ERROR in the environment and WARNING in .env; settings has"
        f" {seen['log_level']!r}.",
        wanted="ERROR: the environment wins over the file.",
    )


@check(
    title="A value that is not allowed stops the start",
    items=["structure.config"],
    why="A misspelt setting found at the start costs a minute; found at night, much more.",
    read="Where values come from",
    needs=["00.defaults"],
)
def test_validated(probe: Probe, bare: Project):
    for name, value in (("ENVIRONMENT", "prod"), ("LOG_LEVEL", "CHATTY"), ("CORS_ORIGINS", "*")):
        bare.env.clear()
        bare.env[name] = value
        found = probe("start", doing=f"building Settings() with {name}={value}")
        expect(
            found is not None,
            seen=f"Settings() was built with {name}={value}.",
            wanted=f"A validation error that names {name.lower()}: annotate it with what it takes.",
        )


@check(
    title="git ignores .env",
    items=["structure.dotenv"],
    why="A secret that was committed once is in every clone for ever.",
    read="Where values come from",
)
def test_ignored(source: Source):
    lines = [line.strip() for line in source.text(".gitignore").splitlines()]
    expect(
        any(line in (".env", "/.env", ".env*", "*.env", ".env.*") for line in lines),
        seen=".gitignore has no line for .env.",
        wanted="A line .env in .gitignore.",
    )


@check(
    title="Printing the settings does not show the secret",
    items=["structure.config"],
    why="Settings end up in logs and error trackers, where many people read.",
    read="A secret that stays one",
    needs=["00.defaults"],
)
def test_hidden_secret(probe: Probe, bare: Project, rng):
    secret = f"{rng.randrange(10**12):040}"
    bare.env["SECRET_KEY"] = secret
    printed = probe("settings", doing="printing Settings()")["printed"]
    expect(
        secret not in printed,
        seen="repr(settings) shows the value of SECRET_KEY.",
        wanted="secret_key: SecretStr, which prints as **********.",
    )


@check(
    title="Production does not start without a secret of its own",
    items=["structure.config"],
    why="With a default that stands in the repository, anyone can sign themselves in.",
    read="A secret that stays one",
    needs=["00.defaults"],
)
def test_production_secret(probe: Probe, bare: Project, rng):
    short = f"short-{rng.randrange(10**6)}"
    for given, words in (
        ({}, "without SECRET_KEY"),
        ({"SECRET_KEY": short}, "with a SECRET_KEY of 12 characters or fewer"),
    ):
        bare.env.clear()
        bare.env.update({"ENVIRONMENT": "production", **given})
        found = probe("start", doing=f"starting in production {words}")
        expect(
            found is not None,
            seen=f"ENVIRONMENT=production starts {words}.",
            wanted="A validation error: at least 32 characters in production.",
        )
        expect(
            "secret_key" in found["text"].lower(),
            seen=f"Starting in production {words} fails with: {_one_line(found['text'])}",
            wanted="A message that names SECRET_KEY, for whoever reads it at night.",
        )
        expect(
            short not in found["text"],
            seen=f"The message shows the secret itself: {_one_line(found['text'])}",
            wanted="A message without the value, which ends up in a log: "
            "SettingsConfigDict(hide_input_in_errors=True, …).",
        )
    bare.env["SECRET_KEY"] = f"{rng.randrange(10**12):040}"
    found = probe("start", doing="starting in production with a long SECRET_KEY")
    expect(
        found is None,
        seen="ENVIRONMENT=production with a SECRET_KEY of 40 characters fails: "
        f"{_one_line(found['text']) if found else ''}",
        wanted="A start without error.",
    )


@check(
    title="get_settings reads once and gives the same object again",
    items=["structure.config"],
    why="Settings that change between two requests of one process are a bug nobody can repeat.",
    read="Read them once",
    needs=["00.defaults"],
)
def test_read_once(probe: Probe, bare: Project):
    seen = probe("twice", doing="calling get_settings() twice")
    expect(
        seen["kind"],
        seen="get_settings() does not give back a Settings.",
        wanted="def get_settings() -> Settings: return Settings()",
    )
    expect(
        seen["same"],
        seen="Two calls of get_settings() gave two objects.",
        wanted="One: @lru_cache above the function.",
    )


def _hidden(values) -> bool:
    return isinstance(values["secret_key"], dict)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
