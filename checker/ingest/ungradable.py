"""Why a submission cannot be graded."""

from checker.report.printable import printable


class Ungradable(Exception):
    """What was handed in is no project that could be graded. Its text is one sentence."""


def shown(name: str) -> str:
    """An entry's name as a sentence may hold it: on one line, and not for ever."""
    return printable(name.replace("\n", "\ufffd"), most=100) or "''"
