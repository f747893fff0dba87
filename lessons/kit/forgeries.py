"""Tokens that prove nothing: made from a good one's claims, each with one thing that is wrong."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
HOUR = 3600
DEVELOPMENT_SECRET = "for-development-only-and-never-in-production"  # noqa: S105 - that of lesson 00


def token(payload: Any, secret: str, *, alg: str = "HS256", by: str = "HS256", **more: Any) -> str:
    """A token whose header says `alg`, and which is signed by the hash `by`, or by none."""
    header = {"alg": alg, "typ": "JWT", **more}
    start = f"{_encoded(header)}.{_encoded(payload)}"
    if by not in HASHES:
        return f"{start}."
    digest = hmac.new(secret.encode(), start.encode(), HASHES[by]).digest()
    return f"{start}.{_plain(digest)}"


def forgeries(good: Mapping[str, Any], secret: str, other: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with each, the token, and what refuses it. `other` is another secret."""
    pinned = 'algorithms=["HS256"], and nothing that the token itself says.'
    for alg in ("none", "None", "nOnE"):
        yield f"alg: {alg} and no signature", token(good, secret, alg=alg, by=""), pinned
    for by in ("HS384", "HS512"):
        yield f"an {by} signature by your secret", token(good, secret, alg=by, by=by), pinned
    yield "alg: RS256, signed by HS256", token(good, secret, alg="RS256"), pinned
    key = "settings.secret_key alone as the key."
    yield "a signature by another secret", token(good, other), key
    yield "a signature by the empty secret", token(good, ""), key
    yield "a signature by lesson 00's secret for development", token(good, DEVELOPMENT_SECRET), key
    for what, changes, wanted in _changes(good):
        payload = {name: value for name, value in {**good, **changes}.items() if value != _ABSENT}
        yield what, token(payload, secret), wanted
    whole = "Every jwt.InvalidTokenError is caught, not one kind of it."
    yield "a list for a payload", token([1, 2], secret), whole
    right = token(good, secret)
    start, _, signature = right.rpartition(".")
    altered = f"{start}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    yield "a signature with another first letter", altered, whole
    yield "the last letters cut off", right[:-7], whole
    yield "the signature cut off", f"{start}.", whole
    yield "the second half cut off", right[: len(right) // 2], whole
    for what, text in (("three letters", "a.b.c"), ("5,000 letters", "x" * 5000), ("a word", "me")):
        yield f"{what} for a token", text, whole


_ABSENT = object()


def _changes(good: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    now, id_ = int(time.time()), str(good["sub"])
    exp = 'options={"require": ["exp", "sub"]}: without it, PyJWT takes a token that never ends.'
    yield "no exp", {"exp": _ABSENT}, exp
    yield "exp: null", {"exp": None}, exp
    yield "an exp of an hour ago", {"iat": now - 2 * HOUR, "exp": now - HOUR}, "exp is verified."
    yield "an exp of two minutes ago", {"iat": now - HOUR, "exp": now - 120}, "A leeway of seconds."
    yield "an nbf in two minutes", {"nbf": now + 120}, "A leeway of seconds."
    yield "an exp that is a list", {"exp": [now + HOUR]}, "jwt.InvalidTokenError is caught."
    yield "an nbf of tomorrow", {"nbf": now + 24 * HOUR}, "nbf is verified, as PyJWT does."
    yield "no sub", {"sub": _ABSENT}, exp
    sub = 're.fullmatch(r"[1-9][0-9]{0,9}", sub), and at most 2**31 - 1, before int(sub).'
    for what, value in (
        ("a number for sub", int(id_)),
        ("sub: null", None),
        ("an empty sub", ""),
        ("a word for sub", "ada"),
        ("sub: -1", "-1"),
        ("sub: 0", "0"),
        ("a sub of thirty digits", "9" * 30),
        ("sub: 2147483648", str(2**31)),
        ("sub: 9223372036854775808", str(2**63)),
        ("a sub with an underscore between its digits", f"{id_[0]}_{id_[1:]}"),
        ("a sub with a blank before it", f" {id_}"),
        ("a sub with a line's end behind it", f"{id_}\n"),
        ("a sub of Arabic digits", "".join(chr(0x660 + int(digit)) for digit in id_)),
    ):
        yield what, {"sub": value}, sub
    names = {"iss": "issuer=ISSUER", "aud": "audience=AUDIENCE", "purpose": "purpose is compared"}
    for name, wanted in names.items():
        yield f"another {name}", {name: "others"}, f"{wanted}, in read_access_token."
        yield f"no {name}", {name: _ABSENT}, f"{wanted}, in read_access_token."


def _encoded(data: Any) -> str:
    return _plain(json.dumps(data).encode())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
