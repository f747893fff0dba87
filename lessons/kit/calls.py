"""What became of a call of a service's method, as lesson 05's probes tell it: what it gave, or the
error, and what the database saw of it.
"""

from collections.abc import Mapping
from typing import Any

from checker.judge import Unmet, expect


def failed(answer: Mapping[str, Any], error: str, doing: str, *, why: str = "") -> None:
    """Expect a call to have ended in one error of the domain, or in a subclass, with its cause.

    Raises Unmet.
    """
    got = answer["error"]
    expect(
        got is not None and error in answer["is"],
        seen=f"{doing} ends in {got}: {answer['message']}" if got else f"{doing} succeeds.",
        wanted=f"{error}, an error of the domain.",
        why=why,
    )
    expect(
        not answer["refusals"] or "IntegrityError" in answer["causes"],
        seen=f"{doing}: the database raises IntegrityError, and the {got} has no cause: whoever"
        " looks for the reason finds nothing.",
        wanted=f"except IntegrityError as error: … raise {error}(…) from error",
    )
    expect(
        "StaleDataError" not in answer["contexts"] or "StaleDataError" in answer["causes"],
        seen=f"{doing}: SQLAlchemy raises StaleDataError, and the {got} has no cause: whoever looks"
        " for the reason finds nothing.",
        wanted=f"except StaleDataError as error: … raise {error}(…) from error",
    )


def worked(answer: Mapping[str, Any], doing: str) -> Any:
    """Expect a call to have succeeded, and give back what it gave. Raises Unmet."""
    if answer["error"]:
        raise Unmet(f"{doing} ends in {answer['error']}: {answer['message']}", "It succeeds.")
    expect(
        answer["kind"] != "no async method",
        seen=f"{doing} gives something that cannot be awaited.",
        wanted="async def: every method of a service is awaited.",
    )
    return answer["value"]
