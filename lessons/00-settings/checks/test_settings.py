"""The settings: where they come from, what they refuse, and what they keep to themselves."""

import re

import pytest
from pathspec import GitIgnoreSpec

from checker.judge import check, expect
from checker.judge.evidence import Definitions, Probe, Project, Source, requirements

DEFAULTS = {
    "environment": "development",
    "database_url": "sqlite+aiosqlite:///./posts.db",
    "log_level": "INFO",
    "cors_origins": [],
}
NAMES = ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY", "LOG_LEVEL", "CORS_ORIGINS")
ENVIRONMENTS = ("development", "test", "production")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


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
def test_importable(definitions: Definitions, bare: Project, probe: Probe):
    for name in ("Settings", "get_settings"):
        definitions(f"app.config.{name}")
    probe.shared("start", doing="importing app.config")


@check(
    title="Settings is built on pydantic-settings",
    items=["structure.config"],
    why="Pydantic 2 moved BaseSettings into a package of its own; the old import raises.",
    read="Describe the settings",
    errata=["E48"],
    needs=["00.importable"],
)
def test_library(source: Source, definitions: Definitions, probe: Probe, bare: Project):
    for module in (*definitions("app.config.Settings").modules, *source.package("app.config")):
        for name, node in module.imports:
            expect(
                not name.startswith("pydantic.v1"),
                seen=f"{module.file} imports from pydantic.v1.",
                wanted="from pydantic_settings import BaseSettings",
                at=module.at(node),
            )
    bases = probe("settings", doing="building Settings()")["base"]
    expect(
        any(base.startswith("pydantic_settings") for base in bases),
        seen="Settings does not inherit from pydantic_settings.BaseSettings.",
        wanted="class Settings(BaseSettings), which reads and checks the environment for you.",
    )


@check(
    title="requirements.txt asks for pydantic-settings",
    items=["structure.config"],
    why="What is not listed is not there on the next machine, and the service does not start.",
    read="Describe the settings",
    errata=["E48"],
)
def test_requirements(source: Source, probe: Probe):
    found = requirements(source)
    names = ", ".join(map(str, found.values())) or "nothing"
    wanted = found.get("pydantic-settings")
    expect(
        wanted is not None,
        seen=f"requirements.txt lists {names}.",
        wanted="The line pydantic-settings>=2.16.",
    )
    installed = probe.shared("version", name="pydantic-settings")
    expect(
        wanted.specifier.contains(installed, prereleases=True),
        seen=f"requirements.txt asks for {wanted}, and {installed} is what you work with.",
        wanted="A range that takes the version with which you have tried it.",
        why="Another version may read other variables.",
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
    length = len(_secret(seen).encode())
    expect(
        length >= 32,
        seen=f"The default of secret_key has {length} bytes.",
        wanted="32 bytes at least, as for any key that signs.",
        why="A library that signs with a shorter key warns, and your tests take warnings for"
        " errors (RFC 7518, section 3.2).",
    )


@check(
    title="Every setting is read from its environment variable",
    items=["structure.config"],
    why="One build runs everywhere when only its environment differs.",
    read="Where values come from",
    needs=["00.importable"],
)
def test_environment(probe: Probe, bare: Project, rng):
    for number, (environment, level, count) in enumerate(
        (("test", "DEBUG", 1), ("production", "CRITICAL", 2), ("development", "WARNING", 0))
    ):
        hosts = [f"https://{each}.{rng.randrange(10**6)}.example.com" for each in range(count)]
        given = {
            "ENVIRONMENT": environment,
            "DATABASE_URL": f"sqlite+aiosqlite:////srv/{rng.randrange(10**6)}.db",
            "SECRET_KEY": f"{rng.randrange(10**6):040}",
            "LOG_LEVEL": level,
            "CORS_ORIGINS": str(hosts).replace("'", '"'),
            "POSTS_NUMBER": str(number),  # no setting of ours
        }
        bare.env.clear()
        bare.env.update(given)
        seen = probe("settings", doing=f"building Settings() with {', '.join(NAMES)} set")["values"]
        wanted = {name.lower(): given[name] for name in NAMES} | {"cors_origins": hosts}
        for name, value in wanted.items():
            found = seen.get(name)
            found = _secret(seen) if name == "secret_key" and found is not None else found
            expect(
                found == value,
                seen=f"With {name.upper()}={given[name.upper()]}, settings.{name} is {found!r}.",
                wanted=f"{value!r}, from the environment.",
            )


@check(
    title="A .env file fills what the environment leaves open",
    items=["structure.dotenv"],
    why="A laptop keeps its values in a file; a server's environment must still win over it.",
    read="Where values come from",
    needs=["00.importable"],
)
def test_dotenv(probe: Probe, bare: Project, rng):
    number = rng.randrange(10**6)
    in_file = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": f"sqlite+aiosqlite:///./file-{number}-ü.db",
        "SECRET_KEY": f"{number:040}",
        "LOG_LEVEL": "WARNING",
        "CORS_ORIGINS": f'["https://{number}.example.com"]',
    }
    in_environment = {  # some of them what the defaults are
        "ENVIRONMENT": "development",
        "DATABASE_URL": f"sqlite+aiosqlite:///./server-{number}.db",
        "SECRET_KEY": f"{number + 1:050}",
        "LOG_LEVEL": "INFO",
        "CORS_ORIGINS": "[]",
    }
    lines = [f"{name}={value}" for name, value in in_file.items()]
    bare.write(".env", "\n".join(["# a comment", *lines, f"SOMETHING_ELSE={number}", ""]))
    for name in NAMES:
        bare.env.clear()
        seen = probe("settings", doing="building Settings() beside a .env file")["values"]
        expect(
            _value(seen, name) == in_file[name],
            seen=f"With {name}={in_file[name]} in .env, settings.{name.lower()} is"
            f" {_value(seen, name)!r}.",
            wanted='The value from the file: SettingsConfigDict(env_file=".env", …).',
        )
        bare.env[name] = in_environment[name]
        seen = probe("settings", doing="building Settings() beside a .env file")["values"]
        expect(
            _value(seen, name) == in_environment[name],
            seen=f"{name} is {in_environment[name]} in the environment and {in_file[name]} in .env;"
            f" settings has {_value(seen, name)!r}.",
            wanted=f"{in_environment[name]}: the environment wins over the file.",
        )


@check(
    title="A value that is not allowed stops the start",
    items=["structure.config"],
    why="A misspelt setting found at the start costs a minute; found at night, much more.",
    read="Where values come from",
    needs=["00.importable"],
)
def test_validated(probe: Probe, bare: Project):
    for name, value in (
        ("ENVIRONMENT", "prod"),
        ("ENVIRONMENT", "productions"),
        ("ENVIRONMENT", "Production"),
        ("LOG_LEVEL", "CHATTY"),
        ("LOG_LEVEL", "debug"),
        ("LOG_LEVEL", "0"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", '{"https://example.com": 1}'),
        ("CORS_ORIGINS", '["https://example.com", {"a": 1}]'),
    ):
        for where in ("the environment", ".env"):
            bare.env.clear()
            bare.remove(".env")
            if where == ".env":
                bare.write(".env", f"{name}={value}\n")
            else:
                bare.env[name] = value
            found = probe("start", doing=f"building Settings() with {name}={value}")
            expect(
                found is not None,
                seen=f"Settings() was built with {name}={value} in {where}.",
                wanted=f"A validation error that names {name.lower()}: annotate it with what it"
                " takes.",
            )
            expect(
                name.lower() in found["text"].lower(),
                seen=f"Settings() with {name}={value} fails with: {_one_line(found['text'])}",
                wanted=f"A validation error that names {name.lower()}.",
                why="Whoever reads it has to know which variable to put right.",
            )
    for name, values in (("ENVIRONMENT", ENVIRONMENTS), ("LOG_LEVEL", LEVELS)):
        for value in values:
            bare.remove(".env")
            bare.env.clear()
            bare.env.update({"SECRET_KEY": "k" * 40, name: value})
            found = probe("start", doing=f"building Settings() with {name}={value}")
            text = _one_line((found or {}).get("text"))
            expect(
                found is None,
                seen=f"Settings() with {name}={value} fails: {text}",
                wanted=f"A start: {name.lower()} takes {', '.join(values)}.",
                why="A value that the table allows has to be taken.",
            )


@check(
    title="git ignores .env",
    items=["structure.dotenv"],
    why="A secret that was committed once is in every clone for ever.",
    read="Where values come from",
)
def test_ignored(source: Source):
    lines = source.text(".gitignore").splitlines()
    ignored = GitIgnoreSpec.from_lines(lines).match_file
    expect(
        ignored(".env"),
        seen=".gitignore has no line for .env, or one that takes it back.",
        wanted="A line .env in .gitignore.",
    )
    expect(
        not ignored(".env.example"),
        seen=".gitignore hides .env.example as well.",
        wanted="The line .env, which hides that file alone; or !.env.example below the others.",
        why="A newcomer copies .env.example, so it has to be committed.",
    )


@check(
    title=".env.example shows what can be set",
    items=["structure.dotenv"],
    why="It is what a newcomer copies: a name in it that nobody reads is a setting that is lost.",
    read="Where values come from",
    needs=["00.importable"],
)
def test_example(source: Source, probe: Probe, bare: Project):
    text = source.text(".env.example")
    lines = re.findall(r"^[ \t]*(#?)[ \t]*(?:export )?(\w+)[ \t]*=", text, re.MULTILINE)
    shown = {name.upper() for _, name in lines}
    missing = [name for name in NAMES if name not in shown]
    expect(
        not missing,
        seen=f".env.example does not show {', '.join(missing)}.",
        wanted="A line for each setting; one that must not be copied as it is, behind a #.",
    )
    fields = probe.shared("fields")
    unread = [name for hidden, name in lines if not hidden and name.lower() not in fields]
    expect(
        not unread,
        seen=f".env.example sets {', '.join(unread)}, which no setting reads.",
        wanted=f"The names of the settings: {', '.join(map(str.upper, fields))}.",
    )
    bare.write(".env", text)
    found = probe("start", doing="building Settings() with .env.example as .env")
    expect(
        found is None,
        seen=f"With .env.example as .env, Settings() fails: {_one_line((found or {}).get('text'))}",
        wanted="A file that works as soon as it is copied.",
    )


@check(
    title="Printing the settings does not show the secret",
    items=["structure.config"],
    why="Settings end up in logs and error trackers, where many people read.",
    read="A secret that stays one",
    needs=["00.importable"],
)
def test_hidden_secret(probe: Probe, bare: Project, rng):
    for secret in (_unlike_words(rng, 40), None):
        bare.env.clear()
        if secret is not None:
            bare.env["SECRET_KEY"] = secret
        seen = probe("settings", doing="printing Settings()")
        value = _secret(seen["values"]) if "secret_key" in seen["values"] else secret
        for how, printed in seen["printed"].items():
            expect(
                not value or value not in printed,
                seen=f"{how} shows the value of SECRET_KEY"
                + ("." if secret else ", even the default one."),
                wanted="secret_key: SecretStr, which prints as **********.",
            )
            part = _part_of(secret, printed) if secret else ""
            expect(
                not part,
                seen=f"{how} shows {part!r}, a part of the SECRET_KEY {secret}.",
                wanted="secret_key: SecretStr, which prints as **********.",
                why="Each character that is known makes the rest easier to guess.",
            )


@check(
    title="A secret that is too short is refused everywhere, and production needs one of its own",
    items=["structure.config"],
    why="With a default that stands in the repository, anyone can sign themselves in.",
    read="A secret that stays one",
    needs=["00.importable"],
)
def test_production_secret(probe: Probe, bare: Project, rng):
    default, again = (
        _secret(probe("settings", doing="building Settings() with nothing set")["values"])
        for _ in range(2)
    )
    other = "a secret of its own"
    refused = [("production", None, "without SECRET_KEY", other)]
    if default == again != "":  # not one that is made up at each start
        refused += [("production", default, "with the secret of a laptop", other)]
    bound = "32 bytes at least"
    for environment in ENVIRONMENTS:
        refused += [
            (environment, _unlike_words(rng, 31), "with a SECRET_KEY of 31 characters", bound),
            (environment, _unlike_words(rng, 8), "with a SECRET_KEY of 8 characters", bound),
            (environment, "", "with an empty SECRET_KEY", bound),
        ]
    for environment, secret, words, wanted in refused:
        for where in ("the environment", ".env"):
            _given(bare, where, ENVIRONMENT=environment, SECRET_KEY=secret)
            found = probe("start", doing=f"starting in {environment} {words}")
            expect(
                found is not None,
                seen=f"With ENVIRONMENT={environment}, set in {where}, it starts {words}.",
                wanted=f"A validation error that names SECRET_KEY: {wanted}.",
                why=""
                if wanted == other
                else "Whoever has one token can guess a short key, and"
                " sign any other (RFC 7518, section 3.2).",
            )
            expect(
                "secret_key" in found["text"].lower(),
                seen=f"Starting in {environment} {words} fails with: {_one_line(found['text'])}",
                wanted="A message that names SECRET_KEY, for whoever reads it at night.",
                why="A message that names no variable has to be searched for in the code.",
            )
            told = f"{found['text']}\n{bare.output()}"
            part = _part_of(secret or "", told)
            if secret == default != part:  # parts of which are words
                part = ""
            shown = "the secret itself" if part == secret else f"{part!r}, a part of the secret"
            expect(
                not part,
                seen=f"With SECRET_KEY={secret} the message or the log shows {shown}:"
                f" {_one_line(told)}",
                wanted="Neither the value nor a part of it: an error of your own that quotes none,"
                " and SettingsConfigDict(hide_input_in_errors=True, …).",
                why="Four characters are half of a short key, and a log has many readers.",
            )
    for environment in ("development", "test"):
        _given(bare, ".env", ENVIRONMENT=environment)
        found = probe("start", doing=f"starting in {environment} without SECRET_KEY")
        expect(
            found is None,
            seen=f"ENVIRONMENT={environment} without SECRET_KEY fails:"
            f" {_one_line((found or {}).get('text'))}",
            wanted="A start without error: only production needs a secret of its own.",
            why="Whoever clones the service can run its tests without asking anybody.",
        )
    for environment in ENVIRONMENTS:
        for length in (32, 33, 64):
            _given(bare, ".env", ENVIRONMENT=environment, SECRET_KEY=_unlike_words(rng, length))
            found = probe("start", doing=f"starting in {environment} with a long SECRET_KEY")
            expect(
                found is None,
                seen=f"ENVIRONMENT={environment} with a SECRET_KEY of {length} characters fails: "
                f"{_one_line((found or {}).get('text'))}",
                wanted="A start without error: 32 bytes are enough.",
                why="A good secret has to be taken, or nobody can deploy.",
            )


@check(
    title="get_settings reads once and gives the same object again",
    items=["structure.config"],
    why="Settings that change between two requests of one process are a bug nobody can repeat.",
    read="Read them once",
    needs=["00.importable"],
)
def test_read_once(probe: Probe, bare: Project):
    bare.env["LOG_LEVEL"] = "DEBUG"
    bare.write(".env", "DATABASE_URL=sqlite+aiosqlite:///./first.db\n")
    seen = probe("kept", doing="calling get_settings()", levels=["WARNING", "ERROR", "INFO"])
    expect(
        seen["kind"],
        seen="get_settings() does not give back a Settings.",
        wanted="def get_settings() -> Settings: return Settings()",
    )
    for call in seen["calls"]:
        expect(
            call["same"],
            seen=f"get_settings() gave several objects: another one {call['when']}.",
            wanted="The first one, as long as the process lives: @lru_cache above the function, "
            "which takes no argument and looks at nothing again.",
        )
        others = {name for name, value in call["values"].items() if value != seen["first"][name]}
        expect(
            not others,
            seen=f"get_settings() gave one object, whose {', '.join(sorted(others))} is not what it"
            f" was {call['when']}.",
            wanted="What was read the first time.",
        )
    first = seen["first"].get("log_level")
    expect(
        first == "WARNING",
        seen="The settings were read when app.config was imported: LOG_LEVEL, set after that and"
        f" before the first call, is {first!r}.",
        wanted="get_settings() reads them when it is called first: no Settings() at the top level.",
        why="An import that reads the environment fails wherever it is not set, tests among them.",
    )
    other = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": "sqlite+aiosqlite:////srv/before.db",
        "SECRET_KEY": "before" * 8,
        "LOG_LEVEL": "ERROR",
        "CORS_ORIGINS": '["https://before.example.com"]',
    }
    bare.env.clear()
    bare.remove(".env")
    fresh = probe("settings", doing="building Settings() with nothing set")["values"]
    bare.env.update(other)
    late = probe("unset", doing="unsetting all after the import", names=NAMES)["values"]
    for name, value in late.items():
        kept = name == "secret_key" and _secret(late) != other["SECRET_KEY"]
        expect(
            value == fresh.get(name) or kept,
            seen=f"The environment was read when app.config was imported: {name.upper()}, unset"
            f" after that, is still {value!r}.",
            wanted=f"{name}: … = a plain default. BaseSettings reads the environment itself, each"
            " time that Settings() is called.",
            why="Tests that set the environment after the import then see what was there before.",
        )


def _given(project: Project, where: str, **values: str | None) -> None:
    """Set these values, in the environment or in `.env`, and nothing else."""
    project.env.clear()
    project.remove(".env")
    given = {name: value for name, value in values.items() if value is not None}
    if where == ".env":
        project.write(".env", "".join(f"{name}={value}\n" for name, value in given.items()))
    else:
        project.env.update(given)


def _value(seen, name: str):
    """A setting's value as its variable says it."""
    value = seen.get(name.lower())
    if name == "SECRET_KEY":
        return _secret(seen)
    return str(value).replace("'", '"') if name == "CORS_ORIGINS" else value


def _unlike_words(rng, length: int) -> str:
    """A secret of which no two characters stand together in a text, or in a folder's name."""
    letters = [rng.choice("QXZJ")]
    while len(letters) < length:
        letters.append(rng.choice([each for each in "QXZJ" if each != letters[-1]]))
    return "".join(letters)


def _part_of(secret: str, text: str) -> str:
    """The longest part of the secret, of two characters or more, that stands in the text."""
    return max(
        (
            secret[start:end]
            for start in range(len(secret))
            for end in range(start + 2, len(secret) + 1)
            if secret[start:end] in text
        ),
        key=len,
        default="",
    )


def _secret(values) -> str:
    value = values.get("secret_key")
    return str(value["secret"] if isinstance(value, dict) else value or "")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())[:300]
