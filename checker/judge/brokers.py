"""The brokers of a grading, one after the other: each check has topics of its own."""

import contextlib
import secrets
from dataclasses import dataclass

from checker.broker.choice import Choice, Kind, chosen
from checker.broker.handle import BrokerError, BrokerProcess
from checker.broker.java import jars, ready


@dataclass(frozen=True)
class Opened:
    """A broker with no topic that begins with `prefix`."""

    process: BrokerProcess
    choice: Choice
    address: str
    prefix: str


class Brokers:
    """Started by the first check that asks, and gone by `close`. Raises UserError where the
    environment names something that is no broker, or cannot be started here."""

    def __init__(self) -> None:
        self.choice = chosen()
        if self.choice.kind is Kind.APACHE:
            ready()
        self._process: BrokerProcess | None = None

    def open(self) -> Opened:
        """The running check's own. Raises BrokerError."""
        self.end_check()
        if self.choice.kind is Kind.APACHE:
            jars()
        if self._process is None:
            self._process = BrokerProcess()
        prefix = f"check-{secrets.token_hex(4)}-"
        address = self._process.ask(
            "open", kind=self.choice.kind, address=self.choice.address, prefix=prefix
        )
        return Opened(self._process, self.choice, address, prefix)

    def end_check(self) -> None:
        """Let go of the check's broker, and remove what it was given."""
        if self._process is None:
            return
        try:
            self._process.thaw()
            self._process.ask("close")
        except BrokerError:  # as after a check that broke it
            self.close()

    def close(self) -> None:
        if self._process is not None:
            with contextlib.suppress(BrokerError):
                self._process.close()
            self._process = None
