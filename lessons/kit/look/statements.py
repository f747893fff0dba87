"""The statements that an engine sends, and SQL in lines that fit a page."""

import re
import textwrap
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

WIDTH = 78
_CLAUSE = re.compile(
    r"(?<!OUTER)(?<!INNER) (?=(?:FROM|WHERE|(?:LEFT OUTER |INNER )?JOIN|GROUP BY|ORDER BY|LIMIT"
    r"|VALUES|SET|RETURNING|ON CONFLICT)\b)"
)


class Statements(list[str]):
    """The statements that an engine has sent since it was cleared, each on one line."""

    def __init__(self, engine: "AsyncEngine", transactions: bool) -> None:
        from sqlalchemy import event

        super().__init__()
        for name in ("commit", "rollback") if transactions else ():
            event.listen(engine.sync_engine, name, partial(self._note, name.upper()))

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def collect(_: Any, __: Any, statement: str, *___: Any) -> None:
            self.append(" ".join(statement.split()))

    def _note(self, word: str, _: Any) -> None:
        self.append(word)

    def show(self) -> None:
        """Print them with numbers, a clause to a line, and begin anew."""
        for number, statement in enumerate(self, 1):
            print(textwrap.indent(wrap(statement), "   ").replace("  ", f"{number}.", 1))
        self.clear()


def wrap(sql: str, width: int = WIDTH - 3) -> str:
    """The same SQL in lines of at most so many columns: a statement breaks before its clauses.

    What has several lines, as a CREATE TABLE, keeps them.
    """
    lines = [line.expandtabs(2).rstrip() for line in sql.strip().splitlines()]
    if len(lines) == 1 and len(lines[0]) > width:
        lines = _CLAUSE.sub("\n  ", lines[0]).splitlines()
    return "\n".join(
        textwrap.fill(
            line,
            width,
            subsequent_indent=" " * (len(line) - len(line.lstrip()) + 4),
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        for line in lines
    )
