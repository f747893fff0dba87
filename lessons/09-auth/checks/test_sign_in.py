"""Signing in: who may, who may not, and what nobody learns from it."""

import statistics
import time
import unicodedata

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import USERS
from kit.accounts import Accounts, scrypt_hash, unauthorized, unverified
from kit.signing import SIGN_IN

TRIES = 5
BOUNDS = 0.5, 2.0
"""How many times as long an unknown address may take as a wrong password."""
UNCHANGED_SQLITE = ("CREATE TRIGGER gone BEFORE UPDATE ON users BEGIN SELECT RAISE(IGNORE); END",)
UNCHANGED_POSTGRESQL = (  # no rule, which would refuse an UPDATE with RETURNING
    "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER gone BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION gone()",
)
"""What lets an UPDATE of users meet no row."""
NOBODY = (
    "It is the answer for everybody who is not there: a StaleDataError, or an UPDATE whose rowcount"
    " is 0, is a rollback and None."
)


@check(
    title="An address and its password are answered with a token",
    items=["topic.auth"],
    why="The names are those of OAuth 2, which clients and the Authorize button know.",
    read="Signing in",
    needs=["09.made"],
)
def test_sign_in(http: Http, accounts: Accounts):
    umlaut = f"zoë-{accounts.api.user_data()['email']}"
    for user in (accounts.api.user(), accounts.api.user(email=umlaut)):
        password = accounts.api.passwords[user["email"]]
        decomposed = unicodedata.normalize("NFD", user["email"])
        for number, username in enumerate((user["email"], user["email"].upper(), decomposed)):
            response = accounts.sign_in(username, password)
            expect(
                response.status_code == 200,
                seen=f"POST {SIGN_IN} by {username}, registered as {user['email']}"
                f"{', with its ë as two characters,' if number == 2 else ''} was answered with"
                f" {summarize(response)}",
                wanted="200: the form's username is the address, and it is compared in the form in"
                " which it is stored.",
            )
            found = body(response)
            expect(
                isinstance(found.get("access_token"), str)
                and str(found.get("token_type")).lower() == "bearer",
                seen=f"Signing in gave {', '.join(found)} with token_type ="
                f" {found.get('token_type')!r}.",
                wanted="access_token, and token_type = 'bearer'.",
            )
            _, payload = unverified(found["access_token"])
            expect(
                payload.get("sub") == str(user["id"]),
                seen=f"The token of the user {user['id']} says sub = {payload.get('sub')!r}.",
                wanted=f"{str(user['id'])!r}: create_access_token(user.id, settings).",
            )
            lasts = payload.get("exp", 0) - payload.get("iat", 0)
            expect(
                found.get("expires_in") == lasts,
                seen=f"The token ends {lasts} s after iat, and expires_in is"
                f" {found.get('expires_in', '(absent)')!r}.",
                wanted="The same number, in seconds: 60 * settings.access_token_minutes.",
            )


@check(
    title="A wrong password and an unknown address are one and the same 401",
    items=["topic.auth", "antipattern.missing-error-handling"],
    why="Whoever is told which of the two was wrong can list your customers.",
    read="Signing in",
    needs=["09.sign-in"],
)
def test_wrong(http: Http, accounts: Accounts):
    user = accounts.api.user()
    email, password = user["email"], accounts.api.passwords[user["email"]]
    unknown = accounts.api.user_data()["email"]
    longest = "é" * 127
    long = accounts.api.user(password=f"{longest}x")["email"]
    told = []
    for what, username, given in (
        ("a wrong password", email, f"{password}x"),
        ("a password in capitals", email, password.upper()),
        ("a part of the password", email, password[:-1]),
        ("a password of one letter", email, "x"),
        ("a password of 20,000 letters", email, "x" * 20_000),
        ("a password of 128 letters whose last is wrong", long, f"{longest}y"),
        ("a password of 129 letters whose last is one too many", long, f"{longest}xx"),
        ("an unknown address", unknown, password),
        ("what is no address", "nobody", password),
        ("an address with the character NUL", f"a\x00{email}", password),
        ("an address of 5,000 letters", f"{'x' * 5000}@example.com", password),
        ("the pattern %@% for an address", "%@%", password),
    ):
        response = accounts.sign_in(username, given)
        unauthorized(response, f"Signing in with {what}", "Whatever is wrong, the answer is this.")
        found = body(response)
        told.append((what, {name: found[name] for name in found if name != "request_id"}))
    first, answer = told[0]
    for what, other in told[1:]:
        expect(
            other == answer,
            seen=f"Of {first} the problem is {answer}, and of {what} {other}.",
            wanted="The same but for the request's id.",
        )
    for what, status, options in (
        ("an empty form", {422}, {"data": {}}),
        ("a form without password", {422}, {"data": {"username": email}}),
        ("a form without username", {422}, {"data": {"password": password}}),
        ("JSON", {401, 422}, {"json": {"username": email, "password": password}}),
    ):
        response = http.post(SIGN_IN, **options)
        expect(
            response.status_code in status,
            seen=f"POST {SIGN_IN} with {what} was answered with {summarize(response)}",
            wanted="422, as for every request that is not valid: Annotated["
            "OAuth2PasswordRequestForm, Depends()].",
        )


@check(
    title="Hashes of lesson 05 still sign in, and are replaced on the way",
    items=["topic.auth"],
    why="Nobody resets ten thousand passwords: each is hashed anew the next time it is at hand.",
    read="Hashes from before",
    needs=["09.sign-in", "09.argon2"],
)
def test_rehash(accounts: Accounts, rng):
    passwords = [
        f"secret-{rng.randrange(10**9):09}",
        f"Pässwörd {rng.randrange(10**9)}".ljust(128, "é"),
    ]
    old = [scrypt_hash(each, rng.randbytes(16)) for each in passwords]
    users = [accounts.add(each) for each in old]
    for user, password, hashed in zip(users, passwords, old, strict=True):
        response = accounts.sign_in(user["email"], f"{password}x")
        expect(
            response.status_code == 401,
            seen="Signing in with a wrong password, where the hash is scrypt's, was answered with"
            f" {summarize(response)}",
            wanted="401: hmac.compare_digest of the stored digest, and what scrypt makes of the"
            " password with the stored salt.",
        )
        expect(
            _hash(accounts, user) == hashed,
            seen="After a wrong password the hash is another one.",
            wanted="The old one: only the right password is hashed anew.",
        )
        response = accounts.sign_in(user["email"], password)
        expect(
            response.status_code == 200,
            seen=f"A user whose hash is scrypt$16384$…, as lesson 05's reference stored it, signs"
            f" in and is answered with {summarize(response)}",
            wanted="200: PasswordHash((Argon2Hasher(…), ScryptHasher())) asks each whether it"
            " knows the hash.",
        )
        new = _hash(accounts, user)
        expect(
            new.startswith("$argon2id$"),
            seen=f"After signing in, the hash begins with {new[:8]!r}.",
            wanted="$argon2id$, committed: verify_and_update gives the new hash.",
        )
    for user, password in zip(users, passwords, strict=True):
        before = _hash(accounts, user)
        accounts.token(user["email"], password)
        expect(
            _hash(accounts, user) == before,
            seen="Signing in a second time writes another hash.",
            wanted="The same: a hash of today is not replaced.",
        )
    gone = accounts.add(old[0])
    accounts.http.inside("let_another_delete", user_id=gone["id"])
    response = accounts.sign_in(gone["email"], passwords[0])
    if accounts.http.inside("has_deleted", expects=bool):  # whoever locks the row is not disturbed
        unauthorized(
            response,
            "Signing in as somebody whom another request has deleted a moment ago, right before the"
            " new hash is written,",
            NOBODY,
        )
    late = accounts.add(old[0])
    lite = accounts.database.url.startswith("sqlite")
    for sql in UNCHANGED_SQLITE if lite else UNCHANGED_POSTGRESQL:
        accounts.database.execute(sql)
    response = accounts.sign_in(late["email"], passwords[0])
    expect(
        response.status_code in {200, 401},
        seen="Somebody whose row is gone when the new hash is written, deleted a moment ago, signs"
        f" in and is answered with {summarize(response)}",
        wanted=f"401. {NOBODY}",
    )


@check(
    title="What is no hash signs nobody in, and is no 500",
    items=["topic.auth"],
    why="Imports, tests and old code leave all kinds of things in a column.",
    read="Hashes from before",
    needs=["09.wrong"],
)
def test_strange_hash(accounts: Accounts, rng):
    good = scrypt_hash("correct horse", rng.randbytes(16))
    argon2 = "$argon2id$v=19$m=8,t=1,p=1$"
    for hashed in (
        "not a hash",
        "correct horse",
        "",
        "scrypt",
        good[:-4],
        good.rpartition("$")[0],
        good.replace("$16384$", "$many$"),
        f"{argon2}c29tZXNhbHQ",
        f"{argon2}c29tZXNhbHRzb21lc2FsdA$!!!!",
        "$2b$12$abcdefghijklmnopqrstuuMX9vUcXd3o8Yv2Hnxj3nY0u5QeZp1rK",
    ):
        user = accounts.add(hashed)
        unauthorized(
            accounts.sign_in(user["email"], "correct horse"),
            f"Signing in where hashed_password is {hashed!r}",
            "A hash of lesson 05 has a digest of 64 bytes, whatever is left of it: how long it is"
            " is not taken from the hash."
            if hashed.startswith("scrypt$16384$")
            else "pwdlib raises UnknownHashError for what none of its hashers knows:"
            " verify_password gives (False, None) then.",
        )


@check(
    title="An unknown address takes as long as a wrong password",
    items=["topic.auth"],
    why="A stopwatch lists your customers as well as a sentence does.",
    read="Signing in",
    needs=["09.wrong"],
)
def test_timing(http: Http, accounts: Accounts):
    user = accounts.api.user()
    password = "wrong horse"
    accounts.sign_in(user["email"], password)
    took: dict[str, list[tuple[float, float]]] = {"known": [], "unknown": []}
    for number in range(TRIES):
        for who, address in (
            ("known", user["email"]),
            ("unknown", f"nobody{number}@example.com"),
        ):
            http.inside("begin")
            began = time.perf_counter()
            accounts.sign_in(address, password)
            seconds = time.perf_counter() - began
            took[who].append((seconds, http.inside("spent")["all"]))
    ratios = []
    for each in (0, 1):  # by the clock, and by the processor, which other work disturbs less
        known, unknown = (
            statistics.median(pair[each] for pair in took[who]) for who in ("known", "unknown")
        )
        ratios.append(unknown / max(known, 1e-6))
    milliseconds = {
        who: round(1000 * statistics.median(pair[0] for pair in found))
        for who, found in took.items()
    }
    expect(
        any(BOUNDS[0] <= ratio <= BOUNDS[1] for ratio in ratios),
        seen=f"A wrong password takes {milliseconds['known']} ms, and an unknown address"
        f" {milliseconds['unknown']} ms.",
        wanted="About as long: where there is no user, the password is compared with the hash of"
        " nobody, made once and with the same cost.",
    )


@check(
    title="Passwords are hashed outside of the event loop",
    items=["topic.auth"],
    why="While the loop hashes, nobody else is answered.",
    read="Passwords, hashed with argon2",
    needs=["09.argon2", "09.sign-in"],
)
def test_off_loop(http: Http, accounts: Accounts, rng):
    user = accounts.api.user()
    secret = "correct horse"
    old = accounts.add(scrypt_hash(secret, rng.randbytes(16)))
    for what, ask in (
        ("Registering", lambda: http.post(USERS, json=accounts.api.user_data())),
        ("Signing in", lambda: accounts.sign_in(user["email"], f"{secret}x")),
        ("Signing in with a hash of lesson 05", lambda: accounts.sign_in(old["email"], secret)),
        ("Signing in with an unknown address", lambda: accounts.sign_in("a@b.org", secret)),
    ):
        http.inside("begin")
        ask()
        spent = http.inside("spent", expects=dict[str, float])
        expect(
            spent["loop"] < spent["all"] / 2 or spent["all"] < 0.01,
            seen=f"{what} takes {1000 * spent['all']:.0f} ms of the processor, and the event loop"
            f" itself works {1000 * spent['loop']:.0f} ms of them.",
            wanted="await asyncio.to_thread(…) around what hashes or compares.",
        )
        there = http.inside("hashed_on_loop", expects=list[str])
        expect(
            not there,
            seen=f"{what} runs {' and '.join(there)} in the event loop itself.",
            wanted="await asyncio.to_thread(…) around all that hashes or compares, a new hash in"
            " place of an old one as well.",
        )


def _hash(accounts: Accounts, user: dict) -> str:
    query = "SELECT hashed_password FROM users WHERE id = ?"
    [row] = accounts.database.query(query, user["id"])
    return str(row["hashed_password"])
