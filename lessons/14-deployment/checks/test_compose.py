"""compose.yaml: the whole service on one machine."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Location, Source
from kit.composed import (
    ELSEWHERE,
    Service,
    database,
    environment,
    given,
    hosts,
    is_plain,
    lacks,
    looks,
    masked,
    services,
)
from kit.image import Image

SECRET = re.compile(r"SECRET|PASSW|TOKEN", re.IGNORECASE)
IN_URL = re.compile(r"://[^:/@\s]*:(?P<password>[^@\s]*)@")
UPGRADE = re.compile(r"\balembic\b.{0,80}?\bupgrade\W+heads?\b", re.DOTALL)
HEALTH = re.compile(r"/health/(live|ready)(?![\w-])")
HERE = re.compile(r"(https?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(:\d+)?/health/")


@check(
    title="compose.yaml starts the service, and before it what it needs",
    items=["topic.deployment"],
    why="Whoever is new starts everything by one command, and in the order in which it works.",
    read="All of it",
)
def test_compose(source: Source):
    file, found = services(source)
    at = Location(file=file, line=1)
    postgres = _one(found, at, "PostgreSQL", lambda each: "postgres" in _image(each))
    kafka = _one(found, at, "Kafka", lambda each: "kafka" in _image(each))
    migrations = _one(found, at, "the migrations, `alembic upgrade head`", _upgrades)
    own = {name: each for name, each in found.items() if each.get("build")}
    rest = {name: each for name, each in own.items() if name != migrations and each.get("ports")}
    app = _one(rest, at, "the service: one that is built here and has ports", lambda _: True)
    for name in (postgres, kafka):
        image = _image(found[name])
        tag = image.rpartition("/")[2].partition(":")[2]
        expect(
            bool(re.match(r"v?\d", tag)) or "@sha256:" in image,
            seen=f"{name} in {file} is the image {image}.",
            wanted="A version: postgres:17-bookworm, apache/kafka:4.1.1.",
            at=at,
        )
    for name in (postgres, kafka, app):
        words = looks(found[name])
        expect(
            bool(words),
            seen=f"{name} in {file} has no healthcheck.",
            wanted="A healthcheck, so that others can wait for it.",
            at=at,
        )
        by_shell = {"||", "&&", ";", "|"} & set(words[2:])
        expect(
            words[0] == "CMD-SHELL"
            or (
                (words[0] == "CMD" and len(words) > 1 and " " not in words[1])
                and not (by_shell and "-c" not in words)
            ),
            seen=f"The healthcheck of {name} in {file} is {found[name]['healthcheck']['test']!r}.",
            wanted='["CMD", "program", "argument"], each word by itself; or a text, which a shell'
            " reads.",
            at=at,
            why="After CMD comes a program, and no shell takes a text apart.",
        )
    for name, other, condition in (
        (migrations, postgres, "service_healthy"),
        (app, migrations, "service_completed_successfully"),
        (app, kafka, "service_healthy"),
    ):
        waits = found[name].get("depends_on") or {}
        waited = waits.get(other) if isinstance(waits, dict) else None
        seen = (waited or {}).get("condition", "service_started") if waited is not None else None
        expect(
            seen == condition,
            seen=f"{name} in {file} does not wait for {other}"
            + (f" but for {seen}." if seen else "."),
            wanted=f"depends_on with {other} and the condition {condition}.",
            at=at,
        )
    _no_secrets(file, found, at)
    _same_database(source, found, at, postgres, (migrations, app))
    _can_be_healthy(source, app, found[app], at)


def _one(
    found: dict[str, Service], at: Location, what: str, is_it: Callable[[Service], bool]
) -> str:
    for name, each in found.items():
        if is_it(each):
            return name
    raise Unmet(f"{at.file} has no service for {what}.", f"One for {what}.", at)


def _image(service: Service) -> str:
    return str(service.get("image", ""))


def _upgrades(service: Service) -> bool:
    words = (service.get("entrypoint"), service.get("command"))
    return bool(UPGRADE.search(" ".join(map(str, words))))


def _no_secrets(file: str, found: dict[str, Service], at: Location) -> None:
    for name, service in found.items():
        for key, value in environment(service).items():
            in_url = IN_URL.search(masked(str(value)))
            password = in_url["password"] if in_url else value
            literal = value not in (None, "") and not str(password).startswith("$")
            secret = SECRET.search(key) and not key.endswith("_FILE")
            expect(
                not (literal and (secret or in_url)),
                seen=f"{name} in {file} has {key} with its value.",
                wanted=f"${{{key if secret else 'POSTGRES_PASSWORD'}:?}}, which Compose takes from"
                " the environment, or from .env.",
                at=at,
                why="What is in a file of the repository is known to all who have it, for ever.",
            )


def _same_database(
    source: Source, found: dict[str, Service], at: Location, postgres: str, both: tuple[str, str]
) -> None:
    """Each is given the URL of the PostgreSQL that is started here, and the service its secret."""
    scripts = " ".join(source.text(each) for each in source.files("**/*.sh"))
    for name, variable in ((both[0], "DATABASE_URL"), *((both[1], v) for v in VARIABLES)):
        expect(
            given(found[name], variable) is not None or variable in scripts,
            seen=f"{name} in {at.file} is given no {variable}; what it has is"
            f" {', '.join(environment(found[name])) or 'no variable at all'}.",
            wanted=f"{variable} in its environment. `<<: *anchor` merges one level deep: an"
            " environment of its own replaces the anchor's, unless it begins with a `<<` too.",
            at=at,
            why=VARIABLES[variable],
        )
    names = set()
    for name in both:
        parts = database(given(found[name], "DATABASE_URL") or ELSEWHERE)
        if parts is None or ELSEWHERE in parts[0]:
            continue
        host, port, database_name = parts
        moved = found[postgres].get("command") or "PGPORT" in environment(found[postgres])
        others = any(found[name].get(key) for key in ("network_mode", "links", "extra_hosts"))
        expect(
            others
            or (
                host in hosts(postgres, found[postgres])
                and (port in ("", "5432") or ELSEWHERE in port or bool(moved))
            ),
            seen=f"DATABASE_URL of {name} in {at.file} leads to"
            f" {f'{host}:{port}'.rstrip(':') or 'a file of its container'}.",
            wanted=f"The host {postgres}, and PostgreSQL's own port, 5432: services reach each"
            " other by their names.",
            at=at,
            why="In a container localhost is the container itself, and a port that is published is"
            " for whoever is outside.",
        )
        names |= set() if ELSEWHERE in database_name else {database_name}
    expect(
        len(names) < 2,
        seen=f"DATABASE_URL of {both[0]} and that of {both[1]} in {at.file} name two databases:"
        f" {' and '.join(sorted(names))}.",
        wanted="The same for both.",
        at=at,
        why="What is migrated is another database than the one that is asked.",
    )


VARIABLES = {
    "DATABASE_URL": "Without it the settings' default counts, a file that is gone with its"
    " container: PostgreSQL is never asked.",
    "SECRET_KEY": "Without it the service signs with the key for development, which is known to"
    " all.",
}


def _can_be_healthy(source: Source, name: str, app: Service, at: Location) -> None:
    """Its healthcheck asks where the service answers, by what the image has."""
    words = looks(app)
    test = app["healthcheck"]["test"]

    def see(holds: bool, fault: str, wanted: str, why: str = "") -> None:
        seen = f"The healthcheck of {name} in {at.file} is {test!r}{fault}."
        expect(holds, seen=seen, wanted=wanted, at=at, why=why)

    see(bool(HEALTH.search(" ".join(words))), "", "A request of /health/ready.")
    programs = [PurePosixPath(word).name for word in words]
    if is_plain(app):
        for program in {"curl", "wget", "nc", "netcat"} & set(programs):
            base = lacks(Image(source), program)
            see(
                not base,
                f", and {program} is neither in {base} nor brought along by the Dockerfile",
                "What the image has: python -c and urllib.request, whose urlopen fails where the"
                f" status is 503; or a RUN of the Dockerfile that installs {program}.",
                "A check that cannot run fails each time: the service is unhealthy for ever.",
            )
    if "curl" in programs:
        fails = any(re.match(r"-[a-zA-Z]*f|--fail|-[a-zA-Z]*w|--write-out", word) for word in words)
        see(
            fails or "grep" in programs,
            ", and curl ends with status 0 whatever the answer's status is",
            "curl --fail.",
            "A service that says 503 would be healthy.",
        )
    asked, port = HERE.search(" ".join(words)), _port(source, app)
    if asked and port:
        found = (asked[2] or (":443" if asked[1] == "https" else ":80"))[1:]
        see(
            found == port and asked[1] == "http",
            f", and the server listens on port {port}, for http",
            f"http://127.0.0.1:{port}/health/ready: it is asked within its container, where no"
            " published port counts.",
        )


def _port(source: Source, app: Service) -> str:
    """Where the server listens in its container; empty where only its start would tell."""
    if app.get("command") or app.get("entrypoint") or not is_plain(app):
        return ""
    try:
        command = Image(source).command
    except Unmet:  # 14.command says why
        return ""
    if command.server == "uvicorn":
        variable = "UVICORN_PORT"
        by_variable = given(app, variable) or command.env.get(variable)
        port = command.option("--port") or by_variable or "8000"
    else:
        port = (command.option("--bind", "-b") or "").rpartition(":")[2]
    return port if port.isdecimal() else ""
