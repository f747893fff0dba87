"""compose.yaml: what is built here can write nothing, and do little."""

from typing import Any

import yaml

from checker.judge import check, expect, tried
from checker.judge.evidence import Location, Source

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
SETTINGS = ("read_only", "cap_drop", "cap_add", "security_opt", "privileged", "tmpfs")


@check(
    title="What is built here runs read-only, without capabilities, and gains none",
    why="A hole in one library is then a hole in one process, and not in the machine.",
    read="Stretch: a container that can do little",
    stretch=True,
)
def test_shut_in(source: Source):
    # Nothing but the file: whether it starts so needs Docker.
    file = next(name for name in NAMES if source.exists(name))
    services: dict[str, dict[str, Any]] = yaml.safe_load(source.text(file))["services"]
    own = {name: each for name, each in services.items() if each.get("build")}
    tried(any(key in each for each in own.values() for key in SETTINGS))
    at = Location(file=file, line=1)
    for name, each in own.items():
        expect(
            each.get("read_only") is True,
            seen=f"{name} in {file} has read_only: {_told(each.get('read_only'))}.",
            wanted="read_only: true, for everything that is built here.",
            at=at,
            why="What can be written can be changed: the code itself, for the next request.",
        )
        dropped = [str(cap).upper() for cap in _list(each.get("cap_drop"))]
        expect(
            "ALL" in dropped and not each.get("cap_add") and not each.get("privileged"),
            seen=f"{name} in {file} has cap_drop: {_told(each.get('cap_drop'))}, cap_add:"
            f" {_told(each.get('cap_add'))}, privileged: {_told(each.get('privileged'))}.",
            wanted="cap_drop: [ALL], and neither of the others: a service above port 1023 needs"
            " none.",
            at=at,
        )
        options = [
            str(option).replace("=", ":").lower() for option in _list(each.get("security_opt"))
        ]
        expect(
            not {"no-new-privileges:true", "no-new-privileges"}.isdisjoint(options),
            seen=f"{name} in {file} has security_opt: {_told(each.get('security_opt'))}.",
            wanted='security_opt: ["no-new-privileges:true"]',
            at=at,
        )
        places = [str(place).partition(":")[0].rstrip("/") for place in _list(each.get("tmpfs"))]
        expect(
            "/tmp" in places,
            seen=f"{name} in {file} is read-only, and has tmpfs: {_told(each.get('tmpfs'))}.",
            wanted="tmpfs: [/tmp], in memory and gone with the container.",
            at=at,
            why="Python keeps what does not fit into memory there, a large form among it: without"
            " it the request is a 500.",
        )


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value)
