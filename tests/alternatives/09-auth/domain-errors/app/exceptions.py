"""The domain's errors, those of who may do what among them."""


class DomainError(Exception):
    code = "domain_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundError(DomainError):
    code = "not_found"


class ConflictError(DomainError):
    code = "conflict"


class UnauthenticatedError(DomainError):
    """Nobody knows who is asking."""

    code = "unauthenticated"

    def __init__(self, message: str = "Please sign in.") -> None:
        super().__init__(message)


class ForbiddenError(DomainError):
    """Who is asking is known, and may not."""

    code = "forbidden"
