"""When no connection is left the client is told to come back, and when."""

from checker.judge import check, expect, tried
from checker.judge.evidence import Http, Project, body, summarize
from kit import POSTS, USERS, PostsApi
from kit.environment import origins

LIMIT = "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00"


@check(
    title="With every connection in use the answer is 503, and says when to come again",
    why="A 500 is reported as a bug, and a client that is not told to wait asks at once, again.",
    read="Stretch: come back later",
    stretch=True,
)
def test_busy(http: Http, api: PostsApi, project: Project):
    _ = http.client
    http.inside("use_up", doing="using up the pool", message=LIMIT)
    origin = origins(project.env)[0]
    requests = (
        ("GET", POSTS, {}),
        ("GET", f"{USERS}/1", {}),
        ("POST", USERS, {"json": api.user_data()}),
    )
    answers = [
        http.request(method, url, headers={"Origin": origin}, **options)
        for method, url, options in requests
    ]
    tried(any(answer.status_code == 503 for answer in answers))
    for (method, url, _), answer in zip(requests, answers, strict=True):
        asked = f"With every connection in use, {method} {url}"
        expect(
            answer.status_code == 503,
            seen=f"{asked} is answered with {summarize(answer)}",
            wanted="503 whatever is asked for: a handler for sqlalchemy.exc.TimeoutError.",
        )
        problem = body(answer)
        id_ = answer.headers.get("X-Request-ID")
        expect(
            answer.headers.get("Content-Type", "").startswith("application/problem+json")
            and (problem.get("status"), problem.get("request_id")) == (503, id_),
            seen=f"{asked} is answered with {summarize(answer)}",
            wanted="A problem as for every other error, with the status and the request's id.",
        )
        expect(
            "pool" not in answer.text.lower() and "30.00" not in answer.text,
            seen=f"{asked} tells the client: {problem.get('detail')}",
            wanted="A sentence of your own.",
            why="How the service is built is nobody's business, and helps whoever attacks it.",
        )
        after = answer.headers.get("Retry-After", "")
        expect(
            after.isdecimal() and 1 <= int(after) <= 3600,
            seen=f"{asked} is answered with Retry-After: {after or 'missing'}",
            wanted="A number of seconds, from 1 to some minutes: Retry-After: 5",
        )
        exposed = answer.headers.get("Access-Control-Expose-Headers", "")
        expect(
            "retry-after" in exposed.lower().replace(" ", "").split(","),
            seen="A page may read the headers "
            f"{exposed or 'that browsers always show'}, and not Retry-After.",
            wanted='"Retry-After" in expose_headers of CORSMiddleware.',
            why="A script that cannot see the header asks again at once.",
        )
    http.inside("give_back", doing="giving connections back")
    answer = http.get(POSTS)
    expect(
        answer.status_code == 200,
        seen=f"With connections to be had again GET {POSTS} is answered with {summarize(answer)}",
        wanted="200, as before.",
    )
