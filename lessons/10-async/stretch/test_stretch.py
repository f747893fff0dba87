"""A link that many ask for at the same moment is fetched once, and nobody's leaving ends it."""

from concurrent.futures import ThreadPoolExecutor

from checker.judge import check, expect, tried
from checker.judge.evidence import Http, Probe
from kit.previews import Previews, failed, read, titled
from kit.upstream import Exchange, Upstream, html

SHARED = "asyncio.shield(task) for everybody who waits, and the last who leaves cancels the task."


@check(
    title="What is asked for at the same moment is fetched once, for all who wait",
    why="A post that everybody opens would send everybody, through you, to the same stranger.",
    read="Stretch: one flight for all",
    stretch=True,
)
def test_one_flight(http: Http, probe: Probe, previews: Previews, upstream: Upstream):
    title = previews.title()
    link = upstream.gate(title)
    markers = [upstream.page(previews.title()) for _ in range(3)]
    links = [[link, each] for each in markers]
    requests = [("GET", previews.linking(each), {}) for each in links]
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(http.together, requests)
        upstream.until(lambda: all(upstream.visits_of(each) for each in markers))
        upstream.open_gate()
        answers = asking.result()
    tried(len(upstream.visits_of(link)) == 1)
    for answer, given in zip(answers, links, strict=True):
        if isinstance(answer, Exception):
            raise answer
        titled(read(answer, given)[0], title, "a link that three requests share", SHARED)
    previews.of(link)
    expect(
        len(upstream.visits_of(link)) == 2,
        seen="A link that was fetched a moment ago is not fetched for the next request.",
        wanted="A flight that has ended is forgotten: a page may have changed since.",
        why="A cache needs an end, a size and somebody who decides about both.",
    )
    _fails_once(previews, upstream)
    _left_alone(probe, previews, upstream)


def _fails_once(previews: Previews, upstream: Upstream) -> None:
    title, statuses = previews.title(), [200, 500]

    async def behave(exchange: Exchange) -> None:
        await exchange.answer(html(title), statuses.pop() if statuses else 200)

    link = upstream.add(behave)
    failed(previews.of(link)[0], "a link that is answered with 500")
    again = "The flight that failed is over, and the next one is another."
    titled(previews.of(link)[0], title, "the same link, answered with 200 now,", again)


def _left_alone(probe: Probe, previews: Previews, upstream: Upstream) -> None:
    """The request that began the flight is cancelled, and the other gets its answer."""
    upstream.close_gate()
    title, other = previews.title(), previews.title()
    shared, marker = upstream.gate(title), upstream.gate(other)

    async def behave(exchange: Exchange) -> None:
        upstream.open_gate()
        await exchange.answer(b"0")

    opener = upstream.add(behave).partition(upstream.at)[2]
    found = probe(
        "leave",
        doing="cancelling one of two requests that share a link",
        first=previews.linking([shared]),
        second=previews.linking([shared, marker]),
        at=upstream.at,
        opener=opener,
    )
    expect(
        found["error"] is None and found["items"] is not None,
        seen="Two requests waited for one fetch, and the first of them was cancelled: the second"
        f" ended with {found['error'] or 'no items'}.",
        wanted=f"Its answer. {SHARED}",
    )
    what = "a link whose fetch another request had begun, which was cancelled,"
    titled(found["items"][0], title, what, SHARED)
    expect(
        found["left"] == 0,
        seen=f"Once all was answered {found['left']} tasks were left.",
        wanted="None: await what you cancel, and forget what has ended.",
    )
