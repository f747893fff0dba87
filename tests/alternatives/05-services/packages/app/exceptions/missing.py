"""What is not there."""

from .base import DomainError


class NotFoundError(DomainError):
    code = "missing"


class PostNotFound(NotFoundError):
    def __init__(self, id_: int) -> None:
        super().__init__(f"no post {id_}")


class UserNotFound(NotFoundError):
    def __init__(self, id_: int) -> None:
        super().__init__(f"no user {id_}")
