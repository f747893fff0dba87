"""What is wrong with a token."""


class InvalidTokenError(ValueError):
    pass
