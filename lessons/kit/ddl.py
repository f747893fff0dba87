"""What the text of SQL makes of tables in the end: for SQL that is printed and never run.

It knows the statements by which PostgreSQL makes and alters tables and indexes, and passes over
all others. Names are given without their schema.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PART = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"[^"]*"|\s+|[(),;]|[^\s(),;'"]+""", re.DOTALL
)
DEFAULT = re.compile(
    r" DEFAULT ?(.+?)(?= (?:NOT NULL|NULL|CONSTRAINT|PRIMARY KEY|UNIQUE|REFERENCES|CHECK|COLLATE"
    r"|GENERATED)\b|$)",
    re.IGNORECASE,
)
RULE = re.compile(
    r"(?:CONSTRAINT (\S+) )?(?:PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE)\b", re.IGNORECASE
)
NEEDED = re.compile(r" (NOT NULL|PRIMARY KEY|\w*SERIAL)\b", re.IGNORECASE)
NOISE = re.compile(r" (CONCURRENTLY|IF (NOT )?EXISTS|ONLY|COLUMN)(?= )", re.IGNORECASE)


@dataclass
class Column:
    """A column: the words that make it, its default as an expression, whether it is NOT NULL."""

    words: str
    default: str | None
    needed: bool


@dataclass
class Table:
    """A table: its columns, and its constraints and indexes, by name or by their words."""

    columns: dict[str, Column] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def add(self, words: str) -> None:
        """A column or a constraint, as CREATE TABLE lists them."""
        if rule := RULE.match(words):
            self.rules[_name(rule[1] or words)] = words
            return
        name, default = words.split(maxsplit=1)[0], DEFAULT.search(words)
        needed = bool(NEEDED.search(words))
        self.columns[_name(name)] = Column(words, default and default[1], needed)

    def drop(self, name: str) -> None:
        self.columns.pop(_name(name), None)
        self.rules.pop(_name(name), None)

    def rename(self, name: str, new: str) -> None:
        if column := self.columns.pop(_name(name), None):
            self.columns[_name(new)] = column

    def change(self, name: str, **to: Any) -> None:
        column = self.columns.get(_name(name))
        for key, value in to.items() if column else ():
            setattr(column, key, value)

    def alter(self, action: str) -> None:
        """One of the actions of ALTER TABLE."""
        _first_of(
            NOISE.sub("", action),
            {
                r"ADD (.+)": self.add,
                r"DROP (?:CONSTRAINT )?(\S+).*": self.drop,
                r"RENAME (\S+) TO (\S+)": self.rename,
                r"ALTER (\S+) SET DEFAULT ?(.+)": lambda name, to: self.change(name, default=to),
                r"ALTER (\S+) DROP DEFAULT": lambda name: self.change(name, default=None),
                r"ALTER (\S+) SET NOT NULL": lambda name: self.change(name, needed=True),
                r"ALTER (\S+) DROP NOT NULL": lambda name: self.change(name, needed=False),
                r"ALTER (\S+) (?:SET DATA )?TYPE (.+?)(?: USING .+)?": lambda name, kind: (
                    self.change(name, words=f"{name} {kind}")
                ),
            },
        )


class Tables(dict[str, Table]):
    """Tables by their names."""

    def of(self, name: str) -> Table:
        return self.setdefault(_name(name), Table())

    def create(self, name: str, body: str) -> None:
        table = self[_name(name)] = Table()
        for each in _divided(body, ","):
            table.add(each)

    def rename(self, name: str, new: str) -> None:
        self[_name(new)] = self.pop(_name(name), Table())

    def alter(self, name: str, actions: str) -> None:
        for each in _divided(actions, ","):
            self.of(name).alter(each)

    def index(self, words: str, name: str | None, table: str) -> None:
        self.of(table).rules[_name(name or words)] = words

    def drop(self, names: str) -> None:
        for name in re.findall(r"[\w.]+", names):
            self.pop(_name(name), None)
            for table in self.values():
                table.rules.pop(_name(name), None)


def tables(sql: str) -> Tables:
    """Every table that is there once all the statements have run."""
    made = Tables()
    for statement in _divided(sql, ";"):
        _first_of(
            NOISE.sub("", statement),
            {
                r"CREATE (?:\w+ )??TABLE ([\w.]+) ?\((.*)\).*": made.create,
                r"ALTER TABLE ([\w.]+) RENAME TO (\S+)": made.rename,
                r"ALTER TABLE ([\w.]+) (.+)": made.alter,
                r"(CREATE (?:UNIQUE )?INDEX (?:(?!ON )(\S+) )?ON ([\w.]+).*)": made.index,
                r"DROP (?:TABLE|INDEX) (.+)": made.drop,
            },
        )
    return made


def _first_of(words: str, meanings: dict[str, Any]) -> None:
    """Do what the first pattern that fits means, with its groups."""
    for pattern, do in meanings.items():
        if found := re.fullmatch(pattern, words, re.IGNORECASE | re.DOTALL):
            do(*found.groups())
            return


def _divided(sql: str, by: str) -> Iterator[str]:
    """The parts of a text between separators that stand in no brackets and in no quotes, without
    comments and the quotes of names, each on one line."""
    so_far, depth = "", 0
    for part in [*PART.findall(sql), by]:
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == by and depth == 0:
            if so_far.strip():
                yield so_far.strip()
            so_far = ""
        elif part.startswith(("--", "/*")) or part.isspace():
            so_far = f"{so_far.rstrip()} "
        else:
            so_far += part.replace('"', "") if part.startswith('"') else part


def _name(words: str) -> str:
    return words.rpartition(".")[2].lower()
