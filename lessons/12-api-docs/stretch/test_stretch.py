"""The description that is kept beside the code is the one that is served."""

import json
from collections.abc import Iterator
from typing import Any

from checker.judge import Unmet, check, expect, tried
from checker.judge.evidence import Project
from kit import PostsApi

FILE = "openapi.json"
AGAIN = f"json.dumps(create_app(settings).openapi(), indent=2) in {FILE}, written again."


@check(
    title="openapi.json is what the service says of itself, and can be read in a diff",
    why="A change of the API is seen by whoever reviews it, and not by a client at night.",
    read="Stretch: the description under version control",
    stretch=True,
)
def test_kept(project: Project, api: PostsApi):
    path = project.root / FILE
    tried(path.is_file())
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        kept = json.loads(text)
    except ValueError as error:
        raise Unmet(f"{FILE} is no JSON: {error}.", AGAIN) from None
    served = json.loads(json.dumps(api.described()))
    for where, what in _differences(served, kept, ""):
        expect(
            False,
            seen=f"At {where or 'its top'} {FILE} {what}.",
            wanted=f"What /openapi.json serves: {AGAIN}",
        )
    longest = max(map(len, text.splitlines()))
    expect(
        len(text.splitlines()) > 50,
        seen=f"{FILE} has {len(text.splitlines())} lines, the longest of {longest} characters.",
        wanted="indent=2: a line for each member.",
        why="A diff of one long line shows that something has changed, and never what.",
    )


def _differences(served: Any, kept: Any, where: str) -> Iterator[tuple[str, str]]:
    """Where the file is another than what is served, and what it does there, the first first."""
    if isinstance(served, dict) and isinstance(kept, dict):
        for name in (*served, *kept):
            place = f"{where} > {name}" if where else str(name)
            if name not in kept:
                yield place, "has nothing, and the service has"
            elif name not in served:
                yield place, "has what the service has not"
            else:
                yield from _differences(served[name], kept[name], place)
    elif isinstance(served, list) and isinstance(kept, list) and len(served) == len(kept):
        for number, (ours, theirs) in enumerate(zip(served, kept, strict=True)):
            yield from _differences(ours, theirs, f"{where} > {number}")
    elif served != kept:
        yield where, f"says {_short(kept)}, and the service {_short(served)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 60 else f"{text[:57]}…"
