"""pwdlib's recommendation, in a pool of its own, so that hashing never takes all threads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.utils.scrypt import ScryptHasher

known = PasswordHash([Argon2Hasher(), ScryptHasher()])
pool = ThreadPoolExecutor(2, "hashing")


@cache
def decoy() -> str:
    return known.hash("decoy")


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(pool, known.hash, password)


async def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    return await asyncio.get_running_loop().run_in_executor(pool, check, password, hashed)


def check(password: str, hashed: str | None) -> tuple[bool, str | None]:
    try:
        return known.verify_and_update(password, decoy() if hashed is None else hashed)
    except PwdlibError:
        known.verify(password, decoy())
        return False, None
