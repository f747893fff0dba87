"""The gradebook: an SQLite file that one run at a time writes to.

Each result is on disk before the next is waited for, so that a run may be killed at any moment.
"""

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, joinedload, undefer

from checker.batch.records import Entered, Key, Result, Row, Status
from checker.batch.tables import SCHEMA, Base, Entry, Grading
from checker.errors import UserError
from checker.report import Outcome, Report
from checker.report.attested import is_witnessed

_NEXT_STEP = "Name another file: --gradebook FILE"
_AGAIN = "Then run the same command again: what is graded is kept."


class Gradebook:
    """Use as a context manager. Raises UserError where the file is none, or in use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = _locked(path)
        self._engine = _engine(path)
        try:
            with self._session() as session:
                _prepare(session.connection(), path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()
        os.close(self._lock)

    def enter(self, lesson: str, entries: Iterable[Entered]) -> None:
        """Write down what was taken in for a lesson, in the place of what the same students had."""
        with self._session() as session:
            known = _known(session, lesson)
            for each in entries:
                grading = None
                if each.key is not None:
                    grading = known.get(each.key)
                    if grading is None:
                        grading = known[each.key] = _new(each.key)
                        session.add(grading)
                        session.flush()
                session.merge(
                    Entry(
                        student=each.student,
                        lesson=lesson,
                        sentence=each.sentence,
                        ignored=each.ignored,
                        grading_id=grading.id if grading else None,
                    )
                )

    def statuses(self, lesson: str) -> dict[Key, Status]:
        """What became of every submission that was entered for a lesson."""
        with self._session() as session:
            return {key: grading.status for key, grading in _known(session, lesson).items()}

    def cut_off(self, lesson: str) -> set[Key]:
        """Those that were being graded when a run was killed."""
        with self._session() as session:
            return {key for key, each in _known(session, lesson).items() if each.is_begun}

    def forget(self, lesson: str, keys: Collection[Key]) -> None:
        """Have these graded anew."""
        with self._session() as session:
            for key, grading in _known(session, lesson).items():
                if key in keys:
                    _clear(grading)

    def begin(self, key: Key) -> None:
        """Write down that it is being graded."""
        with self._grading(key) as grading:
            grading.is_begun = True

    def abandon(self, key: Key) -> None:
        """Write down that it is not being graded any more. A result that it came to stays."""
        with self._grading(key) as grading:
            if grading.is_begun:
                _clear(grading)

    def record(self, key: Key, result: Result) -> None:
        """Write down what it came to."""
        with self._grading(key) as grading:
            _clear(grading)
            grading.status = result.status
            grading.sentence = result.sentence
            grading.ended = datetime.now(UTC).isoformat(timespec="seconds")
            if result.report is not None:
                _fill(grading, result.report)

    def rows(self) -> list[Row]:
        """Every student's every lesson, sorted."""
        query = select(Entry).options(joinedload(Entry.grading))
        with self._session() as session:
            found = [_row(entry) for entry in session.scalars(query)]
        return sorted(found, key=lambda row: (row.student, row.lesson))

    def reports(self, lesson: str) -> Iterator[tuple[str, Report]]:
        """The report of each student who has one for the lesson."""
        query = (
            select(Entry)
            .where(Entry.lesson == lesson)
            .options(joinedload(Entry.grading).options(undefer(Grading.report)))
            .order_by(Entry.student)
            .execution_options(yield_per=50)
        )
        with self._session() as session:
            for entry in session.scalars(query):
                if entry.grading is not None and entry.grading.report is not None:
                    yield entry.student, Report.model_validate_json(entry.grading.report)

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        """One transaction. Raises UserError where the file cannot be written or is no database."""
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except OperationalError as error:
            raise UserError(
                f"{self.path} cannot be written: {error.orig}.", f"Mend that. {_AGAIN}"
            ) from error
        except DatabaseError as error:
            raise UserError(f"{self.path} is no gradebook.", _NEXT_STEP) from error

    @contextlib.contextmanager
    def _grading(self, key: Key) -> Iterator[Grading]:
        with self._session() as session:
            yield session.scalars(select(Grading).filter_by(**asdict(key))).one()


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _prepare(connection: Connection, path: Path) -> None:
    """Make the tables in a new file. Raises UserError for a file of another version."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if version == SCHEMA:
        return
    if tables:
        raise UserError(f"{path} is no gradebook of this version of the checker.", _NEXT_STEP)
    Base.metadata.create_all(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def _locked(path: Path) -> int:
    """A descriptor that holds the file's lock. Raises UserError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", _NEXT_STEP) from error
    if os.name != "posix":
        return descriptor
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise UserError(
            f"Another checker grade is writing to {path}.", "Wait until it is done, or stop it."
        ) from error
    return descriptor


def _known(session: Session, lesson: str) -> dict[Key, Grading]:
    found = session.scalars(select(Grading).where(Grading.lesson == lesson))
    return {_key(each): each for each in found}


def _key(grading: Grading) -> Key:
    return Key(**{field.name: getattr(grading, field.name) for field in fields(Key)})


def _new(key: Key) -> Grading:
    return Grading(**asdict(key))


def _clear(grading: Grading) -> None:
    """Make it one that is still to be graded."""
    grading.status, grading.is_begun = Status.PENDING, False
    grading.checks_passed = grading.checks = grading.items_passed = grading.items = 0
    grading.checks_witnessed, grading.not_witnessed, grading.reaches = 0, (), ()
    grading.sentence, grading.failing, grading.report, grading.ended = "", (), None, None


def _fill(grading: Grading, report: Report) -> None:
    asked = [check for check in report.checks if check.outcome is not Outcome.NOT_GRADED]
    grading.checks = len(asked)
    grading.checks_passed = sum(check.outcome is Outcome.PASSED for check in asked)
    grading.items, grading.items_passed = len(report.items), report.passed_items
    grading.failing = tuple(check.id for check in report.checks if check.is_open)
    grading.checks_witnessed = sum(is_witnessed(check, report.reaches) for check in asked)
    grading.not_witnessed = tuple(item.id for item in report.items if item.witnessed is False)
    grading.reaches = tuple(map(str, report.reaches))
    grading.report = report.model_dump_json()


def _row(entry: Entry) -> Row:
    grading, ignored = entry.grading, tuple(entry.ignored)
    if grading is None:
        return Row(entry.student, entry.lesson, Status.UNGRADABLE, entry.sentence, ignored)
    return Row(
        entry.student,
        entry.lesson,
        grading.status,
        grading.sentence,
        ignored,
        grading.isolation if grading.checks else "",
        grading.checks_passed,
        grading.checks,
        grading.items_passed,
        grading.items,
        tuple(grading.failing),
        grading.checks_witnessed,
        tuple(grading.not_witnessed),
        tuple(grading.reaches),
    )
