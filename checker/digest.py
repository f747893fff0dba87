"""One hash for many files."""

import hashlib
from collections.abc import Iterable


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the names of files and the SHA-256 of what each holds, all in hex digits, as
    `sha256sum` lists them. The order is the caller's."""
    whole = hashlib.sha256()
    for name, held in files:
        whole.update(f"{held}  {name}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
