"""compose.yaml, read as Compose would: what a service is given, and how its health is looked at."""

import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from checker.judge import Unmet
from checker.judge.evidence import Location, Source
from kit.image import SHELLS, Image

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
ELSEWHERE = "$"
"""A value, or a part of one, that the file does not tell."""

Service = dict[str, Any]


def services(source: Source) -> tuple[str, dict[str, Service]]:
    """The file's name, and its services under theirs. Raises Unmet where there are none."""
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
    return file, {str(name): each for name, each in found.items()}


def environment(service: Service) -> dict[str, str | None]:
    """The variables that it is given by the file, None for those of whoever starts it."""
    given = service.get("environment") or {}
    if isinstance(given, Mapping):
        return {str(name): None if value is None else str(value) for name, value in given.items()}
    parts = (str(each).partition("=") for each in (given if isinstance(given, list) else [given]))
    return {name: value if equals else None for name, equals, value in parts}


def given(service: Service, name: str) -> str | None:
    """What it has for a variable, with ELSEWHERE in the place of each `${…}`. None where the file
    gives it nothing of that name, and names nothing else by which it could be given."""
    found = environment(service)
    if name not in found:
        elsewhere = any(service.get(key) for key in ("env_file", "extends", "secrets", "configs"))
        in_command = name in f"{service.get('command')} {service.get('entrypoint')}"
        return ELSEWHERE if elsewhere or in_command else None
    return masked(found[name] or ELSEWHERE)


def masked(value: str) -> str:
    """It with ELSEWHERE in the place of each `${…}`, whatever default or message that has."""
    before = ""
    while value != before:  # from the innermost outwards
        value, before = re.sub(r"\$(\{[^{}]*\}|\w+)", ELSEWHERE, value), value
    return value


def database(url: str) -> tuple[str, str, str] | None:
    """Host, port and name in a URL of a database; None where it cannot be told."""
    found = re.fullmatch(r"[\w+]+://(?:[^/@]*@)?([^/:?]*):?([^/?]*)/?([^?]*)(.*)", url)
    if found is None:
        return None
    host, port, name, query = found.groups()
    by_query = re.search(r"[?&]host=([^&:]*):?([^&]*)", query)
    if by_query and not host:
        host, port = by_query.groups()
    return host, port, name


def hosts(name: str, service: Service) -> set[str]:
    """The names by which others reach it."""
    networks = service.get("networks")
    each = networks.values() if isinstance(networks, dict) else ()
    aliases = (alias for one in each if isinstance(one, dict) for alias in one.get("aliases") or ())
    return {name, *(str(service.get(key)) for key in ("container_name", "hostname")), *aliases}


def looks(service: Service) -> list[str]:
    """The words of its healthcheck, also those of what a shell runs; none where it has no check."""
    check = service.get("healthcheck")
    test = check.get("test") if isinstance(check, dict) and not check.get("disable") else None
    words = [str(each) for each in test] if isinstance(test, list) else ["CMD-SHELL", str(test)]
    if not test or words[0] == "NONE" or test == "NONE":
        return []
    if words[0] == "CMD-SHELL":
        return ["CMD-SHELL", *_words(" ".join(words[1:]))]
    shell = PurePosixPath(words[1]).name in SHELLS if words[1:] else False
    return [*words[:-1], *_words(words[-1])] if shell else words


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        return list(lexer)
    except ValueError:
        return text.split()


def lacks(image: Image, program: str) -> str:
    """The base without that program, where it is known to be so and no instruction brings it."""
    by_name = {stage.name: stage for stage in image.stages if stage.name}
    stage, seen = image.stages[-1], 0
    while stage.base in by_name and seen < len(image.stages):
        stage, seen = by_name[stage.base], seen + 1
    name = stage.base.partition("@")[0].rpartition("/")[2].partition(":")[0]
    without: tuple[str, ...] = ()
    if "alpine" in stage.base:
        without = ("curl",)
    elif name in ("debian", "ubuntu") or re.search("slim|distroless", stage.base):
        without = ("curl", "wget", "nc", "netcat")
    brings = any(
        re.search(rf"\b{program}", each.value) or (program == "nc" and "netcat" in each.value)
        for each in image.final
        if each.name in ("RUN", "COPY", "ADD")
    )
    return stage.base if program in without and not brings else ""


def is_plain(service: Service) -> bool:
    """Whether it is built from the project's Dockerfile, as a whole."""
    build = service.get("build")
    if not isinstance(build, dict):
        return str(build) in (".", "./")
    whole = not (build.get("target") or build.get("dockerfile_inline"))
    file = str(build.get("dockerfile") or "Dockerfile").removeprefix("./")
    return whole and file == "Dockerfile" and str(build.get("context", ".")) in (".", "./")
