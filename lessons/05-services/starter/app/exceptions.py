"""What can go wrong in the domain. No word of HTTP: the outer layer translates."""


class DomainError(Exception):
    """The base of the family. `code` is stable and for programs, the message for people."""

    # TODO 05.1


class NotFoundError(DomainError):
    """What was asked for does not exist."""

    code = "not_found"


class ConflictError(DomainError):
    """It cannot be done beside what exists already."""

    code = "conflict"
