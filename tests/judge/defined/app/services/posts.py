from functools import lru_cache, partial

from app.models import Post


def _limited(limit):
    return Post, limit


newest = partial(_limited, 10)


@lru_cache
def oldest():
    return _limited(1)


class Pretender:
    """Says that it stands elsewhere."""


Pretender.__module__ = "app.columns"
