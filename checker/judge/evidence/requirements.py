"""What a project's requirements.txt asks for."""

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from checker.judge.evidence.source import Source


def requirements(source: Source, file: str = "requirements.txt") -> dict[str, Requirement]:
    """Each requirement under its name as packaging normalises it, those of `-r` files too.

    Lines that are none, such as options and URLs, are passed over. Raises Unmet where a file is
    missing.
    """
    found: dict[str, Requirement] = {}
    waiting, seen = [file], set[str]()
    while waiting:
        file = waiting.pop()
        seen.add(file)
        for line in source.text(file).splitlines():
            text = line.partition(" #")[0].split(" --hash")[0].strip().rstrip("\\").strip()
            option, _, value = text.replace("=", " ", 1).partition(" ")
            if option in ("-r", "--requirement"):
                folder = file.rpartition("/")[0]
                other = f"{folder}/{value.strip()}".lstrip("/")
                waiting += [other] if other not in seen else []
            elif text and not text.startswith(("#", "-")):
                try:
                    wanted = Requirement(text)
                except InvalidRequirement:
                    continue
                found[canonicalize_name(wanted.name)] = wanted
    return found
