"""Passwords, hashed so that a stolen table does not give them away."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.utils.scrypt import ScryptHasher

LONGEST = 128
"""Characters of a password: who sends more has none of ours."""

_passwords = PasswordHash(
    (
        Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),  # OWASP's least, in KiB
        ScryptHasher(),
    )
)
_nobodys = _passwords.hash("the password of nobody")
"""What a password is compared with where there is no hash: it takes as long."""


async def hash_password(password: str) -> str:
    """A salted argon2 hash. Runs in a thread: it takes long on purpose."""
    return await asyncio.to_thread(_passwords.hash, password)


async def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and a new hash where the old one is of an older kind.

    None, for somebody who is not there, is no password's hash, and takes as long to say so.
    """
    return await asyncio.to_thread(_verify, password, hashed)


def _verify(password: str, hashed: str | None) -> tuple[bool, str | None]:
    if hashed is not None and len(password) <= LONGEST:
        try:
            return _passwords.verify_and_update(password, hashed)
        except UnknownHashError:
            pass
    _passwords.verify(password[:LONGEST], _nobodys)
    return False, None
