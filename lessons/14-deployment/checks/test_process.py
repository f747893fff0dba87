"""The service in processes of its own: how it starts, works and ends."""

import secrets
import signal
import socket
from contextlib import ExitStack, suppress

from checker.judge import check, expect
from checker.judge.evidence import Project
from kit.conversation import OPEN, Conversation
from kit.deployed import BRIEFLY, PLAIN, Deployed, Line, Silent, Workers

SHORTEST, LONGEST = 5, 9
FAILED = (
    "failed to start",
    "failed to boot",
    "Worker (pid:",
    "exited with code",
    "Shutting down: Master",
)
"""What servers say once a worker has ended."""


@check(
    title="The command of the Dockerfile serves the application",
    items=["topic.deployment"],
    why="What nobody has started as it is started in production is not known to start.",
    read="The command",
    needs=["14.command"],
)
def test_served(conversation: Conversation):
    assert conversation.said


@check(
    title="Two processes serve, and they are one service",
    items=["topic.deployment"],
    why="One process uses one core; and what one of two remembers by itself, the other does not"
    " know.",
    read="Two workers",
    needs=["14.served"],
)
def test_workers(conversation: Conversation, deployed: Deployed):
    expect(
        conversation.workers >= 2,
        seen=f"`{deployed.command.shown}` serves in {conversation.workers} process.",
        wanted="--workers 2.",
        at=deployed.command.at,
    )
    expect(
        not conversation.disagreements,
        seen=next(iter(conversation.disagreements), ""),
        wanted="The same answer from each worker: what is to be known to all is in the database,"
        " or in the settings.",
    )


@check(
    title="A stop finishes what has begun, and begins nothing",
    items=["topic.deployment"],
    why="Every deployment stops what ran before: without this, each is a handful of errors.",
    read="The end",
    needs=["14.served"],
)
def test_finishes(conversation: Conversation):
    expect(
        not conversation.in_flight,
        seen=f"SIGTERM came while a request was in flight, which {conversation.in_flight}",
        wanted="Its answer, 200, as without the signal.",
    )
    expect(
        not conversation.stayed_open,
        seen=f"{OPEN:g} s after SIGTERM new requests were still answered.",
        wanted="None: uvicorn and gunicorn do that by themselves, where the signal reaches them.",
    )
    status = conversation.status
    expect(
        status is not None,
        seen="After SIGTERM, and the end of the last request, the process goes on.",
        wanted="Its end.",
    )
    expect(
        status in (0, -signal.SIGTERM, 128 + signal.SIGTERM),
        seen=f"After SIGTERM the process ended with status {status}.",
        wanted="0, or the signal: 143, as shells call it.",
    )
    for each in conversation.lines[conversation.stopped_at :]:
        expect(
            each.level not in ("ERROR", "CRITICAL") and "Traceback" not in each.text,
            seen=f"While it stopped, the service logged {each.shown}.",
            wanted="A stop without errors.",
        )


@check(
    title="A stop has its limit, whatever a request waits for",
    items=["topic.deployment"],
    why="Without one, a single client that never ends holds the stop for ever, until somebody kills"
    " everything.",
    read="The end",
    needs=["14.served"],
)
def test_limit(deployed: Deployed, project: Project):
    command = deployed.command
    _within_reason(deployed)
    project.env["LOG_LEVEL"] = "ERROR"
    password = f"hidden-{secrets.token_hex(8)}"
    with Silent() as database:
        project.env["DATABASE_URL"] = database.url(password)
        deployed.start(briefly=True)
        response = deployed.request("GET", f"/nowhere/{password[-6:]}")
        with ExitStack() as stack:
            for number, path in enumerate(("/api/v1/posts", "/health/ready"), 1):
                address = ("127.0.0.1", deployed.port)
                talk = stack.enter_context(socket.create_connection(address))
                talk.sendall(f"GET {path} HTTP/1.1\r\nHost: workshop\r\n\r\n".encode())
                with suppress(TimeoutError):
                    database.until(number)
            deployed.process.signal(signal.SIGTERM)
            patience = min(BRIEFLY + 2 * project.deadline, 45.0)  # asyncpg's own is a minute
            status = deployed.process.wait(patience)
    expect(
        status is not None,
        seen="GET /api/v1/posts and GET /health/ready waited for a database that said nothing when"
        f" SIGTERM came, and {patience:g} s later the process was still there.",
        wanted=f"--timeout-graceful-shutdown {LONGEST - 1}, in place of which the judge has put"
        f" {BRIEFLY}; and a limit for each thing that the end of the lifespan waits for: a task"
        " that is cancelled may take its time, so asyncio.wait({task}, timeout=2).",
        at=command.at,
    )
    lines = deployed.lines()
    for each in lines:
        expect(
            password not in each.text,
            seen=f"The database's password is in the log: {each.shown.replace(password, '…')}.",
            wanted="No DATABASE_URL in what is logged: str() of SQLAlchemy's URL hides its"
            " password.",
            why="Logs are copied, sent away and read by many.",
        )
    id_ = response.headers.get("x-request-id", "-")
    loud = [each for each in lines if id_ in each.values and each.level in ("INFO", "DEBUG")]
    expect(
        not loud,
        seen=f"With LOG_LEVEL=ERROR the service logged {loud[0].shown if loud else ''}.",
        wanted="Nothing below LOG_LEVEL, from the server's loggers either.",
        why="LOG_LEVEL is a setting since lesson 00, and until now it has done nothing.",
    )


def _within_reason(deployed: Deployed) -> None:
    """The limit as it is written."""
    command = deployed.command
    if command.server == "uvicorn":
        option, variable = "--timeout-graceful-shutdown", "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"
        given = command.option(option) or command.env.get(variable)
    else:
        option = "--graceful-timeout"
        given = deployed.options().get("graceful_timeout")
    seconds = int(given) if given and given.isdecimal() else None
    expect(
        seconds is not None and SHORTEST <= seconds <= LONGEST,
        seen=f"`{command.shown}` waits for {given or 'no number of'} seconds when it stops.",
        wanted=f"{option} from {SHORTEST} to {LONGEST}: requests have time to end, and it is over"
        " before `docker stop` kills everything after ten seconds.",
        at=command.at,
    )


@check(
    title="A wrong setting ends the start, with one line that names it",
    items=["topic.deployment"],
    why="A traceback of sixty lines hides what is wrong, and shows values that nobody should see.",
    read="Wrong settings",
    needs=["14.served"],
)
def test_settings(deployed: Deployed, project: Project):
    right = dict(project.env)
    # Where two of its workers fail at once, gunicorn 27 fails by itself, with a traceback.
    alone = deployed.command.server == "gunicorn"
    secret, level = f"short-{secrets.token_hex(4)}", f"LOUD{secrets.randbelow(10**6)}"
    no_list = f"[{secrets.token_hex(4)}"
    for name, wrong in (("SECRET_KEY", secret), ("LOG_LEVEL", level), ("CORS_ORIGINS", no_list)):
        project.env.clear()
        project.env |= {**right, name: wrong}
        process = deployed.launch(alone=alone or name != "SECRET_KEY", patient=False)
        end, step = 6 * project.deadline, 0.25
        workers, lost = Workers(process), ""
        is_taken = False
        while process.wait(step) is None and end > 0 and not (is_taken or lost):
            end -= step
            _said(deployed, name, wrong)
            lost = workers.look(times=20)
            is_taken = deployed.is_open(0.3)
        if is_taken and name == "CORS_ORIGINS":  # settings may read a list in another way
            is_live = deployed.request("GET", "/health/live").is_success
            process.stop()
            if is_live:
                continue
        lines = _said(deployed, name, wrong)
        expect(
            process.status is not None,
            seen=f"With a wrong {name} the service does not end: it"
            f" {lost or ('answers requests' if is_taken else 'goes on to fail')}.",
            wanted="Its end: sys.exit(3), a status at which uvicorn and gunicorn start no worker"
            " again.",
        )
        expect(
            bool(lines) and all(name in each.text.upper() for each in lines),
            seen=f"With a wrong {name} the service "
            + (f"says {lines[0].shown}." if lines else "ended without a word."),
            wanted=f"One line of the level ERROR or CRITICAL that names {name}.",
        )


def _said(deployed: Deployed, name: str, wrong: str) -> list[Line]:
    """What was said of the setting so far. Raises Unmet where it is too much."""
    lines = [each for each in deployed.lines() if not PLAIN.match(each.text)]
    for each in lines:
        expect(
            wrong not in each.text,
            seen=f"With a wrong {name} its value is in the log: {each.shown}.",
            wanted=f"A line that names {name}, without its value: hide_input_in_errors, and"
            " errors(include_input=False).",
        )
        expect(
            "Traceback" not in each.text and (each.data is not None),
            seen=f"With a wrong {name} the service prints {each.shown}.",
            wanted="One line, in JSON like all others, in place of a traceback: catch the"
            " ValidationError where the application is made, and the SettingsError of a list that"
            " is no JSON, log what is wrong, and sys.exit(3).",
        )
    found = [
        each
        for each in lines
        if each.level in ("ERROR", "CRITICAL") and not any(part in each.text for part in FAILED)
    ]
    expect(
        len(found) <= 4 and len({_without_numbers(each) for each in found}) <= 1,
        seen=f"With a wrong {name} the service logs {len(found)} lines, and goes on:"
        f" {found[-1].shown if found else ''}.",
        wanted="One line from each worker, and then the end: sys.exit(3).",
    )
    return found


def _without_numbers(line: Line) -> str:
    return "".join(value for value in line.values if not any(map(str.isdigit, value)))
