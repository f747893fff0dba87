"""The image, as its Dockerfile describes it."""

import re
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pathspec

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Location, Source, requirements
from kit.deployed import Deployed
from kit.image import DOCKERFILE, Image, Instruction, pairs, sources

SECRET = re.compile(
    r"SECRET|PASSW|TOKEN|API_?KEY|PRIVATE|CREDENTIAL|DATABASE_URL|DSN", re.IGNORECASE
)
INSTALLS = re.compile(r"\b(pip3?|uv)\b.*\b(install|sync)\b")


@check(
    title="The image is built upon a version that is named",
    items=["topic.deployment"],
    why="`latest` is another Python after each build, and nobody has chosen it.",
    read="An image",
)
def test_base(source: Source):
    for stage in Image(source).bases:
        image, _, digest = stage.base.partition("@")
        name, _, tag = image.rpartition("/")[2].partition(":")
        another = tag not in ("", "latest") and name not in ("python", "pypy")
        expect(
            bool(digest or re.search(r"\d+\.\d+", tag)) or another or name == "scratch",
            seen=f"The Dockerfile is built from {stage.base}.",
            wanted="A tag with at least a minor version, such as python:3.13-slim-bookworm, or a"
            " digest.",
            at=stage.at,
        )


@check(
    title="The service runs as a user without rights",
    items=["topic.deployment"],
    why="Whoever breaks into the service is root in its container otherwise, and one step nearer to"
    " the machine.",
    read="An image",
)
def test_user(source: Source):
    image = Image(source)
    user = image.last("USER")
    expect(
        user is not None,
        seen="The Dockerfile has no USER: the service runs as root.",
        wanted="USER 10001, or the name of a user that a RUN has made, before CMD.",
        at=Location(file=DOCKERFILE, line=1),
    )
    assert user is not None
    name = user.value.partition(":")[0].strip()
    expect(
        name not in ("root", "0", ""),
        seen=f"The last USER of the Dockerfile is {user.value}.",
        wanted="USER 10001, or the name of a user that a RUN has made.",
        at=user.at,
    )


@check(
    title="No secret is baked into the image",
    items=["topic.deployment"],
    why="`docker history` shows the value of each ARG and ENV to whoever has the image.",
    read="An image",
)
def test_secrets(source: Source):
    for each in _all(Image(source)):
        if each.name in ("ARG", "ENV"):
            for name, value in pairs(each.value).items():
                given = each.name == "ARG" or bool(value)
                expect(
                    not (SECRET.search(name) and given),
                    seen=f"The Dockerfile has {each.name} {name}.",
                    wanted="Nothing of it in the Dockerfile: settings come from the environment in"
                    " which the container is started.",
                    at=each.at,
                )
        elif each.name in ("COPY", "ADD"):
            copied = [path for path in sources(each) if re.fullmatch(r"(.*/)?\.env(\..*)?", path)]
            expect(
                not [path for path in copied if not path.endswith((".example", ".sample"))],
                seen=f"The Dockerfile has {each.name} {each.value}.",
                wanted="No .env in the image: its values come from the environment.",
                at=each.at,
            )


@check(
    title="What changes seldom is built first",
    items=["topic.deployment"],
    why="With the source first, each change of a line installs all requirements anew.",
    read="Layers",
)
def test_layers(source: Source):
    stages = Image(source).stages
    installing = [each for stage in stages for each in stage.instructions if _installs(each)]
    if not installing:
        raise Unmet(
            "No RUN of the Dockerfile installs the requirements.",
            "COPY requirements.txt . and RUN pip install --no-cache-dir -r requirements.txt, before"
            " the source is copied.",
            Location(file=DOCKERFILE, line=1),
        )
    for stage in stages:
        copied: Instruction | None = None
        for each in stage.instructions:
            if each.name in ("COPY", "ADD") and any(_is_source(path) for path in sources(each)):
                copied = copied or each
            if _installs(each) and copied is None:
                break  # a second one, of the project itself, may follow the source
            if _installs(each) and copied is not None:
                raise Unmet(
                    f"The Dockerfile copies the source in line {copied.line}, and installs the"
                    f" requirements in line {each.line}.",
                    "COPY requirements.txt . and RUN pip install first, and the source after them.",
                    each.at,
                )


@check(
    title="The image has what the service needs, and no more",
    items=["topic.deployment"],
    why="Tests, their tools and a server that watches its files are of no use there but to an"
    " intruder.",
    read="Layers",
    needs=["14.command"],
)
def test_lean(source: Source, deployed: Deployed):
    for each in _all(Image(source)):
        tools = re.search(r"requirements-dev|\bpytest\b|\bruff\b|\bmypy\b|\[dev\]", each.value)
        expect(
            not (each.name in ("RUN", "COPY", "ADD") and tools),
            seen=f"The Dockerfile has {each.name} {each.value}.",
            wanted="requirements.txt alone.",
            at=each.at,
        )
    command = deployed.command
    reloads = "UVICORN_RELOAD" in command.env or command.has("--reload")
    expect(
        not reloads,
        seen=f"The container runs `{command.shown}`, which starts anew whenever a file changes.",
        wanted="No --reload.",
        at=command.at,
    )
    file = command.option("--log-config", "--log-config-json")
    if file and source.exists(file):
        copied = any(_brings(each, file) for each in _all(Image(source)))
        expect(
            copied and not _ignored(source).match_file(file),
            seen=f"The container runs `{command.shown}`, and "
            + (f".dockerignore keeps {file} out." if copied else f"no COPY brings {file} along."),
            wanted=f"COPY {file}, and a .dockerignore that lets it through.",
            at=command.at,
            why="The server ends before it has begun where a file that its command names is not"
            " there.",
        )


@check(
    title="requirements.txt has the server, and PostgreSQL's driver",
    items=["topic.deployment"],
    why="The image installs requirements.txt and nothing else; SQLite's file would be gone with the"
    " container.",
    read="An image",
    needs=["14.command"],
)
def test_requirements(source: Source, deployed: Deployed):
    found = requirements(source)
    for name in (deployed.command.server, "asyncpg", "alembic"):
        expect(
            name in found,
            seen=f"requirements.txt has no {name}.",
            wanted=f"A line for {name}.",
            at=Location(file="requirements.txt", line=1),
        )


@check(
    title="The container ends in a server, which hears signals and whom others can reach",
    items=["topic.deployment"],
    why="SIGTERM goes to the first process. A shell there keeps it to itself, and after ten seconds"
    " everything is killed.",
    read="The command",
    errata=["E44"],
)
def test_command(deployed: Deployed):
    command = deployed.command
    if command.server == "uvicorn":
        host = command.option("--host") or command.env.get("UVICORN_HOST") or "127.0.0.1"
        worker = "uvicorn"
    else:
        options = deployed.options()
        host = options.get("bind", "").strip("[]'\" ").rpartition(":")[0]
        worker = options.get("worker_class", "sync")
    expect(
        host in ("0.0.0.0", "::", "[::]", ""),
        seen=f"`{command.shown}` listens on {host}, which only the container itself can reach.",
        wanted="--host 0.0.0.0, or --bind 0.0.0.0:8000.",
        at=command.at,
        why="A container has a loopback interface of its own.",
        errata=(),
    )
    expect(
        "sync" not in worker and "thread" not in worker and "workers.Uvicorn" not in worker,
        seen=f"gunicorn's worker class is {worker}.",
        wanted="`-k asgi`, which gunicorn brings along, or uvicorn in gunicorn's place.",
        at=command.at,
        why="The usual class calls WSGI applications: each request is a 500. That of"
        " uvicorn.workers is deprecated.",
    )


KEPT_OUT = {
    ".env": "the secrets of your machine",
    ".git/config": "the whole history",
    "posts.db": "your data",
    "tests/test_posts.py": "the tests",
    ".venv/bin/python": "a Python of another system",
}


@check(
    title="What the image must not have is never sent to Docker",
    items=["topic.deployment"],
    why="`COPY . .` takes what is there, and a layer keeps it though a later one deletes it.",
    read="What stays outside",
)
def test_ignored(source: Source):
    ignored = _ignored(source)
    at = Location(file=".dockerignore", line=1)
    for path, what in KEPT_OUT.items():
        expect(
            ignored.match_file(path),
            seen=f".dockerignore lets {path} through: {what}.",
            wanted="Lines for .env, .git, *.db, tests and .venv; or `*`, and then `!app` and what"
            " else is needed.",
            at=at,
        )
    needed = ["requirements.txt", "alembic.ini", *source.files("app/**/*.py")]
    needed += source.files("alembic/**/*.py")
    for path in needed:
        expect(
            not ignored.match_file(path),
            seen=f".dockerignore keeps {path} out of the image.",
            wanted="What the service and its migrations need.",
            at=at,
        )


def _ignored(source: Source) -> pathspec.PathSpec:
    """What .dockerignore keeps from the image. Raises Unmet where there is none."""
    patterns = [
        re.sub(r"^(!?)/+", r"\1", line.strip())
        for line in source.text(".dockerignore").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return pathspec.PathSpec.from_lines("gitignore", patterns)


def _brings(each: Instruction, file: str) -> bool:
    """Whether that copies the file, by its name, a pattern or a folder that it is in."""
    return each.name in ("COPY", "ADD") and any(
        PurePosixPath(file).is_relative_to(path.removeprefix("./") or ".") or fnmatch(file, path)
        for path in sources(each)
    )


def _all(image: Image) -> list[Instruction]:
    return [each for stage in image.stages for each in stage.instructions]


def _installs(each: Instruction) -> bool:
    return each.name == "RUN" and bool(INSTALLS.search(each.value.replace("\n", " ")))


def _is_source(path: str) -> bool:
    return path in (".", "*", "app") or path.startswith("app/")
