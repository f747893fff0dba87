"""At once, and not too many; not for ever, and not without end."""

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project
from kit.previews import Previews, failed, read, titled
from kit.upstream import BOMB, ENDLESS, PATIENCE, Upstream

MEGABYTE = 2**20


@check(
    title="The links of a post are fetched at the same time",
    items=["summary.async"],
    why="One after the other takes the sum of all times, and together the longest of them.",
    read="At the same time",
    needs=["10.previews"],
)
def test_together(previews: Previews, upstream: Upstream):
    for number in (5, 3):
        titles = [previews.title() for _ in range(number)]
        upstream.most = 0
        found = previews.of(*upstream.meeting(titles))
        expect(
            [each["title"] for each in found] == titles,
            seen=f"Each of {number} pages waits until all {number} have been asked for, and never"
            f" more than {upstream.most} were asked for at once.",
            wanted=f"All {number} at once, for PREVIEW_CONCURRENCY is 10: asyncio.gather, or a"
            " TaskGroup.",
        )


@check(
    title="No more links than allowed are fetched at once, by all requests together",
    items=["summary.async"],
    why="Fifty readers of a post with twenty links open a thousand connections.",
    read="Not too many",
    needs=["10.together"],
)
def test_bound(http: Http, previews: Previews, upstream: Upstream, project: Project, rng):
    most = rng.randrange(2, 4)
    project.env["PREVIEW_CONCURRENCY"] = str(most)
    posts = []
    for _ in range(3):
        titles = [previews.title() for _ in range(4)]
        links = [upstream.slow(title, 0.15) for title in titles[:2]]
        links += [upstream.pieces(b"<title>", title.encode(), b"</title>") for title in titles[2:]]
        posts.append((previews.linking(links), links, titles))
    answers = http.together([("GET", path, {}) for path, _, _ in posts])
    for answer, (_, links, titles) in zip(answers, posts, strict=True):
        if isinstance(answer, Exception):
            raise answer
        for preview, title in zip(read(answer, links), titles, strict=True):
            titled(preview, title, "a link that waits for its turn", "")
    expect(
        upstream.most <= most,
        seen=f"With PREVIEW_CONCURRENCY={most}, three posts of four links were asked for at once,"
        f" and {upstream.most} pages were fetched at the same time.",
        wanted=f"{most} at most: one asyncio.Semaphore for the application, made in the lifespan"
        " and not in each request.",
    )


@check(
    title="Who waits for a turn loses no time: it begins with the turn",
    items=["summary.async"],
    why="Two links that hang would otherwise cost the well ones their previews.",
    read="Not too many",
    needs=["10.together"],
)
def test_turns(http: Http, previews: Previews, upstream: Upstream, project: Project):
    project.env.update(PREVIEW_CONCURRENCY="2", PREVIEW_SECONDS="1")
    titles = [previews.title() for _ in range(3)]
    links = [upstream.hang(), upstream.hang(), *map(upstream.page, titles)]
    found = previews.of(*links)
    for preview in found[:2]:
        failed(preview, "a server that says nothing")
    for preview, title in zip(found[2:], titles, strict=True):
        titled(
            preview,
            title,
            "a well page behind two that hang, with PREVIEW_CONCURRENCY=2",
            "Wait for the turn first, and begin to count the time then. Limits(max_connections=…)"
            " alone makes a PoolTimeout of the wait.",
        )
    hanging = [upstream.hang() for _ in range(4)]
    wells = [upstream.page(title) for title in titles]
    posts = [hanging, *([well] for well in wells)]
    answers = http.together([("GET", previews.linking(links), {}) for links in posts])
    for answer, title, well in zip(answers[1:], titles, wells, strict=False):
        if isinstance(answer, Exception):
            raise answer
        titled(
            *read(answer, [well]),
            title,
            "a well page, while another reader's four links hang, with PREVIEW_CONCURRENCY=2",
            "The time of one link, from its turn on, and none for the whole answer.",
        )


@check(
    title="A link has its time, whatever its server does",
    items=["summary.async", "topic.async"],
    why="httpx's timeout is for each single read: a server that sends a byte now and then holds you"
    " for ever.",
    read="Not for ever",
    needs=["10.together"],
)
def test_timeouts(previews: Previews, upstream: Upstream, project: Project):
    project.env["PREVIEW_SECONDS"] = "1"
    slow = {
        "a server that says nothing": upstream.hang(),
        "a page that comes byte by byte": upstream.drip(),
        "a page whose headers come byte by byte": upstream.drip(head=True),
    }
    title = previews.title()
    hops = page = upstream.page(title)
    for _ in range(4):
        hops = upstream.redirect(hops, after=0.4)
    *found, hopped, last = previews.of(*slow.values(), hops, page)
    titled(last, title, "the link after slow ones", "")
    for (what, url), preview in zip(slow.items(), found, strict=False):
        visits = upstream.visits_of(url)
        upstream.until(lambda each=visits: all(visit.over for visit in each))
        expect(
            bool(visits) and all(visit.left for visit in visits),
            seen=f"With PREVIEW_SECONDS=1, {what} was waited for until it gave up by itself, after"
            f" {PATIENCE:g} s.",
            wanted="async with asyncio.timeout(settings.preview_seconds) around all of it: the"
            " connection, the redirects and the body.",
        )
        failed(preview, what, "TimeoutError and httpx.TimeoutException are both caught.")
    failed(
        hopped,
        "a page behind four redirects of 0.4 s each",
        "preview_seconds are for all of a link, its redirects included.",
    )


@check(
    title="Of a page, the beginning is read, and no more",
    items=["topic.async"],
    why="Bodies of other people have no end unless you make one, and Content-Length is a claim.",
    read="Not without end",
    needs=["10.previews"],
)
def test_bytes(previews: Previews, upstream: Upstream, project: Project, rng):
    size = rng.randrange(40_000, 60_000)
    project.env["PREVIEW_BYTES"] = str(size)
    titles = [previews.title() for _ in range(5)]
    cut = f"Café {previews.title()}"
    late = f"<title>{titles[2]}</title>"
    far, near = (f"<title>{title}</title>" for title in titles[3:])
    links = [
        upstream.endless(titles[0]),
        upstream.endless(titles[1], length=True),
        upstream.raw(b" " * (size - len(late) - 10) + late.encode() + b" " * 50_000),
        upstream.raw(b" " * (size + MEGABYTE) + far.encode()),
        upstream.raw(b" " * (size + 10) + near.encode()),
        *(
            upstream.raw(f"<title>{cut}</title>{' ' * odd}{'é' * MEGABYTE}".encode())
            for odd in range(2)
        ),
    ]
    found = previews.of(*links)
    for which, how in enumerate(("without a length", "that says how long it is")):
        visits = [each for each in upstream.visits_of(links[which]) if each.method == "GET"]
        upstream.until(lambda each=visits: all(visit.over for visit in each))
        expect(
            all(visit.left for visit in visits),
            seen=f"With PREVIEW_BYTES={size}, a page {how} was read to its end, {ENDLESS:,} bytes.",
            wanted="client.stream or send(…, stream=True), aiter_bytes or aiter_raw, and a break"
            " once there is enough.",
        )
        titled(found[which], titles[which], f"an endless page {how}", "It begins with its title.")
    titled(found[2], titles[2], f"a page with its title before the byte {size}", "")
    for preview, behind in zip(found[3:5], (MEGABYTE, 10), strict=True):
        expect(
            preview["title"] is None,
            seen=f"The title of a page was found {behind:,} bytes behind PREVIEW_BYTES={size}.",
            wanted="title = null: what is behind is not looked at. A chunk may bring more than is"
            " asked for; body[:preview_bytes] leaves that out.",
        )
    for preview in found[5:]:
        titled(
            preview,
            cut,
            f"a page in UTF-8 that PREVIEW_BYTES={size} may end within a character of two bytes",
            'bytes.decode(…, "replace"): half a character at the end costs nothing.',
        )


@check(
    title="What is counted is what comes out of the decompressor",
    items=["topic.async"],
    why="A hundred kilobytes of gzip are a hundred megabytes of memory.",
    read="Not without end",
    needs=["10.bytes"],
)
def test_bomb(http: Http, previews: Previews, upstream: Upstream):
    title = previews.title()
    path = previews.linking([upstream.page(title)])
    http.get(path)
    for how, bomb in upstream.bombs(title).items():
        path = previews.linking([bomb])
        before = http.inside("forget_peak")
        [preview] = previews.ask(path, [bomb])
        grown = http.inside("peak") - before
        expect(
            grown < BOMB / 4,
            seen=f"A page of {BOMB // MEGABYTE} MiB, compressed to a thousandth, was fetched with"
            f" Content-Encoding: {how}, and the service took {grown // MEGABYTE} MiB more of"
            " memory.",
            wanted="Accept-Encoding: identity, and a refusal of what is compressed all the same,"
            " however the header spells it: what is neither missing nor identity. httpx decodes a"
            " whole chunk before aiter_bytes gives any of it.",
        )
        expect(
            preview["title"] in (title, None),
            seen=f"Of that page, with Content-Encoding: {how}, the preview has the title"
            f" {preview['title']!r}.",
            wanted=f"null and an error, or {title!r}.",
        )
        expect(
            preview["title"] is not None or preview["error"] is not None,
            seen=f"Of that page, with Content-Encoding: {how}, the preview has neither title nor"
            " error: compressed bytes were searched as if they were a page.",
            wanted="An error: whatever Content-Encoding says, if it is neither missing nor"
            " identity, is refused. Its names have no case, and there may be several of them.",
        )


@check(
    title="One client for the application, closed at its end",
    items=["topic.async"],
    why="Each client builds a TLS context while the event loop stands still.",
    read="At the same time",
    needs=["10.together"],
)
def test_shared(probe: Probe, previews: Previews, upstream: Upstream):
    links = [upstream.page(previews.title()) for _ in range(3)]
    path = previews.linking(links)
    seen = probe("clients", doing="asking for previews", path=path, times=2)
    expect(
        seen["statuses"] == [200, 200],
        seen=f"The previews were answered with {seen['statuses']}.",
        wanted="200, twice.",
    )
    expect(
        seen["made"] == 0,
        seen=f"While a post with three links was asked for twice, {seen['made']} httpx clients were"
        " made.",
        wanted="None: one AsyncClient, made in the lifespan before its yield.",
    )
    expect(
        seen["open"] == 0,
        seen=f"The application has ended, and {seen['open']} of its httpx clients are still open.",
        wanted="await client.aclose() in the lifespan, after its yield.",
    )
