"""Which broker checks use: the embedded one, unless the environment says otherwise."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum

from checker.errors import UserError

VARIABLE = "CHECKER_KAFKA_BOOTSTRAP_SERVERS"
APACHE = "apache"
"""As the variable's value: an Apache Kafka that the checker itself starts."""
_ADDRESSES = re.compile(r"[\w.\-\[\]:]+:\d{1,5}(,[\w.\-\[\]:]+:\d{1,5})*")


class Kind(StrEnum):
    EMBEDDED = "embedded"
    """librdkafka's mock cluster, one for each check."""
    APACHE = "apache"
    """An Apache Kafka that the checker has started, and may stop."""
    NAMED = "named"
    """A broker of somebody else's."""


@dataclass(frozen=True)
class Choice:
    kind: Kind
    address: str = ""
    """Where a named one is."""


def chosen() -> Choice:
    """What the environment says. Raises UserError where that is nothing that can be used."""
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return Choice(Kind.EMBEDDED)
    if said.lower() == APACHE:
        return Choice(Kind.APACHE)
    if not _ADDRESSES.fullmatch(said):
        raise UserError(
            f"{VARIABLE} is not the address of a broker: {said}.",
            f"Write HOST:PORT, or {APACHE} for one that the checker starts, or unset it.",
        )
    return Choice(Kind.NAMED, said)
