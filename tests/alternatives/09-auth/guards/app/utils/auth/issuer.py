"""One issuer of tokens."""

import time
from typing import Any, NoReturn

import jwt

from app.config import Settings
from app.utils.auth.errors import InvalidTokenError

COMMON = {"iss": "posts", "aud": "posts-api", "purpose": "access"}


class Issuer:
    def __init__(self, settings: Settings) -> None:
        self.key = settings.secret_key.get_secret_value()
        self.seconds = 60 * settings.access_token_minutes

    def token(self, user_id: int) -> str:
        now = int(time.time())
        times = {"iat": now, "exp": now + self.seconds}
        return jwt.encode({"sub": str(user_id), **times, **COMMON}, self.key, "HS256")

    def user_of(self, token: str) -> int:
        claims = self.claims(token)
        if any(claims.get(name) != value for name, value in COMMON.items()):
            self.refuse("it is not one of ours")
        if not isinstance(claims.get("exp"), int):
            self.refuse("it never ends")
        sub = claims.get("sub")
        if not isinstance(sub, str) or not sub.isdecimal() or len(sub) > 10:
            self.refuse("it names nobody")
        number = int(sub)
        if str(number) != sub or not 0 < number < 2**31:
            self.refuse("it names nobody who can be")
        return number

    def claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self.key, ["HS256"], audience=COMMON["aud"])
        except Exception as error:
            raise InvalidTokenError(type(error).__name__) from error

    @staticmethod
    def refuse(why: str) -> NoReturn:
        raise InvalidTokenError(why)
