"""What the settings are asked, beside the learner's code. Every answer is plain JSON."""

from pydantic import SecretStr, ValidationError


def settings():
    """Every setting as it is read now: its plain value, and how it prints."""
    from app.config import Settings

    found = Settings()
    values = {name: getattr(found, name) for name in type(found).model_fields}
    return {
        "values": {name: _plain(value) for name, value in values.items()},
        "printed": repr(found) + str(found),
        "base": [base.__module__ for base in type(found).__mro__],
    }


def _plain(value):
    if isinstance(value, SecretStr):
        return {"secret": value.get_secret_value()}
    return value if isinstance(value, str | int | bool | list | None) else str(value)


def start():
    """Build the settings as a service's start does: the error's text, or None."""
    from app.config import Settings

    try:
        Settings()
    except ValidationError as error:
        return {"validation": True, "text": str(error)}
    except Exception as error:
        return {"validation": False, "text": f"{type(error).__name__}: {error}"}
    return None


def twice():
    """Whether two calls of `get_settings` give one object."""
    from app.config import Settings, get_settings

    first = get_settings()
    return {"same": first is get_settings(), "kind": isinstance(first, Settings)}
