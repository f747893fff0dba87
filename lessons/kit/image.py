"""A Dockerfile, read as Docker would: its stages, and the command in which the last one ends."""

import io
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from checker.judge import Unmet
from checker.judge.evidence import Location, Source

DOCKERFILE = "Dockerfile"
INITS = ("tini", "dumb-init", "catatonit")
SHELLS = ("sh", "bash", "dash", "ash")
SERVERS = ("uvicorn", "gunicorn")
WRAPPERS = ("uv", "poetry", "pipenv", "pdm", "hatch", "rye", "make", "npm", "supervisord")
OPENS = re.compile(r"^\s*(function\s+)?\w+\s*\(\)\s*\{?\s*$|^\s*\{\s*$")
"""What begins a function in a shell, or the braces around its commands."""
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name in capitals, and what follows, with continued lines joined."""

    name: str
    value: str
    line: int

    @property
    def at(self) -> Location:
        return Location(file=DOCKERFILE, line=self.line)

    @property
    def flags(self) -> dict[str, str]:
        """Those that precede the arguments: `--from=builder`."""
        pairs = (word[2:].partition("=") for word in self.value.split() if word.startswith("--"))
        return {name: value for name, _, value in pairs}

    @property
    def words(self) -> list[str]:
        """Its arguments, be they written in JSON or in words."""
        words = self.value.split()
        while words and words[0].startswith("--"):
            words.pop(0)
        return exec_form(" ".join(words)) or words


@dataclass
class Stage:
    """What one FROM begins. `base` is an image, or the name of an earlier stage."""

    base: str
    name: str
    at: Location
    instructions: list[Instruction] = field(default_factory=list)


@dataclass(frozen=True)
class Command:
    """What the container runs, once the parts that only pass signals on are taken away."""

    server: str
    """`uvicorn` or `gunicorn`."""
    arguments: tuple[str, ...]
    env: Mapping[str, str]
    at: Location
    before: tuple[tuple[str, ...], ...] = ()
    """The words of each command that a shell runs first, whatever else is so."""

    @property
    def shown(self) -> str:
        return shlex.join((self.server, *self.arguments))

    def option(self, *names: str) -> str | None:
        """The value of an option, the last one given: `--host`, or `-b`."""
        found = None
        for number, word in enumerate(self.arguments):
            name, equals, value = word.partition("=")
            if name in names:
                following = self.arguments[number + 1 : number + 2]
                found = value if equals else (following[0] if following else "")
        return found

    def has(self, flag: str) -> bool:
        return flag in self.arguments

    def without(self, *names: str) -> list[str]:
        """The arguments without these options and their values."""
        kept, skip = [], False
        for word in self.arguments:
            if skip:
                skip = False
                continue
            name, equals, _ = word.partition("=")
            if name in names:
                skip = not equals
            elif not any(len(each) == 2 and word.startswith(each) for each in names):
                kept.append(word)
        return kept


class Image:
    """The Dockerfile of a project. Raises Unmet where there is none, or it is none."""

    def __init__(self, source: Source) -> None:
        from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]

        self._source = source
        self._before: list[tuple[str, ...]] = []
        text = source.text(DOCKERFILE)
        parser = DockerfileParser(fileobj=io.BytesIO(text.encode()), env_replace=False)
        self.stages: list[Stage] = []
        arguments: dict[str, str] = {}
        for each in parser.structure:
            name, value = each["instruction"].upper(), each["value"].strip()
            found = Instruction(name, value, each["startline"] + 1)
            if name == "FROM":
                base, _, alias = re.sub(r"^(--\S+\s+)*", "", value).partition(" ")
                alias = re.sub(r"(?i)^\s*as\s+", "", alias).strip()
                self.stages.append(Stage(expanded(base, arguments), alias, found.at))
            elif self.stages:
                self.stages[-1].instructions.append(found)
            elif name == "ARG":
                arguments |= pairs(value)
        if not self.stages:
            raise Unmet(
                "The Dockerfile has no FROM.",
                "FROM python:… first, and what is built upon it.",
                Location(file=DOCKERFILE, line=1),
            )

    @property
    def bases(self) -> list[Stage]:
        """The stages that begin from an image of somebody else's."""
        names = {stage.name for stage in self.stages if stage.name}
        return [stage for stage in self.stages if stage.base not in names]

    @property
    def final(self) -> list[Instruction]:
        """The instructions that make the image: the last stage's, after those it is based on."""
        found: list[Instruction] = []
        by_name = {stage.name: stage for stage in self.stages if stage.name}
        stage: Stage | None = self.stages[-1]
        seen = 0
        while stage is not None and seen <= len(self.stages):
            found = [*stage.instructions, *found]
            stage = by_name.get(stage.base)
            seen += 1
        return found

    def last(self, name: str) -> Instruction | None:
        return next((each for each in reversed(self.final) if each.name == name), None)

    @property
    def env(self) -> dict[str, str]:
        """The variables that the image sets."""
        found: dict[str, str] = {}
        for each in self.final:
            if each.name == "ENV":
                found |= {key: expanded(value, found) for key, value in pairs(each.value).items()}
        return found

    @property
    def command(self) -> Command:
        """What the container runs. Raises Unmet where no signal would reach a server by it."""
        self._before = []
        entry, cmd = self.last("ENTRYPOINT"), self.last("CMD")
        given = cmd or entry
        if given is None:
            raise Unmet(
                "The Dockerfile has neither CMD nor ENTRYPOINT.",
                f'CMD ["uvicorn", "app.main:app", …] at its end. {ENDING}',
                Location(file=DOCKERFILE, line=1),
            )
        words = self._argv(cmd) if cmd else []
        if entry:
            words = self._entered(entry, words)
        words = self._bare(words, given)
        program = PurePosixPath(words[0]).name if words else ""
        if re.fullmatch(r"python[\d.]*", program) and words[1:2] == ["-m"]:
            words = words[2:]
            program = words[0] if words else ""
        if program not in SERVERS:
            wrapped = program in WRAPPERS
            raise Unmet(
                f"The container runs `{shlex.join(words)}`"
                + (f": {program} stands between the signal and the server." if wrapped else "."),
                f"uvicorn or gunicorn itself, by its name or as `python -m uvicorn`. {ENDING}",
                given.at,
            )
        arguments = tuple(expanded(word, self.env) for word in words[1:])
        return Command(program, arguments, self.env, given.at, tuple(self._before))

    def _argv(self, given: Instruction) -> list[str]:
        """The words of a CMD or an ENTRYPOINT, in either form."""
        return exec_form(given.value) or self._by_shell(given.value, given)

    def _by_shell(self, text: str, given: Instruction) -> list[str]:
        """The words of what a shell becomes by `exec`."""
        last = re.split(r"&&|;|\n", text.strip())[-1].strip()
        try:
            words = shlex.split(last)
        except ValueError:
            words = []
        if words[:1] != ["exec"]:
            raise Unmet(
                f"{given.name} `{text}` is run by a shell, which gets the signal, and passes it on"
                " to nobody.",
                f'The form in JSON: ["uvicorn", "app.main:app", …]. {ENDING}',
                given.at,
            )
        self._before += unconditional(text)
        return words[1:]

    def _entered(self, entry: Instruction, cmd: list[str]) -> list[str]:
        """The words once the ENTRYPOINT has done its part."""
        words = self._bare(self._argv(entry), entry)
        if words and PurePosixPath(words[0]).name in SHELLS and words[1:2] != ["-c"]:
            words = words[1:]
        script = self._script(words[0]) if words else None
        if script is None:
            return [*words, *cmd]
        lines = [line.strip() for line in self._source.text(script).splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        last = lines[-1] if lines else ""
        if not re.match(r"exec\s", last):
            raise Unmet(
                f"{script} ends in `{last}`: the shell stays, and gets the signal.",
                f'exec "$@" in its last line. {ENDING}',
                Location(file=script, line=1),
            )
        self._before += unconditional("\n".join(lines))
        found = shlex.split(last)[1:]
        return [*words[1:], *cmd] if found == ["$@"] else found

    def _script(self, word: str) -> str | None:
        """The project's file that an entry point names; None where it is a program."""
        name = PurePosixPath(word).name
        for file in (word.removeprefix("./"), name, *self._source.files(f"**/{name}")):
            if not file.startswith("/") and self._source.exists(file):
                return file
        return None

    def _bare(self, words: list[str], given: Instruction) -> list[str]:
        """The words without an init, and with a shell's script taken for what it becomes."""
        while words and PurePosixPath(words[0]).name in INITS:
            words = words[1:]
            while words and words[0].startswith("-"):
                words = words[1:]
        if len(words) > 2 and PurePosixPath(words[0]).name in SHELLS and words[1] in ("-c", "-ec"):
            return self._bare(self._by_shell(words[2], given), given)
        return words[1:] if words[:1] == ["exec"] else words


ENDING = "What has the process id 1 is what `docker stop` sends SIGTERM to."


def unconditional(script: str) -> list[tuple[str, ...]]:
    """The words of each command that a shell's script runs in any case: of what is within an `if`,
    a `case`, a loop or a function, none, nor what follows a test."""
    found: list[tuple[str, ...]] = []
    depth = 0
    for statement in re.split(r";|\n", script.replace("\\\n", " ")):
        first = (statement.split() or [""])[0]
        depth += first in ("if", "case", "for", "while", "until") or bool(OPENS.search(statement))
        if depth == 0:
            for part in re.split(r"&&|\|\|", statement):
                try:
                    words = tuple(shlex.split(part, comments=True))
                except ValueError:
                    words = ()
                if words[:1] in (("[",), ("[[",), ("test",)):
                    break
                found += [words] if words else []
        depth -= first in ("fi", "esac", "done", "}")
    return found


def programs(words: Sequence[str]) -> list[str]:
    """The project's files that a command may run: those that it names, and a module's."""
    module = [words[n + 1] for n, word in enumerate(words[:-1]) if word == "-m"]
    path = [each.replace(".", "/") for each in module]
    files = [word.removeprefix("./") for word in words if not word.startswith(("-", "/"))]
    return [*files, *(f"{each}.py" for each in path), *(f"{each}/__main__.py" for each in path)]


def exec_form(value: str) -> list[str]:
    """The words of a list in JSON; none where it is no such list."""
    try:
        found = json.loads(value)
    except ValueError:
        return []
    is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return found if is_list else []


def pairs(value: str) -> dict[str, str]:
    """The names of an ENV or ARG, and what they are set to; empty where nothing is."""
    try:
        words = shlex.split(value)
    except ValueError:
        words = value.split()
    if words and "=" not in words[0] and len(words) > 1:  # the old form, ENV NAME VALUE
        return {words[0]: " ".join(words[1:])}
    return {name: given for name, _, given in (word.partition("=") for word in words)}


def expanded(text: str, env: Mapping[str, str]) -> str:
    """The text with `$NAME` and `${NAME:-default}` replaced, as far as they are known."""

    def value(found: re.Match[str]) -> str:
        return env.get(found[1] or found[3]) or found[2] or ""

    return _VARIABLE.sub(value, text)


def sources(copied: Instruction) -> Sequence[str]:
    """What a COPY or an ADD brings from the project; nothing where it is from another stage."""
    return () if "from" in copied.flags else [_clean(word) for word in copied.words[:-1]]


def _clean(path: str) -> str:
    return path.removeprefix("./").rstrip("/") or "."
