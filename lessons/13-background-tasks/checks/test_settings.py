"""What whoever runs the service decides."""

import ast

from checker.judge import check, expect
from checker.judge.evidence import Probe, Source, requirements

DEFAULTS = {
    "smtp_host": None,
    "smtp_port": 587,
    "smtp_security": "starttls",
    "smtp_username": None,
    "smtp_password": None,
    "mail_from": "posts@example.com",
    "moderation_url": None,
    "delivery_seconds": 10,
    "delivery_tries": 3,
    "delivery_pause": 1,
}
SECRET = "moderators-and-we-know-this-alone"
BRIEF = "é" * 16
"""32 bytes, and half as many characters."""
SWITCHES = ("smtp_host", "moderation_url")
"""What is off where it is None."""
OFTEN = {"aiosmtplib": "aiosmtplib", "httpx": "httpx", "requests": "requests", "aiohttp": "aiohttp"}
"""Modules that one sends with, and what installs them."""


@check(
    title="requirements.txt asks for what mails and hooks are sent with",
    items=["topic.background-tasks"],
    why="On the machine that runs your service, what nobody has asked for is missing.",
    read="Before you start",
)
def test_requirements(source: Source):
    found = requirements(source)
    imported = {
        name.partition(".")[0]
        for module in source.package("app")
        for node in module.walk()
        for name in _imported(node)
    }
    expect(
        "aiosmtplib" in found or "smtplib" in imported,
        seen=f"requirements.txt lists {', '.join(map(str, found.values())) or 'nothing'}, and no"
        " module of app imports smtplib.",
        wanted="The line aiosmtplib>=5.1.",
    )
    for module in sorted(imported & set(OFTEN)):
        expect(
            OFTEN[module] in found,
            seen=f"app imports {module}, and requirements.txt lists"
            f" {', '.join(map(str, found.values())) or 'nothing'}.",
            wanted=f"A line for {OFTEN[module]} as well.",
        )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


@check(
    title="Where mail goes, whom the hook tells, and how often it is tried: eleven settings",
    items=["topic.background-tasks"],
    why="A laptop has no mail server, and production has one of its own.",
    read="Before you start",
)
def test_settings(probe: Probe, rng):
    number = rng.randrange(10**6)
    given = {
        "SMTP_HOST": f"mail{number}.example.org",
        "SMTP_PORT": str(rng.randrange(1, 65536)),
        "SMTP_SECURITY": rng.choice(["none", "tls"]),
        "SMTP_USERNAME": f"user{number}",
        "SMTP_PASSWORD": f"password{number}",
        "MAIL_FROM": f"posts{number}@example.org",
        "MODERATION_URL": f"https://moderators{number}.example.org/hook",
        "MODERATION_SECRET": f"{SECRET}{number}",
        "DELIVERY_SECONDS": str(rng.randrange(1, 9) + 0.5),
        "DELIVERY_TRIES": str(rng.randrange(4, 9)),
        "DELIVERY_PAUSE": str(rng.randrange(2, 9) + 0.25),
    }
    values = {name.lower(): value for name, value in given.items()}
    numbers = ("smtp_port", "delivery_seconds", "delivery_tries", "delivery_pause")
    values.update({name: float(values[name]) for name in numbers})
    secrets = ("smtp_password", "moderation_secret")
    values.update({name: {"secret": values[name]} for name in secrets})
    empty = {**dict.fromkeys(map(str.upper, SWITCHES), ""), "SMTP_PORT": "1"}
    edges = {
        **given,
        "SMTP_PORT": "65535",
        "SMTP_SECURITY": "starttls",
        "DELIVERY_TRIES": "1",
        "DELIVERY_PAUSE": "0",
        "DELIVERY_SECONDS": "0.1",
        "MODERATION_SECRET": "x" * 32,
    }
    bad = (
        *(("SMTP_PORT", each) for each in ("0", "65536", "-1", "smtp")),
        *(("SMTP_SECURITY", each) for each in ("ssl", "STARTLS")),
        *(
            ("MAIL_FROM", each)
            for each in ("posts", "a@b@example.com", "posts@example.com\nBcc: x@y.z")
        ),
        *(("DELIVERY_SECONDS", each) for each in ("0", "-1")),
        *(("DELIVERY_TRIES", each) for each in ("0", "-1")),
        ("DELIVERY_PAUSE", "-0.5"),
        ("MODERATION_SECRET", ""),
        ("MODERATION_SECRET", "x" * 31),
        ("MODERATION_SECRET", BRIEF[1:] + "x"),
    )
    brief = {**given, "MODERATION_SECRET": BRIEF}
    tried = [{}, given, empty, edges, brief, *({**given, name: value} for name, value in bad)]
    without = {name: value for name, value in given.items() if name != "MODERATION_SECRET"}
    unset, told, emptied, edged, counted, *refused, secretless = probe(
        "settings",
        doing="building Settings()",
        expects=list[dict],
        environments=[*tried, without],
    )
    for said, wanted, seen in (
        ("With nothing set", DEFAULTS, unset),
        ("With all of them set", values, told),
        (
            "With SMTP_HOST and MODERATION_URL empty, and the first port",
            dict.fromkeys(SWITCHES),
            emptied,
        ),
    ):
        expect(
            "refused" not in seen,
            seen=f"{said}, the settings are refused: {seen.get('refused')}.",
            wanted="Settings: each of these values is allowed.",
        )
        for name, value in wanted.items():
            expect(
                name in seen and _same(name, seen[name], value),
                seen=f"{said}, {name} is {seen.get(name)!r}.",
                wanted=f"{value!r}" + (", a SecretStr." if isinstance(value, dict) else "."),
            )
    changed = [f"{name}={value}" for name, value in edges.items() if value != given[name]]
    expect(
        "refused" not in edged,
        seen=f"With {', '.join(changed)} the settings are refused: {edged.get('refused')}.",
        wanted="These are the first and last values that are allowed.",
    )
    expect(
        "refused" not in counted,
        seen=f"A MODERATION_SECRET of {len(BRIEF)} times é, {len(BRIEF.encode())} bytes in UTF-8,"
        f" is refused: {counted.get('refused')}.",
        wanted="Bytes are counted, not characters: len(secret.get_secret_value().encode()).",
    )
    for (name, value), seen in zip(bad, refused, strict=True):
        expect(
            "refused" in seen,
            seen=f"{name}={value!r} is accepted, as {seen.get(name.lower())!r}.",
            wanted="A ValidationError, so that the service does not start.",
        )
    expect(
        "refused" in secretless,
        seen="MODERATION_URL without a MODERATION_SECRET is accepted.",
        wanted='A ValidationError: a @model_validator(mode="after") sees both fields.',
    )


def _same(name, seen, wanted) -> bool:
    if isinstance(wanted, str) and isinstance(seen, str):
        return seen.rstrip("/") == wanted.rstrip("/")
    if wanted is None and name in SWITCHES:
        return seen is None
    if wanted is None:  # nobody's name and password may be "" as well
        return not seen or seen == {"secret": ""}
    return type(seen) is not bool and seen == wanted
