"""The root of the family."""

from typing import ClassVar


class DomainError(Exception):
    code: ClassVar[str] = "error"
    message: str

    def __init__(self, message: str = "") -> None:
        self.message = message or (type(self).__doc__ or "")
        super().__init__(self.message)
