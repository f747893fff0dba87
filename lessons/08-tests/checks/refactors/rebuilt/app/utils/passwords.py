"""Passwords by another function, in another format."""

import asyncio
import hashlib
import secrets

ROUNDS = 60_000


async def hash_password(password: str) -> str:
    """Salt and hash, in a thread."""
    return await asyncio.to_thread(_derive, password.encode(), secrets.token_hex(12))


def _derive(password: bytes, salt: str) -> str:
    return f"{salt}:{ROUNDS}:{hashlib.pbkdf2_hmac('sha256', password, salt.encode(), ROUNDS).hex()}"
