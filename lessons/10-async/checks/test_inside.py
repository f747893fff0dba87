"""What strangers write must not make the service look at what only it can reach."""

import json
import socket

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project
from kit.previews import Previews, failed, titled
from kit.upstream import Upstream

PUBLIC = ("93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::200e")
INSIDE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:93.184.215.14",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
DEPENDS = ("::ffff:93.184.215.14",)
"""Public inside of another, which may be refused or not."""
NAMES = {
    "loopback.example": "127.0.0.2",
    "metadata.example": "169.254.169.254",
    "office.example": "10.1.2.3",
    "carrier.example": "100.64.0.1",
    "many.example": "224.0.0.251",
    "mapped.example": "::ffff:10.0.0.1",
    "translated.example": "64:ff9b::a9fe:a9fe",
    "tunnel.example": "2002:a00:1::",
    "local.example": "fd12:3456::1",
    "link.example": "fe80::1",
}
SPELLINGS = {
    "127.0.0.1": "an address of the inside",
    "localhost": "a name of the inside",
    "LocalHost": "a name of the inside",
    "127.1": "127.0.0.1, written short",
    "0x7f.1": "127.0.0.1, written in hexadecimal digits",
    "0x7f000001": "127.0.0.1, written in hexadecimal digits",
    "2130706433": "127.0.0.1, written as one number",
    "0177.0.0.1": "127.0.0.1, written in octal digits",
    "127.9.9.9": "another address of the loopback network",
    "0": "0.0.0.0, which is this machine, too",
    "0.0.0.0": "0.0.0.0, which is this machine, too",
    "１２７。０。０。１": "127.0.0.1, in full-width digits",
    "127。0。0。1": "127.0.0.1, with the full stops of another script",
    "①②⑦.0.0.1": "127.0.0.1, in circled digits",
    "[::ffff:127.0.0.1]": "127.0.0.1 inside of an IPv6 address",
    "[::ffff:7f00:1]": "127.0.0.1 inside of an IPv6 address",
    "[::]": "this machine's IPv6 address",
}
RESOLVED = (
    "Resolve the name by loop.getaddrinfo, ask is_public for each address, and connect to the"
    " address that was found good."
)
INTERNET, INTERNET6 = "93.184.215.14", "2a00:1450::200e"


@check(
    title="is_public tells the internet's addresses from all others",
    items=["topic.async"],
    why="`is_private` and `is_global` of the standard library each forget some.",
    read="Not inside",
)
def test_public(probe: Probe, rng):
    drawn = (
        f"{rng.randrange(11, 100)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    )
    private = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    cases = [(each, True) for each in (*PUBLIC, drawn)]
    cases += [(each, False) for each in (*INSIDE, private) if each not in DEPENDS]
    found = probe(
        "public", doing="calling is_public", expects=list, addresses=[each for each, _ in cases]
    )
    for (address, wanted), seen in zip(cases, found, strict=True):
        expect(
            seen is wanted,
            seen=f"is_public({address!r}) gives {seen!r}.",
            wanted=f"{wanted}. Of IPv6, 2000::/3 alone is public, without 2002::/16; of the rest"
            " what is_global says, and not is_multicast.",
        )


@check(
    title="Nothing on the inside is fetched, however its address is written",
    items=["topic.async"],
    why="127.0.0.1 has a dozen spellings, and behind it are databases, consoles, and the cloud's"
    " keys.",
    read="Not inside",
    needs=["10.previews", "10.public", "10.unparsable"],
)
def test_inside(previews: Previews, upstream: Upstream, inside: Upstream):
    title = previews.title()
    secret = inside.page("Secret")
    path = secret.rpartition("/")[2]
    told = {
        f"http://{host}:{inside.port}/{path}?{number}": f"{host} ({what})"
        for number, (host, what) in enumerate(SPELLINGS.items())
    }
    told[f"http://{upstream.at}@{inside.at}/{path}?user"] = f"{inside.at} (behind a user's name)"
    found = previews.of(*told, upstream.page(title))
    for url, preview in zip(told, found, strict=False):
        _unvisited(inside, f"The link {url}, to {told[url]},", RESOLVED, url.rpartition("?")[2])
        failed(preview, f"a link to {told[url]}")
    titled(found[-1], title, "a link that PREVIEW_ALLOWED allows", "")


@check(
    title="A name that leads inside is not followed there",
    items=["topic.async"],
    why="Whoever owns a domain decides where its names lead: 169.254.169.254, for one.",
    read="Not inside",
    needs=["10.inside"],
)
def test_resolved(http: Http, previews: Previews, upstream: Upstream, project: Project):
    reached = {"public.example": INTERNET, "allowed.example": "127.0.0.1"}
    allowed = json.loads(project.env["PREVIEW_ALLOWED"])
    if socket.has_dualstack_ipv6():  # one of IPv6 connects to a mapped address
        reached |= {"public6.example": INTERNET6, "allowed6.example": "::1"}
        allowed.append(f"[::1]:{upstream.port}")
    project.env["PREVIEW_ALLOWED"] = json.dumps(allowed)
    names = {name: [[address]] for name, address in {**NAMES, **reached}.items()}
    names["both.example"] = [["10.9.9.9", INTERNET]]
    here = ["127.0.0.1", upstream.port]
    servers = {address: here for address in reached.values() if address != "127.0.0.1"}
    http.start(setup="internet", names=names, servers=servers)
    title = previews.title()
    path = upstream.page(title).rpartition("/")[2]
    port = {name: f":{upstream.port}" for name in reached if name.startswith("allowed")}
    links = [f"http://{name}{port.get(name, '')}/{path}" for name in names]
    found = dict(zip(names, previews.of(*links), strict=True))
    tried = http.inside("attempted", expects=list[str])
    known = {address: name for name, address in NAMES.items()}
    known["10.9.9.9"] = "both.example"
    for address in tried:
        expect(
            address not in known,
            seen=f"The link http://{known.get(address)}/ leads to {address}, and that was connected"
            " to.",
            wanted=RESOLVED,
        )
    for name, address in NAMES.items():
        failed(found[name], f"http://{name}/, which leads to {address}")
        expect(
            address not in found[name]["error"],
            seen=f"The preview of http://{name}/ has error = {found[name]['error']!r}.",
            wanted=f"A sentence without {address}: the exception's own text is for your log.",
            why="Whoever writes posts could ask your resolver for every name that you have inside.",
        )
    for name, address in reached.items():
        what = f"http://{name}{port.get(name, '')}/, which leads to {address}"
        advice = "An address of the open internet needs no setting."
        if name in port:
            bracketed = f"[{address}]" if ":" in address else address
            what += f", with PREVIEW_ALLOWED naming {bracketed}{port[name]}"
            advice = (
                "Compare the setting with the address that the host resolved to, in brackets where"
                " it is of IPv6, and the port."
            )
        titled(found[name], title, what, advice)


@check(
    title="The address that was checked is the one that is connected to",
    items=["topic.async"],
    why="A name may lead to one place when you look, and to another when you go (DNS rebinding).",
    read="Not inside",
    needs=["10.inside"],
)
def test_rebinding(http: Http, previews: Previews, upstream: Upstream, inside: Upstream):
    http.start(
        setup="internet",
        names={"turning.example": [[INTERNET], ["127.0.0.1"]]},
        servers={INTERNET: ["127.0.0.1", upstream.port]},
    )
    upstream.page(previews.title())
    path = inside.page("Secret").rpartition("/")[2]
    for number in range(3):
        url = f"http://turning.example:{inside.port}/{path}?{number}"
        previews.of(url)
        _unvisited(
            inside,
            "The link http://turning.example/, whose name leads to the internet when it is asked"
            " after first and to 127.0.0.1 the next time,",
            "Resolve once, and connect to what was found: url.copy_with(host=address), the Host"
            ' header as it was, and extensions={"sni_hostname": …} for the certificate.',
        )


@check(
    title="A redirect does not lead inside either",
    items=["topic.async"],
    why="The first address may be anybody's good page; what it answers is theirs to say.",
    read="Redirects",
    needs=["10.redirects", "10.inside"],
)
def test_redirected_inside(previews: Previews, upstream: Upstream, inside: Upstream):
    secret = inside.page("Secret")
    path = secret.rpartition("/")[2]
    links = [
        upstream.redirect(secret),
        upstream.redirect(f"//{inside.at}/{path}", 307),
        upstream.redirect(f"http://localhost:{inside.port}/{path}", 301),
        upstream.redirect(upstream.redirect(f"http://2130706433:{inside.port}/{path}")),
    ]
    for preview in previews.of(*links):
        _unvisited(
            inside,
            "A redirect from a page that may be fetched to one that may not",
            "Check each hop as the first: in the transport, or before each next_request.",
        )
        failed(preview, "a redirect to the inside")


@check(
    title="No proxy of the environment is asked",
    items=["topic.async"],
    why="It would connect where your guard has never looked.",
    read="Not inside",
    needs=["10.previews"],
)
def test_proxy(previews: Previews, upstream: Upstream, inside: Upstream, project: Project):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        project.env[name] = f"http://{inside.at}"
    title = previews.title()
    [found] = previews.of(upstream.page(title))
    _unvisited(inside, "The proxy that HTTP_PROXY names", "AsyncClient(…, trust_env=False).")
    titled(found, title, "a link, with HTTP_PROXY set", "AsyncClient(…, trust_env=False).")


@check(
    title="What one site has set as a cookie is sent to nobody later",
    items=["topic.async"],
    why="A client that all requests share keeps cookies, and shows one reader's to the next.",
    read="At the same time",
    needs=["10.previews"],
)
def test_cookies(previews: Previews, upstream: Upstream):
    setting = upstream.page(previews.title(), Set_Cookie="session=secret; Path=/")
    moved = upstream.raw(b"", 302, Location=setting, Set_Cookie="other=secret; Path=/")
    previews.of(setting, moved)
    later = [upstream.page(previews.title()) for _ in range(2)]
    for link in later:
        previews.of(link)
    slow, through, page = upstream.meanwhile(previews.title(), Set_Cookie="third=secret; Path=/")
    previews.of(slow, through)
    later.append(page)
    for visit in (visit for link in later for visit in upstream.visits_of(link)):
        expect(
            "cookie" not in visit.headers,
            seen=f"A later request carries the cookie {visit.headers.get('cookie')!r}, which"
            " another page had set.",
            wanted="No cookie: AsyncClient(cookies=CookieJar(DefaultCookiePolicy("
            "allowed_domains=()))). A jar that is emptied after each link is full until then.",
        )


def _unvisited(server: Upstream, what: str, wanted: str, query: str = "") -> None:
    visits = [visit for visit in server.visits if visit.path.endswith(f"?{query}" if query else "")]
    expect(
        not visits,
        seen=f"{what} was followed: a server on the inside was asked for"
        f" {visits[0].path if visits else ''}.",
        wanted=wanted,
    )
