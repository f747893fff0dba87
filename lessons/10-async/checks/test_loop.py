"""While strangers are waited for, everything else goes on, and nothing is left of it."""

from concurrent.futures import ThreadPoolExecutor

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Http, Probe, Project, summarize
from kit import USERS
from kit.previews import Previews, titled
from kit.upstream import Upstream

SLOW = 0.4
"""Seconds."""
REQUESTS = 16
"""One more than the engine's pool has connections."""


@check(
    title="No database connection is held while links are fetched",
    items=["topic.async"],
    why="Fifteen readers of slow links would have all of them, and everybody else would wait.",
    read="Let go of the database",
    needs=["10.together"],
)
def test_connection(http: Http, previews: Previews, upstream: Upstream, project: Project):
    project.env.update(PREVIEW_CONCURRENCY="100", PREVIEW_SECONDS="20")
    links = [upstream.gate(previews.title()) for _ in range(REQUESTS)]
    paths = [previews.linking([link]) for link in links]
    http.get(USERS)
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(http.together, [("GET", path, {}) for path in paths])
        upstream.until(lambda: upstream.now >= REQUESTS - 1 or asking.done(), 5)
        waiting = upstream.now
        try:
            response = http.get(USERS)
            over = sum(visit.over for visit in upstream.visits[:waiting])
        finally:
            upstream.open_gate()
            answers = asking.result()
    expect(
        response.status_code == 200 and waiting > 0 and not over,
        seen=f"While {waiting} requests for previews waited for a link, GET {USERS} was answered"
        + (" only once they had ended." if response.is_success else f" with {summarize(response)}"),
        wanted="An answer meanwhile: read the post, then await session.close(), then fetch.",
    )
    for answer in answers:
        if isinstance(answer, Exception):
            raise Unmet(
                f"One of {REQUESTS} requests for previews at once was not answered: {answer!r}",
                "200 each.",
            )
        expect(
            answer.status_code == 200,
            seen=f"One of {REQUESTS} requests for previews at once was answered with"
            f" {summarize(answer)}",
            wanted="200 each.",
        )


@check(
    title="The event loop goes on while links are fetched and names are looked up",
    items=["summary.async", "topic.async"],
    why="One call that blocks stops every request of the process.",
    read="What blocks",
    errata=["E42"],
    needs=["10.together"],
)
def test_loop(http: Http, previews: Previews, upstream: Upstream):
    name = "slow.example"
    address = "93.184.215.14"
    http.start(
        setup="internet",
        names={name: [[address]]},
        servers={address: ["127.0.0.1", upstream.port]},
        slow=SLOW,
    )
    previews.of(upstream.page(previews.title()))
    title = previews.title()
    page = upstream.page(title)
    slow = [upstream.slow(previews.title(), SLOW) for _ in range(3)]
    for what, links, advice in (
        ("three links of slow servers are", slow, "await client.get(…) of an AsyncClient."),
        (
            "a link is fetched whose name is looked up slowly: it is",
            [f"http://{name}/{page.rpartition('/')[2]}"],
            "await loop.getaddrinfo(…): socket.getaddrinfo lets everybody wait with it.",
        ),
    ):
        http.inside("beat")
        found = previews.of(*links)
        pauses = http.inside("pauses", expects=dict[str, float])
        expect(
            pauses["loop"] < max(SLOW / 2, 3 * pauses["thread"]),
            seen=f"While {what} fetched, the event loop stood still for"
            f" {1000 * pauses['loop']:.0f} ms, and a thread beside it for"
            f" {1000 * pauses['thread']:.0f} ms.",
            wanted=advice,
        )
    titled(found[0], title, f"http://{name}/, which leads to the internet", "")


@check(
    title="Who cancels a request cancels its fetches",
    items=["summary.async"],
    why="A server that shuts down would wait for strangers, or leave them hanging.",
    read="Nothing is left",
    needs=["10.timeouts"],
)
def test_cancelled(probe: Probe, previews: Previews, upstream: Upstream, project: Project):
    for most, hanging in (("10", 3), ("2", 2)):  # with and without some that wait for a turn
        project.env["PREVIEW_CONCURRENCY"] = most
        path = previews.linking([upstream.hang() for _ in range(3)])
        titles = [previews.title() for _ in range(3)]
        meeting = previews.linking(upstream.meeting(titles, 0.5))
        seen = probe(
            "cancel",
            doing="cancelling a request",
            path=path,
            at=upstream.at,
            hanging=hanging,
            then=meeting,
        )
        expect(
            seen["begun"],
            seen="A request for the previews of three links that hang ended at once, with"
            f" {seen['error'] or seen['sent']}.",
            wanted="It waits for them.",
        )
        expect(
            seen["cancelled"] and not seen["sent"],
            seen="The task of a request was cancelled while its links were fetched, and "
            + (
                f"raised {seen['error']}"
                if seen["error"]
                else "ended without CancelledError"
                if seen["ended"]
                else "went on"
            )
            + (f"; it sent {seen['sent'][0]}" if seen["sent"] else "")
            + ".",
            wanted="CancelledError passes: except Exception, and never BaseException; of"
            " gather(return_exceptions=True), the results may hold one.",
        )
        expect(
            not seen["left"] and not seen["open"],
            seen=f"The request was cancelled, and of its fetches {seen['open']} go on; tasks that"
            f" are left: {', '.join(seen['left']) or 'none'}.",
            wanted="None: gather and TaskGroup cancel their tasks; asyncio.wait does not.",
        )
        expect(
            seen["after"] is not None,
            seen=f"With PREVIEW_CONCURRENCY={most}, a request was cancelled while {hanging} of its"
            " links were fetched. The next one, for links that answer, has waited for ever.",
            wanted="An answer: whoever is cancelled gives the turn back. async with turns, or"
            " release() in a finally.",
        )
        met = [title for title in titles if title in seen["after"]]
        expect(
            bool(met) == (most == "10"),
            seen=f"With PREVIEW_CONCURRENCY={most}, a request for three links was cancelled. After"
            " that, three pages that answer only together were asked for at once, and"
            f" {len(met)} of them have answered.",
            wanted="As many turns as before: who has one gives it back, and who still waits for one"
            " has none to give. async with turns.",
        )


@check(
    title="After the answer, nothing goes on",
    items=["summary.async"],
    why="A task that nobody awaits is lost with its error, and ends when it likes.",
    read="Nothing is left",
    needs=["10.failures"],
)
def test_left(probe: Probe, previews: Previews, upstream: Upstream, project: Project):
    links = [
        upstream.broken("reset"),
        upstream.raw(b"", 500),
        upstream.hang(),
        upstream.drip(),
        upstream.page(previews.title()),
    ]
    refused = [
        upstream.drip(status=404),
        upstream.drip(Content_Encoding="br"),
        upstream.drip(status=302, Location="/nowhere"),
    ]
    for seconds, given in (("0.5", links), ("0.5", links[::-1]), ("3", refused)):
        project.env["PREVIEW_SECONDS"] = seconds
        seen = probe(
            "ask", doing="asking for previews", path=previews.linking(given), at=upstream.at
        )
        expect(
            seen["status"] == 200 and not seen["left"] and not seen["open"],
            seen=f"The previews were answered with {seen['status']}, and after that {seen['open']}"
            f" fetches go on; tasks that are left: {', '.join(seen['left']) or 'none'}.",
            wanted="200, and nothing: await every task, cancel those that you give up, and close"
            " every response, also one that you refuse.",
        )
