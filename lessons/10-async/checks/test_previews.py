"""What previews are made of, and what becomes of links that lead nowhere."""

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Source, requirements, summarize
from kit import POSTS
from kit.previews import Previews, failed, titled
from kit.settings import Settled
from kit.upstream import Upstream, html

LEAST = (1, 0.1, 1)
"""Turns, seconds and bytes that are still enough."""
DEFAULTS = {
    "preview_concurrency": 10,
    "preview_seconds": 5,
    "preview_bytes": 262_144,
    "preview_allowed": [],
}
LONGEST = 200
FEW, LONGER = 500, 8
"""How often a beginning without an end stands in a page, and how many times as long another is."""
STEEPEST = 24
"""How many times the work may grow on that. The square, 64, is a minute for a page of 256 KiB."""
LONGER_LETTERS = "İßŉﬁ"
"""Each is several characters in small letters, in capitals or casefolded."""
ADVICE = "places in page.lower() are none of the page. re.IGNORECASE."
GRAIN = 0.1
"""Seconds of work that tell nothing: some clocks of processors tick slowly."""
UNPARSABLE = (
    "http://[::1",
    "http://xn--/",
    "http://example.com:99999/",
    "http://example.com:port/",
    "http://a..b/",
    "http://%00/",
    "http://:80/",
    f"http://{'a' * 300}.example/",
    "http://\x01/",
    "https://[fe80::1%25eth9]/",
    "http://user:pass@/",
    f"http://nobody.example/{'x' * 70_000}",
)


@check(
    title="requirements.txt asks for httpx",
    items=["topic.async"],
    why="Until now only your tests needed it: on the machine that runs your service it is missing.",
    read="Before you start",
)
def test_requirements(source: Source):
    found = requirements(source)
    expect(
        "httpx" in found,
        seen=f"requirements.txt lists {', '.join(map(str, found.values())) or 'nothing'}.",
        wanted="The line httpx>=0.28.",
    )


@check(
    title="How many, how long, how much and where to: four settings",
    items=["topic.async"],
    why="What is right for a laptop is wrong for production: whoever runs the service decides.",
    read="Before you start",
)
def test_settings(settled: Settled, rng):
    bad = (
        ("PREVIEW_CONCURRENCY", "0"),
        ("PREVIEW_SECONDS", "0"),
        ("PREVIEW_SECONDS", "-1"),
        ("PREVIEW_BYTES", "0"),
    )
    chosen = rng.randrange(2, 9), rng.randrange(1, 9) + 0.5, rng.randrange(4096, 9999)
    for number, seconds, size in (chosen, LEAST):
        given = {
            "PREVIEW_CONCURRENCY": str(number),
            "PREVIEW_SECONDS": str(seconds),
            "PREVIEW_BYTES": str(size),
            "PREVIEW_ALLOWED": f'["10.0.0.7:{number}"]',
        }
        values = (number, seconds, size, [f"10.0.0.7:{number}"])
        wanted = dict(zip(DEFAULTS, values, strict=True))
        settled(DEFAULTS, given, wanted, bad, "the table says from where on each begins.")


@check(
    title="find_title gives the first title of a page, as one short line",
    items=["topic.async"],
    why="A stranger has written it: what has ten thousand letters, or a line's end in the middle,"
    " breaks your log and your clients' pages.",
    read="A title",
)
def test_title(probe: Probe, rng):
    words = f"Page {rng.randrange(10**9)}"
    long = "".join(rng.choice("abcdef") for _ in range(1000))
    cases = (
        (f"<title>{words}</title>", words, ""),
        (f"<!doctype html>\n<HTML><Head><TITLE>{words}</TITLE>", words, "In whichever case."),
        (f'<title data-x="1"\n lang=en>{words}</title >', words, "Tags have attributes."),
        (f"<title>{words} &amp; &lt;b&gt; &#39;</title>", f"{words} & <b> '", "html.unescape."),
        (f"<title>\n  {words}\t\r\n again </title>", f"{words} again", '" ".join(text.split()).'),
        (f"<title>{words}\u2028again</title>", f"{words} again", ""),
        (
            f"<title>{words}&#10;&#32;again</title>",
            f"{words} again",
            "First entities, then spaces.",
        ),
        ("<title>&#32;&#10;</title>", None, "First entities, then spaces."),
        (f"<title>{words}</title><title>Second</title>", words, "The first."),
        (f"<title>{words} a < b</title>", f"{words} a < b", "Up to </title, not to the next <."),
        (f"<title>{long}</title>", long[:LONGEST], f"At most {LONGEST} characters."),
        ("<title> \n </title>", None, "A title of nothing is none."),
        ("<h1>No title</h1>", None, ""),
        ("", None, ""),
        (f"<title>{words}", None, "A title that does not end is none."),
        (f"<titles>{words}</titles>", None, "That is another tag."),
        *(
            (page, f"{words}{letter}", f"{letter} is longer in another case: {ADVICE}")
            for letter in LONGER_LETTERS
            for page in (
                f"<p>{letter * 3}<title>{words}{letter}</title>",
                f"<TITLE>{words}{letter}</TITLE>",
            )
        ),
    )
    found = probe("titles", doing="calling find_title", expects=list, pages=[c[0] for c in cases])
    for (page, wanted, advice), seen in zip(cases, found, strict=True):
        expect(
            seen == wanted,
            seen=f"find_title({page[:60]!r}{' …' if len(page) > 60 else ''}) gives {_words(seen)}.",
            wanted=f"{_words(wanted)}. {advice}".rstrip(),
        )
    [seen] = probe("titles", pages=[f"<title>{words}\x00\x1b[31m&#0;&#7;again</title>"])
    expect(
        isinstance(seen, str) and seen.isprintable() and seen.startswith(words),
        seen=f"Of a title with the control characters NUL, ESC and BEL, find_title makes"
        f" {_words(seen)}.",
        wanted="None of them: each run of control characters is one space.",
    )
    for unit in ("<title>", "<title "):
        pages = [*[unit * FEW] * 3, unit * FEW * LONGER]
        *few, many = probe("efforts", doing="calling find_title", expects=list[float], pages=pages)
        expect(
            many <= STEEPEST * min(few) + GRAIN,
            seen=f"find_title works {1000 * min(few):.0f} ms on a page of {FEW} times {unit!r} and"
            f" no end, and {1000 * many:.0f} ms on one that is {LONGER} times as long.",
            wanted="Work that grows as the page does. Search the first beginning, and the end from"
            " there: a pattern that goes on to a > or to the end is tried at every beginning, up to"
            " the page's end. [^<>]* stops at the next one.",
            why="A page of 256 KiB, which anybody can write, keeps your event loop for a minute and"
            " more.",
        )


def _words(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:60]} … ({len(str(value))} characters)"


@check(
    title="A post's links are fetched, and shown with the titles of their pages",
    items=["topic.async"],
    why="What the reader sees is where a link leads, before going there.",
    read="Previews",
    needs=["10.title"],
)
def test_previews(http: Http, previews: Previews, upstream: Upstream):
    for number in (3, 2):
        titles = [previews.title() for _ in range(number)]
        links = [upstream.page(title) for title in titles]
        links[0] += "?query=1&more=%C3%A4"
        text = f"First {links[0]}, then ({links[-1]}) and {links[0]}. {' '.join(links[1:])}!"
        order = [links[0], links[-1], *links[1:-1]]
        found = previews.ask(previews.post(text), order)
        named = dict(zip(links, titles, strict=True))
        for url, preview in zip(order, found, strict=True):
            titled(preview, named[url], f"the link {url}", "The page's own.")
    title = previews.title()
    russian = f"Привет {previews.title()}"
    special = [
        upstream.compressed(title),
        upstream.raw(
            f"<title>{russian}</title>".encode("cp1251"), Content_Type="text/html; charset=cp1251"
        ),
        upstream.raw(f"<title>{russian}</title>".encode(), Content_Type="text/html"),
        upstream.raw(b"<title>\xff\xfe</title>", Content_Type="text/html; charset=nonsense"),
        upstream.raw(b"<h1>Hello</h1>"),
        upstream.pieces(b"<title>\xd0", f"\u041f{russian}</title>".encode()[1:]),
        upstream.raw(html(title) + b"caf\xe9 \xff"),
    ]
    found = previews.of(*special)
    titled(found[0], title, "a page that is compressed for who asks for it", "")
    titled(found[1], russian, "a page in cp1251, which its header says", "response.encoding.")
    titled(found[2], russian, "a page whose header names no charset", "It is UTF-8.")
    titled(
        found[5],
        f"\u041f{russian}",
        "a page that comes in pieces, one of which ends within a character",
        "Collect the bytes, and decode them once.",
    )
    titled(found[6], title, "a page with a byte, behind its title, that is not in its charset", "")
    expect(
        found[4]["title"] is None and found[4]["error"] is None,
        seen=f"The preview of a page without a title is {found[4]}.",
        wanted="title = null, error = null: it was fetched, and has none.",
    )
    for text in ("No link at all.", "http:// and ftp://example.com"):
        path = previews.post(text)
        expect(
            http.get(path).is_success and not previews.ask(path, []),
            seen="A post without links has previews.",
            wanted='{"items": []}',
        )
    response = http.get(f"{POSTS}/{2**31 - 2}/previews")
    expect(
        response.status_code == 404,
        seen=f"The previews of no post were answered with {summarize(response)}",
        wanted="404, as for the post itself: get_post of PostService.",
    )


@check(
    title="A link that fails is told in its own preview, and the others are there",
    items=["topic.async", "topic.error-handling"],
    why="One dead link among ten would hide the other nine.",
    read="One bad link",
    needs=["10.previews"],
)
def test_failures(previews: Previews, upstream: Upstream):
    bad = {
        "a server that breaks the connection": upstream.broken("reset"),
        "a server that closes without a word": upstream.broken("nothing"),
        "a server that does not speak HTTP": upstream.broken("garbage"),
        "a page that is shorter than it says": upstream.broken("short"),
        "a page that is not there (404)": upstream.raw(b"<title>Gone</title>", 404),
        "a server that fails (500)": upstream.raw(b"<title>Oops</title>", 500),
        "a page that is not in its Content-Encoding": upstream.raw(
            b"no gzip", Content_Encoding="gzip"
        ),
        "a redirect to a file": upstream.redirect("file:///etc/passwd"),
        "a redirect to what is no URL": upstream.redirect("http://[::1"),
        "a redirect to a port that is none": upstream.redirect("http://a.example:99999/"),
        "a redirect to nowhere": upstream.raw(b"", 302),
    }
    titles = [previews.title(), previews.title()]
    first, last = map(upstream.page, titles)
    found = previews.of(first, *bad.values(), last)
    for preview, title, which in ((found[0], titles[0], "first"), (found[-1], titles[1], "last")):
        titled(preview, title, f"the {which} link, the others failing", "")
    for what, preview in zip(bad, found[1:-1], strict=True):
        failed(preview, what)


@check(
    title="What only looks like a URL is a failed preview as well, and no 500",
    items=["topic.error-handling"],
    why="People write anything, and httpx.HTTPError is not the base of all that a bad URL raises.",
    read="One bad link",
    needs=["10.failures"],
)
def test_unparsable(http: Http, previews: Previews, upstream: Upstream):
    http.start(setup="internet", names={}, servers={})
    title = previews.title()
    good = upstream.page(title)
    found = previews.of(*UNPARSABLE, good)
    for url, preview in zip(UNPARSABLE, found, strict=False):
        shown = url if len(url) < 60 else f"{url[:40]} … ({len(url)} characters)"
        failed(preview, f"the link {shown!r}")
    titled(found[-1], title, "the link after them", "")


@check(
    title="Redirects are followed to the page, and given up where they go round",
    items=["topic.async"],
    why="Most links lead through one or two: without them, half of the previews are empty.",
    read="Redirects",
    needs=["10.previews"],
)
def test_redirects(previews: Previews, upstream: Upstream):
    title = previews.title()
    page = upstream.page(title)
    path = page.removeprefix(f"http://{upstream.at}")
    two = upstream.redirect(upstream.redirect(page), 301)
    five = upstream.redirect(upstream.redirect(upstream.redirect(two)))
    good = {
        "a redirect (302)": upstream.redirect(page),
        "a redirect (308)": upstream.redirect(page, 308),
        "a redirect that gives a path alone": upstream.redirect(path, 307),
        "a redirect to a redirect to a redirect": upstream.redirect(two),
        "the fifth redirect in a row": five,
    }
    for what, preview in zip(good, previews.of(*good.values()), strict=True):
        titled(preview, title, what, "follow_redirects, or response.next_request.")
    itself = upstream.going_round()
    after = upstream.page(title)
    found = previews.of(itself, after)
    failed(found[0], "a redirect to itself")
    titled(found[1], title, "the link after it", "")
    visits = len(upstream.visits_of(itself))
    expect(
        visits <= 25,
        seen=f"The redirect to itself was followed {visits} times.",
        wanted="At most 5 redirects, or 20: httpx's own max_redirects.",
    )
