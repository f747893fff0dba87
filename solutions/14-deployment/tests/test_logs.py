"""What the service logs."""

import json
import logging
import sys

from app.logs import JsonFormatter


def logged(message: str, *args: object) -> dict[str, str]:
    """The line that a record becomes, with the exception that is being handled."""
    exc_info = sys.exc_info() if sys.exc_info()[0] else None
    record = logging.LogRecord("app", logging.ERROR, __file__, 1, message, args, exc_info)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found: dict[str, str] = json.loads(line)
    return found


def test_a_message_of_two_lines_is_one_line() -> None:
    assert logged("not %s", 'one\n"line"')["message"] == 'not one\n"line"'


def test_an_exception_is_in_its_line() -> None:
    try:
        int("none")
    except ValueError:
        line = logged("It failed")
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'none'")
