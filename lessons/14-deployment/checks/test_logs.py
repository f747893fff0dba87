"""What the service logs, in processes of its own."""

import re
import secrets
import signal
import time
from datetime import datetime

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Project
from kit.conversation import Conversation, Said
from kit.deployed import PLAIN, Deployed, Line, Silent

DATABASE_ERROR = re.compile(r"(Operational|Programming|UndefinedTable)Error")


@check(
    title="Every line is one JSON object",
    items=["topic.deployment"],
    why="What collects logs reads lines. Half of them in another form is half of them lost.",
    read="Logs for programs",
    needs=["14.served"],
)
def test_lines(conversation: Conversation):
    for each in conversation.lines:
        expect(
            each.data is not None or bool(PLAIN.match(each.text)),
            seen=f"A line of the service's is {each.shown}.",
            wanted="One JSON object, from uvicorn's loggers too: `--log-config`, or handlers of"
            " theirs that are replaced when the application is imported.",
            why="uvicorn's loggers have handlers of their own, which print for people."
            if re.match(r"(INFO|ERROR|WARNING): ", each.text)
            else "",
        )
    expect(
        sum(each.data is not None for each in conversation.lines) > len(conversation.said),
        seen=f"Over {len(conversation.said)} requests the service logged"
        f" {len(conversation.lines)} lines.",
        wanted="One line for each request at least, on stdout or stderr.",
    )


@check(
    title="A line says when, how grave and what",
    items=["topic.deployment"],
    why="Without a level nobody is woken, and without a time nobody knows what came first.",
    read="Logs for programs",
    needs=["14.lines"],
)
def test_fields(conversation: Conversation):
    for each in conversation.lines:
        if each.data is None:
            continue
        for what, found in (
            ("a level: DEBUG, INFO, WARNING, ERROR or CRITICAL", bool(each.level)),
            ("a time, as ISO 8601 has it or in seconds since 1970", _has_time(each)),
            ("a message", _has_message(each)),
        ):
            expect(
                found,
                seen=f"A line has no field with {what}: {each.shown}.",
                wanted="A time, a level and a message in each line, each a field of its own at its"
                " top.",
            )
    for said in conversation.said:
        if said.status == 500:
            levels = {each.level for each in _of(conversation, said)}
            expect(
                not levels or bool(levels & {"ERROR", "CRITICAL"}),
                seen=f"{said.method} {said.path} was a 500, and its lines have the levels"
                f" {', '.join(sorted(levels))}.",
                wanted="ERROR where something failed unexpectedly.",
            )


@check(
    title="Every request has a line with its id",
    items=["topic.deployment"],
    why="A user reports the id that she was shown, and it leads to all that happened.",
    read="Logs for programs",
    needs=["14.lines"],
)
def test_request_ids(conversation: Conversation):
    for said in conversation.said:
        path = re.split(r"[%?]", said.path)[0]
        of_it = _of(conversation, said) if said.id else conversation.lines
        lines = [each for each in of_it if path in each.text]
        access = [
            each for each in lines if str(said.status) in each.text and said.method in each.text
        ]
        expect(
            bool(access),
            seen=f"{said.method} {said.path} was answered with {said.status} and"
            f" {f'X-Request-ID {said.id}' if said.id else 'no X-Request-ID'}. No line has"
            f" {'that id in a field, and ' if said.id else ''}the method, the path and the status"
            f" (lines with the id: {len(_of(conversation, said))}).",
            wanted="The server's access line, or one of a middleware's, with the id in a field of"
            " its own, the method, the path and the status. Only requests of /health/… itself may"
            " be left out, by their whole path.",
        )
    ids = {said.id for said in conversation.said}
    started = [each for each in conversation.lines if "startup complete" in each.text]
    for each in started:
        expect(
            not ids & set(each.values),
            seen=f"A line that belongs to no request has a request's id: {each.shown}.",
            wanted="The id of the request in which a line was logged, or none.",
        )


@check(
    title="What happens once is one line, whatever is in it",
    items=["topic.deployment"],
    why="A traceback in forty lines is forty events; and who can write lines can forge them.",
    read="One event, one line",
    needs=["14.request-ids"],
)
def test_one_line(conversation: Conversation):
    failed = [said for said in conversation.said if said.status == 500]
    for said in failed:
        lines = _of(conversation, said)
        expect(
            any(DATABASE_ERROR.search(value) for each in lines for value in each.values),
            seen=f"{said.method} {said.path} was a 500, as the table was not there. No line with"
            f" its id, {said.id}, has the exception in it.",
            wanted="The exception, with its traceback, in a field of the line that says what"
            " failed.",
        )
    if not failed:
        raise Unmet(
            "Without its table, GET /api/v1/posts is no 500.", "500, and the exception in the log."
        )


@check(
    title="No secret is in the log",
    items=["topic.deployment"],
    why="Logs are copied, sent away and read by many, and kept for years.",
    read="What must not be in it",
    needs=["14.served"],
)
def test_confidential(conversation: Conversation, deployed: Deployed, project: Project):
    password = f"hidden-{secrets.token_hex(8)}"
    project.env["SECRET_KEY"] = secrets.token_hex(24)
    hidden = {
        **conversation.secrets,
        "SECRET_KEY": project.env["SECRET_KEY"],
        "the password of DATABASE_URL": password,
    }
    lines = conversation.lines + _of_the_start(deployed, project, password)
    for what, secret in hidden.items():
        for each in lines:
            expect(
                secret not in each.text,
                seen=f"With LOG_LEVEL=DEBUG, {what} is in the log: {_around(each.text, secret)}.",
                wanted="LOG_LEVEL for the loggers of `app`, and warnings alone of those of"
                " libraries; of a request its method and path, no headers and no body; of a"
                " validation error where it is, without `input`.",
            )


def _of_the_start(deployed: Deployed, project: Project, password: str) -> list[Line]:
    """What it logs where it starts over a database with this password, and stops."""
    with Silent() as database:
        project.env.update(DATABASE_URL=database.url(password), LOG_LEVEL="DEBUG")
        deployed.start()
        deployed.process.signal(signal.SIGTERM)
        deployed.process.wait(6 * project.deadline)
    return deployed.lines()


def _of(conversation: Conversation, said: Said) -> list[Line]:
    """The lines that have the request's id in a field."""
    return [each for each in conversation.lines if said.id and said.id in each.values]


def _around(text: str, secret: str) -> str:
    """The place of a secret, with the secret left out."""
    place = text.find(secret)
    return f"{text[max(0, place - 160) : place]}…{text[place + len(secret) :][:40]}"


def _has_time(line: Line) -> bool:
    return any(_is_time(value) for value in (line.data or {}).values())


def _is_time(value: object) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return any(abs(value / scale - time.time()) < 86_400 for scale in (1, 1e3, 1e6, 1e9))
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return len(str(value)) >= len("2031-05-17T10:00:00")


def _has_message(line: Line) -> bool:
    texts = [value for value in (line.data or {}).values() if isinstance(value, str) and value]
    return any(not _is_time(value) and value.upper() != line.level for value in texts)
