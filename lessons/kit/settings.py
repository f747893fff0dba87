"""What whoever runs the service decides: a lesson's settings, their defaults and their bounds."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from checker.judge import Unmet, expect
from checker.judge.evidence import Grading, Probe, Project

FILE = Path(__file__).with_name("probes_of_settings.py")
Settled = Callable[..., None]
REFUSED = (
    "A value that cannot work ends the service at its start, when somebody looks, and not hours"
    " later, when nobody knows why."
)


@pytest.fixture
def settled(grading: Grading, project: Project) -> Settled:
    """Expect settings to be as a lesson's table has them: `settled(defaults, given, wanted, bad)`.

    With nothing set they are the defaults; with the variables given, what is wanted. Each of the
    bad variables, beside those given, is refused, since `bounds` says so.
    """
    probe = Probe(project, FILE, grading.memory)

    def settled(
        defaults: Mapping[str, Any],
        given: Mapping[str, str],
        wanted: Mapping[str, Any],
        bad: Sequence[tuple[str, str]],
        bounds: str,
    ) -> None:
        tried = [{}, given, *({**given, name: value} for name, value in bad)]
        unset, told, *refused = probe(
            "settings",
            doing="building Settings()",
            expects=list[dict[str, Any]],
            names=list(defaults),
            environments=tried,
        )
        for env, each, seen in (({}, defaults, unset), (given, wanted, told)):
            if "refused" in seen:
                name = next((each for each in seen["refused"] if each in defaults), "")
                raise Unmet(
                    f"{_said(env, name)}, Settings() ends in a ValidationError"
                    f"{f' of {name}' if name else ''}.",
                    f"{name} = {each[name]!r}." if name else "No error.",
                )
            for name, value in each.items():
                expect(
                    seen.get(name) == value,
                    seen=f"{_said(env, name)}, {name} is {seen.get(name)!r}.",
                    wanted=f"{value!r}.",
                )
        for (name, value), seen in zip(bad, refused, strict=True):
            expect(
                seen.get("refused", [])[:1] == [name.lower()],
                seen=f"{name}={value} is taken: {name.lower()} is {seen.get(name.lower())!r}.",
                wanted=f"A ValidationError: {bounds}",
                why=REFUSED,
            )

    return settled


def _said(env: Mapping[str, str], name: str) -> str:
    value = env.get(name.upper())
    return f"With {name.upper()}={value}" if value is not None else "With nothing set"
