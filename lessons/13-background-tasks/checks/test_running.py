"""What a task holds while it waits, and what becomes of it when the service stops."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from checker.judge import check, expect
from checker.judge.evidence import Http, summarize
from kit import POSTS, USERS
from kit.notices import LONG, NOWHERE, Notices, expect_one
from kit.stranger import Stranger
from kit.upstream import Visit

ENDED = 1.5
"""Seconds after which a service that waits for nothing has ended."""
WAITS = (
    "uvicorn waits for BackgroundTasks, and for no task of asyncio.create_task. A queue of your own"
    " is emptied in the lifespan, after its yield."
)


@check(
    title="No task holds a connection while it waits, and none waits for its own request's",
    items=["quickref.background-tasks", "topic.background-tasks"],
    why="A slow mail server would take all connections, and then nobody gets an answer.",
    read="Ids, and a session of its own",
    errata=["E38"],
    needs=["13.after"],
)
def test_connection(notices: Notices):
    mail, hook = notices.mail, notices.upstream
    mail.silent = True
    notices.http.start(setup="one_connection")
    author = notices.author()
    people = [notices.register()]
    mail.until(lambda: bool(mail.visits))
    _listed(notices, mail, "a mail server")
    people.append(notices.register())
    mail.open_gate()
    for person in people:
        notices.greeted(person, after="With one connection in the pool, a user was registered,")
        notices.wait_for_hooks(person.path)
    notices.answer_hooks(lambda _: None)
    path = notices.write(author)
    hook.until(lambda: bool(notices.hooks(path)))
    _listed(notices, hook, "the moderators")
    hook.open_gate()
    expect_one(notices.wait_for_hooks(path), f"With one connection in the pool, {path} was created")


def _listed(notices: Notices, stranger: Stranger, who: str) -> None:
    response = notices.http.get(USERS)
    expect(
        response.status_code == 200 and not stranger.gave_up,
        seen=f"The pool had one connection, and {who} kept the service waiting: GET {USERS} was"
        " answered"
        + (" when that was over." if response.is_success else f" with {summarize(response)}"),
        wanted="200 meanwhile: read what you need in a session of the task's own, end it, and send"
        " then.",
    )


@check(
    title="While a server of others says nothing, everybody else is answered",
    items=["topic.background-tasks"],
    why="A task runs in the same event loop as every request: if it blocks, all of them wait.",
    read="What blocks",
    needs=["13.after"],
)
def test_loop(notices: Notices):
    author, mail, hook = notices.author(), notices.mail, notices.upstream
    mail.silent = True
    for stage in ("begins", "is given a mail"):
        mail.close_gate()
        address, before = notices.address(), len(mail.visits)
        if stage != "begins":
            mail.silent, mail.plans[address].waits_at = False, "DATA"
        person = notices.register(email=address)
        mail.until(lambda before=before: len(mail.visits) > before)
        _answered(notices.http, f"the mail server said nothing when it {stage}")
        expect(
            not mail.gave_up,
            seen=f"The mail server said nothing when it {stage}, and GET {NOWHERE} was answered"
            " when that was over.",
            wanted="An answer meanwhile: aiosmtplib, or smtplib in a thread (a task that is a plain"
            " def, or asyncio.to_thread).",
        )
        mail.open_gate()
        notices.greeted(person)
        notices.wait_for_hooks(person.path)
    notices.answer_hooks(lambda _: None)
    path = notices.write(author)
    hook.until(lambda: bool(notices.hooks(path)))
    _answered(notices.http, "the moderators said nothing")
    expect(
        not hook.gave_up,
        seen=f"The moderators said nothing, and GET {NOWHERE} was answered when that was over.",
        wanted="An answer meanwhile: httpx.AsyncClient, awaited.",
    )
    hook.open_gate()
    expect_one(notices.wait_for_hooks(path), f"{path} was created")


def _answered(http: Http, when: str) -> None:
    response = http.get(NOWHERE)
    expect(
        response.status_code == 404,
        seen=f"While {when}, GET {NOWHERE} was answered with {summarize(response)}",
        wanted="404, at once.",
    )


@check(
    title="What has begun is finished when the service is told to stop",
    items=["topic.background-tasks"],
    why="Every deployment stops the service, and each would lose some mails.",
    read="When the service stops",
    needs=["13.after", "13.hook-retries"],
)
def test_stop(notices: Notices):
    author = notices.author()
    moderators = "the moderators, who answered with 503 once,"
    for slow, doing in (("the mail server", USERS), (moderators, USERS), (moderators, POSTS)):
        go_on = threading.Event()
        refusals = [503] if slow == moderators else []
        times = 1 + len(refusals)
        notices.mail.silent = not refusals
        notices.mail.close_gate()
        notices.answer_hooks(partial(_answer, refusals, go_on))
        notices.http.start()
        person = notices.register() if doing == USERS else None
        path = person.path if person else notices.write(author)
        _stop(notices, go_on)
        after = (
            f"SIGTERM came right after the 201 for {path}, while {slow} kept the service waiting."
            " The service has ended, and"
        )
        found = notices.mail.mails_to(person.address) if person else []
        expect(
            len(found) == 1 or not person,
            seen=f"{after} the mail was sent {_times(len(found))}.",
            wanted=f"Once: {WAITS}",
        )
        told = len(notices.hooks(path))
        expect(
            told == times,
            seen=f"{after} the moderators were told {_times(told)}.",
            wanted=f"{_times(times).capitalize()}, the last time with success: {WAITS}",
        )


def _times(number: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _answer(answers: list[int], go_on: threading.Event, _: Visit) -> int:
    """What is left to be answered, once that may be; then that all is well."""
    if answers:
        go_on.wait(LONG)
    return answers.pop() if answers else 204


def _stop(notices: Notices, go_on: threading.Event) -> None:
    """Stop the service while somebody keeps it waiting, who goes on once it would have ended."""
    with ThreadPoolExecutor(1) as thread:
        stopping = thread.submit(notices.http.stop)
        _refused(notices.project.beside / "http")
        wait([stopping], timeout=ENDED)
        notices.mail.open_gate()
        go_on.set()
        stopping.result()


def _refused(address: Path) -> bool:
    """Whether no new connection is taken there, once that is so: the service knows that it has to
    end."""
    for _ in range(300):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tried:
            try:
                tried.connect(str(address))
            except OSError:
                return True
        time.sleep(0.01)
    return False
