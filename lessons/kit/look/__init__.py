"""What a notebook begins with: a project to look at, its databases, the statements it sends, and
pictures that say in words what they show.

    from kit import look

    view = look.open("05-services")
    engine, sessions = await view.database()
    statements = view.statements(engine)
"""

from kit.look.pictures import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    RED,
    boxes,
    chart,
    lanes,
    matrix,
    show,
    timeline,
    tree,
)
from kit.look.predictions import compare
from kit.look.statements import Statements, wrap
from kit.look.view import View, open  # noqa: A004 - read as look.open

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "PALE",
    "RED",
    "Statements",
    "View",
    "boxes",
    "chart",
    "compare",
    "lanes",
    "matrix",
    "open",
    "show",
    "timeline",
    "tree",
    "wrap",
]
