"""What sign-in is made of: the libraries, the setting, the hash and the token."""

import re
import time

import jwt

from checker.judge import check, expect
from checker.judge.evidence import Http, Probe, Project, Source, body, requirements, summarize
from kit import USERS, PostsApi
from kit.accounts import Accounts, scrypt_hash, unverified
from kit.forgeries import forgeries, token
from kit.signing import AUDIENCE, ISSUER, PURPOSE, claims

ARGON2 = re.compile(r"\$argon2(?P<kind>id|i|d)\$v=\d+\$m=(?P<m>\d+),t=(?P<t>\d+),p=\d+\$")
LEAST = {1: 47104, 2: 19456, 3: 12288, 4: 9216, 5: 7168}
"""KiB by rounds: the five settings that OWASP recommends for argon2id, one as dear as another."""
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "purpose": PURPOSE}


@check(
    title="requirements.txt asks for PyJWT, pwdlib with argon2, and python-multipart",
    items=["topic.auth"],
    why="What is not listed is missing on the machine that runs your service.",
    read="Before you start",
)
def test_requirements(source: Source):
    found = requirements(source)
    names = ", ".join(map(str, found.values())) or "nothing"
    for name, line in (
        ("pyjwt", "pyjwt>=2.15"),
        ("pwdlib", "pwdlib[argon2]>=0.3"),
        ("python-multipart", "python-multipart>=0.0.20"),
    ):
        expect(
            name in found,
            seen=f"requirements.txt lists {names}.",
            wanted=f"The line {line}.",
        )
    expect(
        "argon2" in found["pwdlib"].extras,
        seen=f"requirements.txt asks for {found['pwdlib']}.",
        wanted="pwdlib[argon2]>=0.3: without the extra, there is no argon2 to hash with.",
    )


@check(
    title="How long somebody stays signed in is a setting",
    items=["topic.auth"],
    why="A stolen token works until it ends: how long that is, is decided by who runs the service.",
    read="Before you start",
)
def test_lifetime(probe: Probe, project: Project, rng):
    project.env.pop("ACCESS_TOKEN_MINUTES", None)
    minutes = rng.randrange(2, 600)
    for given, wanted in ((None, 30), (str(minutes), minutes), ("1", 1)):
        if given:
            project.env["ACCESS_TOKEN_MINUTES"] = given
        seen = probe("lifetime", doing="building Settings()").get("value")
        said = f"With ACCESS_TOKEN_MINUTES={given}" if given else "With nothing set"
        expect(
            seen == wanted,
            seen=f"{said}, settings.access_token_minutes is {seen!r}.",
            wanted=f"{wanted}, in app/config.py: access_token_minutes: … = 30.",
        )
    for given in ("0", "-5", "soon"):
        project.env["ACCESS_TOKEN_MINUTES"] = given
        seen = probe("lifetime", doing=f"building Settings() with ACCESS_TOKEN_MINUTES={given}")
        expect(
            "refused" in seen,
            seen=f"With ACCESS_TOKEN_MINUTES={given} the settings are built.",
            wanted="They are refused: Annotated[int, Field(ge=1, le=24 * 60)].",
            why="A token that has ended when it is made signs nobody in, and nobody knows why.",
        )


@check(
    title="New passwords are hashed with argon2id, each with its own salt",
    items=["topic.auth"],
    why="argon2id needs memory as well as time, which a thief's graphics cards do not have.",
    read="Passwords, hashed with argon2",
)
def test_argon2(http: Http, api: PostsApi):
    passwords = ["correct horse", "correct horse", "x" * 128, "\N{GRINNING FACE}" * 40]
    hashes = []
    for password in passwords:
        data = api.user_data(password=password)
        response = http.post(USERS, json=data)
        expect(
            response.status_code == 201,
            seen=f"POST {USERS} with a password of {len(password)} characters,"
            f" {len(password.encode())} bytes, was answered with {summarize(response)}",
            wanted="201: a password has 8 to 128 characters, whatever they are.",
            why="bcrypt takes 72 bytes; argon2 has no such bound.",
        )
        query = "SELECT hashed_password FROM users WHERE email = ?"
        [row] = api.database.query(query, body(response)["email"])
        hashes.append(str(row["hashed_password"]))
    for stored in hashes:
        found = ARGON2.match(stored)
        expect(
            found is not None and found["kind"] == "id",
            seen=f"A new user's hashed_password begins with {stored[:10]!r}.",
            wanted="$argon2id$…: hash_password in app/utils/passwords.py uses pwdlib.",
        )
        memory, rounds = int(found["m"]), int(found["t"])
        expect(
            memory >= LEAST[min(rounds, max(LEAST))],
            seen=f"A new hash has taken {memory} KiB of memory and {rounds} rounds.",
            wanted="time_cost=2, memory_cost=19 * 1024 at least, which OWASP recommends, or"
            " PasswordHash.recommended().",
            why="A hash that is quick for you is quick for whoever has stolen the table.",
        )
    expect(
        len(set(hashes)) == len(hashes),
        seen="Two users with one password have the same hash.",
        wanted="A salt of its own for each: pwdlib makes one unless it is given one.",
    )


@check(
    title="create_access_token makes a token with the six claims, and nothing private",
    items=["structure.utils-auth"],
    why="A token is signed and not encrypted: whoever holds it reads it.",
    read="A token",
)
def test_made(probe: Probe, project: Project, rng):
    ids = [rng.randrange(2, 900), rng.randrange(1000, 2**31 - 1)]
    for zone, minutes in (("UTC", 7), ("America/New_York", 45), ("Asia/Tokyo", 45)):
        project.env |= {"TZ": zone, "ACCESS_TOKEN_MINUTES": str(minutes)}
        seen = probe.afresh("made", doing="calling create_access_token", ids=ids)
        now = time.time()
        expect(
            seen["tokens"] is not None,
            seen=f"create_access_token gives a {seen['kinds'][0]}.",
            wanted="A str: return jwt.encode(…), and no async.",
        )
        for id_, given in zip(ids, seen["tokens"], strict=True):
            _is_right(given, id_, minutes, zone, now, project.env["SECRET_KEY"])


def _is_right(given: str, id_: int, minutes: int, zone: str, now: float, secret: str):
    header, payload = unverified(given)
    expect(
        header.get("alg") == "HS256",
        seen=f"The token's algorithm is {header.get('alg')}.",
        wanted='HS256: jwt.encode(claims, secret, algorithm="HS256").',
    )
    sub = payload.get("sub")
    expect(
        not isinstance(sub, int),
        seen=f"sub is {sub}, a number. PyJWT writes that, and refuses to read it: signing in works,"
        " and every request after it is a 401.",
        wanted='"sub": str(user_id).',
        why="RFC 7519 says that sub is a text.",
    )
    wanted = {"sub": str(id_), **CLAIMS}
    for name, value in wanted.items():
        expect(
            payload.get(name) == value,
            seen=f"For the user {id_}, {name} is {payload.get(name, '(absent)')!r}.",
            wanted=f"{value!r}, as in the table of claims.",
        )
    for name, moment in (("iat", now), ("exp", now + 60 * minutes)):
        found = payload.get(name)
        expect(
            isinstance(found, int | float) and abs(found - moment) < 60,
            seen=f"{name} is {_ago(found, now)}, in the zone {zone} with"
            f" ACCESS_TOKEN_MINUTES={minutes}.",
            wanted=f"{'Now' if name == 'iat' else f'In {minutes} minutes'}: datetime.now(UTC)."
            " PyJWT takes a time without a zone for UTC.",
            why="West of Greenwich such a token has ended before it is used, and east of it, it"
            " lasts for hours.",
        )
    more = sorted(payload.keys() - wanted.keys() - {"iat", "exp", "nbf", "jti"})
    expect(
        not more,
        seen=f"The token also says {', '.join(more)}.",
        wanted="The claims of the table: who, for whom, by whom, from when, until when.",
    )
    try:
        jwt.decode(given, secret, ["HS256"], audience=AUDIENCE, issuer=ISSUER)
    except jwt.InvalidTokenError as error:
        expect(
            False,
            seen=f"By settings.secret_key, the token is not valid: {error}.",
            wanted="It is signed with settings.secret_key.get_secret_value().",
        )


def _ago(found: object, now: float) -> str:
    if not isinstance(found, int | float):
        return f"{found!r}"
    minutes = round((found - now) / 60)
    return f"{abs(minutes)} minutes {'ahead' if minutes >= 0 else 'ago'}"


@check(
    title="read_access_token gives the user's id, and refuses everything else",
    items=["structure.utils-auth"],
    why="Whoever can have one token accepted that you have not made is whoever they like.",
    read="What a token proves",
)
def test_read(probe: Probe, project: Project, rng):
    secret, other = project.env["SECRET_KEY"], f"{rng.randrange(10**40):040}"
    ids = [rng.randrange(20, 90), rng.randrange(1000, 2**31 - 1), 2**31 - 1]
    good = [token(claims(each), secret) for each in ids]
    bad = list(forgeries(claims(ids[0]), secret, other))
    tokens = [*good, *(each for _, each, _ in bad), ""]
    new = token(claims(ids[0], jti="unread"), secret)
    *seen, unread, again = probe(
        "read",
        doing="calling read_access_token",
        expects=list[dict],
        tokens=tokens,
        tomorrow=[new, good[0]],
    )
    for id_, found in zip(ids, seen, strict=False):
        expect(
            found.get("value") == id_ and isinstance(found.get("value"), int),
            seen=f"Of a good token for the user {id_}, read_access_token makes {_words(found)}.",
            wanted=f"{id_}, a number.",
        )
    cases = [*((what, wanted) for what, _, wanted in bad), ("nothing", "A token that is empty.")]
    for (what, wanted), found in zip(cases, seen[len(ids) :], strict=True):
        expect(
            "refused" in found,
            seen=f"Of a token with {what}, read_access_token makes {_words(found)}."
            if not what.endswith("token")
            else f"Of {what}, read_access_token makes {_words(found)}.",
            wanted=f"InvalidTokenError of app.utils.auth. {wanted}",
        )
    expect(
        "refused" not in unread or "refused" in again,
        seen="A token that was read while it was good is read again when it has ended, and"
        f" read_access_token makes {_words(again)}. Another, which has ended as well and was never"
        " read, it refuses.",
        wanted="InvalidTokenError: whether a token has ended is asked each time that it comes.",
        why="Whoever has used a token once could use it for ever.",
    )


def _words(found: dict) -> str:
    if "raised" in found:
        return found["raised"]
    return "an InvalidTokenError" if "refused" in found else f"{found.get('value')!r}"


@check(
    title="An application signs and reads by the settings that it was made with",
    items=["topic.auth"],
    why="Two applications in one process, as in tests, or two tenants, must not share a secret.",
    read="Who is asking",
    needs=["09.made", "09.read", "09.author"],
)
def test_own_secret(probe: Probe, accounts: Accounts, project: Project, rng):
    password = "correct horse"
    user = accounts.add(scrypt_hash(password, rng.randbytes(16)))
    given = [
        {"secret_key": f"{rng.randrange(10**40):040}", "access_token_minutes": minutes}
        for minutes in (7, 11)
    ]
    answers = probe(
        "two_settings",
        doing="making two applications with create_app(Settings(secret_key=…))",
        expects=list[dict],
        file=project.env["DATABASE_URL"],
        given=given,
        user_id=user["id"],
        form={"grant_type": "password", "username": user["email"], "password": password},
    )
    for which, answer in enumerate(answers):
        own, others = answer["statuses"][which], answer["statuses"][1 - which]
        expect(
            own == 200 and others == 401,
            seen="An application that was made with a secret of its own answers a token by that"
            f" secret with {own}, and one by another application's with {others}.",
            wanted="200 and 401: the settings that create_app was given, by"
            " request.app.state.settings, and not get_settings().",
        )
        minutes = given[which]["access_token_minutes"]
        expect(
            f'"expires_in":{60 * minutes}' in answer["body"].replace(" ", ""),
            seen=f"An application that was made with access_token_minutes={minutes} lets somebody"
            f" sign in, and answers with {_hidden(answer['body'])}.",
            wanted=f"expires_in = {60 * minutes}, by request.app.state.settings, and not by"
            " get_settings().",
        )


def _hidden(answer: str) -> str:
    """Without the token: it is long, and says nothing to a reader."""
    return re.sub(r"eyJ[\w.-]+", "eyJ…", answer)
