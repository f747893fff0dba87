"""A post that has not changed is not sent again."""

import re

from checker.judge import check, expect, tried
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, USERS, PostsApi

TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')
WHOLE = "A tag that follows everything in the response, such as a hash of its JSON."


@check(
    title="A post that the client has already is answered with 304, and any change with 200",
    why="A tag that misses a change shows old texts for as long as the browser likes.",
    read="Stretch: not modified",
    stretch=True,
)
def test_etag(http: Http, api: PostsApi):
    user = api.user()
    post, other = api.post(user), api.post(user)
    url = f"{POSTS}/{post['id']}"
    first = http.get(url)
    tag = first.headers.get("ETag", "")
    tried(tag != "")
    expect(
        TAG.fullmatch(tag) is not None,
        seen=f"GET {url} has ETag: {tag}",
        wanted='A text in double quotes: ETag: "5e884898da28"',
        why="Caches pass over a tag that is not written as RFC 9110 says.",
    )
    expect(
        http.get(url).headers.get("ETag") == tag,
        seen=f"GET {url}, asked twice, has another ETag each time.",
        wanted="The same as long as nothing has changed.",
    )
    elsewhere = f"{POSTS}/{other['id']}"
    expect(
        http.get(elsewhere).headers.get("ETag") not in ("", None, tag),
        seen=f"GET {url} and GET {elsewhere} have ETag: {tag}",
        wanted="Each version of each post has a tag of its own.",
    )
    bare = tag.removeprefix("W/")
    for given, what in (
        (tag, "the tag"),
        (f'"other", {tag}', "two tags, the second of which fits"),
        (f"W/{bare}", "the tag as a weak one"),
        ("*", "a *"),
    ):
        response = http.get(url, headers={"If-None-Match": given})
        expect(
            response.status_code == 304,
            seen=f"GET {url} with {what} in If-None-Match is answered with {summarize(response)}",
            wanted="304: split at the commas, and compare without a W/ in front.",
        )
        expect(
            response.content == b"" and response.headers.get("ETag") == tag,
            seen=f"A 304 has ETag: {response.headers.get('ETag', 'none')}"
            f" and a body of {len(response.content)} bytes.",
            wanted=f"ETag: {tag}, and no body.",
            why="A cache keeps its copy under the tag that the 304 says.",
        )
    nothing = http.get(f"{POSTS}/{post['id'] + 10**6}", headers={"If-None-Match": "*"})
    expect(
        nothing.status_code == 404,
        seen=f"A post that is not there, with If-None-Match: *, gives {summarize(nothing)}",
        wanted="404: what is not there is not unchanged.",
    )
    for address, data, what in (
        (url, {"content": "Another text"}, "the content has changed"),
        (url, {"published": not post["published"]}, "published has changed"),
        (f"{USERS}/{user['id']}", {"name": "Another name"}, "the author's name has changed"),
    ):
        changed = http.patch(address, json=data)
        expect(
            changed.status_code == 200,
            seen=f"PATCH {address} is answered with {summarize(changed)}",
            wanted="200, as before.",
        )
        response = http.get(url, headers={"If-None-Match": tag})
        expect(
            response.status_code == 200 and body(response).get("id") == post["id"],
            seen=f"Once {what}, the old tag is answered with {summarize(response)}",
            wanted=f"200 and the post. {WHOLE}",
        )
        expect(
            response.headers.get("ETag") not in (tag, None),
            seen=f"Once {what}, the ETag is {response.headers.get('ETag', 'missing')}, as before.",
            wanted=f"Another. {WHOLE}",
        )
        tag = response.headers["ETag"]
