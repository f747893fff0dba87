"""compose.yaml: the whole service on one machine."""

import re
from typing import Any

import yaml

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Location, Source

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
SECRET = re.compile(r"SECRET|PASSW|TOKEN", re.IGNORECASE)
IN_URL = re.compile(r"://[^:/@\s]*:(?P<password>[^@\s]*)@")
UPGRADE = re.compile(r"alembic\W+upgrade\W+head")


@check(
    title="compose.yaml starts the service, and before it what it needs",
    items=["topic.deployment"],
    why="Whoever is new starts everything by one command, and in the order in which it works.",
    read="All of it",
)
def test_compose(source: Source):
    file, services = _services(source)
    at = Location(file=file, line=1)
    database = _one(services, at, "PostgreSQL", lambda each: "postgres" in _image(each))
    kafka = _one(services, at, "Kafka", lambda each: "kafka" in _image(each))
    migrations = _one(services, at, "the migrations, `alembic upgrade head`", _upgrades)
    own = {name: each for name, each in services.items() if each.get("build")}
    rest = {name: each for name, each in own.items() if name != migrations and each.get("ports")}
    app = _one(rest, at, "the service: one that is built here and has ports", lambda _: True)
    for name in (database, kafka):
        image = _image(services[name])
        tag = image.rpartition("/")[2].partition(":")[2]
        expect(
            bool(re.match(r"v?\d", tag)) or "@sha256:" in image,
            seen=f"{name} in {file} is the image {image}.",
            wanted="A version: postgres:17-bookworm, apache/kafka:4.1.1.",
            at=at,
        )
    for name in (database, kafka, app):
        test = (services[name].get("healthcheck") or {}).get("test")
        expect(
            bool(test) and not (services[name]["healthcheck"]).get("disable"),
            seen=f"{name} in {file} has no healthcheck.",
            wanted="A healthcheck, so that others can wait for it.",
            at=at,
        )
    expect(
        "/health/" in str(services[app]["healthcheck"]["test"]),
        seen=f"The healthcheck of {app} in {file} is {services[app]['healthcheck']['test']!r}.",
        wanted="A request of /health/ready.",
        at=at,
    )
    for name, other, condition in (
        (migrations, database, "service_healthy"),
        (app, migrations, "service_completed_successfully"),
        (app, kafka, "service_healthy"),
    ):
        waits = services[name].get("depends_on") or {}
        found = waits.get(other) if isinstance(waits, dict) else None
        seen = (found or {}).get("condition", "service_started") if found is not None else None
        expect(
            seen == condition,
            seen=f"{name} in {file} does not wait for {other}"
            + (f" but for {seen}." if seen else "."),
            wanted=f"depends_on with {other} and the condition {condition}.",
            at=at,
        )
    _no_secrets(file, services, at)


def _services(source: Source) -> tuple[str, dict[str, dict[str, Any]]]:
    file = next((name for name in NAMES if source.exists(name)), NAMES[0])
    try:
        data = yaml.safe_load(source.text(file))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Unmet(
            f"{file} is no YAML.", "A file for Compose.", Location(file=file, line=line)
        ) from None
    found = data.get("services") if isinstance(data, dict) else None
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise Unmet(
            f"{file} has no services.",
            "services:, each with its name.",
            Location(file=file, line=1),
        )
    return file, found


def _one(services: dict[str, dict[str, Any]], at: Location, what: str, is_it: Any) -> str:
    for name, each in services.items():
        if is_it(each):
            return str(name)
    raise Unmet(f"{at.file} has no service for {what}.", f"One for {what}.", at)


def _image(service: dict[str, Any]) -> str:
    return str(service.get("image", ""))


def _upgrades(service: dict[str, Any]) -> bool:
    words = (service.get("command"), service.get("entrypoint"))
    return bool(UPGRADE.search(" ".join(map(str, words))))


def _no_secrets(file: str, services: dict[str, dict[str, Any]], at: Location) -> None:
    for name, service in services.items():
        given = service.get("environment") or {}
        pairs = (
            given.items()
            if isinstance(given, dict)
            else (str(each).partition("=")[::2] for each in given)
        )
        for key, value in pairs:
            found = IN_URL.search(str(value))
            password = found["password"] if found else value
            literal = value not in (None, "") and not str(password).startswith("$")
            secret = SECRET.search(str(key)) and not str(key).endswith("_FILE")
            expect(
                not (literal and (secret or found)),
                seen=f"{name} in {file} has {key} with its value.",
                wanted=f"${{{key if secret else 'POSTGRES_PASSWORD'}:?}}, which Compose takes from"
                " the environment, or from .env.",
                at=at,
                why="What is in a file of the repository is known to all who have it, for ever.",
            )
