# exceptions.py
class NotFoundError(Exception):
    """Raised when resource not found"""
    pass


class ValidationError(Exception):
    """Raised when validation fails"""
    pass
