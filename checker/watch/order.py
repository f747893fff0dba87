"""Which checks run first, so that what a learner waits for is on the screen at once."""

from collections.abc import Collection, Mapping, Sequence


def most_wanted(
    checks: Sequence[str],
    *,
    failing: Collection[str],
    edited: Collection[str],
    looked_at: Mapping[str, Collection[str]],
) -> tuple[str, ...]:
    """The checks that failed last time, then those that have looked at an edited file.

    Each part keeps the lesson's order. `edited` may name a folder: what was in it counts.
    """
    folders = tuple(f"{name}/" for name in edited)

    def touched(check: str) -> bool:
        return any(file in edited or file.startswith(folders) for file in looked_at.get(check, ()))

    again = [check for check in checks if check in failing]
    return (*again, *(check for check in checks if check not in failing and touched(check)))
