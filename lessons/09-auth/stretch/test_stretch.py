"""A secret that is changed while people are at work."""

import time

import jwt

from checker.judge import check, expect, tried
from checker.judge.evidence import Definitions, Probe, Project
from kit.forgeries import token
from kit.signing import claims

NAME = "SECRET_KEY_PREVIOUS"
RULES = "The same jwt.decode for both keys: algorithms, issuer, audience, require, then purpose."


@check(
    title="A secret can be changed, and tokens by the one before are read until they end",
    why="A key whose change signs everybody out is changed too late, or never.",
    read="Stretch: a new key, and nobody signs in again",
    stretch=True,
)
def test_two_keys(definitions: Definitions, probe: Probe, project: Project, rng):
    modules = definitions("app.config.Settings").modules
    tried(any(NAME.lower() in module.text.lower() for module in modules))
    new, old, other = (f"{rng.randrange(10**39):039}" for _ in range(3))
    ids = rng.sample(range(1, 9000), 2)
    project.env |= {"SECRET_KEY": new, NAME: old}
    tokens = probe("made", doing="calling create_access_token", ids=ids)["tokens"] or []
    for each in tokens:
        expect(
            _is_signed(each, new),
            seen=f"With {NAME} set, a new token is signed"
            f" {'by that key' if _is_signed(each, old) else 'by another key than SECRET_KEY'}.",
            wanted="By settings.secret_key: the key before is for reading alone.",
            why="A token by the old key, made today, keeps that key needed for ever.",
        )
    good, hour = claims(ids[0]), int(time.time()) - 3600
    kept = {
        "a token by SECRET_KEY": token(good, new),
        "a token by the key before": token(good, old),
        "another's token by the key before": token(claims(ids[1]), old),
    }
    found = _read(probe, kept)
    for (what, each), owner in zip(found.items(), (ids[0], ids[0], ids[1]), strict=True):
        expect(
            each.get("value") == owner,
            seen=f"With both keys set, {what} {_told(each)}.",
            wanted=f"The id that it names, {owner}: try the key before where the signature is not"
            " by the new one.",
        )
    refused = {
        "a token by a third key": token(good, other),
        "a token by no key": token(good, old, alg="none", by=""),
        "a token by the key before that has ended": token(claims(ids[0], exp=hour), old),
        "a token by the key before without exp": token(claims(ids[0], exp=None), old),
        "a token by the key before for others": token(claims(ids[0], aud="mail"), old),
        "a token by the key before for another purpose": token(
            claims(ids[0], purpose="confirm"), old
        ),
    }
    for what, each in _read(probe, refused).items():
        expect(
            "refused" in each,
            seen=f"With both keys set, {what} {_told(each)}.",
            wanted=f"InvalidTokenError. {RULES}",
            why="An old key must not open what a new one keeps shut.",
        )
    del project.env[NAME]
    gone = {
        "a token by the key before": token(good, old),
    }
    for what, each in _read(probe, gone).items():
        expect(
            "refused" in each,
            seen=f"With {NAME} not set, {what} {_told(each)}.",
            wanted="InvalidTokenError: where there is no key before, it is not asked.",
            why="Whoever takes the variable away wants the old key to open nothing.",
        )
    project.env[NAME] = old[:20]
    expect(
        "refused" in probe("lifetime", doing=f"building Settings() with a short {NAME}"),
        seen=f"With 20 characters in {NAME} the settings are built.",
        wanted="They are refused, as for SECRET_KEY: 32 bytes at least.",
        why="Whoever holds a token can try short keys until one fits.",
    )


def _read(probe: Probe, tokens: dict[str, str]) -> dict[str, dict]:
    answers = probe("read", doing="calling read_access_token", tokens=list(tokens.values()))
    return dict(zip(tokens, answers, strict=True))


def _told(answer: dict) -> str:
    if "raised" in answer:
        return f"raises {answer['raised']}".rstrip(".")
    return "is refused" if "refused" in answer else f"is read as {answer.get('value')!r}"


def _is_signed(signed: str, key: str) -> bool:
    options = {"verify_aud": False, "verify_iss": False}
    try:
        jwt.decode(signed, key, algorithms=["HS256"], options=options)
    except jwt.InvalidTokenError:
        return False
    return True
