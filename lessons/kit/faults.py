"""What exceptions mean in this course, and which of the guideline's forms bring them about."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from checker.judge.faults import FAULTS as ENGINES
from checker.judge.faults import Fault

_PACKAGES = (
    "config|database|dependencies|exceptions|main|middleware|models|repositories|routes|schemas"
    "|services|utils"
)

_ENGINES = {fault.name: fault for fault in ENGINES}

FAULTS = (
    Fault(
        "package without app",
        rf"ModuleNotFoundError.*No module named '(?P<name>{_PACKAGES})\b",
        "",
        "from app.{name}… import …: every import begins at the package app.",
        ("E01",),
    ),
    Fault(
        "name that no module has",
        r"cannot import name '(?P<name>\w+)' from '(?P<module>app[\w.]*)'",
        "",
        "{name} in {module}, where another module looks for it.",
    ),
    Fault(
        "undefined name",
        r"NameError.*name '\w+' is not defined",
        "",
        "Every name that a file uses is imported or defined in that file.",
        ("E02",),
    ),
    Fault(
        "bare Depends",
        r"Invalid args for response field",
        "",
        "Annotated[PostService, Depends(get_post_service)]: a bare Depends() makes FastAPI"
        " read the constructor's parameters as fields.",
        ("E03",),
    ),
    Fault(
        "no app",
        r"'app\.main' has no attribute 'app'",
        "",
        "app = create_app() at the end of app/main.py.",
    ),
    Fault(
        "rules in a response",
        r"validation errors? for (?P<name>\w*(?:Response|Summary))\n"
        r"[\s\S]*type=(?:string_|too_|value_err|greater_|less_)",
        "{name} judges what the database holds already.",
        "Plain types in a response, str and int: a rule is for what comes in, and a row of"
        " yesterday may break one of today.",
    ),
    Fault(
        "schema for a row",
        r"'(?P<name>Post|User)' object has no attribute 'model_dump'",
        "",
        "create(Post(…)): a repository is given a row, which the service makes of a schema.",
        ("E04",),
    ),
    Fault(
        "method that no class has",
        r"'(?P<owner>\w+(?:Repository|Service))' object has no attribute '(?P<name>\w+)'",
        "",
        "{owner} has {name}.",
        ("E04",),
    ),
    Fault(
        "name that is no setting",
        r"validation errors? for \w*Settings\n(?P<name>\w+)\n\s+Extra inputs are not permitted",
        "Settings refuses {name}, which another program may read.",
        'SettingsConfigDict(env_file=".env", extra="ignore"): a .env may hold other names.',
    ),
    Fault(
        "settings of pydantic 1",
        r"`BaseSettings` has been moved",
        "",
        "from pydantic_settings import BaseSettings",
        ("E48",),
    ),
    Fault(
        "response of no row",
        r"Input should be a valid dictionary or instance of \w*Response",
        "",
        "model_config = ConfigDict(from_attributes=True), which reads a row's attributes.",
        ("E12",),
    ),
    Fault(
        "field that rows lack",
        r"updated_at\s+Input should be a valid datetime"
        r"|Field required \[.*input_value=(<\w|namespace\()",
        "",
        "The fields of the row, and updated_at: datetime | None = None: without the default, None"
        " is allowed and the field still required.",
        ("E13",),
    ),
    Fault(
        "secret that is still wrapped",
        r"TypeError.*Expected a string (or bytes )?value",
        "",
        "settings.secret_key.get_secret_value(): a key is the text itself, and secret_key a"
        " SecretStr around it.",
    ),
    Fault(
        "settings that no application has",
        r"'State' object has no attribute 'settings'",
        "",
        "app.state.settings = settings, in create_app.",
    ),
    replace(_ENGINES["no greenlet"], errata=("E45",)),
    replace(_ENGINES["lazy load"], errata=("E40",)),
    Fault(
        "async fixture",
        r"requested an async fixture",
        "",
        '@pytest_asyncio.fixture, or asyncio_mode = "auto".',
        ("E29",),
    ),
    Fault(
        "client of an app",
        r"AsyncClient.*unexpected keyword argument 'app'",
        "",
        "AsyncClient(transport=ASGITransport(app=app), …)",
        ("E30",),
    ),
)


@pytest.hookimpl
def pytest_checker_faults() -> Sequence[Fault]:
    return FAULTS
