"""Hashes of the time before argon2: still good for signing in, and made no more."""

import base64
import hashlib
import hmac
from typing import NoReturn


class ScryptHasher:
    """What `PasswordHash` asks of a hasher, for `scrypt$cost$salt$digest`."""

    @classmethod
    def identify(cls, hash: str | bytes) -> bool:  # noqa: A002 - the name that pwdlib gives it
        return _text(hash).startswith("scrypt$")

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> NoReturn:
        raise NotImplementedError("new hashes are argon2's")

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        """Whether it is the password. A hash that is cut off is nobody's."""
        raise NotImplementedError("TODO 09.4")

    def check_needs_rehash(self, hash: str | bytes) -> bool:  # noqa: A002
        return True


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()
