"""PBKDF2, without a line of async."""

from hashlib import pbkdf2_hmac
from os import urandom

ROUNDS = 100_000


def hash_password(password: str) -> str:
    salt = urandom(16)
    digest = pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return f"pbkdf2${ROUNDS}${salt.hex()}${digest.hex()}"
