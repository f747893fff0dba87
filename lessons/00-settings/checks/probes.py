"""What the settings are asked, beside the learner's code. Every answer is plain JSON."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import SecretStr, ValidationError

NAMES = ("environment", "database_url", "secret_key", "log_level", "cors_origins")


def settings():
    """Every setting as it is read now: its plain value, and how they print."""
    from app.config import Settings

    found = Settings()
    return {
        "values": _values(found),
        "printed": {
            "repr(settings)": repr(found),
            "str(settings)": str(found),
            "settings.secret_key": str(getattr(found, "secret_key", None)),
            "settings.model_dump()": str(found.model_dump()),
            "settings.model_dump_json()": found.model_dump_json(),
        },
        "base": [base.__module__ for base in type(found).__mro__],
    }


def fields():
    """The names of all settings, and the variables that they are read from where these differ."""
    from app.config import Settings

    found = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names = getattr(alias, "choices", [alias]) if alias is not None else [name]
        found += [str(each).lower() for each in names]
    return found


def _values(found):
    return {name: _plain(getattr(found, name)) for name in NAMES if hasattr(found, name)}


def _plain(value):
    if isinstance(value, SecretStr):
        return {"secret": value.get_secret_value()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def start():
    """Build the settings as a service's start does: the error's text, or None."""
    from app.config import Settings

    try:
        Settings()
    except ValidationError as error:
        return {"text": str(error)}
    except Exception as error:
        return {"text": f"{type(error).__name__}: {error}"}
    return None


def unset(names):
    """The settings as they are read once these variables, set at the import, are gone."""
    import app.config  # noqa: F401

    for name in names:
        os.environ.pop(name, None)
    return settings()


def kept(levels):
    """What `get_settings()` gives first, with the first level in the environment, and whatever
    happens then: the values, and whether it is the same object."""
    later = _clock()
    from app.config import Settings, get_settings

    os.environ["LOG_LEVEL"] = levels[0]
    first = get_settings()
    values, calls = _values(first), []

    def ask(when, found):
        calls.append({"when": when, "same": found is first, "values": _values(found)})

    ask("at once", get_settings())
    for value in levels[1:]:
        os.environ["LOG_LEVEL"] = value
        ask(f"once LOG_LEVEL is {value}", get_settings())
    Path(".env").write_text("DATABASE_URL=sqlite+aiosqlite:///./changed.db\n", encoding="utf-8")
    os.utime(".env", (2**31, 2**31))
    ask("once .env has changed", get_settings())
    Path(".env").unlink()
    ask("once .env is gone", get_settings())
    os.chdir("app")
    ask("in another working directory", get_settings())
    later["by"] = 10**6
    ask("days later", get_settings())
    with ThreadPoolExecutor(1) as pool:
        ask("in another thread", pool.submit(get_settings).result())
    return {"kind": isinstance(first, Settings), "first": values, "calls": calls}


def _clock():
    """Clocks that are later `by` some seconds, for all that is imported from here on."""
    later = {"by": 0}
    for name in ("time", "monotonic"):
        now = getattr(time, name)
        setattr(time, name, lambda now=now: now() + later["by"])
    return later


def version(name):
    """The version of a library that is installed here."""
    from importlib.metadata import version as installed

    return installed(name)
